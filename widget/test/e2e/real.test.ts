/**
 * Against the real, running assistant (WEGWIJZER_URL): three questions by keyboard, a link, the emergency,
 * and the numbers: size, time to first render, time from Enter to card.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "../browser/axe";
import { ask, field, launch, visit } from "../browser/browser";

const SERVER = process.env.WEGWIJZER_URL ?? "";
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe("the real assistant", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (!SERVER) throw new Error("WEGWIJZER_URL names no running Wegwijzer; use `make e2e`");
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("answers three questions by keyboard only, and a link can be followed", async () => {
    const { page, errors, close } = await visit(browser, SERVER);
    await field(page).waitFor();
    for (let i = 0; i < 20 && !(await field(page).evaluate((element) => element.matches(":focus"))); i++) await page.keyboard.press("Tab");
    for (const [question, answer] of [
      ["Onze wethouder wordt bedreigd via Instagram", "Netwerk Weerbaar Bestuur"],
      ["wie is het RIEC", "Regionale Informatie Expertise Centra"],
      ["Docenten durven niet meer over Gaza te praten", "Stichting School & Veiligheid"],
    ]) {
      await page.keyboard.type(question as string);
      await page.keyboard.press("Enter");
      await page.locator(".answer").last().getByText(answer as string).first().waitFor();
    }
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const [followed] = await Promise.all([page.context().waitForEvent("request"), page.keyboard.press("Enter")]);
    expect(followed.url()).toMatch(/^https:\/\/www\.schoolenveiligheid\.nl\//);
    expect((await axe(page)).violations).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it("shows 112 first when someone is in danger", async () => {
    const { page, close } = await visit(browser, SERVER);
    await ask(page, "help er staat nu een man met een mes voor de deur");
    await page.locator('.emergency a[href="tel:112"]').first().waitFor();
    await close();
  });

  it("makes one turn of a question whose answer was lost", async () => {
    const { page, close } = await visit(browser, SERVER);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator(".answer").waitFor();
    // Two turns of this would give two answers: each names the next offer.
    const bodies: string[] = [];
    let lose = true;
    await page.route("**/webhooks/rest/webhook", async (route) => {
      const answer = await route.fetch();
      bodies.push(await answer.text());
      if (lose) {
        lose = false;
        await route.abort("connectionreset");
      } else await route.fulfill({ response: answer });
    });
    await ask(page, "Dat klopt niet");
    await page.locator(".answer").nth(1).waitFor();
    expect(bodies.length).toBe(2);
    expect(bodies[1]).toBe(bodies[0]);
    await close();
  });

  it("keeps a judgement", async () => {
    const { page, close } = await visit(browser, SERVER);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    const [answer] = await Promise.all([
      page.waitForResponse("**/webhooks/rest/feedback"),
      page.getByRole("button", { name: "Ja", exact: true }).click(),
    ]);
    expect(answer.status()).toBe(204);
    await close();
  });

  it("prints size and times", async () => {
    const built = readFileSync(new URL("../../../wegwijzer/page/wegwijzer-chat.js", import.meta.url));
    const renders: number[] = [];
    const cards: number[] = [];
    for (let i = 0; i < 7; i++) {
      const { page, close } = await visit(browser, SERVER);
      await field(page).waitFor();
      renders.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN));
      await field(page).fill("Onze wethouder wordt bedreigd via Instagram");
      cards.push(
        await page.evaluate(
          () =>
            new Promise<number>((resolve) => {
              const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
              const start = performance.now();
              new MutationObserver(() => {
                if (root.querySelector("article.best")) requestAnimationFrame(() => resolve(performance.now() - start));
              }).observe(root, { childList: true, subtree: true });
              root.querySelector("#field")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
            }),
        ),
      );
      await close();
    }
    console.log(
      [
        `grootte: ${(gzipSync(built, { level: 9 }).length / 1000).toFixed(1)} kB gzip (${(built.length / 1000).toFixed(1)} kB)`,
        `eerste beeld: ${median(renders).toFixed(0)} ms (mediaan van ${renders.length})`,
        `van Enter tot kaart: ${median(cards).toFixed(0)} ms (mediaan van ${cards.length})`,
      ].join("\n"),
    );
    expect(median(cards)).toBeLessThan(5000);
  });
});
