/** The main flow on the full page, with the keyboard only: what is shown, said, focused and told. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { T } from "../../src/teksten";
import { axe } from "./axe";
import { ask, field, focused, visit } from "./browser";
import { useStage } from "./stage";

/** Presses Tab (or Shift+Tab) until what has the focus matches; fails after `most` times. */
const tabTo = async (page: Page, wanted: RegExp, key = "Tab", most = 60): Promise<void> => {
  const passed: string[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(key);
    passed.push(await focused(page));
    if (wanted.test(passed.at(-1) ?? "")) return;
  }
  throw new Error(`${wanted} was not reached; the focus went over ${passed.join(" | ")}`);
};

/** Keeps every text that a live region gets from now on. */
const listen = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const region of root.querySelectorAll("[role=status], [role=alert]"))
      new MutationObserver(() => {
        const text = region.textContent?.trim();
        if (text) heard.push(`${region.getAttribute("role")}: ${text}`);
      }).observe(region, { childList: true, characterData: true, subtree: true });
  });
const heard = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { heard: string[] }).heard);

describe("the main flow", () => {
  const stage = useStage();

  it("three questions and a link with the keyboard only", async () => {
    const { page, errors, close } = await visit(stage.browser, stage.server.url);
    await tabTo(page, /^textarea: field/);
    await page.keyboard.type("Onze wethouder wordt bedreigd via Instagram");
    await page.keyboard.press("Enter");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(await focused(page)).toBe("textarea: field");
    await page.keyboard.type("er is onrust");
    await page.keyboard.press("Enter");
    await page.getByRole("group", { name: "Kies een antwoord" }).waitFor();
    await page.keyboard.type("wie is het RIEC");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /Trainingen en producten van het RIEC/ }).waitFor();
    expect(stage.server.turns.map((turn) => turn.message)).toEqual(["Onze wethouder wordt bedreigd via Instagram", "er is onrust", "wie is het RIEC"]);
    expect(new Set(stage.server.turns.map((turn) => turn.sender)).size).toBe(1);
    expect(new Set(stage.server.turns.map((turn) => turn.key)).size).toBe(3);

    await page.keyboard.press("Shift+Tab");
    expect(await focused(page)).toMatch(/^button: Naar het laatste antwoord/);
    await page.keyboard.press("Enter");
    await tabTo(page, /^a: Trainingen en producten van het RIEC/, "Tab", 3);
    const [followed] = await Promise.all([page.context().waitForEvent("request"), page.keyboard.press("Enter")]);
    expect(followed.url()).toMatch(/^https:\/\/www\.riec\.nl\//);
    expect(followed.headers().referer).toBeUndefined();
    expect(page.url()).toBe(`${stage.server.url}/`);
    expect(errors).toEqual([]);
    await close();
  });

  it("the accessibility tree of a question and its advice", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    const tree = (await page.locator("body").ariaSnapshot()).replace(/\d\d:\d\d/g, "TT:TT");
    expect(tree).toMatchSnapshot();
    await close();
  });

  it("an answer is said once, an emergency at once", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await listen(page);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    await page.waitForTimeout(5_500);
    expect(await heard(page)).toEqual([expect.stringMatching(/^status: Antwoord van Wegwijzer\. Beste keuze: Netwerk Weerbaar Bestuur/)]);
    await ask(page, "er staat iemand met een mes voor de deur");
    await page.getByText("Acuut gevaar", { exact: true }).waitFor();
    await page.waitForTimeout(300);
    expect((await heard(page)).slice(1)).toEqual([expect.stringMatching(/^alert: Bel nu 112 als iemand in gevaar is/)]);
    await close();
  });

  it("an emergency has 112 to tap, first", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "er staat iemand met een mes voor de deur");
    const call = page.locator(".emergency a").first();
    expect(await call.getAttribute("href")).toBe("tel:112");
    expect(await page.locator('.emergency a[href="tel:09008844"]').count()).toBe(1);
    const box = await call.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    await close();
  });

  it("a card has all that it must, and its link is of the catalogue and says it opens a new tab", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    const card = page.locator("article.best");
    await card.waitFor();
    for (const text of ["Beste keuze", "Netwerk Weerbaar Bestuur", "Ministerie van Binnenlandse Zaken", "Ondersteuningsteam weerbaar bestuur", "Dit past bij wat u schrijft", "Bij bedreiging, intimidatie", "Bron: Netwerk Weerbaar Bestuur", "directe hulp"])
      expect(await card.getByText(text).first().isVisible()).toBe(true);
    const link = card.getByRole("link", { name: "Naar Ondersteuningsteam weerbaar bestuur (opent in een nieuw tabblad)" });
    expect(await link.getAttribute("target")).toBe("_blank");
    expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
    expect(await page.locator("details article").first().isVisible()).toBe(false);
    await page.locator("summary").press("Enter");
    expect(await page.locator("details article").count()).toBe(2);
    expect(await page.locator("details article").first().isVisible()).toBe(true);
    await close();
  });

  it("an option is sent as its payload, is marked, and the focus goes to the question", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "er is onrust");
    const option = page.getByRole("group", { name: "Kies een antwoord" }).getByRole("button").first();
    const label = (await option.textContent()) ?? "";
    await option.press("Enter");
    await page.getByText("(gekozen)").waitFor();
    expect(stage.server.turns[1]?.message).toBe(label.trim());
    expect(await focused(page)).toContain(label.trim());
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatch(/^a: Naar /);
    await close();
  });

  it("‘Dat klopt niet’ asks for others and stands only under the last advice", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.getByRole("button", { name: "Dat klopt niet" }).click();
    await page.locator(".answer").getByText("Dank u, dan past dat niet.").first().waitFor();
    expect(await page.getByRole("button", { name: "Dat klopt niet" }).count()).toBe(1);
    await close();
  });

  it("a starter question asks, and starters are gone after it", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await page.getByRole("button", { name: T.starters[1] }).press("Enter");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect(await page.getByRole("group", { name: "Voorbeelden van vragen" }).count()).toBe(0);
    expect(await focused(page)).toContain(T.starters[1]);
    await close();
  });

  it("what is kept is said before the first question", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    for (const text of ["Typ liever geen namen", "bewaart uw vraag", "Na 30 dagen worden vraag en antwoord gewist.", "tot u het tabblad sluit"]) expect(await page.getByText(text).isVisible()).toBe(true);
    await close();
  });

  it("an empty question is not sent and the field says why", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "   ");
    await page.getByText("Typ eerst uw vraag.").waitFor();
    expect(await field(page).getAttribute("aria-invalid")).toBe("true");
    expect(await page.evaluate(() => document.querySelector("wegwijzer-chat")?.shadowRoot?.querySelector("#field")?.getAttribute("aria-describedby"))).toContain("fault");
    expect(stage.server.requests).toBe(0);
    await page.keyboard.type("a");
    expect(await page.getByText("Typ eerst uw vraag.").count()).toBe(0);
    await close();
  });

  it("too long a question is not sent and stays in the field", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await field(page).fill("a".repeat(4001));
    await page.keyboard.press("Enter");
    await page.getByText("Uw bericht is 1 teken te lang").waitFor();
    expect((await field(page).inputValue()).length).toBe(4001);
    expect(stage.server.requests).toBe(0);
    await close();
  });

  it("Shift+Enter makes a new line", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await field(page).focus();
    await page.keyboard.type("een");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("twee");
    expect(await field(page).inputValue()).toBe("een\ntwee");
    await close();
  });

  it("a thumb is sent, then its reason, with the turn's key", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    const down = page.getByRole("button", { name: "Nee", exact: true });
    await down.press("Enter");
    const reason = page.getByRole("textbox", { name: /Wilt u zeggen waarom/ });
    await reason.fill("We zochten een training");
    expect(await page.getByText("Wie Wegwijzer verbetert, leest uw toelichting").isVisible()).toBe(true);
    await page.getByRole("button", { name: "Toelichting versturen" }).press("Enter");
    await reason.waitFor({ state: "detached" });
    const [turn] = stage.server.turns;
    const base = { sender: turn?.sender, answer: turn?.key, thumb: "down" };
    expect(stage.server.feedback).toEqual([base, { ...base, reason: "We zochten een training" }]);
    expect(await down.getAttribute("aria-pressed")).toBe("true");
    expect(await focused(page)).toBe("button: Nee");
    await close();
  });

  it("a reason that is not kept stays in its field", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.getByRole("button", { name: "Ja", exact: true }).click();
    const reason = page.getByRole("textbox", { name: /Wilt u zeggen waarom/ });
    await reason.fill("Precies goed");
    stage.server.feedbackStatus = 500;
    await page.getByRole("button", { name: "Toelichting versturen" }).click();
    await page.locator(".error", { hasText: "Uw oordeel is niet bewaard" }).waitFor();
    expect(await reason.inputValue()).toBe("Precies goed");
    await close();
  });

  it("an answer is copied, over https and without", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url, { permissions: ["clipboard-read", "clipboard-write"] });
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    const button = page.getByRole("button", { name: "Kopieer antwoord" });
    await button.click();
    await page.getByRole("button", { name: "Gekopieerd" }).waitFor();
    const read = () => page.evaluate(() => navigator.clipboard.readText());
    expect(await read()).toMatch(/^U kunt terecht bij Netwerk Weerbaar Bestuur/);
    await page.evaluate(() => navigator.clipboard.writeText("iets anders"));
    await page.evaluate(() => Object.defineProperty(navigator.clipboard, "writeText", { value: () => Promise.reject(new Error("no https")) }));
    await ask(page, "wie is het RIEC");
    await page.getByRole("button", { name: "Kopieer antwoord" }).last().click();
    await page.getByRole("button", { name: "Gekopieerd" }).waitFor();
    expect(await read()).toMatch(/^Regionale Informatie Expertise Centra/);
    await close();
  });

  it("the summary is downloaded and printed as text", async () => {
    const { page, errors, close } = await visit(stage.browser, stage.server.url);
    await page.addInitScript(() => {
      window.print = function () {
        Object.assign(window.top as Window, { printed: [document.body.innerText, document.documentElement.lang, document.body.children.length] });
      };
    });
    await page.reload();
    await ask(page, "Onze wethouder wordt bedreigd <b>via</b> Instagram");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    await page.getByRole("button", { name: "Samenvatting" }).click();
    expect(await focused(page)).toBe("h2: Samenvatting");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Downloaden" }).click()]);
    expect(file.suggestedFilename()).toMatch(/^wegwijzer-\d\d-\d\d-\d{4}\.txt$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^\ufeffSamenvatting van [\s\S]*bedreigd <b>via<\/b> Instagram\r\nAntwoord:\r\nU kunt terecht/);
    await page.getByRole("button", { name: "Afdrukken" }).click();
    const printed = await page.evaluate(() => (window as unknown as { printed: [string, string, number] }).printed);
    expect(printed[0]).toMatch(/^Samenvatting van [\s\S]*<b>via<\/b>/);
    expect(printed.slice(1)).toEqual(["nl", 0]);
    await page.getByRole("button", { name: "Terug naar het gesprek" }).first().click();
    expect(await focused(page)).toBe("textarea: field");
    expect(errors).toEqual([]);
    await close();
  });

  it("starting over asks first, then forgets and takes another name", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    await page.getByRole("button", { name: "Opnieuw beginnen" }).click();
    await page.getByRole("button", { name: "Nee, ga verder" }).click();
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    await page.getByRole("button", { name: "Opnieuw beginnen" }).click();
    await page.getByRole("button", { name: "Ja, opnieuw beginnen" }).click();
    await page.getByText("Waar kan ik u bij helpen?").waitFor();
    expect(await page.evaluate(() => Object.values(sessionStorage).join())).not.toContain("Instagram");
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    expect(stage.server.turns[1]?.sender).not.toBe(stage.server.turns[0]?.sender);
    await close();
  });

  it("text of the user and the server is text, never HTML", async () => {
    const { page, errors, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=vijandig&modus=page`);
    await page.locator("summary").click();
    const found = await page.evaluate(() => {
      const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
      return [root.querySelectorAll(".log img, .log script").length, [...root.querySelectorAll(".log a")].map((link) => link.getAttribute("href"))];
    });
    expect(found).toEqual([0, []]);
    expect(errors).toEqual([]);
    await close();
  });

  it("sets no cookie and speaks with its own server only", async () => {
    const { page, close } = await visit(stage.browser, "about:blank");
    const hosts = new Set<string>();
    page.on("request", (request) => hosts.add(new URL(request.url()).origin));
    await page.goto(stage.server.url);
    await ask(page, "hallo");
    await page.locator(".answer").getByText("Goedendag.").first().waitFor();
    expect([...hosts]).toEqual([stage.server.url]);
    expect(await page.context().cookies()).toEqual([]);
    await close();
  });

  it("axe finds nothing on the page in use", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    await ask(page, "er staat iemand met een mes voor de deur");
    // A question typed while another is on its way waits for the user, see the tests of faults.
    await page.locator(".answer").getByText("Bel 112").first().waitFor();
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    expect((await axe(page)).violations).toEqual([]);
    await close();
  });
});
