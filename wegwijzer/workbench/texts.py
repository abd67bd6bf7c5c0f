"""Every sentence of the workbench that trainers read. Plain Dutch (B1), 'u', no exclamation marks."""

from __future__ import annotations

DID_YOU_MEAN = "bedoelt u"
NOT_YAML = (
    "de opmaak (YAML) klopt hier niet: {reason}. Kijk naar deze regel en die ervoor: spaties vooraan, "
    "een dubbele punt of een aanhalingsteken. Herstel de regel, of zet het bestand terug met git"
)
NOT_UTF8 = "dit bestand is geen UTF-8; sla het op als UTF-8"
NOT_NLU = "dit zijn geen voorbeelden; bovenaan hoort 'nlu:' met daaronder blokken (docs/labelgids.md)"
NOT_A_BLOCK = "een blok heeft 'intent' en 'examples' nodig; vul ze aan"
NOT_A_LIST = (
    "zet achter 'examples:' een rechte streep | en daaronder één voorbeeld per regel, of een lijst met 'text'"
)
NO_DASH = "een voorbeeld begint met '- '; zet dat voor de tekst"
NO_TEXT = "een voorbeeld heeft 'text' nodig; vul het aan"
OWN_FORM = "dit voorbeeld is met de hand anders opgemaakt dan Wegwijzer het schrijft; verander het in het bestand zelf"

EMPTY = "een voorbeeld zonder tekst leert niets; typ de vraag"
NOT_ONE_LINE = "een voorbeeld staat op één regel, zonder spaties ervoor of erna; haal die weg"
UNPRINTABLE = "in de tekst staat een onzichtbaar teken ({name}); typ de tekst opnieuw"
UNKNOWN_INTENT = "'{name}' is geen intent in domain.yml{hint}; kies een van de bestaande"
NOT_AN_OFFER = "'{name}' is geen aanbod in de catalogus{hint}; 'ook' noemt alleen aanbod"
ALSO_TWICE = "'ook' noemt '{name}' twee keer, of ook de intent zelf; noem elk aanbod één keer"
ALSO_TOO_MANY = "'ook' noemt {count} andere soorten aanbod; meer dan drie helpt niemand verder"
UNKNOWN_ENTITY = "'{name}' is geen entiteit in domain.yml{hint}; kies een van: {known}"
MARK_OUTSIDE = "de markering '{entity}' van teken {start} tot {end} ligt buiten de tekst ({length} tekens); markeer opnieuw"
MARK_OVERLAP = "de markeringen '{first}' en '{second}' lopen over elkaar; haal er een weg"
MARK_BRACKET = "'{words}' bevat een haak; een markering kan geen [ of ] bevatten"
MARK_BROKEN = "de markering bij '{words}' is niet af; schrijf [woorden](entiteit)"
MARK_IN_TEXT = "'{words}' wordt gelezen als markering; haal de haken weg of markeer de woorden"

CHANGED = "dit bestand is veranderd nadat u het las; er is niets opgeslagen. Bekijk de wijziging en probeer het opnieuw"
EXAMPLE_GONE = (
    "het voorbeeld '{text}' staat hier niet meer zoals u het las; iemand heeft het veranderd of weggehaald. "
    "Er is niets opgeslagen. Zoek het opnieuw op"
)
KEY_GONE = "dit voorbeeld is er niet meer; iemand heeft het veranderd of weggehaald. Zoek het opnieuw op"
UNREADABLE_RESULT = (
    "na deze wijziging zou het bestand iets anders zeggen dan bedoeld; er is niets opgeslagen. "
    "Verander het voorbeeld in het bestand zelf"
)
LAST_EXAMPLE = "dit is het laatste voorbeeld van '{intent}'; voeg er eerst een ander toe"
NOT_CHANGED = "dit voorbeeld is al zo; er is niets te veranderen"
UNDONE_ALREADY = "deze wijziging is al ongedaan gemaakt"
UNDO_CHANGED = (
    "de regels van deze wijziging zijn daarna weer veranderd; er is niets teruggezet. Maak eerst de latere "
    "wijziging ongedaan, of verander het voorbeeld zelf"
)
NO_SAVE = "er is geen wijziging '{id}'; kies er een uit de lijst"
JOURNAL_DAMAGED = "deze regel van het logboek is beschadigd; haal de regel weg"
WHO = "zeg wie u bent; uw naam hoort bij de wijziging"

