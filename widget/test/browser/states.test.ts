/** Every state in both themes: axe, reflow at 320 pixels, target size, and no refusal by the CSP. */
import { describe, expect, it } from "vitest";
import { axe } from "./axe";
import { PICTURES, shown, visit } from "./browser";
import { STATE_NAMES } from "./names";
import { useStage } from "./stage";

/** Everything that can be operated and is smaller than 24 by 24 pixels and no link within a sentence (2.5.8). */
const tooSmall = (): string[] => {
  const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
  return [...root.querySelectorAll("a, button, summary, textarea")].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    if (!width || element.classList.contains("skip")) return [];
    const inSentence = element.matches("p a, li a") && (element.parentElement?.textContent ?? "").trim() !== element.textContent?.trim();
    return inSentence || (width >= 24 && height >= 24) ? [] : [`${element.textContent?.trim()} ${width}×${height}`];
  });
};

describe("every state", () => {
  const stage = useStage();

  it("is listed on the states page, and that page is clean as a whole", async () => {
    const { page, errors, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html`);
    const names = await page.locator("h2 a").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).search.replace("?toestand=", "")));
    expect(names).toEqual(STATE_NAMES);
    expect(errors).toEqual([]);
    await close();
  });

  // So high that all of it is in sight: what is scrolled away, axe cannot judge the contrast of.
  describe.each([
    ["light", 1024],
    ["dark", 320],
  ])("%s, %i pixels wide", (theme, width) => {
    it.each(STATE_NAMES)("%s", async (name) => {
      const { page, errors, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=${name}&modus=page&thema=${theme}`, {
        viewport: { width, height: 6000 },
      });
      await shown(page);
      for (const more of await page.locator("summary:visible").all()) await more.click();
      const { violations, undecided, passes } = await axe(page);
      expect(violations).toEqual([]);
      expect(undecided.filter((line) => line.startsWith("color-contrast"))).toEqual([]);
      expect(passes).toBeGreaterThan(20);
      expect(await page.evaluate(tooSmall)).toEqual([]);
      const wide = await page.evaluate(() => {
        const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
        const boxes = [document.documentElement, ...root.querySelectorAll(".scroll, .panel")];
        return boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.className || box.tagName);
      });
      expect(wide).toEqual([]);
      if (theme === "light" && !name.startsWith("knop")) {
        await page.locator("wegwijzer-chat").evaluate((chat) => chat.setAttribute("mode", "inline"));
        expect((await axe(page)).violations.filter((line) => !line.startsWith("page-has-heading-one"))).toEqual([]);
      } else if (!name.startsWith("knop")) {
        await page.locator("wegwijzer-chat").evaluate((chat) => {
          chat.setAttribute("mode", "docked");
          chat.setAttribute("open", "");
        });
        await page.locator("wegwijzer-chat dialog:modal").waitFor();
        expect((await axe(page)).violations.filter((line) => !line.startsWith("page-has-heading-one"))).toEqual([]);
      }
      expect(errors).toEqual([]);
      await close();
    });
  });

  it.each(["begin", "wachten", "wedervraag", "spoed-organisatie", "onbereikbaar", "leeg", "oordeel"])("%s has the agreed accessibility tree", async (name) => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=${name}&modus=page`);
    await shown(page);
    expect(await page.locator("body").ariaSnapshot()).toMatchSnapshot();
    await close();
  });

  it("docked is a dialog with a name, and its button says whether it is open", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`);
    await page.locator("wegwijzer-chat .launcher").click();
    const dialog = page.getByRole("dialog", { name: "Wegwijzer" });
    expect(await dialog.isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await dialog.isVisible()).toBe(false);
    expect(await page.locator("wegwijzer-chat").getByRole("button", { name: "Vraag het aan Wegwijzer", expanded: false }).count()).toBe(1);
    await close();
  });

  it.each(["begin", "advies", "oordeel", "onbereikbaar", "leeg", "menu"])("%s loses no border or text in forced colours", async (name) => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=${name}&modus=page`, { forcedColors: "active" });
    await shown(page);
    const bare = await page.locator("wegwijzer-chat").locator("button:visible, textarea:visible, .bubble, .card, .trouble").evaluateAll((elements) =>
      elements.filter((element) => !element.classList.contains("skip") && parseFloat(getComputedStyle(element).borderTopWidth) < 1).map((element) => element.className),
    );
    expect(bare).toEqual([]);
    expect((await axe(page)).violations).toEqual([]);
    await page.screenshot({ path: `${PICTURES}hoog-contrast-${name}.png` });
    await close();
  });

  it("has readable text and visible buttons in forced colours", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=spoed-organisatie&modus=page`, { forcedColors: "active" });
    const call = page.getByRole("link", { name: "Bel 112" }).last();
    expect(await call.evaluate((element) => getComputedStyle(element).borderTopWidth)).toBe("3px");
    expect((await axe(page)).violations).toEqual([]);
    await close();
  });

  it("moves nothing when reduced motion is asked, and does otherwise", async () => {
    for (const [reducedMotion, moves] of [["reduce", 0], ["no-preference", 3]] as const) {
      const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=wachten`, { reducedMotion });
      await page.locator(".dots i").first().waitFor();
      expect(await page.evaluate(() => document.querySelector("wegwijzer-chat")?.shadowRoot?.getAnimations().length)).toBe(moves);
      await close();
    }
  });

  it("keeps all text when line height, letter and word spacing are widened (1.4.12)", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=advies&modus=page`, { viewport: { width: 320, height: 800 } });
    const clipped = await page.evaluate(() => {
      const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-block-end: 2em !important; }");
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      return [...root.querySelectorAll("p, h1, h4, button, a, li, blockquote, time")]
        .filter((element) => !element.closest(".unseen") && !element.classList.contains("unseen") && !element.classList.contains("skip"))
        .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
        .map((element) => `${element.tagName} ${element.textContent}`);
    });
    expect(clipped).toEqual([]);
    await close();
  });
});
