"""Every sentence that trainers read in the workbench, in Dutch.

What the modules of wegwijzer.workbench say themselves (findings, progress, notes) they say in Dutch too.
"""

from __future__ import annotations


class General:
    """On every page."""

    NAME = "Wegwijzer werkbank"
    SKIP = "Naar de inhoud"
    MAIN_MENU = "Hoofdmenu"
    TRAINER = "Trainer: {name}"
    CHANGE_NAME = "Andere naam"
    NONE = "geen"
    SEARCH = "Zoeken"
    SHOW = "Tonen"
    BACK = "Terug"
    PREVIOUS = "Vorige"
    NEXT = "Volgende"
    PAGES = "Bladeren"
    PAGE_OF = "Bladzijde {page} van {pages}"
    LINE = "{file}, regel {line}"
    DIFF = "Wat er in de bestanden verandert"
    DIFF_ADDED = "Erbij: "
    DIFF_REMOVED = "Eraf: "
    ON_BY = "{when} door {who}"


class Menu:
    """The pages."""

    INBOX = "Postvak"
    LABELLING = "Labelen"
    EXAMPLES = "Voorbeelden"
    TRAINING = "Trainen"
    CATALOGUE = "Catalogus"
    VERSIONS = "Versies"


class Entry:
    """The door."""

    NAME_TITLE = "Wie bent u?"
    NAME_WHY = (
        "Uw naam komt bij wat u bewaart, zodat collega's zien wie wat deed. "
        "Er is geen wachtwoord; de naam blijft in deze browser staan."
    )
    NAME_LABEL = "Uw naam"
    NAME_BUTTON = "Beginnen"
    NAME_MISSING = "Vul uw naam in. Twee tot zestig letters is genoeg."
    TOKEN_TITLE = "Toegang"
    TOKEN_WHY = "Deze werkbank is ook vanaf andere computers te bereiken. Uw beheerder heeft u een toegangscode gegeven."
    TOKEN_LABEL = "Toegangscode"
    TOKEN_BUTTON = "Verder"
    TOKEN_WRONG = "Deze toegangscode klopt niet. Kijk haar na, of vraag uw beheerder om de juiste."
    TOKEN_WAIT = "Er is te vaak een verkeerde code gegeven. Probeer het over {seconds} seconden opnieuw."


class Errors:
    """When something goes wrong."""

    TITLE = "Dat ging niet"
    SAFE = "Er is niets veranderd en niets kwijtgeraakt."
    NOT_FOUND = "Deze bladzijde is er niet. Kies hierboven een andere."
    NOT_ALLOWED = "Dit adres werkt alleen met een knop van de werkbank zelf."
    BAD_HOST = "De werkbank is niet onder deze naam te bereiken. Gebruik het adres dat in de terminal staat."
    FORM_OLD = (
        "Dit formulier hoort niet bij uw browser of is te oud. Ga terug met de knop van uw browser, "
        "vernieuw de bladzijde en probeer het opnieuw; kopieer eerst wat u getypt had."
    )
    TOO_LARGE = "Dit is te veel tekst. Een voorbeeld is één vraag, hooguit een paar zinnen."
    INTERNAL = "Er ging iets mis dat niet had mogen gebeuren. Uw beheerder vindt het in var/studio.log."
    BROKEN_FILE = "Er is een bestand dat niet te lezen is"
    BROKEN_WHAT = "Herstel die regel in het bestand, of laat het iemand doen die de bestanden kent, en vernieuw dan deze bladzijde."
    CHANGED = "Iemand anders was u voor"