ADDED = "Toegevoegd aan {intent}: {text}"
CHANGED_TEXT = "Gewijzigd in {intent}: {text}"
MOVED = "Verplaatst van {old} naar {intent}: {text}"
REMOVED = "Weggehaald uit {intent}: {text}"
UNDONE = "Ongedaan gemaakt: {what}"

PERSONAL = "hier staan gegevens van mensen ({kinds}); schrijf in plaats daarvan: {redacted}"
HELD_OUT = (
    "dit lijkt te veel op een vraag waarmee wordt gemeten ({place}); dan zegt de meting niets meer. "
    "Beschrijf een andere situatie"
)
DOUBLE = "dit voorbeeld is er al ({place}); haal er een weg"
NEAR = "dit lijkt te veel op '{text}' ({place}); daar leert de assistent niets van. Beschrijf een andere situatie"
CONTRADICTION = (
    "hetzelfde, of bijna, staat onder een ander label: '{text}' bij {intent} ({place}); kies er een, "
    "of maak er één dubbelzinnig voorbeeld van met 'ook'"
)

ASKED = "{number} van {total} vragen gesteld"
COMPARING = "Beide modellen krijgen dezelfde vragen uit {folder}; dit duurt meestal twee minuten."
SAME = "Beide modellen doen precies even veel goed, en dezelfde vragen."
CHANCE = "Dit verschil kan toeval zijn (McNemar, p = {p})."
REAL = "Dit verschil is waarschijnlijk geen toeval (McNemar, p = {p})."
OTHER_QUESTIONS = "de twee modellen kregen niet dezelfde vragen; vergelijk ze opnieuw"
NOT_COMPARED = "het is niet vergeleken met het model dat nu in gebruik is"
QUESTIONS_CHANGED = (
    "de vragen in tests/evaluation zijn veranderd sinds het werd vergeleken; vergelijk opnieuw met "
    "'wegwijzer evaluate --compare in-gebruik' en het nummer van dit model"
)
LOST_EMERGENCY = "het herkent een noodgeval niet meer: '{text}'"
LOST_TOO_MUCH = "het doet per saldo {lost} van de {total} vragen slechter; {most} is het meeste dat mag"
LOST_IN_FILE = (
    "het doet per saldo {lost} van de {total} vragen in {file} slechter; {most} is het meeste dat mag"
)
COMPARISON_DAMAGED = "{path}: deze vergelijking is beschadigd ({reason}); vergelijk opnieuw"
COMPARISON_FAILED = "{model}: het stellen van de vragen mislukte: {reason}"

NO_MODEL = "er is geen model '{id}' in het archief; er is: {known}"
NO_MODELS = "niets; train eerst een kandidaat"
MODEL_DAMAGED = "{path}: dit deel van model '{id}' ontbreekt of is beschadigd; kies een ander model (wegwijzer model list)"
CARD_DAMAGED = "{path}: deze kaart is beschadigd ({reason}); verplaats de map of herstel de kaart"
NOT_WHOLE = "{path} is er niet of is niet heel; train opnieuw met 'wegwijzer train --force'"
IN_USE = "model '{id}' is in gebruik; neem eerst een ander model in gebruik"
TO_GO_BACK_TO = "model '{id}' is het model om naar terug te gaan; neem eerst een ander model in gebruik"
IN_USE_ALREADY = "model '{id}' is al in gebruik"
NOTHING_BEFORE = "er is geen eerder model om naar terug te gaan"
OWN_MODEL = "het model dat hier in gebruik was"
SWITCHING = "Wegwijzer draait; het nieuwe model wordt ernaast gestart en neemt het over zodra het antwoordt."
SWITCHED = "Model '{id}' is in gebruik."
USED_AT_START = "Model '{id}' wordt gebruikt zodra Wegwijzer start."
SWITCH_FAILED = "model '{id}' nam het niet over: {reason}. Het vorige model blijft in gebruik"
SWITCH_SLOW = "het duurt te lang voor model '{id}' antwoordt; zie var/rasa.log"
STILL_USED = "Let op: in gebruik blijft model '{id}' uit het archief (wegwijzer model list)."
USED_NOW = "Model '{id}' uit het archief is in gebruik (wegwijzer model list)."

CANDIDATE_BUSY = "er wordt al een kandidaat getraind; wacht tot die klaar is, of stop hem"
CANDIDATE_DIED = (
    "het trainen is afgebroken, misschien door een herstart of te weinig geheugen; begin opnieuw (zie {log})"
)
NOTHING_TO_COMPARE_WITH = "er is geen model in gebruik om mee te vergelijken; draai eerst 'wegwijzer train'"
TRAINING_FAILED = "het trainen mislukte: {reason}"
CALIBRATING = "De drempels worden opnieuw afgesteld; dit duurt tien minuten of langer."
CALIBRATING_FAILED = "het afstellen van de drempels mislukte: {reason}"
UNEXPECTED = "er ging iets mis ({error}); zie {log}"

