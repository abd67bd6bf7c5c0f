/** The conversation over pages, reloads, tabs and time. */
import { describe, expect, it } from "vitest";
import { ask, field, focused, visit } from "./browser";
import { useStage } from "./stage";

describe("the conversation", () => {
  const stage = useStage();

  it("survives a reload and a page change, with the draft, as one conversation", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    await field(page).fill("nog niet af");
    await page.reload();
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(await field(page).inputValue()).toBe("nog niet af");
    await page.goto(`${stage.server.url}/widget/`);
    await page.getByRole("button", { name: "Vraag het aan Wegwijzer" }).last().click();
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    await field(page).fill("hallo");
    await page.keyboard.press("Enter");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    expect(new Set(stage.server.turns.map((turn) => turn.sender)).size).toBe(1);
    expect(stage.server.requests).toBe(2);
    await close();
  });

  it("comes back where it was: the last question is in sight", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url, { viewport: { width: 480, height: 600 } });
    for (const question of ["Onze wethouder wordt bedreigd via Instagram", "welke organisaties zijn er", "hallo"]) {
      const before = await page.locator(".answer").count();
      await ask(page, question);
      await page.locator(".answer").nth(before).waitFor();
    }
    await page.reload();
    await page.locator(".answer").nth(2).waitFor();
    await expect.poll(() => page.locator(".bubble").last().evaluate((bubble) => Math.round(bubble.getBoundingClientRect().bottom))).toBeLessThan(450);
    expect(await page.locator(".bubble").first().evaluate((bubble) => bubble.getBoundingClientRect().bottom)).toBeLessThan(0);
    await close();
  });

  it("stays open over a page change, without taking the focus", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`);
    await page.getByRole("button", { name: "Vraag het aan Wegwijzer" }).last().click();
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    await page.reload();
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    expect(await focused(page)).toMatch(/^body/);
    await close();
  });

  it("of another tab is another conversation", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    const other = await page.context().newPage();
    await other.goto(stage.server.url);
    expect(await other.locator(".answer").getByText("Goedendag.").count()).toBe(0);
    await ask(other, "hallo");
    await other.locator(".answer").getByText("Goedendag.").first().waitFor();
    expect(stage.server.turns[0]?.sender).not.toBe(stage.server.turns[1]?.sender);
    await close();
  });

  it("of a tab that is a copy starts anew and says so; the first tab goes on", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    // window.open copies session storage, as duplicating a tab does.
    const [copy] = await Promise.all([page.context().waitForEvent("page"), page.evaluate((url) => void window.open(url), stage.server.url)]);
    await copy.locator(".notice").getByText("Dit tabblad is een kopie.").waitFor();
    expect(await copy.locator(".bubble").count()).toBe(0);
    await ask(copy, "hallo");
    await copy.locator(".answer").getByText("Goedendag.").first().waitFor();
    await ask(page, "wie is het RIEC");
    await page.locator(".answer").getByText("Regionale Informatie").first().waitFor();
    const [first, second, third] = stage.server.turns.map((turn) => turn.sender);
    expect(third).toBe(first);
    expect(second).not.toBe(first);
    await close();
  });

  it("of a copy in which one asks at once has that question, under a name of its own", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "hallo");
    await page.locator(".answer").waitFor();
    await page.context().addInitScript(() => {
      const post = BroadcastChannel.prototype.postMessage;
      BroadcastChannel.prototype.postMessage = function (message) {
        setTimeout(() => post.call(this, message), 150);
      };
    });
    const [copy] = await Promise.all([page.context().waitForEvent("page"), page.evaluate((url) => void window.open(url), stage.server.url)]);
    await field(copy).fill("wie is het RIEC");
    await copy.keyboard.press("Enter");
    await copy.locator(".answer").getByText("Regionale Informatie").first().waitFor();
    expect(await copy.locator(".bubble").allTextContents()).toEqual(["wie is het RIEC"]);
    expect(stage.server.turns.length).toBe(2);
    expect(stage.server.turns[1]?.sender).not.toBe(stage.server.turns[0]?.sender);
    await close();
  });

  it("ends after an hour without use: a warning first, which one press puts off", async () => {
    const { page, close } = await visit(stage.browser, "about:blank");
    await page.clock.install();
    await page.goto(stage.server.url);
    await page.clock.runFor(1000);
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    await page.clock.runFor(57 * 60_000);
    expect(await page.locator(".ending").count()).toBe(0);
    await page.clock.runFor(75_000);
    const more = page.getByRole("button", { name: "Bewaar het nog een uur" });
    await more.click();
    await page.clock.runFor(50 * 60_000);
    expect(await page.locator(".answer").getByText("Goedendag.").count()).toBe(1);
    await page.clock.runFor(11 * 60_000);
    expect(await page.locator(".answer").getByText("Goedendag.").count()).toBe(0);
    await page.locator(".notice").getByText("na een uur stilte").waitFor();
    expect(await page.evaluate(() => Object.values(sessionStorage).join())).not.toContain("hallo");
    await close();
  });

  it("works where the browser refuses storage", async () => {
    const { page, errors, close } = await visit(stage.browser, "about:blank");
    await page.addInitScript(() =>
      Object.defineProperty(window, "sessionStorage", {
        get() {
          throw new DOMException("refused", "SecurityError");
        },
      }),
    );
    await page.goto(stage.server.url);
    await page.getByText("het verdwijnt als u deze pagina herlaadt of verlaat").waitFor();
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    expect(errors).toEqual([]);
    await close();
  });
});
