// Records the answers of a running Wegwijzer in test/recorded/, for the fake server and the states page.
// Usage: node test/record.mjs http://127.0.0.1:5005
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";

const server = process.argv[2];
if (!server) throw new Error("Give the address of a running Wegwijzer: node test/record.mjs http://127.0.0.1:5005");

const CONVERSATIONS = {
  advies: ["Onze wethouder wordt bedreigd via Instagram"],
  klopt_niet: ["Onze wethouder wordt bedreigd via Instagram", "Dat klopt niet"],
  spoed: ["help er staat nu een man met een mes voor de deur"],
  spoed_met_organisatie: ["Onze wethouder wordt bedreigd en er staat nu iemand met een mes voor de deur"],
  organisatie: ["wie is het RIEC"],
  vergelijking: ["wat is het verschil tussen OMO en ESS"],
  overzicht: ["welke organisaties zijn er"],
  buiten_bereik: ["mijn paspoort is verlopen"],
  wedervraag: ["er is onrust"],
  twee: [
    "drugspand in buitengebied + nieuwe collega OOV heeft inwerkopleiding nodig",
  ],
  groet: ["hallo"],
  te_lang: ["wat ".repeat(1200)],
};

for (const [name, messages] of Object.entries(CONVERSATIONS)) {
  const sender = randomUUID();
  let record;
  for (const message of messages) {
    const answer = await fetch(`${server}/webhooks/rest/webhook`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender, message }),
    });
    const body = (await answer.json()).map(({ text, custom }) => ({ text, custom }));
    record = { asked: message.length > 400 ? `${message.slice(0, 40)}…` : message, status: answer.status, body };
  }
  await writeFile(new URL(`recorded/${name}.json`, import.meta.url), `${JSON.stringify(record, null, 1)}\n`);
  console.log(name, record.status, record.body[0].custom.kind);
}
