import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HttpClient, type GetToken } from "../../src/client";
import { FakeServer, type Fault } from "../browser/fake";

describe("client", () => {
  let server: FakeServer;
  let client: HttpClient;
  beforeAll(async () => {
    server = await FakeServer.start();
    client = new HttpClient(server.url, server.url);
  });
  beforeEach(() => server.reset());
  afterAll(() => server.stop());

  const ask = (key = "k", limit = 2_000) => client.ask("s", "Onze wethouder wordt bedreigd", key, limit);

  it("brings an answer", async () => {
    expect(await ask("a")).toMatchObject({ kind: "answer", messages: [{ kind: "advice" }] });
    expect(server.turns).toEqual([{ sender: "s", message: "Onze wethouder wordt bedreigd", key: "a" }]);
  });

  it.each<[Fault, object]>([
    [{ kind: "drop" }, { kind: "unreachable" }],
    [{ kind: "status", status: 500 }, { kind: "error", status: 500 }],
    [{ kind: "status", status: 200, body: "geen antwoord" }, { kind: "unreadable" }],
    [{ kind: "status", status: 429, headers: { "Retry-After": "7" }, body: [{ text: "Wacht even." }] }, { kind: "busy", seconds: 7 }],
    [{ kind: "status", status: 429 }, { kind: "busy", seconds: 30 }],
    [{ kind: "status", status: 429, headers: { "Retry-After": "morgen" } }, { kind: "busy", seconds: 30 }],
    [{ kind: "status", status: 413, body: [{ text: "Te lang." }] }, { kind: "refused", status: 413, text: "Te lang." }],
    [{ kind: "status", status: 403 }, { kind: "refused", status: 403, text: null }],
  ])("knows %j", async (fault, outcome) => {
    server.faults = [fault];
    expect(await ask()).toEqual(outcome);
  });

  it("gives up after its limit", async () => {
    server.faults = [{ kind: "hang" }];
    expect(await ask("h", 100)).toEqual({ kind: "slow" });
  });

  it("makes one turn of a question whose answer was lost", async () => {
    server.faults = [{ kind: "lose" }];
    expect(await ask("l")).toEqual({ kind: "unreachable" });
    expect(await ask("l")).toMatchObject({ kind: "answer" });
    expect(server.requests).toBe(2);
    expect(server.turns.length).toBe(1);
  });

  it("knows how long conversations are kept, or that this cannot be known", async () => {
    expect(await client.settings()).toEqual({ kind: "settings", retentionDays: 30 });
    server.proxied = true;
    expect(await client.settings()).toBeNull();
    expect(await new HttpClient("http://127.0.0.1:9", "").settings()).toBeNull();
  });

  it("sends the token of the moment with each question and judgement", async () => {
    let number = 0;
    const signed = new HttpClient(server.url, server.url, async () => `t${(number += 1)}`);
    await signed.ask("s", "hallo", "t", 2_000);
    await signed.judge({ sender: "s", answer: "t", thumb: "up" });
    expect(server.signed).toEqual(["Bearer t1", "Bearer t2"]);
  });

  it.each<[string, GetToken]>([
    ["none", () => null],
    ["an empty one", () => ""],
    ["an error", () => { throw new Error("niet aangemeld"); }],
    ["a refusal", () => Promise.reject(new Error("niet aangemeld"))],
    ["nothing in time", () => new Promise(() => {})],
  ])("asks without a token when the intranet gives %s", async (_, getToken) => {
    const client = new HttpClient(server.url, server.url, getToken);
    await client.ask("s", "hallo", "n", 300);
    expect(server.signed).toEqual([undefined]);
  });

  it("tells a user who is not signed in what the server says", async () => {
    server.faults = [{ kind: "status", status: 401, body: [{ text: "U bent niet aangemeld." }] }];
    expect(await ask()).toEqual({ kind: "refused", status: 401, text: "U bent niet aangemeld." });
  });

  it("says whether a judgement was kept", async () => {
    const judgement = { sender: "s", answer: "a", thumb: "down", reason: "past niet" } as const;
    expect(await client.judge(judgement)).toBe(true);
    expect(server.feedback).toEqual([judgement]);
    server.feedbackStatus = 404;
    expect(await client.judge(judgement)).toBe(false);
  });
});
