/** Every page in both themes and at 320 pixels, the keyboard alone, and what goes wrong. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { focused, launch } from "../browser/browser";
import { accessible, enter, git, picture, STUDIO, TREE } from "./studio";

const PAGES = {
  postvak: "/",
  labelen: "/labelen?vraag=Er+hangt+spanning+in+de+wijk+sinds+het+besluit+over+de+opvang",
  voorbeelden: "/voorbeelden?zoek=wijk",
  aantallen: "/voorbeelden/aantallen",
  uitschieters: "/voorbeelden/uitschieters",
  dekking: "/voorbeelden/dekking",
  trainen: "/trainen",
  catalogus: "/catalogus",
  aanbod: "/catalogus/omo_preventie",
  versies: "/versies",
  naam: "/naam",
  "niet-gevonden": "/bestaat-niet",
} as const;

describe("the workbench's pages", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    git("checkout", "--", "data", "catalogus");
  });

  describe.each([
    ["light", 1100],
    ["dark", 1100],
    ["light", 320],
    ["dark", 320],
  ] as const)("%s, %i pixels wide", (colorScheme, width) => {
    it.each(Object.entries(PAGES))("%s", async (name, path) => {
      const { page, errors, close } = await enter(browser, "Anna", path, { colorScheme, viewport: { width, height: 800 } });
      // Who came in at the door was led on from it.
      if (name === "naam") await page.goto(`${STUDIO}${path}`);
      await page.locator("h1").waitFor();
      if (name === "labelen") await page.locator("#gezien table").waitFor({ timeout: 120_000 });
      await accessible(page);
      await picture(page, `pagina-${name}-${colorScheme}-${width}`);
      expect(errors).toEqual([]);
      await close();
    });
  });

  it("is worked with the keyboard alone", async () => {
    const { page, errors, close } = await enter(browser, "Anna");
    const press = async (key: string, times = 1): Promise<void> => {
      for (let i = 0; i < times; i += 1) await page.keyboard.press(key);
    };
    const tabTo = async (what: RegExp, most = 60): Promise<void> => {
      for (let i = 0; i < most; i += 1) {
        await press("Tab");
        if (what.test(await focused(page))) return;
      }
      throw new Error(`${String(what)} was not reached; at ${await focused(page)}`);
    };
    await page.goto(new URL("/labelen", page.url()).href);
    // The first stop leads past the menu.
    await press("Tab");
    expect(await focused(page)).toContain("Naar de inhoud");
    await press("Enter");
    await tabTo(/^textarea/);
    await page.keyboard.type("De boa's in het winkelcentrum willen leren omgaan met opgefokte groepjes");
    // Selecting words with Shift and the arrows, then naming what they are.
    await press("Control+Home");
    await press("ArrowRight", 3);
    await press("Shift+ArrowRight", 5);
    await tabTo(/^input: woorden/);
    expect(await page.getByLabel("Woorden uit de vraag").inputValue()).toBe("boa's");
    await tabTo(/^select: soort/);
    await page.keyboard.type("functie");
    await tabTo(/^button: Aanwijzen/);
    await press("Enter");
    await page.locator("#merken mark").waitFor();
    expect(await page.locator("#merken").innerText()).toMatch(/boa's\s+functie/);
    await tabTo(/^input: zoek/);
    await page.keyboard.type("vng");
    await page.getByText("Labels die hierbij passen: 1").waitFor();
    await tabTo(/^input: label-vng_academie/);
    await press("Space");
    await page.getByText("Er is niets dat tegen dit voorbeeld pleit").waitFor();
    await tabTo(/^button: Bewaren/);
    await press("Enter");
    await page.getByRole("heading", { name: "Bewaard" }).waitFor();
    expect(git("diff")).toContain("+    - De [boa's](functie) in het winkelcentrum willen leren omgaan met opgefokte groepjes");
    await tabTo(/^button: Ongedaan maken/);
    await press("Enter");
    await page.getByText(/^Ongedaan gemaakt/).first().waitFor();
    expect(git("diff", "--stat", "--", "data/nlu/aanbod/vng.yml")).toBe("");
    expect(errors).toEqual([]);
    await close();
  });

  it("marks the words that are selected with the mouse, also when they stand there twice", async () => {
    const { page, errors, close } = await enter(browser, "Anna", "/labelen");
    const field = page.getByLabel("De vraag", { exact: true });
    await field.fill("klas tegen klas");
    await field.evaluate((element: HTMLTextAreaElement) => { element.focus(); element.setSelectionRange(11, 15); });
    await page.getByLabel("Wat is het?").selectOption("omgeving");
    await page.getByRole("button", { name: "Aanwijzen" }).click();
    await page.locator("#merken mark").waitFor();
    expect(JSON.parse((await page.locator("[name=merk]").getAttribute("value")) ?? "")).toMatchObject({ words: "klas", nth: 1 });
    expect(errors).toEqual([]);
    await close();
  });

  it("keeps what was marked while it looks at the question", async () => {
    const { page, errors, close } = await enter(browser, "Anna", "/labelen");
    const looked = page.waitForRequest((request) => request.postData()?.includes("actie=kijk") ?? false);
    await page.route("**/labelen", async (route) => {
      if (route.request().postData()?.includes("actie=aanwijzen")) await looked;
      await route.continue();
    });
    await page.getByLabel("De vraag", { exact: true }).fill("onze boa's worden uitgescholden in de wijk");
    await page.getByLabel("Woorden uit de vraag").fill("boa's");
    await page.getByLabel("Wat is het?").selectOption("functie");
    await page.getByRole("button", { name: "Aanwijzen" }).click();
    await page.locator("#merken mark").waitFor({ timeout: 30_000 });
    expect(errors).toEqual([]);
    await close();
  });

  it("says what pleads against an example before it is saved", async () => {
    const { page, close } = await enter(browser, "Anna", "/labelen");
    await page.getByLabel("De vraag", { exact: true }).fill("bel mij op 06-12345678 of mail jan@voorbeeld.nl over de onrust in onze wijk");
    await page.getByRole("radio", { name: /^Omo: Ondersteuningsnetwerk/ }).check();
    await page.getByRole("heading", { name: "Let op" }).waitFor();
    await page.getByRole("heading", { name: "Let op" }).scrollIntoViewIfNeeded();
    await picture(page, "let-op");
    await page.getByRole("button", { name: "Bewaren" }).click();
    await page.getByRole("alert").getByText(/Nog niet bewaard/).waitFor();
    expect(await page.getByLabel("De vraag", { exact: true }).inputValue()).toContain("onrust in onze wijk");
    expect(git("diff", "--stat")).toBe("");
    await close();
  });

  it("names file and line when a file was broken by hand, and keeps what was typed", async () => {
    const path = `${TREE}/data/nlu/aanbod/omo.yml`;
    const whole = readFileSync(path, "utf8");
    const { page, close } = await enter(browser, "Anna", "/labelen");
    await page.getByLabel("De vraag", { exact: true }).fill("wie helpt ons bij een avond over de hoogspanningsmast die nog komt");
    await page.getByRole("radio", { name: /^Omo: Preventie/ }).check();
    await page.getByText("Er is niets dat tegen dit voorbeeld pleit").waitFor();
    writeFileSync(path, whole.replace("- intent: omo_preventie", "- intent: [omo_preventie"));
    await page.getByRole("button", { name: "Bewaren" }).click();
    await page.getByRole("alert").getByText(/data\/nlu\/aanbod\/omo\.yml:\d+/).waitFor();
    await picture(page, "kapot-bestand");
    expect(await page.getByLabel("De vraag", { exact: true }).inputValue()).toContain("hoogspanningsmast");
    writeFileSync(path, whole);
    await page.getByRole("button", { name: "Bewaren" }).click();
    await page.getByRole("heading", { name: "Bewaard" }).waitFor();
    git("checkout", "--", "data");
    await close();
  });

  it("lets two trainers change the same example without losing the work of one", async () => {
    const [anna, bert] = await Promise.all([enter(browser, "Anna", "/voorbeelden?label=omo_preventie"), enter(browser, "Bert", "/voorbeelden?label=omo_preventie")]);
    for (const { page } of [anna, bert]) await page.getByRole("link", { name: /^Wijzigen/ }).first().click();
    const text = await bert.page.getByLabel("De vraag", { exact: true }).inputValue();
    await bert.page.getByLabel("De vraag", { exact: true }).fill(`${text} vandaag nog`);
    await bert.page.getByRole("button", { name: "Wijziging bewaren" }).click();
    await bert.page.getByRole("heading", { name: "Bewaard" }).waitFor();
    await anna.page.getByLabel("De vraag", { exact: true }).fill(`${text} morgen pas`);
    await anna.page.getByRole("button", { name: "Wijziging bewaren" }).click();
    await anna.page.getByRole("alert").getByText(/iemand anders heeft dit voorbeeld intussen/).waitFor();
    expect(await anna.page.getByLabel("De vraag", { exact: true }).inputValue()).toContain("morgen pas");
    await accessible(anna.page);
    await picture(anna.page, "iemand-anders");
    expect(git("diff")).toContain("vandaag nog");
    expect(git("diff")).not.toContain("morgen pas");
    await Promise.all([anna.close(), bert.close()]);
  });
});