NOT_ADDED = "Niet toegevoegd. Verander de tekst, of gebruik --force als u het zeker weet."
UNDO_WITH = "{what}\nOngedaan maken: wegwijzer examples undo {id}"
LINT_WRONG = "{count} voorbeelden zijn niet goed."
LINT_GOOD = "{count} voorbeelden nagekeken; er is niets op aan te merken."
STATS_KIND = (
    "{kind}: {count} voorbeelden; de grootste is {ratio} keer de kleinste (helder, dubbelzinnig, markeringen)"
)
FEW = "  te weinig"
STATS_FACETS = "Per kenmerk: voorbeelden van aanbod met dit kenmerk, voorbeelden met deze markering, aanbod"
STATS_CROSSED = (
    "Modellen van de andere voorbeelden zetten {right} % waar het staat (alleen woorden en letters)."
)
STATS_PAIRS = "Vaakst door elkaar gehaald:"
STATS_OUTLIERS = "Lijken meer op iets anders (eigen intent en kans; de andere en zijn kans):"
GATE_PASSED = "De poort laat dit model door."
GATE_REFUSED = "De poort laat dit model niet door: {reasons}."
ARCHIVE_EMPTY = "Het archief is leeg; 'wegwijzer model train' maakt een kandidaat."
CARD_FIGURES = "    {count} voorbeelden; {figures}"
NOT_MEASURED = "nog niet vergeleken"
OWN_IN_USE = "In gebruik is het model in models/ zelf, dat 'wegwijzer train' maakt."
CANDIDATE_READY = (
    "Kandidaat {id} is klaar. Bekijk de vergelijking met 'wegwijzer evaluate --compare in-gebruik {id}' of in de "
    "studio; neem hem in gebruik met 'wegwijzer model use {id}'."
)
OFFLINE = "Deze machine heeft geen internet; de links zijn niet gecontroleerd."
LINKS_CHECKED = "{good} van de {total} links zijn goed."

NO_GIT = "{root} wordt niet bijgehouden met git; opslaan en ongedaan maken werkt wel, vastleggen niet"
GIT_REFUSED = "git weigert: {reason}"
NOTHING_CHANGED = "er is niets veranderd om vast te leggen"
NO_MESSAGE = "schrijf in een paar woorden wat u veranderde"
CROSSING = "Deel {number} van {total} beoordeeld"

LINK_GOOD = "De link doet het."
LINK_MOVED = "De pagina is verhuisd naar {where}; kijk of dat de goede is en stel de nieuwe link voor."
LINK_GONE = "De pagina bestaat niet meer; zoek de nieuwe plek en stel die link voor."
LINK_FORBIDDEN = "De website weigert een automatische controle ({status}); kijk zelf of de link het doet."
LINK_ERROR = "De website gaf een fout ({status}); probeer het later opnieuw."
LINK_SLOW = "Er kwam binnen {seconds} seconden geen antwoord; probeer het later opnieuw."
LINK_REFUSED = "De website was niet te bereiken ({reason}); probeer het later opnieuw."
LINK_OFFLINE = "Deze machine kon de website niet vinden."
LINK_NO_HOST = "De naam van deze website bestaat niet of is niet te vinden; kijk of de link nog klopt."
LINKS_DAMAGED = "{path}: dit verslag is beschadigd ({reason}); controleer de links opnieuw"

UNKNOWN_OFFER = "'{name}' is geen aanbod in de catalogus{hint}; kies een bestaand"
UNKNOWN_FIELD = "'{name}' kan hier niet worden veranderd; kies een van: {known}"
FIELD_OWN_FORM = "'{field}' staat op meer dan een regel; verander dit in het bestand zelf"
NO_REASON = "zeg waarom; een voorstel zonder reden kan niemand beoordelen"
NOTHING_PROPOSED = "dit is al zo; er is niets voor te stellen"
NO_PROPOSAL = "er is geen voorstel '{id}'; kies er een uit de lijst"
PROPOSAL_CLOSED = "dit voorstel is al {state}"
PROPOSAL_CHANGED = (
    "'{field}' is intussen veranderd van '{old}' in '{now}'; er is niets opgeslagen. Doe een nieuw voorstel"
)
