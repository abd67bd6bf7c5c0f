/**
 * The element <wegwijzer-chat>: one conversation with Wegwijzer, docked, inline or as a full page.
 *
 * Holds what the user sees and does; speaking with the server is in client.ts, keeping in
 * conversation.ts, what an answer looks like in views.ts. Attributes, events and tokens: docs/widget.md.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { HttpClient, type Client, type GetToken, type Outcome } from "./client";
import {
  exchange,
  fresh,
  hasEnded,
  LIFETIME,
  SessionStore,
  WARNING,
  type Conversation,
  type Exchange,
  type Store,
  type Trouble,
} from "./conversation";
import { ICONS } from "./icons";
import { isWebAddress } from "./links";
import { copy, download, print } from "./paper";
import { styles } from "./styles";
import { day, messagesText, spoken, summary } from "./summary";
import { TabClaim } from "./tabs";
import { T } from "./teksten";
import { directory, heading, line, message, tel, when, type Level } from "./views";

export type Mode = "docked" | "inline" | "page";
export type View = "chat" | "directory" | "summary" | "restart";

/** Milliseconds: when to say it is slow, when to give up, and the pauses before trying again. */
export interface Timing {
  readonly patience: number;
  readonly limit: number;
  readonly pauses: readonly number[];
}

const TIMING: Timing = { patience: 6_000, limit: 30_000, pauses: [1_000, 3_000] };
/** Longest message that the server takes, in characters. */
const LONGEST = 4000;
const LONGEST_REASON = 1000;
const COUNT_FROM = 3500;
/** Longest wait, in seconds, after which a question still goes by itself when the server is busy. */
const LONGEST_WAIT = 120;
/** How long a live region keeps its text, so that nobody who reads on meets it a second time. */
const SAID = 5_000;
const CHECK_EVERY = 15_000;
const SMALL = "(max-width: 40em), (max-height: 30em)";

const scriptOrigin = (): string => {
  const source = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";
  return source ? new URL(source).origin : location.origin;
};
const HOME = scriptOrigin();

/** What stands beside every failure; the server's own words may name 112 already. */
const besides = (text: string): string => (text.includes("112") ? T.storingLijst : `${T.storingGevaar} ${T.storingLijst}`);

const pause = (duration: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, duration));

export class WegwijzerChat extends LitElement {
  static override styles = styles;
  static override properties = {
    server: {},
    mode: { reflect: true },
    theme: { reflect: true },
    open: { type: Boolean, reflect: true },
    starters: {},
    privacyUrl: { attribute: "privacy-url" },
    view: { attribute: false },
    menuOpen: { state: true },
    slow: { state: true },
    again: { state: true },
    notice: { state: true },
    ending: { state: true },
    fault: { state: true },
    unread: { state: true },
    polite: { state: true },
    urgent: { state: true },
    small: { state: true },
    copied: { state: true },
    judgeFailed: { state: true },
    keptDays: { state: true },
  };

  declare server: string;
  declare mode: Mode;
  declare theme: "auto" | "light" | "dark" | null;
  declare open: boolean;
  declare starters: string | null;
  declare privacyUrl: string | null;
  /** Which view the panel shows; for designers. */
  declare view: View;
  declare menuOpen: boolean;
  declare slow: boolean;
  declare again: boolean;
  declare notice: string | null;
  declare ending: boolean;
  declare fault: string | null;
  declare unread: boolean;
  declare polite: string;
  declare urgent: string;
  declare small: boolean;
  declare copied: string | null;
  declare judgeFailed: string | null;
  declare keptDays: number | null;

  /** How to speak with the server, where to keep the conversation and how long to wait; set before connecting. */
  client: Client | null = null;
  /** Asked before each request, when the server wants to know who asks (docs/widget.md); may be set at any time. */
  getToken: GetToken | null = null;
  store: Store | null = null;
  timing: Timing = TIMING;
  /** Whether a question under way is asked again after a reload, and whether a conversation ends; off on the states page. */
  resumes = true;
  ages = true;

  private conversation: Conversation = fresh(0);
  private running: Exchange | null = null;
  private tabs: TabClaim | null = null;
  /** Resolves when it is known whose conversation this is; nothing is sent before. */
  private claimed: Promise<void> = Promise.resolve();
  private ticking: ReturnType<typeof setInterval> | null = null;
  private wake: (() => void) | null = null;
  private learning = false;
  private readonly screen = matchMedia(SMALL);

