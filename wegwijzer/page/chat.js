// The plain chat page. Everything from the server or the user is text, never HTML.
"use strict";

const KEY = "wegwijzer-gesprek";
const log = document.getElementById("log");
const form = document.getElementById("form");
const field = document.getElementById("message");
const starters = document.getElementById("starters");
let busy = false;

const sender = () => {
  let id = sessionStorage.getItem(KEY);
  if (!id) {
    // crypto.randomUUID exists only over https; this also works over plain http.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    sessionStorage.setItem(KEY, id);
  }
  return id;
};

const make = (tag, text, className) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
};

const add = (element) => {
  log.append(element);
  element.scrollIntoView({ block: "nearest" });
};

const POLICE = "0900-8844";

// A paragraph in which the police's number can be called.
const callable = (text) => {
  const paragraph = make("p");
  text.split(POLICE).forEach((part, i) => {
    if (i) {
      const number = make("a", POLICE);
      number.href = `tel:${POLICE.replace("-", "")}`;
      paragraph.append(number);
    }
    paragraph.append(part);
  });
  return paragraph;
};

const link = (url) => {
  const a = make("a", `Naar de website (opent in een nieuw tabblad)`);
  if (!/^https?:\/\//.test(url)) return make("span", "");
  a.href = url;
  a.target = "_blank";
  a.rel = "noopener noreferrer";
  return a;
};

const card = (offer, best) => {
  const section = make("section", "", best ? "card best" : "card");
  if (best) section.append(make("p", "Beste keuze", "meta"));
  section.append(make("h2", `${offer.organisation}: ${offer.title}`));
  if (offer.ministry) section.append(make("p", offer.ministry, "meta"));
  section.append(make("p", offer.why));
  const quote = make("blockquote", `“${offer.source.quote}”`);
  quote.append(make("p", `Bron: ${offer.source.heading}`, "meta"));
  section.append(quote, link(offer.url));
  return section;
};

const cards = (offers, second) => {
  const parts = offers.slice(0, second ? 2 : 1).map((offer) => card(offer, true));
  const rest = offers.slice(parts.length);
  if (rest.length) {
    const more = make("details");
    more.append(make("summary", "Andere mogelijkheden"), ...rest.map((offer) => card(offer, false)));
    parts.push(more);
  }
  return parts;
};

const options = (list) => {
  const group = make("div", "", "options");
  for (const option of list) {
    const button = make("button", option.label);
    button.type = "button";
    button.addEventListener("click", () => send(option.payload));
    group.append(button);
  }
  return group;
};

// What a user says with this button is also kept, redacted, for those who train the assistant.
const objection = () => {
  const group = make("div", "", "options");
  const button = make("button", "Dat klopt niet");
  button.type = "button";
  button.addEventListener("click", () => send(button.textContent));
  group.append(button, make("p", "U krijgt dan andere mogelijkheden. Wie Wegwijzer verbetert, kan uw vraag teruglezen; herkenbare persoonsgegevens zijn dan weggehaald.", "meta"));
  return group;
};

const show = (message) => {
  const custom = { kind: "smalltalk", offers: [], options: [], ...message.custom };
  const text = message.text || "";
  const box = make("div");
  if (custom.kind === "emergency") {
    box.className = "emergency";
    box.setAttribute("role", "alert");
    const call = make("a", "Bel 112", "call");
    call.href = "tel:112";
    // With offers, the cards replace the rest of the text; without, all of it is shown.
    box.append(call, callable(custom.offers.length ? text.split("\n\n")[0] : text));
    box.append(...cards(custom.offers));
  } else if (custom.kind === "advice" && custom.offers.length) {
    box.append(...cards(custom.offers, text.startsWith("U noemt twee dingen")), objection());
  } else {
    // The numbered options become buttons; the other lines stay.
    const shown = custom.options.map((option, i) => `${i + 1}. ${option.label}`);
    box.append(make("p", text.split("\n").filter((line) => !shown.includes(line)).join("\n")));
  }
  if (custom.options.length) box.append(options(custom.options));
  add(box);
};

const FAILURES = {
  413: "Uw bericht is te lang. Kort het in en stuur het opnieuw.",
  429: "U stuurt veel berichten kort na elkaar. Wacht een minuut en probeer het opnieuw.",
};
const SERVER = "Er ging iets mis op de server. Uw tekst staat nog in het veld. Probeer het over een minuut opnieuw. Bij acuut gevaar belt u 112.";

const failed = (text, typed) => {
  const box = make("div", text);
  box.setAttribute("role", "alert");
  add(box);
  if (!field.value.trim()) field.value = typed;
  field.focus();
};

async function send(text) {
  if (busy || !text.trim()) return;
  busy = true;
  starters.hidden = true;
  add(make("div", text, "user"));
  const waiting = make("div", "Ik zoek de juiste organisatie…", "meta");
  add(waiting);
  try {
    const answer = await fetch("/webhooks/rest/webhook", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender: sender(), message: text }),
    });
    const body = await answer.json().catch(() => []);
    const messages = Array.isArray(body) ? body : [];
    waiting.remove();
    if (answer.ok && messages.length) messages.forEach(show);
    else failed(messages[0]?.text || FAILURES[answer.status] || SERVER, text);
  } catch {
    waiting.remove();
    failed("Ik kan de server niet bereiken. Uw tekst staat nog in het veld. Bij acuut gevaar belt u 112.", text);
  } finally {
    busy = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (busy) return;
  const text = field.value;
  field.value = "";
  send(text);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.getElementById("restart").addEventListener("click", () => send("opnieuw"));
for (const button of starters.querySelectorAll("button")) button.addEventListener("click", () => send(button.textContent));