class CatalogueFaults:
    """What is wrong with the catalogue; the names are those of wegwijzer.errors.Texts."""

    DUPLICATE_ID = "het id ‘{id}’ staat ook in {other}; geef dit een eigen id"
    UNKNOWN_VALUE = "‘{value}’ is geen {facet} in kenmerken.yml{hint}; kies uit: {known}"
    UNKNOWN_MINISTRY = "‘{value}’ is geen ministerie in ministeries.yml{hint}; kies uit: {known}"
    NOT_NLU = (
        "dit bestand heeft geen voorbeelden; het begint met ‘nlu:’ en dan blokken, zie docs/labelgids.md"
    )
    NOT_YAML = "hier klopt de opmaak van het bestand niet ({reason}); herstel de regel"
    FIELD = "dit past niet bij wat hier hoort ({reason}); zie catalogus/velden.yml"
    HEADING_ABSENT = (
        "de kop ‘{value}’ staat niet in publicatie.txt; neem hem daaruit over, "
        "of zet ‘own: true’ bij een organisatie die niet in de publicatie staat"
    )
    LABEL_ABSENT = "‘{value}’ staat niet in publicatie.txt; neem het daaruit over"
    QUOTE_ABSENT = "het citaat staat niet letterlijk in publicatie.txt: ‘{value}’; neem de zin daaruit over"
    QUOTE_ELSEWHERE = "het citaat staat niet onder de kop ‘{heading}’; neem een zin uit dat deel"
    HEADING_WRONG = "‘{label}’ staat onder ‘{actual}’, niet onder ‘{given}’; herstel de kop"
    URL_ABSENT = "de link ‘{value}’ staat niet in publicatie.txt; neem de link daaruit over"
    URL_WRONG = "in publicatie.txt hoort ‘{label}’ bij {actual}; herstel de link"
    URL_TWICE = "de link ‘{value}’ staat twee keer in de catalogus; elke link hoort bij één aanbod"
    URL_MISSING = "de link {value} uit de publicatie staat bij geen aanbod; voeg het aanbod toe"
    LABEL_MISSING = "‘{value}’ uit de publicatie staat bij geen aanbod; voeg het aanbod toe"
    SIGNAL_PATTERN = "‘{value}’ is geen patroon ({reason}); herstel de regel"
    CATALOGUE_ABSENT = "dit bestand is er niet; zonder dat bestand is de catalogus niet compleet"


class Kinds:
    """Names for kinds of answers and labels."""

    ANSWER = {
        "advice": "advies",
        "clarification": "wedervraag",
        "organisation": "uitleg over een organisatie",
        "comparison": "vergelijking",
        "overview": "overzicht",
        "emergency": "112 bellen",
        "out_of_scope": "geweigerd: hoort hier niet",
        "smalltalk": "praatje",
        "none": "geen antwoord",
    }
    LABEL = {
        "aanbod": "Aanbod van een organisatie",
        "gesprek": "Wat iemand in het gesprek doet",
        "gevaar": "Acuut gevaar",
        "buiten_bereik": "Hoort hier niet",
    }
    DANGER = "Acuut gevaar: iemand moet nu 112 bellen"
    ENTITY = {
        "verschijnsel": "verschijnsel: waar het over gaat",
        "functie": "functie: voor wie",
        "omgeving": "omgeving: waar het speelt",
        "soort_hulp": "soort hulp",
        "moment": "moment: nu of vooraf",
        "organisatie": "organisatie",
        "gemeente": "gemeente",
    }
    FACET = {
        "phenomenon": "Verschijnsel",
        "function": "Functie",
        "setting": "Omgeving",
        "support": "Soort hulp",
        "moment": "Moment",
    }
    TERM = {
        "text": "uw woorden",
        "phenomenon": "verschijnsel",
        "function": "functie",
        "setting": "omgeving",
        "support": "soort hulp",
        "moment": "moment",
        "body": "genoemde organisatie",
        "conversation": "het gesprek tot nu toe",
        "context": "het gesprek tot nu toe",
    }


