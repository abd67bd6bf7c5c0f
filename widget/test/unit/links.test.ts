import { describe, expect, it } from "vitest";
import { DIRECTORY } from "../../src/directory";
import { catalogueLink, isWebAddress, parts } from "../../src/links";

const known = DIRECTORY[0]?.offers[0]?.url ?? "";

describe("links", () => {
  it("lets only addresses of the catalogue be a link", () => {
    expect(catalogueLink(known)).toBe(known);
    for (const bad of ["https://kwaad.example/", `${known}x`, "javascript:alert(1)", "data:text/html,x", "//x.nl", ""])
      expect(catalogueLink(bad)).toBeNull();
  });

  it("knows web addresses from other schemes", () => {
    expect(isWebAddress("https://a.nl/")).toBe(true);
    for (const bad of ["javascript:alert(1)", " javascript:alert(1)", "file:///etc/passwd", "/pad", "tel:112"])
      expect(isWebAddress(bad)).toBe(false);
  });

  it("cuts a line into text, links and telephone numbers", () => {
    expect(parts(`Zie ${known}, of bel 112 of 0900-8844.`)).toEqual([
      { kind: "text", text: "Zie " },
      { kind: "link", text: known, url: known },
      { kind: "text", text: ", of bel " },
      { kind: "phone", text: "112", number: "112" },
      { kind: "text", text: " of " },
      { kind: "phone", text: "0900-8844", number: "09008844" },
      { kind: "text", text: "." },
    ]);
  });

  it("leaves strange addresses and longer numbers as text", () => {
    for (const plain of ["https://kwaad.example/112", "artikel 1120", "nummer 4-112", "javascript:alert(1)"])
      expect(parts(plain)).toEqual([{ kind: "text", text: plain }]);
  });

  it("has a web address for every offer in the directory", () => {
    const offers = DIRECTORY.flatMap((body) => body.offers);
    expect(DIRECTORY.length).toBeGreaterThanOrEqual(14);
    expect(offers.filter((offer) => catalogueLink(offer.url) === null)).toEqual([]);
  });
});
