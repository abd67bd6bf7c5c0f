/** Speaks with the server: one question or one judgement, and what can go wrong, as values. */
import { readMessages, readText, type Message } from "./contract";

/** What came of one attempt. `seconds` is how long to wait before the next. */
export type Outcome =
  | { readonly kind: "answer"; readonly messages: readonly Message[] }
  | { readonly kind: "refused"; readonly status: number; readonly text: string | null }
  | { readonly kind: "busy"; readonly seconds: number; readonly text: string | null }
  | { readonly kind: "error"; readonly status: number }
  | { readonly kind: "unreadable" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "slow" };

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
}

const FEEDBACK_LIMIT = 15_000;
const WAIT_WITHOUT_HEADER = 30;

const retryAfter = (answer: Response): number => {
  const seconds = Number(answer.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : WAIT_WITHOUT_HEADER;
};

/** A client for a server at this address ("" is the page's own). */
export class HttpClient implements Client {
  constructor(private readonly server: string) {}

  private post(path: string, body: unknown, headers: Record<string, string>, limit: number): Promise<Response> {
    return fetch(`${this.server}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
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
      return { kind: error instanceof DOMException && error.name === "TimeoutError" ? "slow" : "unreachable" };
    }
    if (answer.ok) {
      const messages = readMessages(body);
      return messages ? { kind: "answer", messages } : { kind: "unreadable" };
    }
    const text = readText(body);
    if (answer.status === 429) return { kind: "busy", seconds: retryAfter(answer), text };
    if (answer.status >= 500) return { kind: "error", status: answer.status };
    return { kind: "refused", status: answer.status, text };
  }

  async judge(judgement: Judgement): Promise<boolean> {
    try {
      return (await this.post("/webhooks/rest/feedback", judgement, {}, FEEDBACK_LIMIT)).ok;
    } catch {
      return false;
    }
  }
}
