/**
 * Pictures of every state in both themes and three widths (build/widget/), to be looked at,
 * and the few that stand in the manual.
 */
import { mkdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { PICTURES, shown, visit } from "../browser/browser";
import { STATE_NAMES } from "../browser/names";
import { useStage } from "../browser/stage";

/** MANUAL_PICTURES=docs/widget puts them in the manual; fonts differ, so not on every run. */
const MANUAL = new URL(`../../../${process.env.MANUAL_PICTURES ?? "build/widget/handleiding"}/`, import.meta.url).pathname;

/** File, path, width, height, theme. */
const SHOWN = [
  ["pagina", "/widget/toestanden.html?toestand=advies&modus=page", 1024, 860],
  ["begin", "/widget/toestanden.html?toestand=begin&modus=page", 1024, 640],
  ["smal-donker", "/widget/toestanden.html?toestand=advies&modus=page&thema=dark", 320, 640],
  ["spoed", "/widget/toestanden.html?toestand=spoed-organisatie&modus=page", 480, 640],
  ["wedervraag", "/widget/toestanden.html?toestand=wedervraag&modus=page", 480, 640],
  ["storing", "/widget/toestanden.html?toestand=onbereikbaar&modus=page", 480, 480],
] as const;

describe("pictures", () => {
  const stage = useStage();
  beforeAll(() => void mkdirSync(MANUAL, { recursive: true }));

  describe.each(["light", "dark"])("%s", (theme) => {
    it.each([
      [320, "page"],
      [768, "inline"],
      [1440, "docked"],
    ])("%i pixels wide, %s", async (width, mode) => {
      const { page, errors, close } = await visit(stage.browser, "about:blank", { viewport: { width, height: 800 } });
      for (const name of STATE_NAMES) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${stage.server.url}/widget/toestanden.html?toestand=${name}&modus=${mode}&thema=${theme}`);
        await shown(page);
        if (mode === "page") for (const more of await page.locator("summary:visible").all()) await more.click();
        // As high as it is long: what has to be scrolled to is looked at as well.
        const hidden = await page.locator("wegwijzer-chat .scroll").evaluate((scroll) => scroll.scrollHeight - scroll.clientHeight);
        await page.setViewportSize({ width, height: mode === "page" ? 800 + hidden : 800 });
        // A judgement stands at the end of an answer.
        if (name.startsWith("oordeel")) await page.locator("wegwijzer-chat .scroll").evaluate((scroll) => (scroll.scrollTop = scroll.scrollHeight));
        await page.screenshot({ path: `${PICTURES}${name}-${theme}-${width}.png` });
      }
      expect(errors).toEqual([]);
      await close();
    });
  });

  it.each(SHOWN)("%s, for the manual", async (name, path, width, height) => {
    const { page, close } = await visit(stage.browser, stage.server.url + path, { viewport: { width, height } });
    await page.locator("wegwijzer-chat .head").waitFor();
    await page.waitForTimeout(100);
    await page.screenshot({ path: `${MANUAL}${name}.png` });
    await close();
  });

  it("demo, for the manual", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`, { viewport: { width: 1100, height: 680 } });
    await page.locator("wegwijzer-chat .launcher").click();
    await page.getByRole("button", { name: "Onze wethouder wordt bedreigd via Instagram" }).waitFor();
    await page.screenshot({ path: `${MANUAL}intranet.png` });
    await close();
  });
});
