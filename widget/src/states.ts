/** Every state the widget can be in, made from recorded answers: for designers and for the tests. */
import advies from "../test/recorded/advies.json";
import buitenBereik from "../test/recorded/buiten_bereik.json";
import groet from "../test/recorded/groet.json";
import kloptNiet from "../test/recorded/klopt_niet.json";
import organisatie from "../test/recorded/organisatie.json";
import overzicht from "../test/recorded/overzicht.json";
import spoed from "../test/recorded/spoed.json";
import spoedMetOrganisatie from "../test/recorded/spoed_met_organisatie.json";
import teLang from "../test/recorded/te_lang.json";
import twee from "../test/recorded/twee.json";
import vergelijking from "../test/recorded/vergelijking.json";
import wedervraag from "../test/recorded/wedervraag.json";
import type { WegwijzerChat } from "./chat";
import type { Client } from "./client";
import { readMessages } from "./contract";
import { exchange, fresh, MemoryStore, type Conversation, type Exchange, type Trouble } from "./conversation";
import { T } from "./teksten";

interface Recorded {
  readonly asked: string;
  readonly body: unknown;
}

export interface State {
  readonly name: string;
  readonly title: string;
  /** In this state the docked chat is closed: only its button is there. */
  readonly closed?: true;
  /** Sets the conversation and the element; it is connected afterwards. */
  readonly make: (chat: WegwijzerChat, conversation: Conversation) => void;
}

const silent = (retentionDays: number | null): Client => ({
  ask: () => new Promise(() => undefined),
  judge: () => Promise.resolve(true),
  settings: () => Promise.resolve({ kind: "settings", retentionDays }),
});

const answered = (recorded: Recorded, now: number): Exchange => ({
  ...exchange(recorded.asked, now),
  messages: readMessages(recorded.body) ?? [],
  answeredAt: now,
});

const shows =
  (...recorded: Recorded[]): State["make"] =>
  (_, conversation) => {
    conversation.exchanges = recorded.map((one) => answered(one, conversation.touched));
  };

const troubled =
  (kind: Trouble["kind"], text: string, asked: string = T.starters[1]): State["make"] =>
  (_, conversation) => {
    conversation.exchanges = [{ ...exchange(asked, conversation.touched), trouble: { kind, text } }];
  };

const judged =
  (more: Partial<Exchange>): State["make"] =>
  (_, conversation) => {
    conversation.exchanges = [{ ...answered(advies, conversation.touched), ...more }];
  };

/** As in wegwijzer/sentences.py. */
const REFUSED =
  "Deze website mag Wegwijzer niet gebruiken. Vraag uw beheerder om het adres toe te voegen. Is er acuut gevaar, bel dan 112.";

const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(1)</script>';

