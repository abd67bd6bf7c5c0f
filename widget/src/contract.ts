/** What the server sends (contract/answer.schema.json), read from JSON that nobody has vouched for. */

export const KINDS = [
  "advice",
  "clarification",
  "organisation",
  "comparison",
  "overview",
  "emergency",
  "out_of_scope",
  "smalltalk",
] as const;
export type Kind = (typeof KINDS)[number];

export interface Offer {
  readonly id: string;
  readonly organisation: string;
  readonly ministry: string | null;
  readonly title: string;
  readonly url: string;
  readonly why: string;
  readonly source: { readonly heading: string; readonly quote: string };
  readonly support: readonly string[];
}

export interface Option {
  readonly label: string;
  readonly payload: string;
}

export interface Message {
  readonly text: string;
  readonly kind: Kind;
  readonly confidence: number;
  readonly offers: readonly Offer[];
  readonly options: readonly Option[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const present = <T>(value: T | null): value is T => value !== null;

const readOffer = (value: unknown): Offer | null => {
  if (!isFields(value)) return null;
  const id = text(value.id);
  const organisation = text(value.organisation);
  const title = text(value.title);
  const url = text(value.url);
  const why = text(value.why);
  if (id === null || organisation === null || title === null || url === null || why === null) return null;
  const source = isFields(value.source) ? value.source : {};
  return {
    id,
    organisation,
    ministry: text(value.ministry),
    title,
    url,
    why,
    source: { heading: text(source.heading) ?? "", quote: text(source.quote) ?? "" },
    support: list(value.support).map(text).filter(present),
  };
};

const readOption = (value: unknown): Option | null => {
  if (!isFields(value)) return null;
  const label = text(value.label);
  const payload = text(value.payload);
  return label && payload ? { label, payload } : null;
};

const readMessage = (value: unknown): Message | null => {
  if (!isFields(value)) return null;
  const custom = isFields(value.custom) ? value.custom : value;
  const body = text(value.text);
  const kind = KINDS.find((known) => known === custom.kind);
  if (body === null || !kind) return null;
  return {
    text: body,
    kind,
    confidence: typeof custom.confidence === "number" ? custom.confidence : 0,
    offers: list(custom.offers).map(readOffer).filter(present),
    options: list(custom.options).map(readOption).filter(present),
  };
};

/** The messages in an answer, or null when there is none that can be read. */
export const readMessages = (value: unknown): Message[] | null => {
  const messages = list(value).map(readMessage).filter(present);
  return messages.length ? messages : null;
};

/** The text of the first message, for an answer that is a refusal. */
export const readText = (value: unknown): string | null => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isFields(first) ? text(first.text) || null : null;
};

/** The days that conversations are kept, in the server's settings; null when it does not say. */
export const readRetention = (value: unknown): number | null => {
  const days = isFields(value) ? value.retention_days : null;
  return typeof days === "number" && Number.isInteger(days) && days > 0 ? days : null;
};
