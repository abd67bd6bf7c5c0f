import { readdirSync, readFileSync } from "node:fs";
import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { readMessages, readRetention, readText } from "../../src/contract";

const RECORDED = new URL("../recorded/", import.meta.url);
const schema = JSON.parse(readFileSync(new URL("../../../contract/answer.schema.json", import.meta.url), "utf8")) as object;
const fits = new Ajv({ strict: false }).compile(schema);

describe("contract", () => {
  it.each(readdirSync(RECORDED))("%s was recorded from a server that keeps to the contract", (name) => {
    const { body } = JSON.parse(readFileSync(new URL(name, RECORDED), "utf8")) as { body: { text: string; custom: { offers: unknown[] } }[] };
    for (const message of body) expect(fits(message.custom), JSON.stringify(fits.errors)).toBe(true);
    const read = readMessages(body);
    expect(read?.map((one) => one.text)).toEqual(body.map((one) => one.text));
    expect(read?.map((one) => one.offers.length)).toEqual(body.map((one) => one.custom.offers.length));
  });

  it("reads its own messages again, as they come back from session storage", () => {
    const { body } = JSON.parse(readFileSync(new URL("advies.json", RECORDED), "utf8")) as { body: unknown };
    const once = readMessages(body);
    expect(readMessages(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it.each([null, 7, "tekst", {}, [], [null], [{ text: 7 }], [{ text: "a" }], [{ text: "a", custom: { kind: "vreemd" } }]])(
    "does not take %j for an answer",
    (value) => expect(readMessages(value)).toBeNull(),
  );

  it("drops an offer or an option that is not whole", () => {
    const custom = { kind: "advice", offers: [{ id: "a" }, 7], options: [{ label: "a" }, { label: "b", payload: "b" }] };
    const [message] = readMessages([{ text: "t", custom }]) ?? [];
    expect(message?.offers).toEqual([]);
    expect(message?.options).toEqual([{ label: "b", payload: "b" }]);
  });

  it("takes a period from the settings only when it is a number of days", () => {
    expect(readRetention({ retention_days: 30 })).toBe(30);
    for (const value of [null, 30, [], {}, { retention_days: "30" }, { retention_days: 0 }, { retention_days: 1.5 }]) expect(readRetention(value)).toBeNull();
  });

  it("finds the text of a refusal, as a list or alone", () => {
    expect(readText([{ text: "nee" }])).toBe("nee");
    expect(readText({ text: "nee" })).toBe("nee");
    for (const value of [null, [], {}, [{ text: "" }], "nee"]) expect(readText(value)).toBeNull();
  });
});