export const STATES: readonly State[] = [
  { name: "begin", title: "Begin", make: () => undefined },
  {
    name: "begin-eigen",
    title: "Begin met eigen voorbeelden, bewaartermijn en privacyverklaring",
    make: (chat) => {
      chat.starters = "Wie helpt bij drugspanden? | Ik zoek een training over polarisatie";
      chat.client = silent(90);
      chat.privacyUrl = "https://www.voorbeeldgemeente.nl/privacy";
    },
  },
  {
    name: "begin-onbekend",
    title: "Begin zonder bewaartermijn, in een browser die niets bewaart",
    make: (chat) => {
      chat.client = silent(null);
      chat.store = new MemoryStore(null, false);
    },
  },
  { name: "knop", title: "Knop rechtsonder", closed: true, make: () => undefined },
  {
    name: "knop-nieuw",
    title: "Knop rechtsonder, er is een nieuw antwoord",
    closed: true,
    make: (chat, conversation) => {
      shows(advies)(chat, conversation);
      chat.unread = true;
    },
  },
  {
    name: "wachten",
    title: "Wegwijzer zoekt",
    make: (_, conversation) => {
      conversation.exchanges = [exchange(T.starters[0], conversation.touched)];
    },
  },
  {
    name: "traag",
    title: "Het duurt lang",
    make: (chat, conversation) => {
      chat.timing = { patience: 0, limit: 600_000, pauses: [] };
      conversation.exchanges = [exchange(T.starters[0], conversation.touched)];
    },
  },
  {
    name: "nog-eens",
    title: "Geen antwoord, Wegwijzer probeert het nog eens",
    make: (chat, conversation) => {
      chat.again = true;
      conversation.exchanges = [exchange(T.starters[0], conversation.touched)];
    },
  },
  { name: "advies", title: "Advies", make: shows(advies) },
  { name: "andere", title: "Advies na ‘Dat klopt niet’", make: shows(kloptNiet) },
  { name: "twee", title: "Twee vragen in een bericht", make: shows(twee) },
  { name: "wedervraag", title: "Wedervraag met keuzes", make: shows(wedervraag) },
  {
    name: "gekozen",
    title: "Keuze gemaakt, en een gesprek van meer vragen",
    make: (_, conversation) => {
      const first = answered(wedervraag, conversation.touched);
      conversation.exchanges = [{ ...first, chosen: first.messages[0]?.options[0]?.payload ?? null }, answered(advies, conversation.touched)];
    },
  },
  { name: "spoed", title: "Acuut gevaar", make: shows(spoed) },
  { name: "spoed-organisatie", title: "Acuut gevaar, met een organisatie voor daarna", make: shows(spoedMetOrganisatie) },
  { name: "organisatie", title: "Over een organisatie", make: shows(organisatie) },
  { name: "vergelijking", title: "Vergelijking", make: shows(vergelijking) },
  { name: "overzicht", title: "Overzicht van organisaties", make: shows(overzicht) },
  { name: "buiten-bereik", title: "Buiten bereik", make: shows(buitenBereik) },
  { name: "groet", title: "Begroeting", make: shows(groet) },
  { name: "oordeel", title: "Oordeel gegeven, toelichting gevraagd", make: judged({ thumb: "down", reason: "We zochten juist een training" }) },
  { name: "oordeel-klaar", title: "Oordeel en toelichting gegeven", make: judged({ thumb: "up", reasonDone: true }) },
  {
    name: "oordeel-mislukt",
    title: "Toelichting niet bewaard",
    make: (chat, conversation) => {
      judged({ thumb: "down", reason: "We zochten juist een training" })(chat, conversation);
      chat.judgeFailed = conversation.exchanges[0]?.key ?? null;
    },
  },
  {
    name: "gekopieerd",
    title: "Antwoord gekopieerd",
    make: (chat, conversation) => {
      shows(wedervraag)(chat, conversation);
      chat.copied = conversation.exchanges[0]?.key ?? null;
    },
  },
  { name: "onbereikbaar", title: "Server niet bereikbaar", make: troubled("failed", T.storing.onbereikbaar) },
  { name: "fout", title: "Fout op de server", make: troubled("failed", T.storing.fout) },
  {
    name: "offline",
    title: "Geen internetverbinding",
    make: (chat, conversation) => {
      troubled("offline", T.storing.offline)(chat, conversation);
      // Nothing is sent from this page: the state stays as it is.
      chat.resumes = false;
    },
  },
  {
    name: "druk",
    title: "Te veel vragen",
    make: (chat, conversation) => {
      troubled("busy", `${T.storing.druk} ${T.drukStraks(20)}`)(chat, conversation);
      chat.resumes = false;
    },
  },
  { name: "druk-later", title: "Te veel vragen, ook de tweede keer", make: troubled("failed", `${T.storing.druk} ${T.drukLater}`) },
  { name: "geen-antwoord", title: "Geen antwoord, ook de tweede keer", make: troubled("failed", T.storing.traag) },
  { name: "onleesbaar", title: "Antwoord niet te lezen", make: troubled("failed", T.storing.onleesbaar) },
  { name: "geen-toegang", title: "Deze website mag Wegwijzer niet gebruiken", make: troubled("failed", REFUSED) },
  {
    name: "begin-geen-toegang",
    title: "Deze website mag Wegwijzer niet gebruiken, bij het openen",
    make: (chat) => {
      chat.notice = REFUSED;
    },
  },
  { name: "geweigerd", title: "Bericht geweigerd", make: troubled("refused", teLang.body[0]?.text ?? "", teLang.asked) },
  {
    name: "bijna-vol",
    title: "Bericht bijna te lang",
    make: (_, conversation) => {
      conversation.draft = "Er is onrust in het dorp over de komst van een azc. ".repeat(76).trim();
    },
  },
  {
    name: "te-lang",
    title: "Bericht te lang, nog niet verstuurd",
    make: (_, conversation) => {
      conversation.draft = "Er is onrust in het dorp over de komst van een azc. ".repeat(80);
    },
  },
  {
    name: "leeg",
    title: "Leeg bericht verstuurd",
    make: (chat) => {
      chat.fault = T.leeg;
    },
  },
  {
    name: "menu",
    title: "Menu open",
    make: (chat, conversation) => {
      shows(advies)(chat, conversation);
      chat.menuOpen = true;
    },
  },
  {
    name: "samenvatting",
    title: "Samenvatting",
    make: (chat, conversation) => {
      shows(advies, organisatie)(chat, conversation);
      chat.view = "summary";
    },
  },
  {
    name: "organisaties",
    title: "Alle organisaties",
    make: (chat) => {
      chat.view = "directory";
    },
  },
  {
    name: "opnieuw",
    title: "Opnieuw beginnen",
    make: (chat, conversation) => {
      shows(advies)(chat, conversation);
      chat.view = "restart";
    },
  },
  {
    name: "verlopen",
    title: "Gesprek verlopen",
    make: (chat) => {
      chat.notice = T.verlopen;
    },
  },
  {
    name: "verloopt-bijna",
    title: "Gesprek verloopt bijna",
    make: (chat, conversation) => {
      shows(groet)(chat, conversation);
      chat.ending = true;
    },
  },
  {
    name: "kopie",
    title: "Gekopieerd tabblad",
    make: (chat) => {
      chat.notice = T.kopieTab;
    },
  },
  {
    name: "vijandig",
    title: "Tekst die op HTML lijkt, en een link die niet in de catalogus staat",
    make: (_, conversation) => {
      const offer = {
        id: "vreemd",
        organisation: HOSTILE,
        ministry: null,
        title: "x".repeat(120),
        url: "https://kwaad.example/",
        why: HOSTILE,
        source: { heading: HOSTILE, quote: HOSTILE },
        support: [HOSTILE],
      };
      const message = {
        text: `${HOSTILE}\njavascript:alert(1) https://kwaad.example/`,
        kind: "advice" as const,
        confidence: 1,
        offers: [offer, { ...offer, url: "javascript:alert(1)" }],
        options: [{ label: HOSTILE, payload: "x" }],
      };
      conversation.exchanges = [{ ...exchange(HOSTILE, conversation.touched), messages: [message], answeredAt: conversation.touched }];
    },
  },
];

/** 28 November 2026, 14:05 here: the same in every picture. */
const MOMENT = new Date(2026, 10, 28, 14, 5).getTime();

/** Makes an element in this state, not yet connected. */
export const make = (state: State): WegwijzerChat => {
  const chat = document.createElement("wegwijzer-chat");
  const conversation = fresh(MOMENT);
  chat.client = silent(30);
  chat.ages = false;
  state.make(chat, conversation);
  chat.store ??= new MemoryStore(conversation);
  return chat;
};
