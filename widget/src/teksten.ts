/** Every Dutch text of the widget. Plain Dutch (B1), 'u', no exclamation marks. */

export const T = {
  naam: "Wegwijzer",
  ondertitel: "Automatische assistent voor gemeenten",
  ondertitelKort: "Automatische assistent",
  openen: "Vraag het aan Wegwijzer",
  openenNieuw: "Nieuw antwoord van Wegwijzer",
  sluiten: "Sluiten",
  menu: "Menu",
  gesprek: "Gesprek",
  gevaar: "Acuut gevaar?",
  bel112: "Bel 112",

  welkom: "Waar kan ik u bij helpen?",
  welkomUitleg:
    "Beschrijf in een of twee zinnen wat er speelt en voor wie. U krijgt de organisatie die helpt, met de link en de reden.",
  voorbeelden: "Voorbeelden van vragen",
  starters: [
    "Onze wethouder wordt bedreigd via Instagram",
    "Er is onrust over het azc, wie kan ons nu helpen?",
    "Docenten durven niet meer over Gaza te praten, wie geeft advies?",
  ],
  privacyNamen: "Typ liever geen namen.",
  privacyOpslag:
    "Wegwijzer bewaart uw vraag en het antwoord, om te verbeteren. Herkenbare persoonsgegevens worden eerst weggehaald.",
  privacyTermijn: (dagen: number) =>
    `Na ${dagen === 1 ? "1 dag" : `${dagen} dagen`} worden vraag en antwoord gewist.`,
  privacyOnbekend: "Hoe lang, dat bepaalt de beheerder van deze Wegwijzer.",
  privacyTab:
    "In dit tabblad blijft het gesprek staan tot u het tabblad sluit, opnieuw begint of een uur niets doet.",
  privacyPagina: "Uw browser bewaart het gesprek niet: het verdwijnt als u deze pagina herlaadt of verlaat.",
  privacyLink: "Privacyverklaring",

  uwVraag: "Uw vraag",
  hintToetsen: "Enter verstuurt, Shift+Enter maakt een nieuwe regel.",
  versturen: "Versturen",
  leeg: "Typ eerst uw vraag.",
  wacht: "Wegwijzer zoekt nog. Uw nieuwe tekst blijft in het veld staan.",
  nogTekens: (aantal: number) => `Nog ${aantal === 1 ? "1 teken" : `${aantal} tekens`}.`,
  teLang: (teveel: number) =>
    `Uw bericht is ${teveel === 1 ? "1 teken" : `${teveel} tekens`} te lang. Kort het in.`,
  naarAntwoord: "Naar het laatste antwoord",

  u: "U",
  om: (tijd: string) => `om ${tijd}`,
  zoekt: "Wegwijzer zoekt de juiste organisatie",
  traag: "Dit duurt langer dan gewoonlijk. Uw vraag is niet kwijt.",
  opnieuwVerstuurd: "Er kwam geen antwoord. Wegwijzer probeert het nog eens.",

  besteKeuze: "Beste keuze",
  zelfstandig: "Hoort niet bij een ministerie",
  soortHulp: "Soort hulp",
  bron: "Bron:",
  naar: (titel: string) => `Naar ${titel}`,
  nieuwTabblad: "(opent in een nieuw tabblad)",
  linkOnbekend: "Adres, niet in mijn lijst:",
  andere: (aantal: number) =>
    aantal === 1 ? "Nog 1 andere mogelijkheid" : `Nog ${aantal} andere mogelijkheden`,
  keuzes: "Kies een antwoord",
  gekozen: "gekozen",
  klopt_niet: "Dat klopt niet",
  kloptNietUitleg: "U krijgt dan andere mogelijkheden.",

  spoed: "Acuut gevaar",

  oordeel: "Hielp dit antwoord?",
  duimOp: "Ja",
  duimNeer: "Nee",
  duimGegeven: "Dank u. Uw oordeel is bewaard.",
  redenLabel: "Wilt u zeggen waarom? Dit hoeft niet.",
  redenUitleg:
    "Wie Wegwijzer verbetert, leest uw toelichting bij deze vraag. Herkenbare persoonsgegevens worden eerst weggehaald. U krijgt hier geen reactie op.",
  redenVersturen: "Toelichting versturen",
  redenNiet: "Geen toelichting",
  redenGegeven: "Dank u. Uw toelichting is bewaard.",
  oordeelMislukt: "Uw oordeel is niet bewaard. Probeer het nog eens; uw tekst staat er nog.",

  kopieer: "Kopieer",
  kopieerAntwoord: "Kopieer antwoord",
  gekopieerd: "Gekopieerd",
  kopierenMislukt: "Kopiëren lukte niet. Selecteer de tekst en kopieer die zelf.",

  samenvatting: "Samenvatting",
  samenvattingUitleg: "Om te bewaren of door te sturen. Controleer het advies bij de organisatie zelf.",
  samenvattingLeeg: "Er is nog niets om samen te vatten. Stel eerst een vraag.",
  samenvattingKop: (datum: string) => `Samenvatting van ${datum}`,
  samenvattingVraag: (tijd: string) => `Vraag (${tijd}):`,
  samenvattingAntwoord: "Antwoord:",
  samenvattingEinde:
    "Gemaakt door Wegwijzer, een automatische assistent. Controleer het advies bij de organisatie zelf.",
  afdrukken: "Afdrukken",
  downloaden: "Downloaden",
  bestand: (datum: string) => `wegwijzer-${datum}.txt`,
  afdrukblad: "Afdruk van de samenvatting",

  organisaties: "Alle organisaties",
  organisatiesUitleg:
    "Deze lijst werkt ook als Wegwijzer zelf niet bereikbaar is. De links openen in een nieuw tabblad.",
  terug: "Terug naar het gesprek",

  opnieuw: "Opnieuw beginnen",
  opnieuwZeker: "Opnieuw beginnen? Het gesprek verdwijnt uit dit tabblad.",
  opnieuwJa: "Ja, opnieuw beginnen",
  opnieuwNee: "Nee, ga verder",
  opnieuwKlaar: "U begint opnieuw. Het vorige gesprek is uit dit tabblad gewist.",
  verlopen: "Het vorige gesprek is na een uur stilte uit dit tabblad gewist.",
  verlooptBijna: "Het gesprek verdwijnt over twee minuten uit dit tabblad.",
  bewaarLanger: "Bewaar het nog een uur",
  langerBewaard: "Het gesprek blijft nog een uur staan.",
  kopieTab: "Dit tabblad is een kopie. Het eerdere gesprek loopt door in het andere tabblad; hier begint u een nieuw gesprek.",

  storing: {
    offline: "U hebt geen internetverbinding. Uw vraag wordt vanzelf verstuurd als de verbinding terug is.",
    onbereikbaar: "Wegwijzer is nu niet bereikbaar. Uw vraag staat hierboven en is niet kwijt.",
    traag: "Wegwijzer geeft geen antwoord. Uw vraag staat hierboven en is niet kwijt.",
    fout: "Er ging iets mis bij Wegwijzer. Uw vraag staat hierboven en is niet kwijt.",
    onleesbaar: "Wegwijzer gaf een antwoord dat niet te lezen is. Uw vraag staat hierboven en is niet kwijt. Lukt het straks weer niet, meld dat dan aan de beheerder.",
    druk: "Er komen nu veel vragen binnen.",
    geweigerd: "Wegwijzer kan dit bericht niet verwerken. Pas de tekst aan en verstuur opnieuw.",
    geenToegang: "Wegwijzer mag vanaf deze pagina niet worden gebruikt. Meld dit aan de beheerder van de pagina.",
  },
  drukStraks: (seconden: number) =>
    seconden === 1
      ? "Uw vraag wordt over 1 seconde vanzelf opnieuw verstuurd."
      : `Uw vraag wordt over ${seconden} seconden vanzelf opnieuw verstuurd.`,
  drukLater: "Wacht even en probeer het dan opnieuw.",
  storingGevaar: "Bij acuut gevaar belt u 112.",
  storingLijst: "De organisaties en hun links staan in de lijst.",
  nogmaals: "Opnieuw proberen",
  aanpassen: "Tekst aanpassen",

  antwoordGesproken: "Antwoord van Wegwijzer.",
  keuzesGesproken: (keuzes: string) => `Keuzes: ${keuzes}.`,
} as const;
