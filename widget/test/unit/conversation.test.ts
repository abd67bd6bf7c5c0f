import { describe, expect, it } from "vitest";
import { exchange, fresh, hasEnded, LIFETIME, read, uuid } from "../../src/conversation";
import { readMessages } from "../../src/contract";
import { summary } from "../../src/summary";
import { recorded } from "../browser/fake";

const NOW = new Date(2026, 10, 28, 14, 5).getTime();
const answered = (name: string) => ({ ...exchange(recorded(name).asked, NOW), messages: readMessages(recorded(name).body) ?? [], answeredAt: NOW });

describe("conversation", () => {
  it("makes names that are UUIDs and differ", () => {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 100 }, uuid)).size).toBe(100);
  });

  it("ends after an hour without a touch, and only when there is something", () => {
    const conversation = fresh(NOW);
    expect(hasEnded(conversation, NOW + LIFETIME)).toBe(false);
    conversation.exchanges.push(exchange("a", NOW));
    expect(hasEnded(conversation, NOW + LIFETIME - 1)).toBe(false);
    expect(hasEnded(conversation, NOW + LIFETIME)).toBe(true);
  });

  it("comes back from storage as it went in", () => {
    const conversation = { ...fresh(NOW, "half af", true), exchanges: [answered("advies"), exchange("nog niet", NOW)] };
    expect(read(JSON.stringify({ version: 1, ...conversation }))).toEqual(conversation);
  });

  it.each([null, "", "{", "7", "null", "[]", '{"version":2,"sender":"a","touched":1}', '{"version":1}'])("takes %j for nothing", (raw) =>
    expect(read(raw)).toBeNull(),
  );

  it("is summed up with every answered question, and the end that tells to check", () => {
    const conversation = { ...fresh(NOW), exchanges: [answered("advies"), answered("organisatie"), exchange("zonder antwoord", NOW)] };
    const text = summary(conversation, NOW);
    expect(text).toMatch(/^Samenvatting van 28-11-2026\n\nVraag \(14:05\): Onze wethouder wordt bedreigd via Instagram\nAntwoord:\nU kunt terecht/);
    expect(text).toContain("Vraag (14:05): wie is het RIEC");
    expect(text).not.toContain("zonder antwoord");
    expect(text).toMatch(/Controleer het advies bij de organisatie zelf\.$/);
    expect(summary(fresh(NOW), NOW)).toBe("");
  });
});
