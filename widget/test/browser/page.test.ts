/** The widget in somebody else's page: docked, under a theme, zoomed in. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axe } from "./axe";
import { ask, focused, PICTURES, visit } from "./browser";
import { TOKEN_NAMES } from "../../src/tokens";
import { useStage } from "./stage";

/** Goes over everything with Tab; returns what of the widget had the focus while entirely out of sight (2.4.11). */
const obscured = async (page: Page, most: number): Promise<string[]> => {
  const hidden: string[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      let element = document.activeElement as HTMLElement | null;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement as HTMLElement;
      if (!element || !(element.getRootNode() instanceof ShadowRoot)) return null;
      const box = element.getBoundingClientRect();
      const points = [...element.getClientRects()].flatMap((part) =>
        [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [part.left + part.width * x, part.top + part.height * y] as const)),
      );
      const visible = points.some(([x, y]) => {
        let top = document.elementFromPoint(x, y);
        while (top?.shadowRoot) {
          const inner = top.shadowRoot.elementFromPoint(x, y);
          if (!inner || inner === top) break;
          top = inner;
        }
        return !!top && element.contains(top);
      });
      return [visible, `${element.tagName} ${element.textContent?.trim().slice(0, 40)} ${Math.round(box.top)}`] as const;
    });
    if (!seen) continue;
    if (!seen[0]) hidden.push(seen[1]);
  }
  return hidden;
};