class Inbox:
    """Postvak."""

    TITLE = "Postvak"
    INTRO = "Echte vragen die niet goed gingen, zonder persoonsgegevens. Wat het meest leert staat bovenaan; vragen die op elkaar lijken staan bij elkaar."
    COUNT = "{questions} vragen in {groups} groepen"
    EMPTY = "Er staan geen vragen in het postvak die hierbij passen."
    NO_DATABASE = "Er zijn nog geen gesprekken bewaard ({file}). Start Wegwijzer met 'make run'; wat daar misgaat komt hier."
    REASON_LABEL = "Wat er misging"
    REASON_ALL = "alles, behalve duimen omhoog"
    STATE_LABEL = "Welke vragen"
    STATE_OPEN = "nog te doen"
    STATE_DONE = "afgehandeld"
    REASON = {
        "duim omlaag": "duim omlaag",
        "klopt niet": "‘dat klopt niet’",
        "geweigerd": "geweigerd",
        "wedervraag": "wedervraag",
        "onzeker": "onzeker",
        "duim omhoog": "duim omhoog",
    }
    TIMES = "{n} vragen lijken op elkaar"
    SAME = "{n} keer gevraagd"
    ASKED_TIMES = "({n} keer gevraagd)"
    ANSWERED = "Antwoord: {kind}"
    ASKED_ON = "Gevraagd op {when}"
    REMARK = "Toelichting van de vrager: “{remark}”"
    UNDERSTOOD = "Wat begreep de assistent, wat antwoordde hij en waarom?"
    RANKING = "Begrepen als"
    LABEL = "Label"
    SHARE = "Kans"
    WORDS = "Woorden die meetelden"
    LABEL_WORDS = "Label (woorden die meetelden)"
    WHY_KIND = {
        "advice": "De assistent was zeker genoeg om meteen te adviseren.",
        "clarification": "De assistent twijfelde en vroeg daarom eerst iets terug. Twijfel: {doubt}; vanaf {doubt_limit} vraagt hij terug.",
        "out_of_scope": "De assistent dacht dat de vraag hier niet hoort. Kans daarop: {outside}; vanaf {outside_limit} weigert hij.",
        "emergency": "De assistent zag acuut gevaar en zette 112 voorop.",
        "smalltalk": "De assistent nam het bericht voor een deel van het gesprek, niet voor een vraag.",
        "organisation": "De assistent las een vraag over een organisatie.",
        "comparison": "De assistent las een vraag naar het verschil tussen organisaties.",
        "overview": "De assistent las een vraag naar alles wat er is.",
    }
    WHY_OTHER = "Met de drempels van nu zou het antwoord anders zijn: {kind}."
    NOT_KEPT = "Wat de assistent toen begreep is niet bewaard."
    RECOGNISED = "Herkende woorden"
    REASONS = "Wat meetelde voor elk aanbod"
    ANSWER = "Wat hij antwoordde"
    ALIKE = "Ook zo gevraagd"
    DO_LABEL = "Labelen"
    DO_LABEL_FULL = "Labelen: {question}"
    ASIDE = "Opzij leggen"
    ASIDE_FULL = "Opzij leggen: {question}"
    ASIDE_DONE = "Opzij gelegd. U vindt de vraag terug onder ‘afgehandeld’."
    RETURN = "Terug in het postvak"
    RETURN_FULL = "Terug in het postvak: {question}"
    RETURNED = "De vraag staat weer in het postvak."
    HANDLED = "{what} op {when} door {who}"
    HANDLED_AS = {"gelabeld": "Gelabeld", "opzij": "Opzij gelegd"}


