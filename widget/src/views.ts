/** What an answer, a card and the directory look like. Stateless: data in, template out. */
import { html, nothing, type TemplateResult } from "lit";
import type { Message, Offer } from "./contract";
import { DIRECTORY } from "./directory";
import { ICONS } from "./icons";
import { catalogueLink, parts } from "./links";
import { clock } from "./summary";
import { T } from "./teksten";
import { weave, type Block } from "./weave";

/** Text with the icon of a new tab on the line of its last word, unless that is an address, which has to be broken. */
const withIcon = (text: string): TemplateResult => {
  const cut = text.lastIndexOf(" ") + 1;
  const last = text.slice(cut);
  return html`${text.slice(0, cut)}<span class=${last.length > 20 ? "" : "keep"}>${last}${ICONS.outside}</span>`;
};

/** A link that opens in a new tab, says so, and tells the other side nothing; `url` is from the catalogue. */
const outside = (url: string, label: string, kind: "go" | "brief" = "brief"): TemplateResult =>
  html`<a class="utrecht-link utrecht-link--html-a ${kind}" href=${url} target="_blank" rel="noopener noreferrer"
    >${kind === "go"
      ? html`${label} <span class="new">${withIcon(T.nieuwTabblad)}</span>`
      : html`${withIcon(label)}<span class="unseen"> ${T.nieuwTabblad}</span>`}</a
  >`;

export const tel = (number: string, label: string, className = "utrecht-link utrecht-link--html-a"): TemplateResult =>
  html`<a class=${className} href="tel:${number}">${label}</a>`;

/** A line of text in which catalogue addresses and emergency numbers can be followed. */
export const line = (text: string): unknown => {
  const found = parts(text);
  const last = found.at(-1);
  // "- title: address" becomes one link that is called by its title.
  if (found.length === 2 && found[0]?.kind === "text" && last?.kind === "link" && /: $/.test(found[0].text))
    return outside(last.url, found[0].text.slice(0, -2));
  return found.map((part) => {
    if (part.kind === "link") return outside(part.url, part.text);
    if (part.kind === "phone") return tel(part.number, part.text);
    return part.text;
  });
};

/** The level of the widget's own title: 1 when it is the whole page. Others stand below it. */
export type Level = 1 | 2;

/** A heading `below` the title's level; it can get the focus by script when it opens a view. */
export const heading = (level: Level, below: 1 | 2, content: unknown, className: string): TemplateResult => {
  const depth = level + below;
  if (depth === 2) return html`<h2 class=${className} tabindex="-1">${content}</h2>`;
  if (depth === 3) return html`<h3 class=${className} tabindex="-1">${content}</h3>`;
  return html`<h4 class=${className} tabindex="-1">${content}</h4>`;
};

export const when = (at: number): TemplateResult =>
  html`<time datetime=${new Date(at).toISOString()}><span class="unseen">${T.om("")}</span>${clock(at)}</time>`;

const card = (offer: Offer, best: boolean, level: Level): TemplateResult => {
  const url = catalogueLink(offer.url);
  return html`<article class="card ${best ? "best" : ""}" aria-label="${offer.organisation}: ${offer.title}">
    ${best ? html`<p class="badge">${ICONS.check}${T.besteKeuze}</p>` : nothing}
    <div>
      ${heading(level, 2, offer.organisation, "organisation")}
      <p class="quiet">${offer.ministry ?? T.zelfstandig}</p>
    </div>
    ${url ? outside(url, T.naar(offer.title), "go") : html`<p class="what">${offer.title}</p>`}
    <p>${offer.why}</p>
    ${offer.support.length
      ? html`<ul class="tags" aria-label=${T.soortHulp}>
          ${offer.support.map((kind) => html`<li>${kind}</li>`)}
        </ul>`
      : nothing}
    ${offer.source.quote
      ? html`<figure class="utrecht-blockquote">
          <blockquote class="utrecht-blockquote__content">“${offer.source.quote}”</blockquote>
          <figcaption class="utrecht-blockquote__caption quiet">${T.bron} ${offer.source.heading}</figcaption>
        </figure>`
      : nothing}
    ${url ? nothing : html`<p class="quiet">${T.linkOnbekend} ${offer.url}</p>`}
  </article>`;
};

const block = (one: Block, level: Level): TemplateResult => {
  if (one.kind === "card") return card(one.offer, true, level);
  if (one.kind === "more")
    return html`<details>
      <summary>${T.andere(one.offers.length)}</summary>
      ${one.offers.map((offer) => card(offer, false, level))}
    </details>`;
  if (one.kind === "list")
    return html`<ul class="bullets">
      ${one.lines.map((text) => html`<li>${line(text)}</li>`)}
    </ul>`;
  return html`<div class="text">${one.lines.map((text) => html`<p>${line(text)}</p>`)}</div>`;
};

/** The button that calls 112. */
export const call = (): TemplateResult => html`<a class="call" href="tel:112">${ICONS.phone}${T.bel112}</a>`;

/** One message of the server. */
export const message = (one: Message, level: Level): TemplateResult => {
  const blocks = weave(one).map((each) => block(each, level));
  if (one.kind !== "emergency") return html`${blocks}`;
  return html`<div class="emergency">
      <p class="label">${ICONS.warning}${T.spoed}</p>
      ${call()} ${blocks.slice(0, 1)}
    </div>
    ${blocks.slice(1)}`;
};

/** Every body with its offers and links, from the catalogue that was built in. */
export const directory = (level: Level): TemplateResult =>
  html`<ul class="bodies">
    ${DIRECTORY.map(
      (body) =>
        html`<li>
          ${heading(level, 2, body.abbreviation === body.name ? body.name : `${body.name} (${body.abbreviation})`, "organisation")}
          <p class="quiet">${body.ministry ?? T.zelfstandig}</p>
          <ul>
            ${body.offers.map((offer) => {
              const url = catalogueLink(offer.url);
              return html`<li>
                ${url ? outside(url, offer.title) : offer.title}
                <p class="quiet">${offer.for.charAt(0).toUpperCase() + offer.for.slice(1)}.</p>
              </li>`;
            })}
          </ul>
        </li>`,
    )}
  </ul>`;
