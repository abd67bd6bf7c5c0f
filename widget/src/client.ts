/** Speaks with the server: one question, one judgement, its settings; and what can go wrong, as values. */
import { readMessages, readRetention, readText, type Message } from "./contract";

/** What came of one attempt. `seconds` is how long to wait before the next. */
export type Outcome =
  | { readonly kind: "answer"; readonly messages: readonly Message[] }
  | { readonly kind: "refused"; readonly status: number; readonly text: string | null }
  | { readonly kind: "busy"; readonly seconds: number }
  | { readonly kind: "error"; readonly status: number }
  | { readonly kind: "unreadable" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "slow" };

/** What the server says about itself, or why this page may not use it. */
export type Settings =
  | { readonly kind: "settings"; readonly retentionDays: number | null }
  | { readonly kind: "refused"; readonly text: string | null };

export interface Judgement {
  readonly sender: string;
  readonly answer: string;
  readonly thumb: "up" | "down";
  readonly reason?: string;
}

export interface Client {
  /** Asks once; the same key is the same turn, however often it is sent. */
  ask(sender: string, message: string, key: string, limit: number): Promise<Outcome>;
  /** Whether the judgement was kept. */
  judge(judgement: Judgement): Promise<boolean>;
  /** Its settings; null when they cannot be had. */
  settings(): Promise<Settings | null>;
}

const FEEDBACK_LIMIT = 15_000;
const SETTINGS = "/webhooks/rest/instellingen";
const SETTINGS_LIMIT = 5_000;
const WAIT_WITHOUT_HEADER = 30;

const retryAfter = (answer: Response): number => {
  const seconds = Number(answer.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : WAIT_WITHOUT_HEADER;
};

/** What the intranet gives to show who asks: a token, or nothing. */
export type GetToken = () => string | null | undefined | Promise<string | null | undefined>;

/** A client for a server at this address, used by a page of this origin. */
export class HttpClient implements Client {
  constructor(
    private readonly server: string,
    private readonly page: string,
    private readonly getToken: GetToken = () => null,
  ) {}

  private get(mode: RequestMode): Promise<Response> {
    return fetch(`${this.server}${SETTINGS}`, {
      mode,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      // Without cors, a browser allows no other.
      redirect: mode === "no-cors" ? "follow" : "error",
      signal: AbortSignal.timeout(SETTINGS_LIMIT),
    });
  }

  /** The header with the token; without one in time the server says itself that it needs one. */
  private async signed(limit: number): Promise<Record<string, string>> {
    try {
      const late = new Promise<null>((resolve) => setTimeout(resolve, limit, null));
      const token = await Promise.race([this.getToken(), late]);
      return token ? { Authorization: `Bearer ${token}` } : {};
    } catch {
      return {};
    }
  }

  private async post(path: string, body: unknown, headers: Record<string, string>, limit: number): Promise<Response> {
    const signed = await this.signed(limit);
    return fetch(`${this.server}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...signed, ...headers },
      body: JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
      signal: AbortSignal.timeout(limit),
    });
  }

  async ask(sender: string, message: string, key: string, limit: number): Promise<Outcome> {
    let answer: Response;
    let body: unknown;
    try {
      answer = await this.post("/webhooks/rest/webhook", { sender, message }, { "Idempotency-Key": key }, limit);
      const raw = await answer.text();
      try {
        body = JSON.parse(raw);
      } catch {
        body = null;
      }
    } catch (error) {
      return error instanceof DOMException && error.name === "TimeoutError" ? { kind: "slow" } : this.withheld();
    }
    if (answer.ok) {
      const messages = readMessages(body);
      return messages ? { kind: "answer", messages } : { kind: "unreadable" };
    }
    const text = readText(body);
    if (answer.status === 429) return { kind: "busy", seconds: retryAfter(answer) };
    if (answer.status >= 500) return { kind: "error", status: answer.status };
    return { kind: "refused", status: answer.status, text };
  }

  /** Why there was no answer: a browser hides a refusal of another origin as if nobody were there. */
  private async withheld(): Promise<Outcome> {
    if (new URL(this.server).origin === this.page) return { kind: "unreachable" };
    const settings = await this.settings();
    if (settings?.kind === "refused") return { ...settings, status: 403 };
    if (settings) return { kind: "unreachable" };
    try {
      // Opaque, but it tells that something answers there: a proxy, or a server that allows nothing to be read.
      await this.get("no-cors");
      return { kind: "unreadable" };
    } catch {
      return { kind: "unreachable" };
    }
  }

  async settings(): Promise<Settings | null> {
    try {
      const answer = await this.get("cors");
      const body: unknown = await answer.json();
      if (answer.status === 403) return { kind: "refused", text: readText(body) };
      return answer.ok ? { kind: "settings", retentionDays: readRetention(body) } : null;
    } catch {
      return null;
    }
  }

  async judge(judgement: Judgement): Promise<boolean> {
    try {
      return (await this.post("/webhooks/rest/feedback", judgement, {}, FEEDBACK_LIMIT)).ok;
    } catch {
      return false;
    }
  }
}
