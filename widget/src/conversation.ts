/** The conversation of one tab: what it holds, how it is kept in session storage, and when it ends. */
import { readMessages, type Message } from "./contract";

/** Why a question has no answer yet, in words for the user. */
export interface Trouble {
  readonly kind: "offline" | "busy" | "failed" | "refused";
  readonly text: string;
}

/** One question and what came of it. `key` is its idempotency key. */
export interface Exchange {
  readonly key: string;
  readonly asked: string;
  readonly at: number;
  messages: readonly Message[];
  answeredAt: number | null;
  trouble: Trouble | null;
  thumb: "up" | "down" | null;
  /** What was typed as a reason and is not sent yet. */
  reason: string;
  reasonDone: boolean;
  /** The option that was pressed, by its payload. */
  chosen: string | null;
}

export interface Conversation {
  sender: string;
  touched: number;
  exchanges: Exchange[];
  draft: string;
  open: boolean;
}

/** As long as the server keeps a session: after this, it no longer reads a question in the light of the last. */
export const LIFETIME = 60 * 60_000;
/** How long before the end the user is warned. */
export const WARNING = 2 * 60_000;

/** A random UUID; crypto.randomUUID exists only over https and intranets are not always. */
export const uuid = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

export const fresh = (now: number, draft = "", open = false): Conversation => ({
  sender: uuid(),
  touched: now,
  exchanges: [],
  draft,
  open,
});

export const exchange = (asked: string, now: number): Exchange => ({
  key: uuid(),
  asked,
  at: now,
  messages: [],
  answeredAt: null,
  trouble: null,
  thumb: null,
  reason: "",
  reasonDone: false,
  chosen: null,
});

export const hasEnded = (conversation: Conversation, now: number): boolean =>
  conversation.exchanges.length > 0 && now - conversation.touched >= LIFETIME;

/** Where a conversation is kept. */
export interface Store {
  /** Whether what is kept outlives the page. */
  readonly lasting: boolean;
  load(): Conversation | null;
  save(conversation: Conversation): void;
}

const VERSION = 1;

const readExchange = (value: unknown): Exchange | null => {
  if (typeof value !== "object" || value === null) return null;
  const raw = value as Partial<Record<keyof Exchange, unknown>>;
  if (typeof raw.key !== "string" || typeof raw.asked !== "string" || typeof raw.at !== "number") return null;
  const answeredAt = typeof raw.answeredAt === "number" ? raw.answeredAt : null;
  const messages = readMessages(raw.messages) ?? [];
  const trouble = (raw.trouble ?? null) as Trouble | null;
  return {
    key: raw.key,
    asked: raw.asked,
    at: raw.at,
    messages,
    answeredAt: messages.length ? answeredAt : null,
    trouble: trouble && typeof trouble.text === "string" ? trouble : null,
    thumb: raw.thumb === "up" || raw.thumb === "down" ? raw.thumb : null,
    reason: typeof raw.reason === "string" ? raw.reason : "",
    reasonDone: raw.reasonDone === true,
    chosen: typeof raw.chosen === "string" ? raw.chosen : null,
  };
};

/** Reads what was kept; null when there is nothing or it is not ours. */
export const read = (raw: string | null): Conversation | null => {
  if (!raw) return null;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(raw) as Record<string, unknown>;
  } catch {
    return null;
  }
  if (value?.version !== VERSION || typeof value.sender !== "string" || typeof value.touched !== "number") return null;
  const exchanges = Array.isArray(value.exchanges) ? value.exchanges.map(readExchange) : [];
  return {
    sender: value.sender,
    touched: value.touched,
    exchanges: exchanges.filter((one): one is Exchange => one !== null),
    draft: typeof value.draft === "string" ? value.draft : "",
    open: value.open === true,
  };
};

/** Session storage of the page's origin; where a browser refuses that, the page's memory. */
export class SessionStore implements Store {
  private readonly key: string;
  private memory: string | null = null;
  lasting = true;

  constructor(server: string) {
    this.key = `wegwijzer-chat:${server}`;
  }

  load(): Conversation | null {
    try {
      return read(sessionStorage.getItem(this.key));
    } catch {
      this.lasting = false;
      return read(this.memory);
    }
  }

  save(conversation: Conversation): void {
    this.memory = JSON.stringify({ version: VERSION, ...conversation });
    try {
      sessionStorage.setItem(this.key, this.memory);
    } catch {
      // Refused or full: the conversation lives as long as this page.
    }
  }
}

/** Keeps a conversation in memory only, for the states page and tests. */
export class MemoryStore implements Store {
  constructor(
    private kept: Conversation | null = null,
    readonly lasting = true,
  ) {}

  load(): Conversation | null {
    return this.kept;
  }

  save(conversation: Conversation): void {
    this.kept = conversation;
  }
}
