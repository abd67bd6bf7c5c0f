/** axe-core in the page, all its rules; under the page's own Content-Security-Policy. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every violation as one line: rule, place, what is wrong. And what axe could not decide, by rule. */
export const axe = async (page: Page): Promise<{ violations: string[]; undecided: string[]; passes: number }> => {
  await page.evaluate(SOURCE);
  const results = await page.evaluate(() => (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  const lines = (list: AxeResults["violations"]) =>
    list.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${JSON.stringify(node.target)} ${node.any[0]?.message ?? node.failureSummary ?? ""}`));
  return { violations: lines(results.violations), undecided: lines(results.incomplete), passes: results.passes.length };
};
