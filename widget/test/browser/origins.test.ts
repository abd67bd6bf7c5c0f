/** The widget in a page of another origin than Wegwijzer: script and iframe, allowed and refused. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, field, visit, WITHOUT_HTTPS } from "./browser";
import { FakeServer, REFUSED } from "./fake";
import { useStage } from "./stage";

const QUESTION = "Onze wethouder wordt bedreigd via Instagram";

describe("in a page of another origin", () => {
  const stage = useStage();
  let intranet: FakeServer;
  beforeAll(async () => {
    intranet = await FakeServer.start();
  });
  beforeEach(() => {
    const { server } = stage;
    intranet.reset();
    const page = (body: string, head = "") => `<!doctype html><html lang="nl"><head><title>Intranet</title>${head}</head><body><main><h1>Intranet</h1>${body}</main></body></html>`;
    const script = `<script src="${server.url}/widget/wegwijzer-chat.js" defer></script>`;
    const policy = `default-src 'none'; script-src ${server.url}; connect-src ${server.url}; require-trusted-types-for 'script'; trusted-types lit-html`;
    const frame = (host: string, attributes = "") => `<iframe src="${server.as(host)}/widget/iframe.html" title="Wegwijzer" width="400" height="640" ${attributes}></iframe>`;
    const framing = `default-src 'none'; frame-src ${server.url} ${server.as("localhost")}`;
    intranet.pages.set("/script", [page("<wegwijzer-chat></wegwijzer-chat>", script), policy]);
    // Ports make another origin, names another site as well: there browsers keep nothing for a frame.
    intranet.pages.set("/zelfde-site", [page(frame("localhost")), framing]);
    intranet.pages.set("/andere-site", [page(frame("127.0.0.1")), framing]);
    intranet.pages.set("/zandbak", [page(frame("localhost", 'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals"')), framing]);
  });
  afterAll(() => intranet.stop());

  const launcher = (page: Page) => page.locator("wegwijzer-chat .launcher");
  /** The page with the script, open; what waits, waits short. */
  const open = async (host: string) => {
    const visited = await visit(stage.browser, `${intranet.as(host)}/script`);
    await visited.page.evaluate(() => Object.assign(document.querySelector("wegwijzer-chat") as object, { timing: { patience: 9000, limit: 9000, pauses: [50, 50] } }));
    await launcher(visited.page).click();
    return visited;
  };

  it.each(["localhost", WITHOUT_HTTPS])("%s: one script tag, under that page's strict CSP and Trusted Types", async (host) => {
    stage.server.allowed = [intranet.as(host)];
    const { page, errors, close } = await open(host);
    expect(await page.evaluate(() => isSecureContext)).toBe(host === "localhost");
    await page.getByText("Na 30 dagen worden vraag en antwoord gewist.").waitFor();
    await ask(page, QUESTION);
    await page.locator("article.best").waitFor();
    await page.getByRole("button", { name: "Kopieer antwoord" }).click();
    await page.getByRole("button", { name: "Gekopieerd" }).waitFor();
    await page.getByRole("button", { name: "Ja", exact: true }).click();
    await expect.poll(() => stage.server.feedback.length).toBe(1);
    await page.reload();
    await page.locator("article.best").waitFor();
    expect(stage.server.turns.map((turn) => turn.message)).toEqual([QUESTION]);
    expect(intranet.requests).toBe(0);
    expect(await page.context().cookies()).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it("that is not allowed: says so before anything is typed and when it is, keeps the question, and goes on once it is allowed", async () => {
    const { page, close } = await open("localhost");
    await expect.poll(() => page.locator(".notice").textContent()).toBe(REFUSED);
    expect(await page.locator('.notice a[href="tel:112"]').count()).toBe(1);
    await ask(page, QUESTION);
    const trouble = page.locator(".trouble");
    await trouble.getByText("Deze website mag Wegwijzer niet gebruiken.").waitFor();
    expect(await trouble.getByRole("link", { name: "112" }).count()).toBe(1);
    expect(await page.locator(".bubble").textContent()).toBe(QUESTION);
    expect(stage.server.requests).toBe(0);
    stage.server.allowed = [intranet.as("localhost")];
    await page.getByRole("button", { name: "Opnieuw proberen" }).click();
    await page.locator("article.best").waitFor();
    expect([stage.server.requests, stage.server.turns.length]).toEqual([1, 1]);
    await close();
  });

  it("429 with Retry-After is read across origins: it waits and sends by itself", async () => {
    stage.server.allowed = [intranet.as("localhost")];
    const { page, close } = await open("localhost");
    stage.server.faults = [{ kind: "status", status: 429, headers: { "Retry-After": "2" } }];
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("Uw vraag wordt over 2 seconden vanzelf opnieuw verstuurd.").waitFor();
    await page.locator("article.best").waitFor();
    expect([stage.server.requests, stage.server.turns.length]).toEqual([2, 1]);
    await close();
  });

  it("sends the intranet's token, and asks for a new one when the user tries again", async () => {
    stage.server.allowed = [intranet.as("localhost")];
    const { page, close } = await open("localhost");
    await page.evaluate(() => {
      let number = 0;
      Object.assign(document.querySelector("wegwijzer-chat") as object, { getToken: () => Promise.resolve(`t${(number += 1)}`) });
    });
    stage.server.faults = [{ kind: "status", status: 401, body: [{ text: "U bent niet aangemeld. Is er acuut gevaar, bel dan 112." }] }];
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("U bent niet aangemeld.").waitFor();
    expect(await page.locator(".trouble").getByRole("link", { name: "112" }).count()).toBe(1);
    await page.getByRole("button", { name: "Opnieuw proberen" }).click();
    await page.locator("article.best").waitFor();
    expect(stage.server.signed).toEqual(["Bearer t1", "Bearer t2"]);
    await close();
  });

  it.each([403, 429, 502])("a proxy's %i that the browser may not show: says that the answer cannot be read, once, and can be tried again", async (status) => {
    stage.server.allowed = [intranet.as("localhost")];
    stage.server.proxied = true;
    const { page, close } = await open("localhost");
    await page.getByText("Hoe lang, dat bepaalt de beheerder").waitFor();
    stage.server.faults = [{ kind: "status", status, hidden: true }];
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("Wegwijzer gaf een antwoord dat niet te lezen is.").waitFor();
    expect(stage.server.requests).toBe(1);
    await page.getByRole("button", { name: "Opnieuw proberen" }).click();
    await page.locator("article.best").waitFor();
    expect(stage.server.turns.length).toBe(1);
    await close();
  });

  it("an answer that was lost on the way is asked again under its key", async () => {
    stage.server.allowed = [intranet.as("localhost")];
    const { page, close } = await open("localhost");
    stage.server.faults = [{ kind: "lose" }];
    await ask(page, QUESTION);
    await page.locator("article.best").waitFor();
    expect([stage.server.requests, stage.server.turns.length]).toEqual([2, 1]);
    await close();
  });

  it("and no server at all: says that it cannot be reached, and has the directory", async () => {
    const gone = await FakeServer.start();
    const { url } = gone;
    await gone.stop();
    const { page, close } = await open("localhost");
    await page.evaluate((address) => {
      const chat = document.createElement("wegwijzer-chat");
      Object.assign(chat, { server: address, mode: "inline", timing: { patience: 9000, limit: 9000, pauses: [50, 50] } });
      document.querySelector("wegwijzer-chat")?.replaceWith(chat);
    }, url);
    await field(page).waitFor();
    await ask(page, QUESTION);
    await page.locator(".trouble").getByText("Wegwijzer is nu niet bereikbaar.").waitFor();
    await page.locator(".trouble").getByRole("button", { name: "Alle organisaties" }).click();
    expect(await page.locator(".bodies > li").count()).toBeGreaterThanOrEqual(14);
    await close();
  });

  it.each([["/zelfde-site", true], ["/andere-site", false], ["/zandbak", true]])("%s: works in an iframe", async (path, keeps) => {
    stage.server.allowed = [intranet.as("localhost")];
    const { page, errors, close } = await visit(stage.browser, intranet.as("localhost") + path);
    const frame = page.frameLocator("iframe");
    await frame.getByText(keeps ? "In dit tabblad blijft het gesprek staan" : "het verdwijnt als u deze pagina herlaadt of verlaat").waitFor();
    await frame.getByRole("textbox", { name: "Uw vraag" }).fill(QUESTION);
    await frame.getByRole("textbox", { name: "Uw vraag" }).press("Enter");
    await frame.locator("article.best").waitFor();
    const [opened] = await Promise.all([page.context().waitForEvent("request", (request) => request.isNavigationRequest()), frame.locator("article.best a").press("Enter")]);
    expect(opened.url()).toMatch(/^https:\/\/www\.weerbaar-bestuur\.nl\//);
    await frame.getByRole("button", { name: "Nee", exact: true }).click();
    await frame.getByRole("textbox", { name: /Wilt u zeggen waarom/ }).fill("te algemeen");
    await frame.getByRole("button", { name: "Toelichting versturen" }).click();
    await expect.poll(() => stage.server.feedback.length).toBe(2);
    await frame.getByRole("button", { name: "Menu" }).click();
    await frame.getByRole("button", { name: "Samenvatting" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), frame.getByRole("button", { name: "Downloaden" }).click()]);
    expect(file.suggestedFilename()).toMatch(/\.txt$/);
    await page.reload();
    await frame.locator(keeps ? "article.best" : ".welcome").waitFor();
    expect(stage.server.turns.length).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it("that is not allowed: its iframe stays empty", async () => {
    const { page, errors, close } = await visit(stage.browser, `${intranet.as("localhost")}/andere-site`);
    await expect.poll(() => errors.join()).toContain("frame-ancestors");
    expect(await page.frameLocator("iframe").locator("wegwijzer-chat").count()).toBe(0);
    await close();
  });
});
