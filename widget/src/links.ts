/** Which addresses may become a link, and text cut into plain parts, links and telephone numbers. */
import { DIRECTORY } from "./directory";

const KNOWN: ReadonlySet<string> = new Set(DIRECTORY.flatMap((body) => body.offers.map((offer) => offer.url)));

/** Whether an address is http or https, and no other scheme hides in it. */
export const isWebAddress = (address: string): boolean => {
  try {
    return /^https?:$/.test(new URL(address).protocol);
  } catch {
    return false;
  }
};

/** The address when it may be a link: http(s) and in the catalogue; otherwise null. */
export const catalogueLink = (address: string): string | null =>
  KNOWN.has(address) && isWebAddress(address) ? address : null;

export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly url: string }
  | { readonly kind: "phone"; readonly text: string; readonly number: string };

const INTERESTING = /(https?:\/\/[^\s<>"]+)|(?<![\d-])(112|0900-8844)(?![\d-])/g;

/** Cuts a line into parts; an address outside the catalogue stays text. */
export const parts = (line: string): Part[] => {
  const found: Part[] = [];
  let end = 0;
  for (const match of line.matchAll(INTERESTING)) {
    const [whole, address, number] = match;
    let part: Part | null = null;
    let length = whole.length;
    if (number) part = { kind: "phone", text: number, number: number.replace("-", "") };
    else if (address) {
      // A full stop or comma after an address belongs to the sentence, unless the catalogue has it.
      const bare = catalogueLink(address) ? address : address.replace(/[.,;:)]+$/, "");
      length = bare.length;
      const url = catalogueLink(bare);
      if (url) part = { kind: "link", text: url, url };
    }
    if (!part) continue;
    if (match.index > end) found.push({ kind: "text", text: line.slice(end, match.index) });
    found.push(part);
    end = match.index + length;
  }
  if (end < line.length) found.push({ kind: "text", text: line.slice(end) });
  return found;
};
