import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { T } from "../../src/teksten";
import { TOKEN_NAMES } from "../../src/tokens";

const SOURCES = new URL("../../src/", import.meta.url);
const PAGE = new URL("../../../wegwijzer/page/", import.meta.url);
const source = (name: string) => readFileSync(new URL(name, SOURCES), "utf8");

const strings = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return [String((value as (x: unknown) => unknown)(2))];
  return Object.values(value as object).flatMap(strings);
};

describe("the built file", () => {
  const built = readFileSync(new URL("wegwijzer-chat.js", PAGE));

  it("is at most 40 kB gzipped, all in", () => {
    const size = gzipSync(built, { level: 9 }).length;
    console.log(`wegwijzer-chat.js: ${(size / 1000).toFixed(1)} kB gzipped, ${(built.length / 1000).toFixed(1)} kB`);
    expect(size).toBeLessThanOrEqual(40_000);
  });

  it("names no address of its own but those of the catalogue and the standards'", () => {
    const known = new Set(source("directory.json").match(/https?:\/\/[^"]+/g));
    const hosts = (built.toString().match(/https?:\/\/[\w.-]+[^\s"'`<>)\\]*/g) ?? []).filter((address) => !known.has(address));
    expect(hosts.filter((address) => !/^http:\/\/www\.w3\.org\//.test(address))).toEqual([]);
  });

  it.each(TOKEN_NAMES)("uses the token %s", (name) => {
    expect(built.toString()).toContain(`var(--${name}`);
  });

  it("evaluates no text as code", () => {
    expect(built.toString()).not.toMatch(/\beval\(|new Function\(/);
  });
});

describe("the sources", () => {
  const files = readdirSync(SOURCES).filter((name) => name.endsWith(".ts"));

  it.each(files)("%s puts nothing on the page as HTML and makes no inline style", (name) => {
    expect(source(name)).not.toMatch(/unsafeHTML|unsafeSVG|innerHTML|outerHTML|insertAdjacentHTML|document\.write|style=|\.style\b|document\.cookie/);
  });

  it("lets an address become a link in a few places only, all guarded", () => {
    const places = files.flatMap((name) => (source(name).match(/href=\S+/g) ?? []).map((place) => `${name} ${place}`));
    expect(places.sort()).toEqual([
      "chat.ts href=${link}",
      'views.ts href="tel:${number}">${label}</a>`;',
      'views.ts href="tel:112">${ICONS.phone}${T.bel112}</a>`;',
      "views.ts href=${url}",
    ]);
  });
});

describe("the pages", () => {
  it.each(readdirSync(PAGE).filter((name) => name.endsWith(".html")))("%s has no inline script, style or handler", (name) => {
    const page = readFileSync(new URL(name, PAGE), "utf8");
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)| on\w+=|https?:/);
    expect(page).toContain('<html lang="nl">');
  });
});

describe("the texts", () => {
  it.each(strings(T))("%s", (text) => {
    expect(text).not.toMatch(/!|\bje\b|\bjij\b|\bjouw\b|\bjullie\b/i);
    for (const sentence of text.split(/[.?:;] /)) expect(sentence.split(" ").length).toBeLessThanOrEqual(20);
  });
});
