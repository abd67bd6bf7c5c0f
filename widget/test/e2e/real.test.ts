/**
 * Against the real, running assistant (WEGWIJZER_URL): four questions by keyboard, a link, the emergency,
 * a page of another website (the first of WEGWIJZER_ORIGINS), and the numbers: size, time to first render,
 * time from Enter to card.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { T } from "../../src/teksten";
import { axe } from "../browser/axe";
import { ask, field, launch, visit } from "../browser/browser";
import { FakeServer } from "../browser/fake";

const SERVER = process.env.WEGWIJZER_URL ?? "";
/** A website that the server allows; the tests serve a page there. */
const ORIGIN = /^http:\/\/localhost:\d+/.exec(process.env.WEGWIJZER_ORIGINS ?? "")?.[0] ?? "";
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe("the real assistant", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (!SERVER) throw new Error("WEGWIJZER_URL names no running Wegwijzer; use `make e2e`");
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("answers what it gives as examples, and a question more, by keyboard only with cards, a link can be followed, and axe finds nothing", async () => {
    const { page, errors, close } = await visit(browser, SERVER);
    await field(page).waitFor();
    for (let i = 0; i < 20 && !(await field(page).evaluate((element) => element.matches(":focus"))); i++) await page.keyboard.press("Tab");
    const [threatened, unrest, teachers] = T.starters;
    const questions = [
      [threatened, "Netwerk Weerbaar Bestuur"],
      ["criminelen huren loodsen in ons buitengebied voor drugs", "Regionale Informatie Expertise Centra"],
      [unrest, "Ondersteuningsnetwerk maatschappelijke onrust"],
      [teachers, "Stichting School & Veiligheid"],
    ] as const;
    for (const [i, [question, organisation]] of questions.entries()) {
      await page.keyboard.type(question);
      await page.keyboard.press("Enter");
      await page.locator(".answer").nth(i).locator("article.best").getByRole("heading", { name: organisation }).waitFor();
      expect((await axe(page)).violations).toEqual([]);
    }
    expect(await page.locator("article.best").count()).toBe(questions.length);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const [followed] = await Promise.all([page.context().waitForEvent("request"), page.keyboard.press("Enter")]);
    expect(followed.url()).toMatch(/^https:\/\/www\.schoolenveiligheid\.nl\//);
    expect(errors).toEqual([]);
    await close();
  });

  it("says how long it keeps what is asked", async () => {
    const { retention_days: days } = (await (await fetch(`${SERVER}/webhooks/rest/instellingen`)).json()) as { retention_days: number };
    expect(days).toBeGreaterThanOrEqual(1);
    const { page, close } = await visit(browser, SERVER);
    await page.getByText(`Na ${days === 1 ? "1 dag" : `${days} dagen`} worden vraag en antwoord gewist.`).waitFor();
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

  describe.skipIf(!ORIGIN)("on another website", () => {
    let intranet: FakeServer;
    let stranger: FakeServer;
    beforeAll(async () => {
      [intranet, stranger] = await Promise.all([FakeServer.start(Number(new URL(ORIGIN).port)), FakeServer.start()]);
      for (const site of [intranet, stranger]) {
        site.pages.set("/script", [`<!doctype html><html lang="nl"><title>Intranet</title><script src="${SERVER}/widget/wegwijzer-chat.js" defer></script><main><h1>Intranet</h1></main><wegwijzer-chat open></wegwijzer-chat></html>`, `default-src 'none'; script-src ${SERVER}; connect-src ${SERVER}`]);
        site.pages.set("/kader", [`<!doctype html><html lang="nl"><title>Intranet</title><main><h1>Intranet</h1><iframe src="${SERVER}/widget/iframe.html" title="Wegwijzer" width="400" height="640"></iframe></main></html>`, `default-src 'none'; frame-src ${SERVER}`]);
      }
    });
    afterAll(() => Promise.all([intranet.stop(), stranger.stop()]));

    it("that is allowed: answers, keeps a judgement, under that page's strict CSP", async () => {
      const { page, errors, close } = await visit(browser, `${ORIGIN}/script`);
      await ask(page, "Onze wethouder wordt bedreigd via Instagram");
      await page.locator("article.best").waitFor();
      const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith("/feedback") && response.request().method() === "POST"), page.getByRole("button", { name: "Nee", exact: true }).click()]);
      expect(answer.status()).toBe(204);
      expect((await axe(page)).violations).toEqual([]);
      expect(errors).toEqual([]);
      await close();
    });

    it("that is allowed: answers in an iframe", async () => {
      const { page, errors, close } = await visit(browser, `${ORIGIN}/kader`);
      const frame = page.frameLocator("iframe");
      await frame.getByRole("textbox", { name: "Uw vraag" }).fill("Onze wethouder wordt bedreigd via Instagram");
      await frame.getByRole("textbox", { name: "Uw vraag" }).press("Enter");
      await frame.locator("article.best").waitFor();
      expect(errors).toEqual([]);
      await close();
    });

    it("that is not: says so, has 112, and is not framed", async () => {
      const { page, errors, close } = await visit(browser, `${stranger.as("localhost")}/script`);
      await page.locator(".notice").getByText("Deze website mag Wegwijzer niet gebruiken.").waitFor();
      await ask(page, "Onze wethouder wordt bedreigd via Instagram");
      await page.locator(".trouble").getByText("Deze website mag Wegwijzer niet gebruiken.").waitFor();
      expect(await page.locator('.trouble a[href="tel:112"]').count()).toBe(1);
      await page.goto(`${stranger.as("localhost")}/kader`);
      await expect.poll(() => errors.join()).toContain("frame-ancestors");
      await close();
    });
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
      const { page, close } = await visit(browser, "about:blank");
      await page.addInitScript(() => {
        // The first frame in which there is a field to type in; not that of the words which stand there before.
        const look = (): unknown =>
          document.querySelector("wegwijzer-chat")?.shadowRoot?.querySelector("#field")
            ? requestAnimationFrame(() => Object.assign(window, { rendered: performance.now() }))
            : requestAnimationFrame(look);
        look();
      });
      await page.goto(SERVER);
      const rendered = await page.waitForFunction(() => (window as unknown as { rendered?: number }).rendered);
      renders.push((await rendered.jsonValue()) as number);
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
        `tot de chat er staat: ${median(renders).toFixed(0)} ms (mediaan van ${renders.length})`,
        `van Enter tot kaart: ${median(cards).toFixed(0)} ms (mediaan van ${cards.length})`,
      ].join("\n"),
    );
    expect(median(cards)).toBeLessThan(5000);
  });
});
