/** The page with every state. ?toestand=NAAM shows one, &modus=docked|inline|page, &thema=light|dark|auto. */
import "./main";
import type { Mode } from "./chat";
import { make, STATES } from "./states";

const asked = new URLSearchParams(location.search);
const one = STATES.find((state) => state.name === asked.get("toestand"));
const mode = (["docked", "inline", "page"] as const).find((known) => known === asked.get("modus"));
const theme = (["light", "dark", "auto"] as const).find((known) => known === asked.get("thema"));
const main = document.querySelector("main") as HTMLElement;

const add = (tag: string, text: string, parent: HTMLElement): HTMLElement => {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
};

const show = (state: (typeof STATES)[number], as: Mode, parent: HTMLElement): void => {
  const chat = make(state);
  chat.mode = state.closed ? "docked" : as;
  chat.theme = theme ?? "auto";
  chat.open = as === "docked" && !state.closed;
  if (state.closed) parent.classList.add("closed");
  parent.append(chat);
};

document.documentElement.classList.add(theme ?? "auto");
if (one) {
  document.title = `${one.title} – Wegwijzer`;
  document.body.classList.add("one");
  if (mode !== "page" || one.closed) add("h1", one.title, main);
  show(one, mode ?? "inline", main);
} else {
  for (const state of STATES) {
    const part = document.createElement("section");
    main.append(part);
    const heading = add("h2", "", part);
    const link = add("a", state.title, heading) as HTMLAnchorElement;
    link.href = `?toestand=${state.name}`;
    show(state, "inline", part);
  }
}