class Labelling:
    """Labelen."""

    TITLE = "Labelen"
    TITLE_CHANGE = "Voorbeeld wijzigen"
    INTRO = "Zeg bij een vraag wat een goede collega zou doen. Wat u bewaart wordt een voorbeeld waar de assistent van leert."
    FROM_INBOX = "Uit het postvak. Zo is de vraag binnengekomen: “{question}”"
    PLACEHOLDERS = "Tussen rechte haken staat wat uit de vraag is weggehaald. Schrijf daar iets gewoons voor in de plaats of laat het weg."
    TEXT = "De vraag"
    TEXT_HELP = "U mag de vraag anders opschrijven. Schrijf zoals mensen typen, zonder namen of andere gegevens van personen."
    LABEL = "Wat is het juiste antwoord?"
    FIND = "Zoek een label"
    FIND_HELP = "Bijvoorbeeld een organisatie (Omo), een onderwerp (ondermijning) of een woord."
    BODY = "Organisatie"
    PHENOMENON = "Verschijnsel"
    ALL = "alle"
    FILTER = "Filteren"
    FOUND = "Labels die hierbij passen: {n}"
    NOTHING_FOUND = "Geen label past hierbij. Zoek met een ander woord."
    CHOSEN = "Gekozen"
    ALSO = "Kan het ook iets anders zijn?"
    ALSO_HELP = "Alleen als u zelf eerst iets terug zou vragen: kies één tot drie andere soorten aanbod die even goed mogelijk zijn. De assistent leert dan om terug te vragen."
    MARKS = "Woorden aanwijzen"
    MARKS_HELP = "Selecteer woorden in de vraag met de muis of met Shift en de pijltjes, kies wat het is en druk op ‘Aanwijzen’. U mag de woorden ook zelf invullen. Dit mag u overslaan: bekende woorden herkent de assistent ook zelf."
    MARK_WORDS = "Woorden uit de vraag"
    MARK_KIND = "Wat is het?"
    MARK_VALUE = "Bedoelt (mag leeg)"
    MARK_ADD = "Aanwijzen"
    MARK_REMOVE = "Weghalen"
    MARK_REMOVE_FULL = "Weghalen: {words}"
    MARKED = "Aangewezen"
    MARKED_NONE = "Er zijn nog geen woorden aangewezen."
    MARK_ABSENT = (
        "De woorden ‘{words}’ staan niet in de vraag. Neem ze letterlijk over, of haal de aanwijzing weg."
    )
    MARK_OVER = (
        "De woorden ‘{words}’ vallen samen met andere die al zijn aangewezen. Haal één van de twee weg."
    )
    MARK_EMPTY = "Vul de woorden in die u wilt aanwijzen, of selecteer ze in de vraag."
    MARK_UNKNOWN = "‘{entity}’ is geen soort woord die de assistent kent. Kies er een uit de lijst."
    SEE = "Kijk wat het model ervan maakt"
    SEE_TITLE = "Wat het model van nu ervan maakt"
    SEE_LOADING = "Het model wordt geladen; dat duurt een halve minuut. U kunt intussen gewoon verder."
    SEE_ABSENT = "Er is nog geen model. Maak het met 'make train' in de terminal; labelen kan nu al."
    SEE_FAILED = "Het model kon hier niet naar kijken ({reason}). Labelen kan gewoon."
    SEE_EMPTY = "Er is nog geen vraag."
    SEE_ANSWER = "Antwoord nu: {kind}"
    SEE_OFFERS = "Eerste keus: {offer}"
    SEE_RIGHT = "Het model geeft dit label nu al als eerste ({share}). Een voorbeeld dat er al goed uit komt, leert weinig."
    SEE_NEARLY = "Het model vindt dit label het waarschijnlijkst, maar antwoordt nu nog iets anders. Daar leert het van."
    SEE_WRONG = "Het model geeft nu iets anders. Daar leert het van."
    SEE_FULL = "Lees het hele antwoord"
    WARNINGS = "Let op"
    WARNINGS_NONE = "Er is niets dat tegen dit voorbeeld pleit."
    ERROR = "Moet anders"
    HINT = "Let op"
    ACCEPT_HINTS = "Ik heb de opmerkingen gezien en bewaar toch"
    OTHER = "Het gaat om: “{text}”"
    SAVE = "Bewaren"
    SAVE_CHANGE = "Wijziging bewaren"
    REMOVE = "Dit voorbeeld verwijderen"
    REMOVE_HELP = "Het voorbeeld gaat uit het bestand. U kunt dat op de bladzijde ‘Versies’ ongedaan maken."
    CHOOSE = "Kies"
    CHOOSE_FULL = "Kies {label}"
    SAVED_TITLE = "Bewaard"
    UNDO = "Ongedaan maken"
    UNDONE = "Ongedaan gemaakt. {what}"
    NEXT = "Volgende vraag uit het postvak"
    ANOTHER = "Nog een vraag labelen"
    TRAIN = "Trainen met de nieuwe voorbeelden"
    NO_TEXT = "Typ eerst de vraag."
    NO_LABEL = "Kies wat het juiste antwoord is."
    BLOCKED = "Nog niet bewaard: er moet eerst iets anders. Wat u invulde staat er nog."
    ASK_HINTS = "Nog niet bewaard: lees eerst de opmerkingen hieronder. Wat u invulde staat er nog."
    CONFLICT = "Nog niet bewaard: {reason} Wat u invulde staat er nog."
    GONE = "Nog niet bewaard: iemand anders heeft dit voorbeeld intussen gewijzigd of verwijderd. Wat u invulde staat er nog. Als u nu bewaart, wordt het een nieuw voorbeeld."
    GUIDE = "Wat een goed voorbeeld is"
    GUIDE_POINTS = (
        "Geschreven vanuit een situatie die u kent: iemand, ergens, met een reden.",
        "Zoals mensen typen: kort, slordig, met bijzaken, met tikfouten.",
        "Anders dan de andere. Twee voorbeelden die maar een paar woorden verschillen, leren de assistent niets.",
        "Zonder namen, adressen, telefoonnummers en andere gegevens van mensen.",
        "Nu gaat voor vooraf; één persoon of gezin is een casus; een gevraagde training gaat naar de training die bij de doelgroep past.",
    )
    INSTEAD = "Zo staat het nu in {place}"


