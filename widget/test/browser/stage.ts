/** What every file of browser tests needs: a browser, and a server that starts each test afresh. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { launch } from "./browser";
import { FakeServer } from "./fake";

export interface Stage {
  readonly browser: Browser;
  readonly server: FakeServer;
}

/** Call at the top of a `describe`; what it returns is there from the first test on. */
export const useStage = (): Stage => {
  const stage = {} as { browser: Browser; server: FakeServer };
  beforeAll(async () => {
    [stage.browser, stage.server] = await Promise.all([launch(), FakeServer.start()]);
  });
  beforeEach(() => stage.server.reset());
  afterAll(async () => {
    await stage.browser.close();
    await stage.server.stop();
  });
  return stage;
};