describe("in a page", () => {
  const stage = useStage();

  const launcher = (page: Page) => page.locator("wegwijzer-chat .launcher");

  it("opens with the keyboard, puts the cursor in the field, closes with Escape and gives the focus back", async () => {
    const { page, errors, close } = await visit(stage.browser, `${stage.server.url}/widget/`);
    expect(await launcher(page).getAttribute("aria-expanded")).toBe("false");
    await launcher(page).press("Enter");
    await expect.poll(() => focused(page)).toBe("textarea: field");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toMatch(/^button: Vraag het aan Wegwijzer/);
    expect(await page.locator("wegwijzer-chat dialog").isVisible()).toBe(false);
    await launcher(page).press("Enter");
    await page.getByRole("button", { name: "Sluiten" }).press("Enter");
    await expect.poll(() => focused(page)).toMatch(/^button: Vraag het aan Wegwijzer/);
    expect(errors).toEqual([]);
    await close();
  });

  it("Escape closes the menu first", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`);
    await launcher(page).click();
    await page.getByRole("button", { name: "Menu" }).press("Enter");
    expect(await focused(page)).toBe("button: Samenvatting");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("button: Menu");
    expect(await page.locator("wegwijzer-chat dialog").isVisible()).toBe(true);
    await close();
  });

  it("on a wide screen the page can still be used; on a small one the panel is modal", async () => {
    for (const [width, modal] of [[1280, false], [320, true]] as const) {
      const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`, { viewport: { width, height: 700 } });
      await launcher(page).click();
      await expect.poll(() => focused(page)).toBe("textarea: field");
      expect(await page.locator("wegwijzer-chat dialog").evaluate((dialog) => dialog.matches(":modal"))).toBe(modal);
      expect((await axe(page)).violations).toEqual([]);
      await page.keyboard.press("Escape");
      await expect.poll(() => focused(page)).toMatch(/^button: Vraag het aan Wegwijzer/);
      await close();
    }
  });

  it("tells the page what happens, and never what is typed", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`);
    await page.getByRole("button", { name: "Vraag het aan Wegwijzer" }).first().click();
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.getByRole("button", { name: "Ja", exact: true }).click();
    await expect.poll(() => page.locator("#events li").count()).toBe(3);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#events li").allTextContents()).toEqual([
      "wegwijzer-open",
      expect.stringMatching(/^wegwijzer-answer \{"kinds":\["advice"\],"offers":\["weerbaar_bestuur_ondersteuningsteam"/),
      'wegwijzer-feedback {"thumb":"up","reason":false}',
      "wegwijzer-close",
    ]);
    expect(await page.locator("#events").textContent()).not.toContain("Instagram");
    await close();
  });

  it("leaves the page's styles alone, and takes none from it but its tokens", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`);
    const pageStyles = () =>
      page.evaluate(() => {
        const outside = [...document.querySelectorAll("body, body *")].filter((element) => element.localName !== "wegwijzer-chat");
        return outside.map((element) => [...getComputedStyle(element)].map((name) => getComputedStyle(element).getPropertyValue(name)).join()).join("\n");
      });
    await launcher(page).waitFor();
    // The demo page writes down each event: that list is its own doing.
    await page.locator("#events").evaluate((list) => list.remove());
    const before = await pageStyles();
    await launcher(page).click();
    await page.mouse.move(0, 0);
    expect(await pageStyles()).toBe(before);
    expect(await page.evaluate(() => [document.styleSheets.length, document.adoptedStyleSheets.length, document.head.querySelectorAll("style").length])).toEqual([1, 0, 0]);
    const style = (selector: string) =>
      page.locator(`wegwijzer-chat ${selector}`).first().evaluate((element) => {
        const { fontSize, textTransform, backgroundColor, borderRadius, fontFamily, letterSpacing } = getComputedStyle(element);
        return { fontSize, textTransform, backgroundColor, borderRadius, fontFamily, letterSpacing };
      });
    // The page says 10px, upper case, wide letters; its tokens say green, 2px and Georgia.
    expect(await style(".composer .utrecht-button")).toMatchObject({ fontSize: "16px", textTransform: "none", letterSpacing: "normal", backgroundColor: "rgb(30, 91, 58)", borderRadius: "2px" });
    expect((await style(".title")).fontFamily).toContain("Georgia");
    await close();
  });

  it("takes each of its tokens from the page", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url);
    const kept = await page.evaluate((names) => {
      for (const name of names) document.documentElement.style.setProperty(`--${name}`, `van-de-pagina`);
      const inside = getComputedStyle(document.querySelector("wegwijzer-chat")?.shadowRoot?.querySelector(".ww") as Element);
      return names.filter((name) => inside.getPropertyValue(`--${name}`) !== "van-de-pagina");
    }, TOKEN_NAMES);
    expect(kept).toEqual([]);
    await close();
  });

  it("shows 112 in its own colours, whatever the page's theme", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/toestanden.html?toestand=spoed&modus=page&thema=light`);
    await page.evaluate((names) => {
      for (const name of names.filter((each) => each.startsWith("utrecht-"))) document.documentElement.style.setProperty(`--${name}`, "transparent");
    }, TOKEN_NAMES);
    const look = (selector: string) =>
      page.locator(`wegwijzer-chat ${selector}`).first().evaluate((element) => {
        const { color, backgroundColor, borderTopColor, borderTopWidth } = getComputedStyle(element);
        return [color, backgroundColor, borderTopWidth === "3px" ? borderTopColor : ""];
      });
    const red = "rgb(163, 15, 29)";
    expect((await look(".urgent a"))[0]).toBe(red);
    expect(await look(".call")).toEqual(["rgb(255, 255, 255)", red, ""]);
    expect(await look(".emergency")).toEqual(["rgb(29, 39, 51)", "rgb(253, 240, 241)", red]);
    expect((await look(".emergency p a"))[0]).toBe("rgb(29, 39, 51)");
    await close();
  });

  it("wears a published theme of NL Design System", async () => {
    const theme = readFileSync(createRequire(import.meta.url).resolve("@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css"), "utf8");
    stage.server.pages.set("/thema", [
      '<!doctype html><html lang="nl" class="voorbeeld-theme"><head><title>t</title><script src="/widget/wegwijzer-chat.js" defer></script></head><body><main><h1>t</h1><wegwijzer-chat mode="inline"></wegwijzer-chat><p id="probe">p</p></main></body></html>',
      "default-src 'none'; script-src 'self'; connect-src 'self'",
    ]);
    const { page, close } = await visit(stage.browser, `${stage.server.url}/thema`, { viewport: { width: 600, height: 1400 } });
    await page.evaluate((css) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [sheet];
    }, theme);
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator("article.best").waitFor();
    const differs = await page.evaluate(() => {
      const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
      const probe = document.querySelector("#probe") as HTMLElement;
      const said = [
        [".write .utrecht-button", "background-color", "--utrecht-button-primary-action-background-color"],
        [".write .utrecht-button", "border-top-left-radius", "--utrecht-button-border-radius"],
        [".write .utrecht-button", "font-weight", "--utrecht-button-font-weight"],
        [".go", "color", "--utrecht-link-color"],
        ["#field", "background-color", "--utrecht-textarea-background-color"],
        ["#field", "border-top-color", "--utrecht-textarea-border-color"],
        [".ww", "color", "--basis-color-default-color-document"],
        [".card p", "font-family", "--basis-text-font-family-default"],
        [".organisation", "font-family", "--basis-heading-font-family"],
        [".organisation", "color", "--basis-heading-color"],
        [".bubble", "background-color", "--basis-color-default-bg-subtle"],
      ] as const;
      return said.flatMap(([selector, property, token]) => {
        probe.style.setProperty(property, `var(${token})`);
        const theirs = getComputedStyle(probe).getPropertyValue(property);
        const ours = getComputedStyle(root.querySelector(selector) as Element).getPropertyValue(property);
        return ours === theirs ? [] : [`${selector} ${property}: ${ours}, not ${theirs}`];
      });
    });
    expect(differs).toEqual([]);
    expect((await axe(page)).violations).toEqual([]);
    await page.screenshot({ path: `${PICTURES}thema-voorbeeld.png` });
    await close();
  });

  it("follows the page's colour scheme, unless told otherwise", async () => {
    const html = (attributes: string, scheme: string) =>
      `<!doctype html><html lang="nl"><head><meta name="color-scheme" content="${scheme}"><title>t</title><script src="/widget/wegwijzer-chat.js" defer></script></head><body><main><h1>t</h1><wegwijzer-chat mode="inline" ${attributes}></wegwijzer-chat></main></body></html>`;
    const csp = "default-src 'none'; script-src 'self'; connect-src 'self'";
    for (const [attributes, scheme, dark] of [["", "light dark", true], ["", "light", false], ['theme="auto"', "light", true], ['theme="light"', "light dark", false], ['theme="dark"', "light", true]] as const) {
      stage.server.pages.set("/kleur", [html(attributes, scheme), csp]);
      const { page, errors, close } = await visit(stage.browser, `${stage.server.url}/kleur`, { colorScheme: "dark" });
      const background = await page.locator("wegwijzer-chat .panel").evaluate((element) => getComputedStyle(element).backgroundColor);
      expect([attributes, scheme, background]).toEqual([attributes, scheme, dark ? "rgb(22, 27, 33)" : "rgb(255, 255, 255)"]);
      expect(errors).toEqual([]);
      await close();
    }
  });

  it("shows what is between its tags when scripts do not run", async () => {
    const { page, close } = await visit(stage.browser, stage.server.url, { javaScriptEnabled: false });
    expect(await page.getByRole("link", { name: "112" }).isVisible()).toBe(true);
    await close();
  });

  it("what it covers of the page is uncovered by Escape, without moving the focus", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`, { viewport: { width: 1280, height: 800 } });
    await launcher(page).click();
    await page.locator("#open").focus();
    await page.keyboard.press("Escape");
    expect(await page.locator("wegwijzer-chat dialog").isVisible()).toBe(false);
    expect(await focused(page)).toBe("button: open");
    await close();
  });

  it("leaves Escape to a modal of the page itself", async () => {
    const { page, close } = await visit(stage.browser, `${stage.server.url}/widget/`, { viewport: { width: 1280, height: 800 } });
    await launcher(page).click();
    await page.evaluate(() => {
      const own = document.createElement("dialog");
      own.id = "own";
      own.textContent = "Van de pagina";
      document.body.append(own);
      own.showModal();
    });
    await page.keyboard.press("Escape");
    expect(await page.locator("#own").isVisible()).toBe(false);
    expect(await page.locator("wegwijzer-chat dialog").isVisible()).toBe(true);
    await close();
  });

  it.each([
    ["/", 320, 256],
    ["/", 320, 640],
    ["/", 1280, 800],
    ["/widget/", 320, 256],
    ["/widget/", 1280, 800],
  ])("%s at %i by %i: reflows, and nothing that has the focus is out of sight", async (path, width, height) => {
    const { page, close } = await visit(stage.browser, stage.server.url + path, { viewport: { width, height } });
    if (path === "/widget/") await launcher(page).click();
    await ask(page, "Onze wethouder wordt bedreigd via Instagram");
    await page.locator(".answer").getByText("Beste keuze").first().waitFor();
    await page.locator("wegwijzer-chat summary").click();
    const wide = await page.evaluate(() => {
      const root = document.querySelector("wegwijzer-chat")?.shadowRoot as ShadowRoot;
      return [document.documentElement, ...root.querySelectorAll(".panel, .scroll")].filter((box) => box.scrollWidth > box.clientWidth + 1).length;
    });
    expect(wide).toBe(0);
    expect(await obscured(page, 30)).toEqual([]);
    // There is room to read: a third of the screen, or the conversation scrolls with everything else.
    const [room, needed] = await page.locator("wegwijzer-chat .scroll").evaluate((scroll) => [scroll.clientHeight, scroll.scrollHeight]);
    expect(room === needed || (room as number) >= height / 3, `${room} of ${needed}`).toBe(true);
    await close();
  });
});