class Examples:
    """Voorbeelden."""

    TITLE = "Voorbeelden"
    INTRO = "Alles waar de assistent van leert. Zoek een voorbeeld, of kijk waar er te weinig zijn en wat op iets anders lijkt."
    TABS = "Onderdelen van Voorbeelden"
    TAB_LIST = "Zoeken"
    TAB_COUNTS = "Aantallen"
    TAB_OUTLIERS = "Uitschieters en verwarring"
    TAB_COVERAGE = "Dekking"
    QUERY = "Woorden in het voorbeeld"
    LABEL = "Label"
    BODY = "Organisatie"
    ALL = "alle"
    SORT_ALSO = "Alleen dubbelzinnige"
    FOUND = "{n} voorbeelden"
    FOUND_ONE = "1 voorbeeld"
    NONE = "Geen voorbeeld past hierbij."
    TEXT = "Voorbeeld"
    PLACE = "Plaats"
    CHANGE = "Wijzigen"
    CHANGE_FULL = "Wijzigen: {text}"
    ALSO = "ook mogelijk: {labels}"
    COUNTS_INTRO = "Hoeveel voorbeelden elk label heeft. Bij aanbod zijn er minstens {few} nodig."
    COUNTS_KIND = "Het grootste label heeft {times} keer zoveel voorbeelden als het kleinste."
    COUNT = "Voorbeelden"
    COUNT_ALSO = "Dubbelzinnig"
    COUNT_MARKS = "Aangewezen woorden"
    FEW = "te weinig"
    OUTLIERS_INTRO = "Voorbeelden die volgens de andere voorbeelden eerder bij een ander label horen. Soms is het label fout, soms is het een lastig maar goed voorbeeld. U beslist."
    OUTLIERS_RIGHT = "{share} van de voorbeelden komt uit waar het staat."
    OUTLIERS_START = "Uitschieters zoeken"
    OUTLIERS_STALE = "De voorbeelden zijn veranderd sinds er naar uitschieters is gezocht, of er is nog niet gezocht. Zoeken duurt een paar minuten; u kunt intussen verder werken."
    OUTLIERS_BUSY = "Er wordt gezocht. Deze bladzijde vernieuwt zichzelf."
    OWN = "Staat bij"
    LIKELIEST = "Lijkt op"
    PAIRS = "Labels die op elkaar lijken"
    PAIR = "Twee labels"
    PAIR_COUNT = "Door elkaar gehaald"
    PAIR_SHARE = "Van hun voorbeelden"
    COVERAGE_INTRO = "Van elk kenmerk: welk aanbod het heeft, hoeveel voorbeelden dat aanbod heeft, en in hoeveel voorbeelden het woord is aangewezen."
    VALUE = "Waarde"
    OFFERS = "Aanbod"
    MARKED = "Aangewezen in"


