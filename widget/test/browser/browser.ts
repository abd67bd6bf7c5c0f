/** One headless Chromium for a test file, and what tests do in it. */
import { existsSync, mkdirSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const PICTURES = new URL("../../../build/widget/", import.meta.url).pathname;

/** A name of this machine to which no browser gives the rights of https, as on many an intranet. */
export const WITHOUT_HTTPS = "intranet.test";

/** Knows no host but this machine: a test that follows a link asks nothing of anyone. */
export const launch = (): Promise<Browser> => {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there; set CHROMIUM to a Chromium`);
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP ${WITHOUT_HTTPS} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost`] });
};

export interface Visit {
  readonly page: Page;
  /** Errors of the page and refusals of its Content-Security-Policy. */
  readonly errors: string[];
  readonly close: () => Promise<void>;
}

/** Opens a page in a context of its own, without animation, and listens for errors. */
export const visit = async (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> => {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: "nl-NL", timezoneId: "Europe/Amsterdam", ...options });
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) errors.push(message.text());
  });
  await page.goto(url);
  return { page, errors, close: () => context.close() };
};

export const field = (page: Page): Locator => page.getByRole("textbox", { name: "Uw vraag" });

/** Waits until the chat is there: its panel, or its button. */
export const shown = (page: Page): Promise<void> => page.locator("wegwijzer-chat").locator(".head:visible, .launcher:visible").first().waitFor();

/** Types a question and presses Enter. */
export const ask = async (page: Page, text: string): Promise<void> => {
  await field(page).focus();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
};

/** The name of what has the focus, looking into shadow roots. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element ? `${element.tagName.toLowerCase()}: ${(element.id || element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 80)}` : "";
  });
