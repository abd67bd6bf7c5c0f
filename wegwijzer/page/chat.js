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
    id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
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

const show = (message) => {
  const custom = message.custom || { kind: "smalltalk", offers: [], options: [] };
  const box = make("div");
  if (custom.kind === "emergency") {
    box.className = "emergency";
    box.setAttribute("role", "alert");
    const call = make("a", "Bel 112", "call");
    call.href = "tel:112";
    box.append(call, make("p", message.text.split("\n\n")[0]));
    box.append(...cards(custom.offers));
  } else if (custom.kind === "advice" && custom.offers.length) {
    box.append(...cards(custom.offers, message.text.startsWith("U noemt twee dingen")));
  } else {
    box.append(make("p", custom.options.length ? message.text.split("\n")[0] : message.text));
  }
  if (custom.options.length) box.append(options(custom.options));
  add(box);
};

const failed = (text, typed) => {
  const box = make("div", text);
  box.setAttribute("role", "alert");
  add(box);
  field.value = typed;
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
    const messages = await answer.json().catch(() => []);
    waiting.remove();
    if (answer.ok && messages.length) messages.forEach(show);
    else failed(messages[0]?.text || "Er ging iets mis op de server. Uw tekst staat nog in het veld; probeer het over een minuut opnieuw.", text);
  } catch {
    waiting.remove();
    failed("Ik kan de server niet bereiken. Uw tekst staat nog in het veld. Bij acuut gevaar belt u 112.", text);
  } finally {
    busy = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value;
  field.value = "";
  send(text);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.getElementById("restart").addEventListener("click", () => send("opnieuw"));
for (const button of starters.querySelectorAll("button")) button.addEventListener("click", () => send(button.textContent));