class Training:
    """Trainen en vergelijken."""

    TITLE = "Trainen en vergelijken"
    INTRO = "Eén knop traint een kandidaat naast het model dat nu antwoordt, stelt beide dezelfde vragen en laat zien wat beter en slechter werd. Pas als u op ‘Gebruiken’ drukt, merken vragers er iets van."
    NOW = "Nu in gebruik"
    NOW_OWN = "Het model dat met 'make run' is gemaakt."
    NOW_NONE = "Er is nog geen model om een kandidaat mee te vergelijken. Maak het eerste met 'make train' in de terminal."
    NOW_CARD = "Getraind op {when} door {who}, met {examples} voorbeelden."
    NOTE = "Waar is deze kandidaat voor? (mag leeg)"
    START = "Kandidaat trainen"
    START_HELP = "Dit duurt meestal een minuut of acht: vijf voor het trainen en drie voor het vergelijken. U kunt intussen verder werken of de bladzijde sluiten."
    CALIBRATE = "Ook de drempels opnieuw afstellen"
    CALIBRATE_HELP = "Drempels bepalen wanneer de assistent iets terugvraagt of zegt dat een vraag hier niet hoort. Doe dit als u honderden voorbeelden hebt toegevoegd. Het duurt tien minuten of langer."
    STARTED = "Het trainen is begonnen."
    CANDIDATE = "De kandidaat"
    BUSY = "Bezig: {phase}"
    PHASE = {
        "trainen": "trainen",
        "vergelijken": "vergelijken met het model van nu",
        "klaar": "klaar",
        "mislukt": "mislukt",
        "gestopt": "gestopt",
    }
    PROGRESS = "Voortgang"
    LINES = "Wat er is gedaan"
    STARTED_BY = "Begonnen op {when} door {who}."
    STOP = "Stoppen"
    STOPPED = "Het trainen is gestopt."
    FAILED = "Trainen of vergelijken is mislukt"
    FAILED_SAFE = "Het model van nu antwoordt gewoon door."
    READY = "De kandidaat is klaar."
    SUMMARY = "Beter: {better}. Slechter: {worse}. Van {total} vragen beantwoordde het oude model er {old} goed en de kandidaat {new}."
    TIMES = "Een antwoord kost gewoonlijk {new} milliseconden; bij het oude model {old}."
    PER_FILE = "Per soort vraag"
    FILE = "Soort vraag"
    FILES = {
        "helder": "heldere vragen",
        "indirect": "indirect vertelde vragen",
        "dubbelzinnig": "dubbelzinnige vragen",
        "buiten_bereik": "vragen die hier niet horen",
        "gevaar": "acuut gevaar",
        "vals_alarm": "lijkt op gevaar, maar is het niet",
        "organisaties": "vragen over organisaties",
        "twee_problemen": "twee vragen in één",
        "gespreksdaden": "gesprek",
    }
    TOTAL = "Vragen"
    OLD = "Goed: oude model"
    NEW = "Goed: kandidaat"
    BETTER_N = "Beter"
    WORSE_N = "Slechter"
    NOTE_P = "Toeval?"
    BETTER = "Wat beter werd"
    WORSE = "Wat slechter werd"
    NONE_BETTER = "Geen vraag werd beter."
    NONE_WORSE = "Geen vraag werd slechter."
    QUESTION = "Vraag"
    WANTED = "Bedoeld"
    OLD_ANSWER = "Antwoord oude model"
    NEW_ANSWER = "Antwoord kandidaat"
    LOST = "Deze noodvragen herkent alleen het oude model"
    PASSED = "De poort is open: de kandidaat verliest niet te veel."
    REFUSED = "De poort blijft dicht"
    REFUSED_WHY = "Deze kandidaat wordt niet zomaar in gebruik genomen:"
    OVERRIDE = "Toch gebruiken, met deze reden"
    OVERRIDE_HELP = "De reden wordt met uw naam bewaard en is op deze bladzijde terug te lezen."
    OVERRIDE_MISSING = "Geef een reden. Zonder reden blijft de poort dicht."
    USE = "Gebruiken"
    USE_OVERRIDE = "Toch gebruiken"
    USE_HELP = "Het nieuwe model wordt geladen; zodra het antwoordt gaan nieuwe vragen erheen. Lopende gesprekken gaan door en het oude model blijft bewaard."
    USING = "Het model wordt gewisseld"
    DISCARD = "Weggooien"
    DISCARDED = "De kandidaat is weggegooid. Uw voorbeelden zijn er nog."
    IN_USE = "Deze kandidaat is in gebruik."
    MODELS = "Bewaarde modellen"
    MODELS_NONE = "Er zijn nog geen bewaarde modellen."
    MODEL = "Model"
    MADE = "Getraind"
    EXAMPLES = "Voorbeelden"
    NOTE_COLUMN = "Waarvoor"
    STATE = "Gebruik"
    STATE_NOW = "in gebruik"
    ROLLBACK = "Terug naar het vorige model"
    ROLLBACK_HELP = "Het model dat hiervoor antwoordde, wordt weer geladen."
    HISTORY = "Wie wat in gebruik nam"
    HISTORY_NONE = "Er is nog nooit van model gewisseld."
    HOW = {
        "gebruik": "in gebruik genomen",
        "terug": "teruggezet",
        "mislukt": "mislukt; het vorige model antwoordt nog",
    }
    HISTORY_REASONS = "Wat de poort ertegen had"
    HISTORY_OVERRIDE = "Reden om het toch te doen: {reason}"


