/** When the server or the connection fails: a clear message, no text lost, nothing sent twice. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ask, field, focused, visit } from "./browser";
import { useStage } from "./stage";

const QUESTION = "Onze wethouder wordt bedreigd via Instagram";

/** Makes the waiting short; what is waited for stays the same. The limit leaves room for a busy machine. */
const hurry = (page: Page, patience = 100, limit = 5000): Promise<void> =>
  page.evaluate(
    ([p, l]) => {
      const chat = document.querySelector("wegwijzer-chat");
      if (chat) chat.timing = { patience: p as number, limit: l as number, pauses: [50, 50] };
    },
    [patience, limit],
  );

describe("faults", () => {
  const stage = useStage();

  const open = async (options = {}) => {
    const visited = await visit(stage.browser, stage.server.url, options);
    await hurry(visited.page);
    return visited;
  };

  it("a lost answer is asked again by itself, under the same key, and is one turn", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "lose" }];
    await ask(page, QUESTION);
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect([stage.server.requests, stage.server.turns.length]).toEqual([2, 1]);
    expect(await page.locator(".bubble").count()).toBe(1);
    await close();
  });

  it("a connection that breaks before the turn is tried again", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "drop" }, { kind: "drop" }];
    await ask(page, QUESTION);
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect([stage.server.requests, stage.server.turns.length]).toEqual([3, 1]);
    await close();
  });

  it.each([
    ["down", { kind: "drop" }, "Wegwijzer is nu niet bereikbaar."],
    ["500", { kind: "status", status: 500 }, "Er ging iets mis bij Wegwijzer."],
    ["503", { kind: "status", status: 503 }, "Er ging iets mis bij Wegwijzer."],
  ] as const)("server %s: says so, keeps the question, has 112 and the directory, and tries again on request", async (_, fault, text) => {
    const { page, errors, close } = await open();
    // More than the chat asks: a browser itself sends again what broke on a connection that it used before.
    stage.server.faults = Array.from({ length: 9 }, () => fault);
    await ask(page, QUESTION);
    const trouble = page.locator(".trouble");
    await trouble.getByText(text).waitFor();
    expect(await page.locator(".bubble").textContent()).toBe(QUESTION);
    expect(await trouble.getByRole("link", { name: "112" }).getAttribute("href")).toBe("tel:112");
    await trouble.getByRole("button", { name: "Alle organisaties" }).press("Enter");
    expect(await page.locator(".bodies > li").count()).toBeGreaterThanOrEqual(14);
    expect(await page.locator(".bodies a").count()).toBeGreaterThanOrEqual(23);
    await page.getByRole("button", { name: "Terug naar het gesprek" }).first().click();
    stage.server.faults = [];
    await page.getByRole("button", { name: "Opnieuw proberen" }).press("Enter");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(stage.server.turns.length).toBe(1);
    expect(await page.locator(".trouble").count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });

  it("the question can be changed: it goes back to the field, before what was typed meanwhile", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "status", status: 500 }, { kind: "status", status: 500 }, { kind: "status", status: 500 }];
    await ask(page, QUESTION);
    await page.locator(".trouble").waitFor();
    await field(page).fill("en nog iets");
    await page.getByRole("button", { name: "Tekst aanpassen" }).click();
    expect(await field(page).inputValue()).toBe(`${QUESTION}\nen nog iets`);
    expect(await focused(page)).toBe("textarea: field");
    await page.keyboard.press("Enter");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(stage.server.turns.map((turn) => turn.message)).toEqual([`${QUESTION}\nen nog iets`]);
    await close();
  });

  it("slow: says that it takes long and that the question is not lost", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "wait", ms: 1500 }];
    await ask(page, QUESTION);
    await page.locator(".turn").getByText("Dit duurt langer dan gewoonlijk.").waitFor();
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(stage.server.requests).toBe(1);
    await close();
  });

  it("silent: tries once more and then says that there is no answer", async () => {
    const { page, close } = await open();
    await hurry(page, 100, 400);
    stage.server.faults = [{ kind: "hang" }, { kind: "hang" }];
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("Wegwijzer geeft geen antwoord.").waitFor();
    expect(stage.server.requests).toBe(2);
    await close();
  });

  it("429: waits as long as the server says and sends by itself, with the same key", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "status", status: 429, headers: { "Retry-After": "3" }, body: [{ text: "U stuurt veel berichten." }] }];
    const start = Date.now();
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("Er komen nu veel vragen binnen. Uw vraag wordt over 3 seconden vanzelf opnieuw verstuurd.").waitFor();
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(Date.now() - start).toBeGreaterThanOrEqual(3000);
    expect([stage.server.requests, stage.server.turns.length]).toEqual([2, 1]);
    await close();
  });

  it("429 again: leaves it to the user", async () => {
    const { page, close } = await open();
    const fault = { kind: "status", status: 429, headers: { "Retry-After": "1" } } as const;
    stage.server.faults = [fault, fault];
    await ask(page, QUESTION);
    await page.getByRole("button", { name: "Opnieuw proberen" }).waitFor();
    expect(stage.server.requests).toBe(2);
    expect((await page.locator(".trouble p").allTextContents()).join(" ")).toBe(
      "Er komen nu veel vragen binnen. Wacht even en probeer het dan opnieuw. Bij acuut gevaar belt u 112. De organisaties en hun links staan in de lijst.",
    );
    await close();
  });

  it("a refused message shows the server's words and can be changed", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "status", status: 413, body: [{ text: "Uw bericht is te lang (4800 tekens)." }] }];
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("Uw bericht is te lang (4800 tekens).").waitFor();
    expect(await page.getByRole("button", { name: "Opnieuw proberen" }).count()).toBe(0);
    await page.getByRole("button", { name: "Tekst aanpassen" }).click();
    expect(await field(page).inputValue()).toBe(QUESTION);
    expect(stage.server.requests).toBe(1);
    await close();
  });

  it("offline: keeps the question and sends it when the connection is back", async () => {
    const { page, close } = await open();
    await page.context().setOffline(true);
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("U hebt geen internetverbinding.").waitFor();
    expect(stage.server.requests).toBe(0);
    await page.context().setOffline(false);
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect([stage.server.requests, stage.server.turns.length]).toEqual([1, 1]);
    await close();
  });

  it("a question sent at once, before it is known whose conversation it is, is sent once", async () => {
    const { page, close } = await open();
    await page.reload();
    await field(page).fill(QUESTION);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.locator(".answer").waitFor();
    await page.waitForTimeout(500);
    expect([stage.server.requests, await page.locator(".bubble").count()]).toEqual([1, 1]);
    await close();
  });

  it("a reload while waiting asks again under the same key: one turn", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "hang" }];
    await ask(page, QUESTION);
    await page.locator(".typing").waitFor();
    await expect.poll(() => stage.server.requests).toBe(1);
    await page.reload();
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect([stage.server.requests, stage.server.turns.length]).toEqual([2, 1]);
    await close();
  });

  it("what is typed while waiting is not sent and not lost", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "wait", ms: 1500 }];
    await ask(page, QUESTION);
    await page.keyboard.type("tweede vraag");
    await page.keyboard.press("Enter");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(await field(page).inputValue()).toBe("tweede vraag");
    expect(stage.server.turns.length).toBe(1);
    await page.keyboard.press("Enter");
    await expect.poll(() => stage.server.turns.length).toBe(2);
    await close();
  });

  it("starting over while waiting throws the late answer away", async () => {
    const { page, close } = await open();
    stage.server.faults = [{ kind: "wait", ms: 1500 }];
    await ask(page, QUESTION);
    await page.getByRole("button", { name: "Opnieuw beginnen" }).click();
    await page.getByRole("button", { name: "Ja, opnieuw beginnen" }).click();
    await page.waitForTimeout(1800);
    expect(await page.locator(".bubble").count()).toBe(0);
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    await close();
  });

  it("the directory is there when the server never was", async () => {
    const { page, close } = await open();
    stage.server.faults = Array.from({ length: 9 }, () => ({ kind: "drop" }) as const);
    await page.getByRole("button", { name: "Alle organisaties" }).click();
    expect(await page.locator(".bodies > li").count()).toBeGreaterThanOrEqual(14);
    expect(await page.getByRole("link", { name: "Bel 112" }).getAttribute("href")).toBe("tel:112");
    await close();
  });
});