  constructor() {
    super();
    this.server = HOME;
    this.mode = "docked";
    this.theme = null;
    this.open = false;
    this.starters = null;
    this.privacyUrl = null;
    this.view = "chat";
    this.menuOpen = false;
    this.slow = false;
    this.again = false;
    this.notice = null;
    this.ending = false;
    this.fault = null;
    this.unread = false;
    this.polite = "";
    this.urgent = "";
    this.small = this.screen.matches;
    this.copied = null;
    this.judgeFailed = null;
    this.keptDays = null;
  }

  // Life

  override connectedCallback(): void {
    super.connectedCallback();
    const server = isWebAddress(this.server) ? this.server.replace(/\/+$/, "") : HOME;
    this.client ??= new HttpClient(server, window.origin, () => this.getToken?.());
    this.store ??= new SessionStore(server);
    this.restore();
    this.screen.addEventListener("change", this.onScreen);
    window.addEventListener("online", this.onOnline);
    window.addEventListener("pageshow", this.onPageShow);
    document.addEventListener("keydown", this.onPageKey);
    this.ticking = setInterval(() => this.tick(), CHECK_EVERY);
    this.claimed = this.store instanceof SessionStore ? this.claim() : Promise.resolve();
    void this.claimed.then(() => this.resume());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.screen.removeEventListener("change", this.onScreen);
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("pageshow", this.onPageShow);
    document.removeEventListener("keydown", this.onPageKey);
    if (this.ticking) clearInterval(this.ticking);
    this.tabs?.close();
  }

  /** Opens the docked panel and puts the cursor in the field. */
  show(): void {
    this.open = true;
    void this.focusOn("#field");
  }

  /** Closes the docked panel; the focus goes back to the button when it was in the panel. */
  hide(): void {
    const inside = this.renderRoot.querySelector(".panel")?.contains((this.renderRoot as ShadowRoot).activeElement);
    this.open = false;
    if (inside || this.small) void this.focusOn(".launcher");
  }

  private restore(): void {
    const now = Date.now();
    const kept = this.store?.load() ?? null;
    this.conversation = kept ?? fresh(now, "", this.open);
    if (kept && this.ages && hasEnded(kept, now)) this.begin(T.verlopen, kept.draft);
    // After a page change a small screen shows the page, not the panel over it.
    if (kept?.open && this.mode === "docked" && !this.small) this.open = true;
  }

  private async claim(): Promise<void> {
    this.tabs = new TabClaim(() => this.conversation.sender);
    const own = await this.tabs.claim();
    if (own || !this.isConnected) return;
    const asked = this.running;
    const copied = this.conversation.exchanges.some((one) => one !== asked);
    this.begin(copied ? T.kopieTab : null, this.conversation.draft);
    if (!asked) return;
    // What was asked before this was known belongs to the new conversation.
    this.conversation.exchanges.push(asked);
    void this.run(asked);
  }

  /** A question that was under way when the page changed is asked again, under its own key. */
  private resume(): void {
    const last = this.conversation.exchanges.at(-1);
    if (this.resumes && !this.running && last && !last.messages.length && last.trouble?.kind !== "failed" && last.trouble?.kind !== "refused") void this.run(last);
  }

  private begin(notice: string | null, draft = ""): void {
    this.conversation = fresh(Date.now(), draft, this.open);
    this.running = null;
    this.wake?.();
    this.notice = notice;
    this.ending = false;
    this.fault = null;
    this.view = "chat";
    this.save();
    if (notice) this.say(notice);
  }

  private save(): void {
    this.store?.save(this.conversation);
    this.requestUpdate();
  }

  private touch(): void {
    this.conversation.touched = Date.now();
    this.ending = false;
  }

  private tick(): void {
    if (!this.ages || !this.conversation.exchanges.length) return;
    const left = this.conversation.touched + LIFETIME - Date.now();
    if (left <= 0) this.begin(T.verlopen, this.conversation.draft);
    else if (left <= WARNING && !this.ending) {
      this.ending = true;
      this.say(T.verlooptBijna);
    }
  }

  private keep(): void {
    this.touch();
    this.save();
    this.say(T.langerBewaard);
    void this.focusOn("#field");
  }