class Catalogue:
    """Catalogus."""

    TITLE = "Catalogus"
    INTRO = (
        "Elke organisatie met haar aanbod: wanneer het is nagekeken en door wie, en of de link het nog doet."
    )
    CHECK_LINKS = "Links controleren"
    CHECK_LINKS_HELP = "Wegwijzer vraagt elke link één keer op. Daarvoor is internet nodig."
    CHECKING = "De links worden gecontroleerd. Deze bladzijde vernieuwt zichzelf."
    CHECKED_LINKS = "Links gecontroleerd op {when} door {who}."
    NEVER_CHECKED = "De links zijn hier nog niet gecontroleerd."
    OFFLINE = "Er was geen internet; de links zijn niet gecontroleerd. Dat zegt niets over de links. Wat hieronder staat is van een eerdere keer."
    LINK_COUNTS = "{good} van {all} links zijn goed."
    PROBLEMS = "Tegenspraak"
    PROBLEMS_NONE = "De catalogus spreekt zichzelf en de publicatie niet tegen."
    OFFER = "Aanbod"
    LAST = "Nagekeken"
    LAST_PUBLICATION = "{when}, met de publicatie"
    LINK = "Link"
    LINKS = "Links"
    LINK_UNKNOWN = "niet gecontroleerd"
    MORE = "Bekijken of voorstel doen"
    MORE_FULL = "Bekijken of voorstel doen: {offer}"
    OWN = "eigen toevoeging"
    PROPOSALS = "Voorstellen"
    PROPOSALS_NONE = "Er zijn geen open voorstellen."
    PROPOSAL = "{field} van {offer}"
    PROPOSED = "Voorgesteld op {when} door {who}: {why}"
    OLD = "Nu"
    NEW = "Voorstel"
    OBJECTION = "Dit kan nog niet worden overgenomen: {reason}."
    OBJECTION_LINK = "Een link of tekst uit de publicatie kan pas anders als de publicatie zelf vernieuwd is (catalogus/publicatie.txt)."
    ACCEPT = "Overnemen"
    ACCEPT_FULL = "Overnemen: {what}"
    DECLINE = "Afwijzen"
    DECLINE_FULL = "Afwijzen: {what}"
    ACCEPTED = (
        "Overgenomen in de catalogus. Het staat bij ‘Versies’ klaar om vast te leggen; train daarna opnieuw."
    )
    DECLINED = "Het voorstel is afgewezen."
    FIELDS = {
        "title": "Titel op de kaart",
        "short": "Korte naam, ook op knoppen",
        "purpose": "Waarvoor iemand hier terechtkan (begint met ‘om’)",
        "url": "Link",
        "checked_on": "Dag waarop het is vergeleken met de publicatie",
    }
    FIELD = "Onderdeel"
    FACETS = "Kenmerken"
    QUOTE = "Uit de publicatie"
    PROPOSE_TITLE = "Een andere tekst of link voorstellen"
    PROPOSE_HELP = "Een voorstel verandert nog niets. Iemand anders kan het overnemen of afwijzen; wat letterlijk uit de publicatie komt staat vast."
    NEW_VALUE = "Nieuwe tekst of link"
    WHY = "Waarom"
    PROPOSE = "Voorstellen"
    PROPOSE_DONE = "Het voorstel is bewaard."
    CONFIRM = "Nagekeken en in orde"
    CONFIRM_HELP = "Klik hierop als u de link hebt bekeken en de tekst klopt. Uw naam en de dag van vandaag worden bewaard."
    CONFIRMED = "Bewaard dat u dit hebt nagekeken."
    BACK = "Terug naar de catalogus"


