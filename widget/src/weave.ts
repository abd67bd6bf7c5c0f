/**
 * An answer's text and offers woven into blocks: a paragraph that describes an offer becomes its
 * card, the list of alternatives becomes the folded cards, other paragraphs stay text.
 */
import type { Message, Offer } from "./contract";

export type Block =
  | { readonly kind: "text"; readonly lines: readonly string[] }
  | { readonly kind: "list"; readonly lines: readonly string[] }
  | { readonly kind: "card"; readonly offer: Offer }
  | { readonly kind: "more"; readonly offers: readonly Offer[] };

/** Kinds whose offers are shown as cards; the others say everything in their text. */
const WITH_CARDS: ReadonlySet<string> = new Set(["advice", "emergency", "smalltalk"]);

const isItem = (line: string): boolean => line.startsWith("- ");

const plain = (lines: readonly string[]): Block[] => {
  const blocks: Block[] = [];
  for (const line of lines) {
    const kind = isItem(line) ? "list" : "text";
    const last = blocks.at(-1);
    const shown = isItem(line) ? line.slice(2) : line;
    if (last?.kind === kind) blocks[blocks.length - 1] = { kind, lines: [...last.lines, shown] };
    else blocks.push({ kind, lines: [shown] });
  }
  return blocks;
};

/** Returns the blocks of a message, in reading order. */
export const weave = (message: Message): Block[] => {
  const numbered = new Set(message.options.map((option, i) => `${i + 1}. ${option.label}`));
  const left = WITH_CARDS.has(message.kind) ? [...message.offers] : [];
  const blocks: Block[] = [];
  let alternatives = -1;
  for (const paragraph of message.text.split(/\n{2,}/)) {
    const lines = paragraph.split("\n").filter((line) => line.trim() && !numbered.has(line));
    if (!lines.length) continue;
    const card = left.findIndex((offer) => lines.some((line) => line.endsWith(` ${offer.url}`) && !isItem(line)));
    if (card >= 0) {
      blocks.push({ kind: "card", offer: left.splice(card, 1)[0] as Offer });
    } else if (left.length && lines.some((line) => isItem(line) && left.some((offer) => line.endsWith(` ${offer.url}`)))) {
      alternatives = blocks.length;
    } else {
      blocks.push(...plain(lines));
    }
  }
  if (left.length) blocks.splice(alternatives < 0 ? blocks.length : alternatives, 0, { kind: "more", offers: left });
  return blocks;
};
