/** The workbench in a browser: where it is, how a trainer comes in, and what tests ask beside it. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { axe } from "../browser/axe";
import { visit, type Visit } from "../browser/browser";

const named = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run scripts/e2e-studio`);
  return value;
};
export const STUDIO = named("STUDIO_URL");
export const WEGWIJZER = named("WEGWIJZER_URL");
export const TREE = named("STUDIO_TREE");
const PICTURES = new URL("../../../build/studio/", import.meta.url).pathname;
mkdirSync(PICTURES, { recursive: true });
/** MANUAL_PICTURES=docs/trainershandleiding renews those of the manual; fonts differ, so not on every run. */
const MANUAL = process.env.MANUAL_PICTURES ? new URL(`../../../${process.env.MANUAL_PICTURES}/`, import.meta.url).pathname : "";
const IN_MANUAL: ReadonlySet<string> = new Set([
  "postvak", "gezien", "labelen", "let-op", "bewaard", "trainen", "vergelijken", "poort", "versies", "pagina-catalogus-light-1100", "kapot-bestand",
]);

/** Comes in under a name and lands on a page. */
export const enter = async (browser: Browser, name: string, path = "/", options: BrowserContextOptions = {}): Promise<Visit> => {
  const seen = await visit(browser, "about:blank", { viewport: { width: 1100, height: 760 }, ...options });
  // The workbench shares two cores with a training.
  seen.page.context().setDefaultTimeout(120_000);
  await seen.page.goto(`${STUDIO}${path}`);
  await seen.page.getByLabel("Uw naam").fill(name);
  await seen.page.keyboard.press("Enter");
  await seen.page.getByText(`Trainer: ${name}`).waitFor();
  return seen;
};

export const picture = async (page: Page, name: string, fullPage = false): Promise<void> => {
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage });
  if (MANUAL && IN_MANUAL.has(name)) copyFileSync(`${PICTURES}${name}.png`, `${MANUAL}${name}.png`);
};

/** axe finds nothing, and nothing sticks out sideways. */
export const accessible = async (page: Page): Promise<void> => {
  const { violations, passes } = await axe(page);
  expect(violations, page.url()).toEqual([]);
  expect(passes).toBeGreaterThan(10);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), page.url()).toBeLessThanOrEqual(0);
};

export const git = (...words: string[]): string => execFileSync("git", words, { cwd: TREE, encoding: "utf8" });

interface Answer {
  readonly text: string;
  readonly custom: { readonly kind: string; readonly offers: readonly { readonly id: string }[] };
}

/** Asks the running assistant as the chat does; the key is also what a thumb is about. */
export const ask = async (text: string, sender: string, key: string): Promise<Answer> => {
  const reply = await fetch(`${WEGWIJZER}/webhooks/rest/webhook`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify({ sender, message: text }),
  });
  return ((await reply.json()) as Answer[])[0] as Answer;
};

export const thumb = async (sender: string, answer: string, thumb: "up" | "down", reason: string): Promise<void> => {
  const reply = await fetch(`${WEGWIJZER}/webhooks/rest/feedback`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sender, answer, thumb, reason }),
  });
  expect(reply.ok, await reply.text()).toBe(true);
};
