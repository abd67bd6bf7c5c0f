import { describe, expect, it } from "vitest";
import { readMessages, type Message } from "../../src/contract";
import { spoken } from "../../src/summary";
import { weave } from "../../src/weave";
import { recorded } from "../browser/fake";

const message = (name: string): Message => readMessages(recorded(name).body)?.[0] as Message;
const shape = (name: string): string[] => weave(message(name)).map((block) => block.kind);

describe("weave", () => {
  it("shows the best offer as a card, the others folded, and what follows as text", () => {
    expect(shape("advies")).toEqual(["card", "more", "text"]);
  });

  it("keeps what stands before the card", () => {
    expect(shape("klopt_niet")).toEqual(["text", "card", "more", "text"]);
  });

  it("shows two problems as two cards in their order", () => {
    const cards = weave(message("twee")).flatMap((block) => (block.kind === "card" ? [block.offer.id] : []));
    expect(cards).toEqual(message("twee").offers.slice(0, 2).map((offer) => offer.id));
  });

  it("loses no offer of an answer with cards", () => {
    for (const name of ["advies", "klopt_niet", "twee", "spoed_met_organisatie"]) {
      const shown = weave(message(name)).flatMap((block) =>
        block.kind === "card" ? [block.offer.id] : block.kind === "more" ? block.offers.map((offer) => offer.id) : [],
      );
      expect(shown.sort()).toEqual(message(name).offers.map((offer) => offer.id).sort());
    }
  });

  it("leaves the numbered options to the buttons", () => {
    const text = JSON.stringify(weave(message("wedervraag")));
    expect(text).not.toContain("1. ");
    expect(text).toContain("Wat past het best bij uw vraag?");
  });

  it("shows organisations as text with lists", () => {
    expect(shape("organisatie")).toEqual(["text", "list", "text"]);
    expect(shape("overzicht")).toEqual(["text", "list", "text"]);
  });

  it("shows an offer that the text does not mention", () => {
    const [offer] = message("advies").offers;
    expect(weave({ ...message("advies"), text: "Kijk hier.", offers: offer ? [offer] : [] }).map((block) => block.kind)).toEqual(["text", "more"]);
  });

  it("says an answer without addresses", () => {
    for (const name of ["advies", "overzicht", "organisatie", "vergelijking"]) expect(spoken(message(name))).not.toMatch(/https?:/);
    expect(spoken(message("advies"))).toMatch(/^Beste keuze: Netwerk Weerbaar Bestuur, .*Nog 2 andere mogelijkheden\./s);
    expect(spoken(message("wedervraag"))).toContain("Keuzes: ");
  });
});