class Versions:
    """Versies."""

    TITLE = "Versies"
    INTRO = "Alles wat is bewaard. U kunt elke wijziging bekijken en ongedaan maken, en samen vastleggen onder uw naam."
    SAVES = "Wijzigingen in de voorbeelden"
    SAVES_NONE = "Er is nog niets bewaard."
    UNDO = "Ongedaan maken"
    UNDO_FULL = "Ongedaan maken: {what}"
    WAS_UNDONE = "ongedaan gemaakt"
    UNDOES = "maakt een eerdere wijziging ongedaan"
    SEE = "Bekijken"
    PENDING = "Nog niet vastgelegd"
    PENDING_NONE = "Alles is vastgelegd."
    PENDING_LINES = "{added} regels erbij, {removed} eraf"
    PATCH = "Downloaden als patch"
    PATCH_HELP = "Een bestand met alleen deze wijzigingen, dat een ontwikkelaar kan overnemen."
    COMMIT = "Vastleggen"
    COMMIT_HELP = "De wijzigingen komen met uw naam en deze omschrijving in de geschiedenis (git). Er wordt niets verstuurd."
    MESSAGE = "Omschrijving"
    COMMITTED = "Vastgelegd."
    LOG = "Vastgelegd"
    LOG_NONE = "Er is nog niets vastgelegd."
    NO_GIT = "Deze map staat niet in git. Ongedaan maken kan wel, vastleggen niet."


class Start:
    """In the terminal."""

    READY = "De werkbank is klaar op {url}/ (stoppen met Ctrl+C)"
    SHARED = "Let op: anderen kunnen erbij, met de toegangscode. Zet er een proxy met TLS voor."
    STOPPED = "Gestopt."