  private readonly onScreen = (event: MediaQueryListEvent): void => {
    this.small = event.matches;
  };
  private readonly onOnline = (): void => this.wake?.();
  private readonly onPageShow = (event: PageTransitionEvent): void => {
    if (!event.persisted || this.running) return;
    this.restore();
    this.requestUpdate();
  };
  private readonly onPageKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || this.mode !== "docked" || !this.open) return;
    const inside = event.composedPath().includes(this);
    // A modal of the page itself lies over the panel: this key is its own.
    if (!inside && document.querySelector(":modal")) return;
    if (inside) event.preventDefault();
    if (this.menuOpen) this.toggleMenu();
    else this.hide();
  };

  // Asking

  private send(typed: string): boolean {
    const text = typed.trim();
    if (!text) return this.refuse(T.leeg);
    if (text.length > LONGEST) return this.refuse(T.teLang(text.length - LONGEST));
    if (this.running) {
      this.say(T.wacht);
      return false;
    }
    if (hasEnded(this.conversation, Date.now())) this.begin(T.verlopen);
    else this.notice = null;
    this.fault = null;
    this.view = "chat";
    const one = exchange(text, Date.now());
    this.conversation.exchanges.push(one);
    this.touch();
    void this.run(one);
    return true;
  }

  private refuse(fault: string): false {
    this.fault = fault;
    void this.focusOn("#field");
    return false;
  }

  /** Asks until there is an answer or it makes no sense to go on; always under the exchange's own key. */
  private async run(one: Exchange): Promise<void> {
    const { conversation, timing } = this;
    const gone = () => this.conversation !== conversation;
    this.running = one;
    one.trouble = null;
    this.save();
    void this.reveal(one);
    await this.claimed;
    if (gone()) return;
    let pauses = [...timing.pauses];
    let waits = 1;
    for (;;) {
      if (!navigator.onLine) {
        this.trouble(one, "offline", T.storing.offline);
        await this.sleep(null);
        if (gone()) return;
        one.trouble = null;
        this.save();
        continue;
      }
      const outcome = await this.attempt(one);
      if (gone()) return;
      if (outcome.kind === "answer") return this.receive(one, outcome);
      if (outcome.kind === "busy" && outcome.seconds <= LONGEST_WAIT && waits-- > 0) {
        this.trouble(one, "busy", `${T.storing.druk} ${T.drukStraks(outcome.seconds)}`);
        await this.sleep(outcome.seconds * 1000);
        if (gone()) return;
        one.trouble = null;
        this.save();
        continue;
      }
      const next = pauses.shift();
      const worthwhile = outcome.kind === "unreachable" || outcome.kind === "error" || outcome.kind === "slow";
      if (!worthwhile || next === undefined) return this.fail(one, outcome);
      if (!navigator.onLine) continue;
      if (outcome.kind === "slow") pauses = [];
      this.again = true;
      await pause(next);
      if (gone()) return;
    }
  }

  private async attempt(one: Exchange): Promise<Outcome> {
    const late = setTimeout(() => {
      this.slow = true;
      this.say(T.traag);
    }, this.timing.patience);
    try {
      return await (this.client as Client).ask(this.conversation.sender, one.asked, one.key, this.timing.limit);
    } finally {
      clearTimeout(late);
      this.slow = false;
    }
  }

  /** Waits, or until something wakes it: the connection is back, or the user asks for it. */
  private sleep(duration: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = duration === null ? null : setTimeout(() => this.wake?.(), duration);
      this.wake = () => {
        if (timer) clearTimeout(timer);
        this.wake = null;
        resolve();
      };
    });
  }

  private receive(one: Exchange, outcome: Outcome & { kind: "answer" }): void {
    one.messages = outcome.messages;
    one.answeredAt = Date.now();
    one.trouble = null;
    this.running = null;
    this.again = false;
    this.unread = this.mode === "docked" && !this.open;
    this.touch();
    this.save();
    void this.reveal(one);
    const urgent = one.messages.filter((each) => each.kind === "emergency").map(spoken);
    const polite = one.messages.filter((each) => each.kind !== "emergency").map(spoken);
    if (urgent.length) this.say(urgent.join(" "), true);
    if (polite.length) this.say(`${T.antwoordGesproken} ${polite.join(" ")}`);
    this.tell("answer", {
      kinds: one.messages.map((each) => each.kind),
      offers: one.messages.flatMap((each) => each.offers.map((offer) => offer.id)),
      confidence: one.messages[0]?.confidence ?? 0,
    });
  }

  private fail(one: Exchange, outcome: Outcome): void {
    this.running = null;
    this.again = false;
    const texts: Record<Exclude<Outcome["kind"], "answer">, string> = {
      unreachable: T.storing.onbereikbaar,
      slow: T.storing.traag,
      error: T.storing.fout,
      unreadable: T.storing.onleesbaar,
      busy: `${T.storing.druk} ${T.drukLater}`,
      refused:
        outcome.kind === "refused"
          ? (outcome.text ?? (outcome.status === 403 ? T.storing.geenToegang : T.storing.geweigerd))
          : "",
    };
    // Where this page or this user may not ask, another text is of no use.
    const refused = outcome.kind === "refused" && ![401, 403].includes(outcome.status);
    if (outcome.kind !== "answer") this.trouble(one, refused ? "refused" : "failed", texts[outcome.kind]);
  }

  private trouble(one: Exchange, kind: Trouble["kind"], text: string): void {
    one.trouble = { kind, text };
    this.again = false;
    this.save();
    void this.reveal(one);
    this.say(`${text} ${besides(text)}`);
  }

  private retry(one: Exchange): void {
    if (this.running === one) this.wake?.();
    else if (this.running) this.say(T.wacht);
    else void this.run(one);
    void this.focusOn(`[data-turn="${one.key}"]`);
  }

  /** Puts a question that was not answered back in the field. */
  private edit(one: Exchange): void {
    const { conversation } = this;
    conversation.exchanges = conversation.exchanges.filter((other) => other !== one);
    conversation.draft = [one.asked, conversation.draft].filter(Boolean).join("\n");
    if (this.running === one) {
      // The loop that waits for this question sees another conversation and stops.
      this.conversation = { ...conversation };
      this.running = null;
      this.wake?.();
    }
    this.save();
    void this.focusOn("#field");
  }

  private choose(one: Exchange, payload: string): void {
    if (!this.send(payload)) return;
    one.chosen = payload;
    this.save();
    void this.focusOn(`[data-turn="${this.conversation.exchanges.at(-1)?.key}"]`);
  }

  // Judging, copying, starting over

  private async judge(one: Exchange, thumb: "up" | "down", reason: string): Promise<void> {
    one.thumb = thumb;
    this.judgeFailed = null;
    this.touch();
    this.save();
    const judgement = { sender: this.conversation.sender, answer: one.key, thumb };
    const kept = await (this.client as Client).judge(reason ? { ...judgement, reason } : judgement);
    if (!kept) {
      if (!reason) one.thumb = null;
      this.judgeFailed = one.key;
      this.save();
      this.say(T.oordeelMislukt);
      return;
    }
    if (reason) {
      one.reason = "";
      this.finishReason(one, T.redenGegeven);
    } else this.say(`${T.duimGegeven} ${T.redenLabel}`);
    this.save();
    this.tell("feedback", { thumb, reason: reason !== "" });
  }

  private finishReason(one: Exchange, said: string | null): void {
    one.reasonDone = true;
    this.save();
    if (said) this.say(said);
    void this.focusOn(`[data-turn="${one.key}"] [aria-pressed="true"]`);
  }

  private async copyText(text: string, what: string): Promise<void> {
    const done = await copy(text, this.renderRoot as ShadowRoot);
    this.copied = done ? what : null;
    this.say(done ? T.gekopieerd : T.kopierenMislukt);
    if (!done) this.notice = T.kopierenMislukt;
  }

  private restart(): void {
    this.begin(T.opnieuwKlaar);
    void this.focusOn("#field");
  }

  private go(view: View): void {
    this.view = view;
    this.menuOpen = false;
    this.copied = null;
    void this.focusOn(view === "chat" ? "#field" : ".opening");
  }

  private toggleMenu(): void {
    this.menuOpen = !this.menuOpen;
    void this.focusOn(this.menuOpen ? ".menu button" : ".more");
  }

  // Saying, focusing, telling

  /** Says it once through a live region; `urgent` interrupts what is being read. */
  private say(text: string, urgent = false): void {
    const region = urgent ? "urgent" : "polite";
    this[region] = text;
    setTimeout(() => {
      if (this[region] === text) this[region] = "";
    }, SAID);
  }

  private tell(name: "open" | "close" | "answer" | "feedback", detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`wegwijzer-${name}`, { detail, bubbles: true, composed: true }));
  }

  private async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Scrolls the panel, never the page around it, so that the question is at the top. */
  private async reveal(one: Exchange): Promise<void> {
    await this.updateComplete;
    const turn = this.renderRoot.querySelector<HTMLElement>(`[data-turn="${one.key}"]`);
    const scrollers = this.renderRoot.querySelectorAll<HTMLElement>(".scroll, .panel");
    const scroller = [...scrollers].reverse().find((each) => each.scrollHeight > each.clientHeight + 1);
    if (!turn || !scroller) return;
    scroller.scrollTop += turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 12;
  }

  private revealLast(): void {
    const last = this.conversation.exchanges.at(-1);
    if (last) void this.reveal(last);
  }

  protected override firstUpdated(): void {
    this.revealLast();
  }

  /** Before the first message the user has to know how long it is kept: the server says so, when that is on the screen. */
  private async learn(): Promise<void> {
    const asks = !this.conversation.exchanges.length && (this.mode !== "docked" || this.open);
    if (this.learning || !asks) return;
    this.learning = true;
    const settings = await (this.client as Client).settings();
    if (settings?.kind === "settings") this.keptDays = settings.retentionDays;
    else if (settings) {
      this.notice = settings.text ?? T.storing.geenToegang;
      this.say(this.notice);
    }
  }

  protected override updated(changed: PropertyValues): void {
    void this.learn();
    const panel = this.renderRoot.querySelector("dialog");
    if (panel && (changed.has("open") || changed.has("small") || changed.has("mode"))) {
      const had = (this.renderRoot as ShadowRoot).activeElement;
      if (panel.open) panel.close();
      if (this.open) {
        if (this.small) panel.showModal();
        else {
          panel.show();
          // Opened by the page or by what was kept: the focus stays where the user has it.
          if (!had) (this.renderRoot as ShadowRoot & { activeElement: HTMLElement | null }).activeElement?.blur();
        }
        if (had instanceof HTMLElement && panel.contains(had)) had.focus();
        this.revealLast();
      }
    }
    if (changed.has("open") && changed.get("open") !== undefined) {
      this.conversation.open = this.open;
      this.unread = this.unread && !this.open;
      this.store?.save(this.conversation);
      this.tell(this.open ? "open" : "close", null);
    }
  }

  // What is on the screen

  protected override render(): TemplateResult {
    const docked = this.mode === "docked";
    const inner = html`${this.renderHead()} ${this.renderUrgent()} ${this.renderMenu()}
      <div class="scroll" role="region" aria-label=${T.gesprek} tabindex="0"><div class="column">${this.renderView()}</div></div>
      ${this.ending ? this.renderEnding() : nothing} ${this.view === "chat" ? this.renderComposer() : nothing}
      <div class="unseen" role="status">${this.polite}</div>
      <div class="unseen" role="alert">${this.urgent}</div>`;
    return html`<section class="ww ${this.mode}" lang="nl" aria-label=${T.naam}>
      ${docked
        ? html`<button
              type="button"
              class="utrecht-button utrecht-button--primary-action launcher"
              aria-expanded=${this.open}
              ?hidden=${this.open}
              @click=${() => this.show()}
            >
              ${ICONS.mark}${this.unread ? T.openenNieuw : T.openen}
            </button>
            <dialog class="panel" aria-labelledby="title" @cancel=${this.onCancel}>${inner}</dialog>`
        : html`<div class="panel">${inner}</div>`}
    </section>`;
  }

  private readonly onCancel = (event: Event): void => {
    event.preventDefault();
    this.hide();
  };

  private get level(): Level {
    return this.mode === "page" ? 1 : 2;
  }

  private get toolbar(): boolean {
    return this.mode === "page" && !this.small;
  }

  private renderHead(): TemplateResult {
    const title = this.level === 1 ? html`<h1 class="title" id="title">${T.naam}</h1>` : html`<h2 class="title" id="title">${T.naam}</h2>`;
    return html`<div class="head">
      <div class="brand">
        <span class="mark">${ICONS.mark}</span>
        <div>${title}<p class="quiet">${this.mode === "page" ? T.ondertitel : T.ondertitelKort}</p></div>
      </div>
      ${this.toolbar
        ? nothing
        : html`<button type="button" class="utrecht-button utrecht-button--subtle small more" aria-expanded=${this.menuOpen} aria-controls="menu" @click=${() => this.toggleMenu()}>
            ${ICONS.menu}${T.menu}
          </button>`}
      ${this.mode === "docked"
        ? html`<button type="button" class="utrecht-button utrecht-button--subtle small" @click=${() => this.hide()}>${ICONS.close}${T.sluiten}</button>`
        : nothing}
    </div>`;
  }

  private renderUrgent(): TemplateResult {
    return html`<p class="urgent"><span>${T.gevaar} ${tel("112", T.bel112, "")}</span></p>`;
  }

  private renderMenu(): TemplateResult {
    const item = (view: View, label: string) =>
      html`<li><button type="button" class="utrecht-button utrecht-button--subtle small" aria-current=${this.view === view ? "true" : nothing} @click=${() => this.go(view)}>${label}</button></li>`;
    return html`<ul class="menu" id="menu" ?hidden=${!this.menuOpen && !this.toolbar}>
      ${item("summary", T.samenvatting)} ${item("directory", T.organisaties)} ${item("restart", T.opnieuw)}
    </ul>`;
  }

  private renderView(): TemplateResult {
    if (this.view === "directory") return this.renderDirectory();
    if (this.view === "summary") return this.renderSummary();
    if (this.view === "restart") return this.renderRestart();
    const { exchanges } = this.conversation;
    return html`<div class="log">
      ${this.notice ? html`<p class="notice">${line(this.notice)}</p>` : nothing}
      ${exchanges.length ? nothing : this.renderWelcome()}
      ${repeat(exchanges, (one) => one.key, (one, i) => this.renderExchange(one, i === exchanges.length - 1))}
    </div>`;
  }

  private renderEnding(): TemplateResult {
    return html`<div class="ending">
      <p>${T.verlooptBijna}</p>
      <button type="button" class="utrecht-button utrecht-button--secondary-action small" @click=${() => this.keep()}>${T.bewaarLanger}</button>
    </div>`;
  }

  private renderWelcome(): TemplateResult {
    const starters = this.starters?.split("|").map((one) => one.trim()).filter(Boolean) ?? T.starters;
    const link = this.privacyUrl && isWebAddress(this.privacyUrl) ? this.privacyUrl : null;
    return html`<div class="welcome">
      ${heading(this.level, 1, T.welkom, "opening")}
      <p>${T.welkomUitleg}</p>
      <div class="starters" role="group" aria-label=${T.voorbeelden}>
        ${starters.map(
          (text) =>
            html`<button type="button" class="utrecht-button utrecht-button--secondary-action" @click=${() => this.start(text)}>${text}</button>`,
        )}
      </div>
      <p class="privacy quiet">
        <span>${T.privacyOpslag} ${this.keptDays === null ? T.privacyOnbekend : T.privacyTermijn(this.keptDays)}</span>
        <span>${this.store?.lasting === false ? T.privacyPagina : T.privacyTab}</span>
        ${link
          ? html`<span><a class="utrecht-link utrecht-link--html-a" href=${link} target="_blank" rel="noopener noreferrer">${T.privacyLink} ${T.nieuwTabblad}</a></span>`
          : nothing}
      </p>
    </div>`;
  }

  private start(text: string): void {
    if (this.send(text)) void this.focusOn(`[data-turn="${this.conversation.exchanges.at(-1)?.key}"]`);
  }

  private renderExchange(one: Exchange, last: boolean): TemplateResult {
    return html`<div class="turn" data-turn=${one.key} tabindex="-1">
      <div class="turn asked">
        ${heading(this.level, 1, html`${T.u} ${when(one.at)}`, "who")}
        <p class="bubble">${one.asked}</p>
      </div>
      ${one.messages.length ? this.renderAnswer(one, last) : nothing}
      ${one.trouble ? this.renderTrouble(one) : this.running === one ? this.renderTyping() : nothing}
    </div>`;
  }

  private renderTyping(): TemplateResult {
    return html`<div>
      <p class="typing"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${T.zoekt}</p>
      ${this.slow ? html`<p class="quiet">${T.traag}</p>` : this.again ? html`<p class="quiet">${T.opnieuwVerstuurd}</p>` : nothing}
    </div>`;
  }

  private renderTrouble(one: Exchange): TemplateResult {
    const text = one.trouble?.text ?? "";
    return html`<div class="utrecht-alert utrecht-alert--warning trouble">
      <p>${line(text)}</p>
      <p>${line(besides(text))}</p>
      <div class="row">
        ${one.trouble?.kind === "failed"
          ? html`<button type="button" class="utrecht-button utrecht-button--primary-action" @click=${() => this.retry(one)}>${T.nogmaals}</button>`
          : nothing}
        <button type="button" class="utrecht-button utrecht-button--${one.trouble?.kind === "refused" ? "primary" : "secondary"}-action" @click=${() => this.edit(one)}>${T.aanpassen}</button>
        <button type="button" class="utrecht-button utrecht-button--secondary-action" @click=${() => this.go("directory")}>${T.organisaties}</button>
      </div>
    </div>`;
  }

  private renderAnswer(one: Exchange, last: boolean): TemplateResult {
    const advice = one.messages.some((each) => each.kind === "advice" && each.offers.length);
    return html`<div class="turn answer">
      ${heading(this.level, 1, html`${T.naam} ${when(one.answeredAt ?? one.at)}`, "who")}
      ${one.messages.map((each) => html`${message(each, this.level)}${this.renderChoices(one, each.options, last)}`)}
      ${advice && last
        ? html`<p class="row"><button type="button" class="utrecht-button utrecht-button--secondary-action small" aria-describedby="other-${one.key}" @click=${() => this.choose(one, T.klopt_niet)}>${T.klopt_niet}</button>
            <span class="quiet" id="other-${one.key}">${T.kloptNietUitleg}</span></p>`
        : nothing}
      <div class="row foot" role="group" aria-label=${T.oordeel}>
        <span class="ask quiet">${T.oordeel}</span>
        ${this.renderThumb(one, "up", T.duimOp)} ${this.renderThumb(one, "down", T.duimNeer)}
        <button type="button" class="utrecht-button utrecht-button--subtle small" @click=${() => void this.copyText(messagesText(one.messages), one.key)}>
          ${this.copied === one.key ? ICONS.check : ICONS.copy}${this.copied === one.key ? T.gekopieerd : T.kopieerAntwoord}
        </button>
      </div>
      ${this.judgeFailed === one.key ? html`<p class="error">${T.oordeelMislukt}</p>` : nothing}
      ${one.thumb && !one.reasonDone ? this.renderReason(one) : nothing}
    </div>`;
  }

  private renderChoices(one: Exchange, options: Exchange["messages"][number]["options"], last: boolean): unknown {
    if (!options.length) return nothing;
    if (!last)
      return html`<ul class="bullets">
        ${options.map((option) => html`<li>${option.label}${option.payload === one.chosen ? html` <span class="quiet">(${T.gekozen})</span>` : nothing}</li>`)}
      </ul>`;
    return html`<div class="options" role="group" aria-label=${T.keuzes}>
      ${options.map(
        (option) =>
          html`<button type="button" class="utrecht-button utrecht-button--secondary-action" @click=${() => this.choose(one, option.payload)}>${option.label}</button>`,
      )}
    </div>`;
  }

  private renderThumb(one: Exchange, thumb: "up" | "down", label: string): TemplateResult {
    return html`<button
      type="button"
      class="utrecht-button utrecht-button--subtle small"
      aria-pressed=${one.thumb === thumb}
      @click=${() => void this.judge(one, thumb, "")}
    >
      ${ICONS[thumb]}${label}
    </button>`;
  }

  private renderReason(one: Exchange): TemplateResult {
    const id = `reason-${one.key}`;
    const submit = () => {
      const reason = one.reason.trim();
      if (reason && one.thumb) void this.judge(one, one.thumb, reason);
      else this.finishReason(one, null);
    };
    return html`<div class="form">
      <label for=${id}>${T.redenLabel}</label>
      <textarea
        class="utrecht-textarea"
        id=${id}
        rows="2"
        maxlength=${LONGEST_REASON}
        aria-describedby="${id}-help"
        .value=${live(one.reason)}
        @input=${(event: Event) => {
          one.reason = (event.target as HTMLTextAreaElement).value;
          this.touch();
          this.store?.save(this.conversation);
        }}
      ></textarea>
      <p class="quiet" id="${id}-help">${T.redenUitleg}</p>
      <div class="row">
        <button type="button" class="utrecht-button utrecht-button--secondary-action small" @click=${submit}>${T.redenVersturen}</button>
        <button type="button" class="utrecht-button utrecht-button--subtle small" @click=${() => this.finishReason(one, null)}>${T.redenNiet}</button>
      </div>
    </div>`;
  }

  private renderBack(): TemplateResult {
    return html`<div><button type="button" class="utrecht-button utrecht-button--secondary-action" @click=${() => this.go("chat")}>${T.terug}</button></div>`;
  }

  private renderDirectory(): TemplateResult {
    return html`<div class="view">
      <div class="top">${heading(this.level, 1, T.organisaties, "opening")}<p class="quiet">${T.organisatiesUitleg}</p></div>
      ${this.renderBack()} ${directory(this.level)} ${this.renderBack()}
    </div>`;
  }

  private renderSummary(): TemplateResult {
    const now = Date.now();
    const text = summary(this.conversation, now);
    const button = (label: string, act: () => void, kind = "secondary") =>
      html`<button type="button" class="utrecht-button utrecht-button--${kind}-action" @click=${act}>${label}</button>`;
    return html`<div class="view">
      <div class="top">${heading(this.level, 1, T.samenvatting, "opening")}<p class="quiet">${text ? T.samenvattingUitleg : T.samenvattingLeeg}</p></div>
      ${text ? this.renderBack() : nothing}
      ${text
        ? html`<div class="row">
              ${button(this.copied === "summary" ? T.gekopieerd : T.kopieer, () => void this.copyText(text, "summary"), "primary")}
              ${button(T.afdrukken, () => print(text, T.afdrukblad, this.renderRoot as ShadowRoot))}
              ${button(T.downloaden, () => download(text, T.bestand(day(now))))}
            </div>
            <div class="sheet">${text}</div>`
        : nothing}
      ${this.renderBack()}
    </div>`;
  }

  private renderRestart(): TemplateResult {
    return html`<div class="view">
      ${heading(this.level, 1, T.opnieuwZeker, "opening")}
      <div class="row">
        <button type="button" class="utrecht-button utrecht-button--primary-action" @click=${() => this.restart()}>${T.opnieuwJa}</button>
        <button type="button" class="utrecht-button utrecht-button--secondary-action" @click=${() => this.go("chat")}>${T.opnieuwNee}</button>
      </div>
    </div>`;
  }

  private renderComposer(): TemplateResult {
    const { draft } = this.conversation;
    const left = LONGEST - draft.trim().length;
    const count = draft.length >= COUNT_FROM && left >= 0 ? T.nogTekens(left) : "";
    const fault = this.fault ?? (left < 0 ? T.teLang(-left) : null);
    const answered = this.conversation.exchanges.at(-1);
    // No form: in an iframe with a sandbox without allow-forms, nothing would be sent.
    return html`<div class="composer">
      ${answered
        ? html`<button type="button" class="utrecht-button utrecht-button--secondary-action small skip" @click=${() => void this.focusOn(`[data-turn="${answered.key}"]`)}>${T.naarAntwoord}</button>`
        : nothing}
      <label for="field">${T.uwVraag}</label>
      <p class="error" id="fault" ?hidden=${!fault}>${fault}</p>
      <div class="write">
        <textarea
          class="utrecht-textarea ${fault ? "utrecht-textarea--invalid" : ""}"
          id="field"
          rows="2"
          autocomplete="off"
          aria-describedby="hint fault"
          aria-invalid=${fault ? "true" : nothing}
          .value=${live(draft)}
          @input=${this.onInput}
          @keydown=${this.onFieldKey}
        ></textarea>
        <button type="button" class="utrecht-button utrecht-button--primary-action" @click=${this.submit}>${T.versturen}</button>
      </div>
      <p class="quiet" id="hint">${T.privacyNamen} <span class="keys">${T.hintToetsen}</span> ${count}</p>
    </div>`;
  }

  private readonly onInput = (event: Event): void => {
    this.conversation.draft = (event.target as HTMLTextAreaElement).value;
    this.fault = null;
    this.touch();
    this.save();
  };

  private readonly onFieldKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  };

  private readonly submit = (): void => {
    if (!this.send(this.conversation.draft)) return;
    this.conversation.draft = "";
    this.save();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "wegwijzer-chat": WegwijzerChat;
  }
}
