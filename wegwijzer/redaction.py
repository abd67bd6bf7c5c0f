"""Redaction: personal data in a message are replaced by what they are.

Numbers, addresses, dates and accounts are found by their shape and, where there is one,
by their check; names of persons by lists and the words around them (names.py), and by
spaCy too where the Dutch model is installed. Roles, municipalities, bodies, ministries
and offers stay. How well it does: docs/privacy-meting.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Iterator, Optional

from stdnum import iban
from stdnum.nl import bsn

from wegwijzer.catalogue import Catalogue, fold
from wegwijzer.language import DutchLanguage
from wegwijzer.names import NameFinder

KINDS = ("naam", "bsn", "telefoon", "e-mail", "iban", "adres", "kenteken", "geboortedatum", "account")
"""Everything that is replaced, as it stands between square brackets in its place."""

PERSON = "PERSON"
"""spaCy's label of a person's name."""

_Claim = tuple[int, int, Optional[str]]
"""Start, end and kind of a piece of text; kind None means that it has to stay as it is."""

_PLACEHOLDER = re.compile(r"\[(?:" + "|".join(KINDS) + r")\]")

_EMAIL = re.compile(r"(?<![\w.%+-])\w[\w.%+'-]{0,63}@\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)+")

_DOMAIN = r"\w[\w.-]{0,100}(?:\.| ?[\[(]?(?i:punt|dot)[\])]? )[^\W\d_]{2,}(?!\w)"
_HIDDEN_EMAIL = re.compile(
    rf"(?<![\w.])(?:\w{{1,30}} (?:punt|dot) )?\w[\w.+-]{{0,63}}(?: ?[\[(](?i:at|apenstaart(?:je)?)[\])] ?| (?i:apenstaart(?:je)?) | ?@ ?){_DOMAIN}"
)

_SOCIAL_HOSTS = (
    r"(?:(?:instagram|facebook|fb|twitter|x|tiktok|youtube|linkedin|snapchat|vk|reddit|steamcommunity|threads"
    r"|discord|discordapp|whatsapp|telegram|truthsocial|gab|pinterest|onlyfans|soundcloud|twitch)\.(?:com|net|org|tv|me)"
    r"|youtu\.be|t\.me|wa\.me|fb\.me|discord\.gg|bsky\.app|twitch\.tv|linktr\.ee|signal\.(?:me|group)|mastodon\.\w+)"
)
_SOCIAL_URL = re.compile(
    rf"(?<![\w@])(?i:(?:https?://)?(?:[a-z0-9-]{{1,20}}\.){{0,2}}{_SOCIAL_HOSTS})"
    r"/[^\s<>()\[\],;!?\"']{0,300}[^\s<>()\[\],;!?\"'.:/]/?"
)
_HANDLE = re.compile(r"(?<![\w.@/])@(?=[\w.]{0,30}[^\W\d_])\w(?:[\w.]{0,40}\w)?")
_PUBLIC_HANDLE = re.compile(
    r"^@(?:assistent|wegwijzer|chatbot|bot|team|allen|iedereen|all|everyone|here|help)$|gemeente|politie|brandweer|ministerie|minister|rijk|provincie|veiligheid|omroep|defensie|waterschap"
    r"|^@(?:nos|nctv|riec|vng|rtl|ad|knmi|ggd|wethouders?vereniging)",
    re.IGNORECASE,
)
_HANDLE_MARKER = (
    r"(?<!\w)(?i:insta(?:gram)?|snap(?:chat)?|tik ?tok|twitter|discord|telegram|reddit|steam|facebook|youtube|signal"
    r"|gebruiker|profiel|account|nickname|nick|username|gamertag)"
    r"(?i:[ -]?(?:account|naam|gebruiker|gebruikersnaam|profiel|handle|user|name))?(?!\w)"
    r"(?:\s*(?:[:=]|\b(?i:is|heet|van (?:hem|haar) is)\b))?\s+"
)
_HANDLE_SHAPE = r"(?:u/)?(?=[\w.#-]{0,40}[^\W\d_])(?=[\w.-]{0,40}(?:\d|_|#|\w\.\w))\w[\w.#-]{1,40}\w"
_MARKED_HANDLE = re.compile(rf"{_HANDLE_MARKER}(?P<found>{_HANDLE_SHAPE})")
_UNDERSCORED = re.compile(r"(?<![\w@/.])(?=\w{0,40}[^\W\d_])[^\W_][\w.]{0,40}_\w{1,40}(?!\w)")
_WEB_PAGE = r"(?:https?://)?(?:[\w-]{1,63}\.){1,4}[a-z]{2,8}(?:/[^\s<>()\[\],;!?\"']{0,200}[^\s<>()\[\],;!?\"'.:/])?(?![\w@])"
_PERSONAL_PAGES = (
    re.compile(
        r"(?<![\w@.])(?i:(?:https?://)?(?:[\w-]{1,63}\.)+(?:wordpress|blogspot|blogger|substack|tumblr|weebly|wixsite|jimdofree)\.\w{2,3})"
        r"(?:/[\w./-]{0,200}\w)?(?!\w)"
    ),
    re.compile(
        rf"(?<!\w)(?i:(?:we)?blog|homepage|vlog|(?:eigen|persoonlijke) (?:web)?(?:site|pagina))[ :]+(?P<found>{_WEB_PAGE})"
    ),
)
"""Web pages of one person; other addresses on the web stay."""
_REDDIT = re.compile(r"(?<![\w/])u/\w{3,40}")

_IBAN_START = re.compile(
    r"(?:(?<!\w)[A-Za-z]|(?<=[a-z])[A-Z])[A-Za-z][ \xa0.-]?\d{2}(?=[ \xa0.-]?[A-Za-z0-9])"
)
_IBAN_PART = re.compile(r"[ \xa0]?[.–-]?[ \xa0]?[A-Za-z0-9]+")
_IBAN_LENGTH = 34
_IBAN_SHAPE = re.compile(
    r"(?<!\w)(?:[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,3})?"
    r"|(?i:nl)\d{2}[ .-]?[A-Za-z]{4}(?:[ .-]?\d){10})(?!\w)"
)

_MONTH = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|mrt|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?"
    r"|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d{2}(?!\d)"
_FULL_DATE = rf"{_DAY}[-/.](?:0?[1-9]|1[0-2])[-/.]{_YEAR}"
_DATE = (
    rf"(?:{_FULL_DATE}|{_DAY} ?[-/. ] ?(?:0?[1-9]|1[0-2]) ?[-/. ] ?(?:(?:19|20)\d{{2}}|['’]?\d{{2}})(?!\d)"
    rf"|{_DAY}(?:e|ste|de)?[ .-]{{0,2}}(?i:{_MONTH})[ -]?(?:{_YEAR}|['’]?\d{{2}}(?!\d))"
    rf"|(?<!\d){_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)"
    rf"|{_DAY}(?:0[1-9]|1[0-2]){_YEAR})"
)
_BIRTH = r"(?<!\w)(?i:geboren|geb\.?|g\.?b\.?d\.|d\.?o\.?b\.?|geb(?:oorte)?[ -]?\.?(?:datum|dat|data|dag)\.?|date of birth|dob|born|jarig|verjaardag)(?!\w)"
_BETWEEN = r"(?:[^\d\n.!?]|d\.d\.|(?<=\b[A-Z])\.){0,40}?"
_NAME_MARKER = (
    r"(?<!\w)(?i:(?:voor|achter)?naam|genaamd|heet|dhr\.?|mevr?\.?|mw\.?|heer|meneer|mevrouw)(?!\w):?"
)
_NAME_WORDS = r"(?:\s+(?:[A-Z]\.)+|\s+[A-ZÀ-Þ][\w'’-]*|\s+(?:van|de|den|der|het|ten|ter|'t)(?!\w)){1,6}"
_BSN_WORD = r"bsn|burgerservice(?:nummer|nr)?|sofi(?:nummer|nr)?"
_PERSON = (
    r"(?<!\w)(?i:zoon|dochter|leerling|scholier|student|jongen|meisje|jongere|minderjarige|kind|cliënt|client|casus|verdachte"
    r"|betrokkene|persoon|moeder|vader|ouder|broer|broertje|zus|zusje|neef|nicht|partner|bestuurder)(?!\w)"
)
_BIRTH_DATES = (
    re.compile(rf"{_BIRTH}{_BETWEEN}(?P<found>{_DATE})"),
    re.compile(rf"(?P<found>{_DATE})[^\d\n.!?]{{0,20}}?{_BIRTH}"),
    re.compile(rf"{_NAME_MARKER}{_NAME_WORDS}[\s,(]*(?P<found>{_FULL_DATE})"),
    re.compile(rf"(?<!\w)(?i:hij|zij|ze) is van (?P<found>{_FULL_DATE})"),
    re.compile(
        rf"{_PERSON}(?::?{_NAME_WORDS}[ ]?[,(/|*-]?|[ ]?[:,(/|*-])[ ]?(?P<found>{_DATE})(?=[ ]?(?:[),;/|.]|$))"
    ),
    re.compile(
        rf"(?:van \d{{1,2}}|\d{{1,2}} ?(?:jaar|jr|jarige?))\.?(?: oud)?[ ,(/]{{1,3}}(?P<found>{_DATE})"
    ),
    re.compile(rf"(?P<found>{_DATE})[\s,;/|()-]{{1,4}}(?:(?i:{_BSN_WORD})|\d{{9}}(?!\w))"),
    re.compile(rf"(?<!\w)(?i:{_BSN_WORD})\W{{0,3}}\d[\d .-]{{6,12}}\d[\s,;/|(]{{1,4}}(?P<found>{_DATE})"),
    re.compile(rf"(?<![\w*])\* ?(?P<found>{_DATE})"),
)
_DATE_AFTER_NAME = re.compile(
    rf"[\s,]{{0,2}}(?:\(?(?P<found>{_FULL_DATE}|{_YEAR}-\d{{2}}-\d{{2}}(?!\d))|[(/*] ?(?P<within>{_DATE})(?= ?[),/]))"
)

_PUBLIC_NUMBER = re.compile(r"(?<![\d+])(?:112|0900[ .-]?8844)(?!\d)")
_GAP = r"[ \xa0]?[./–‑-]?[ \xa0]?"
_PHONE = re.compile(
    rf"(?<![\d_+])(?<![A-Z])(?<!\d[:.,/-])(?!{_FULL_DATE})(?:"
    rf"\(?(?:\+|00)31\)?{_GAP}(?:\(0\){_GAP})?0?[1-9](?:{_GAP}\d){{8}}"
    rf"|[oO]6(?:{_GAP}\d){{8}}"
    rf"|316{_GAP}[1-9](?:{_GAP}\d){{7}}"
    rf"|\(?(?:\+|00)[1-9]\d{{0,2}}\)?{_GAP}(?:\(0\){_GAP})?\d(?:{_GAP}\d){{6,11}}"
    rf"|\(06\)(?:{_GAP}\d){{8}}|\(0[1-9]\d{{1,2}}\)(?:{_GAP}\d){{6,7}}"
    rf"|0[89]0[0-9]{_GAP}(?:\d{{4}}|\d(?:{_GAP}\d){{6}})(?!{_GAP}\d)"
    rf"|0[1-9](?:{_GAP}\d){{8}}"
    rf")(?!\d)"
)
_MARKED_PHONE = re.compile(
    rf"(?<!\w)(?i:tel(?:efoon)?(?:[ -]?(?:nummer|nr))?|mobiel|mob|gsm|06-nummer|doorkies(?:nummer|nr)?)(?!\w)\.?:?[ ]?"
    rf"(?!{_FULL_DATE})(?P<found>\d(?:{_GAP}\d){{5,9}})(?!\w)"
)
_BSN = re.compile(
    r"(?:(?<!\w)(?<!\d[.,-])|(?<=\b(?i:bsn)))"
    r"(?:\d{9}|\d{3}(?P<a>[ .-])\d{3}(?P=a)\d{3}|\d{4}(?P<b>[ .-])\d{2}(?P=b)\d{3})"
    r"(?![.,-]?\d)(?!\w)"
)
_SHORT_BSN = re.compile(
    r"(?<!\w)(?i:bsn|burgerservicenummer|sofinummer)\W{1,3}(?:is\s)?(?P<found>\d{8})(?!\w)"
)
_ODD_BSN = re.compile(
    rf"(?<!\w)(?i:{_BSN_WORD})(?:[^\W\d_]|[ :=.,()'-]){{0,30}}?(?<!\w)(?P<found>\d(?:[ ./–-]{{0,3}}\d){{7,8}})(?!\w)"
)
_CURRENCY_BEFORE = re.compile(r"(?:€|\beuro?)\s*$", re.IGNORECASE)
_CURRENCY_AFTER = re.compile(r"\s*(?:€|euro?\b|,-|,\d{2}\b)", re.IGNORECASE)

_LETTERS = r"(?!SA|SD|SS)[A-Z]{2}"
_NOT_LETTERS = r"(?!(?:in|de|is|en|op|of|er|we|ik|je|zo|nu|al|na|te|om|nr|tm|km|kg|cm|mm)\b)"
_POSTCODE = rf"(?<!\w)[1-9]\d{{3}} ?(?:{_LETTERS}|{_NOT_LETTERS}[A-Za-z]{{2}})"
_NUMBER = r"\d{1,5}(?:[ -]?[A-Za-z](?!\w)|-\d{1,3})?(?!\w)(?![-/.]\d)"
_STREET = r"(?<!\w)(?:[A-ZÀ-Þ][\w'’.-]*[ ](?:(?:van|de|den|der|het|ten|ter|'t)[ ])*){0,3}[^\W\d_][\w'’.-]*"
_ADDRESS = re.compile(
    rf"{_STREET} {_NUMBER}(?: (?:hs|bis|I{{1,3}}|IV))?[ \t]*[,\n]?[ \t]*{_POSTCODE}(?!\w)"
    rf"|{_POSTCODE}[ ,-]*(?:(?i:huisnummer|nummer|huisnr|nr)\.?:? ?)?{_NUMBER}"
)
_NO_HOUSE = (
    r"(?![ -]?(?:%|x\b|bewoners|buren|agenten|demonstranten|kilo|miljoen|keer|maal|jaar|jaren|maand|week|weken|dag|uur|mensen|personen|jongeren|km|meter|m2|euro"
    r"|woningen|panden|huizen|kinderen|incidenten|meldingen|boa|van de|of \d))(?!(?:19|20)\d{2}(?!\d))"
)
_HOUSE = (
    r"(?:(?i:nr|nummer|huisnummer)\.? ?)?(?!(?:19|20)\d{2}(?!\d))\d{1,5}"
    r"(?: ?-? ?[A-Za-z](?![\w/])|[A-Za-z]?[-/][A-Za-z]?\d{1,4}(?!\w)|[ -]?(?:hs|bis|zw|rd|I{1,3}|IV|k\d{1,3})(?!\w)|[-/][A-Za-z]?\d{1,4})?"
    r"(?:(?: t/m | en |, ?| & )\d{1,5}[a-z]?(?!\w)){0,4}(?!\w)(?![-/.:,]\d)"
)
_NO_STREET = r"(?!(?i:snelweg|rijksweg|autoweg|spoorweg|woonwijk|bladzijde|in|op|aan|bij|naar|uit|voor|rond|het|ons|onze|mijn|er|wij|ik)\b)"
_CAPITALS = r"(?:[A-ZÀ-Þ'’][\w'’.-]*[ ](?:(?:van|de|den|der|het|ten|ter|'t)[ ])*){0,3}"
_CLEAR_STREET = r"(?:straat|laan|gracht|kade|steeg|plantsoen|dreef|singel|weg|str\.)"
_OTHER_STREET = (
    r"(?:plein|dijk|hof|pad|park|baan|wal|markt|ring|haven|oord|kamp|veld|burg|hage|akker|erf|sloot|vaart|weide|dam"
    r"|hoek|horst|brink|zijde|stede|poort|boulevard|molen|berg|bos|rak|zicht|hoeve|tuin|gaarde|hoven|wijk)"
)
_STREET_ADDRESSES = (
    re.compile(
        rf"(?<![\w-]){_NO_STREET}(?:{_CAPITALS}|(?:(?:van|de|der|den)[ ]){{1,2}}){_NO_STREET}"
        rf"(?:['’]s-)?[^\W\d_][\w'’.-]{{1,40}}{_CLEAR_STREET} {_HOUSE}{_NO_HOUSE}"
    ),
    re.compile(
        rf"(?<![\w-]){_NO_STREET}{_CAPITALS}[A-ZÀ-Þ][\w'’.-]{{0,40}}(?:{_CLEAR_STREET}|{_OTHER_STREET}) {_HOUSE}{_NO_HOUSE}"
    ),
    re.compile(
        r"(?<!\w)(?i:adres|woont|wonen|woon|woonachtig|verblijft|pand|panden|loods|gevestigd|camping|woning|aan de|aan het)"
        r"(?: op| aan| in| is)?(?: de| het)?[ :]+"
        rf"(?P<found>(?:[A-ZÀ-Þ'’][\w'’.-]*[ ](?:(?:van|de|den|der|het|ten|ter|'t|nieuw|oud)[ ])*){{1,5}}(?:(?:19|20)\d{{2}} (?=nr))?"
        rf"{_HOUSE}){_NO_HOUSE}"
    ),
    re.compile(
        rf"(?<!\w)(?:Laan|Plein|Weg|Hof|Park|Kade|Dijk|Singel|Gracht|Straat)[ ](?:(?:van|der|de|den|het)[ ])*"
        rf"(?:(?:[A-ZÀ-Þ][\w'’.-]*)[ ]){{1,4}}{_HOUSE}{_NO_HOUSE}"
    ),
    re.compile(
        rf"(?<![\w-]){_NO_STREET}[A-ZÀ-Þ][\w'’.-]*[ ](?:[A-ZÀ-Þ][\w'’.-]*[ ]){{0,2}}"
        rf"(?:Markt|Plein|Kade|Dijk|Singel|Gracht|Straat|Weg|Hof|Laan|Haven|Brink|Wal|Dam) {_HOUSE}{_NO_HOUSE}"
    ),
    re.compile(
        rf"(?<!\w)(?i:op|aan|in|bij|achter|voor|adres)(?: (?:de|het))? (?P<found>(?!schoolplein|marktplein|dorpsplein|stationsplein|sportpark)"
        rf"[a-z]{{3,30}}(?:plein|dijk|hof|singel|kade|wal|brink|(?<!w)oord|dam|haven) {_HOUSE})(?=[,.;:)?!]|$|\n| (?:te|in|is|staat|wordt|woont|wonen|zit)(?!\w))"
    ),
    re.compile(
        r"(?<!\w)(?i:woont|wonen|woonachtig|adres)(?: (?:op|aan|in|is))?:?(?: (?:de|het))? (?P<found>(?:[a-z'’-]+ ){0,2}"
        rf"(?!(?:in|op|aan|het|een|al|sinds)(?!\w))[a-z'’-]{{0,30}}(?:markt|{_CLEAR_STREET}|{_OTHER_STREET}) {_HOUSE}){_NO_HOUSE}"
    ),
    re.compile(
        r"(?<!\w)(?i:huisnummer|huisnr|nummer|nr)\.? (?P<found>\d{1,4}[a-z]?(?!\w) (?:in|van|aan|op) (?:de|het) "
        rf"[^\W\d_]{{3,40}}{_CLEAR_STREET})(?!\w)"
    ),
    re.compile(rf"(?<!\w)(?i:postbus) \d{{1,5}}(?:,? {_POSTCODE})?(?!\w)"),
)
_POSTCODES = (
    re.compile(rf"(?<![\w-])(?!(?:19|20)\d{{2}} |20\d{{2}}EU)[1-9]\d{{3}} ?{_LETTERS}(?![\w-])"),
    re.compile(
        rf"(?<![\w-])[1-9]\d{{3}}{_NOT_LETTERS}(?!uu|ms|st|ml|kb|mb|gb|ha|ex|eu|nl)[a-z]{{2}}(?![\w-])"
    ),
    re.compile(rf"(?<!\w)(?i:postcode)\W+(?:is )?(?P<found>[1-9]\d{{3}} ?{_NOT_LETTERS}[A-Za-z]{{2}})(?!\w)"),
)

_SIDE_CODES = (
    "XX-99-99",
    "99-99-XX",
    "99-XX-99",
    "XX-99-XX",
    "XX-XX-99",
    "99-XX-XX",
    "99-XXX-9",
    "9-XXX-99",
    "XX-999-X",
    "X-999-XX",
    "XXX-99-X",
    "X-99-XXX",
    "9-XX-999",
    "999-XX-9",
)
_CONSONANT = "[BDFGHJKLMNPRSTVWXZ]"


def _plates(letter: str, dash: str, codes: tuple[str, ...] = _SIDE_CODES) -> str:
    """Returns a pattern for these side codes with the given letters and dash."""
    table = str.maketrans({"9": r"\d", "X": letter, "-": dash})
    return "(?:" + "|".join(code.translate(table) for code in codes) + r")(?![\w-])"


_UNMISTAKABLE = tuple(code for code in _SIDE_CODES if re.fullmatch("9+X+9+|X+9+X+", code.replace("-", "")))
"""Side codes that without dashes are still three groups, unlike a postcode or NL2024."""

_PLATE_MARKER = (
    r"(?<!\w)(?i:kentekens?|kent\.|kentekennummer|kentekenplaat|nummerplaat|nummerbord|plaat(?= [A-Z]))(?!\w)"
)
_VEHICLE = (
    r"(?<!\w)(?i:(?:vlucht|bestel|leen|huur|lease|personen|vracht|dienst|aanhang|les|taxi)?-?(?:auto|wagen|bus|busje|taxi)"
    r"|camper|caravan|scooter|brommer|motor|motorfiets|trekker|tractor|quad|voertuig|bestuurder|suv|cabrio"
    r"|golf|polo|passat|bmw|audi|mercedes|volkswagen|vw|opel|renault|peugeot|citro[eë]n|fiat|ford|fiesta|toyota|seat|skoda"
    r"|volvo|kia|mazda|nissan|porsche|tesla|vespa|transporter|sprinter)(?:'?s)?(?!\w)"
)
_FOREIGN_PLATE = r"(?:[A-Z]{1,3}[- ]?){1,2}\d{2,5}[A-Z]{0,2}(?!\w)|\d-[A-Z]{3}-\d{3}(?!\w)"
_FOREIGN_BESIDE_VEHICLE = (
    r"(?:[A-ZÄÖÜ]{1,3}[- ]{1,3}[A-Z]{1,2}[- ]?\d{2,4}[EH]?|\d[- ]?[A-Z]{3}[- ]?\d{3}|[A-Z]{1,2}[- ]\d{2,3}[- ][A-Z]{3}"
    r"|[A-Z]{2,3} \d[A-Z0-9]{4}|[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}|[A-Z]{1,2} ?\d{4} ?[A-Z]{2})(?![\w-])"
)
_SMALL = r"(?!(?:km|kg|cm|mm|nr|tm|st|ml|kb|mb|gb|[ds]t)(?!\w))(?i:[BDFGHJKLMNPRSTVWXZ])"
_NO_DOCUMENT = "".join(
    rf"(?<!(?i:{word}) )"
    for word in "bijlage formulier zaak dossier document nota kenmerk referentie model zaal kamer code rapport stuk".split()
)
_PLATES = (
    re.compile(
        rf"(?<![\w-]){_NO_DOCUMENT}(?!\d+ ?[-–]? ?(?i:{_MONTH}) ?[-–]? ?\d){_plates('[A-Za-z]', ' ?[-–] ?', _UNMISTAKABLE)}"
    ),
    re.compile(
        rf"(?<![\w-]){_NO_DOCUMENT}(?!\d+ ?[-–]? ?(?i:{_MONTH}) ?[-–]? ?\d){_plates('[A-Za-z]', '[-–]')}"
    ),
    re.compile(
        rf"(?<![\w-]){_NO_DOCUMENT}(?!\d+-?(?i:{_MONTH})-?\d){_plates('(?i:' + _CONSONANT + ')', '[-–]?', _UNMISTAKABLE)}"
    ),
    re.compile(
        rf"{_PLATE_MARKER}\W+(?:[^\W\d]+\W+){{0,4}}?"
        rf"(?P<found>{_plates('[A-Z]', '[- ]?')}|{_FOREIGN_BESIDE_VEHICLE}|{_plates('[A-Za-z]', '')}|{_FOREIGN_PLATE}|{_plates(_SMALL, '[- ]?')})"
    ),
    re.compile(
        rf"{_VEHICLE}[ ,:(]+(?:[^\W\d]+[ ,:(]+){{0,4}}?"
        rf"(?P<found>{_plates(_SMALL, '[- ·]?')}|{_FOREIGN_BESIDE_VEHICLE})"
    ),
    re.compile(
        rf"(?<!\w)(?i:duits|belgisch|pools|roemeens|bulgaars|frans|brits|spaans|litouws|buitenlands)e? "
        rf"(?:[^\W\d]+[ ,:(]+){{1,3}}(?P<found>{_FOREIGN_BESIDE_VEHICLE})"
    ),
)


@dataclass(frozen=True)
class Redacted:
    """A message without personal data.

    Attributes:
        text: the message, each personal datum replaced by its kind in square brackets.
        kinds: kinds that were replaced, without brackets, each once, in order of appearance.
    """

    text: str
    kinds: tuple[str, ...]


class Redactor:
    """Replaces personal data in messages; raises no errors of its own.

    Args:
        catalogue: source of the words that are never names of persons.
        language: finds names of persons where its finds_names says so.
        names: whether names of persons are looked for at all.
    """

    def __init__(self, catalogue: Catalogue, language: DutchLanguage, names: bool = True) -> None:
        self._language = language
        self._looks_for_names = names
        words = [word for _, _, words in catalogue.word_lists() for word in words]
        words += [offer.title for offer in catalogue.offers.values()]
        words += [body.abbreviation for body in catalogue.bodies.values()]
        for ministry in catalogue.ministries.values():
            words += [ministry.name, ministry.abbreviation, ministry.heading]
        self._public = frozenset(fold(body.abbreviation) for body in catalogue.bodies.values())
        self._finder = NameFinder(words)

    def redact(self, text: str) -> Redacted:
        """Returns the text with personal data replaced by their kinds.

        Args:
            text: one message of any length, as it was typed.
        """
        pieces: list[str] = []
        done = 0
        found = self.find(text)
        for start, end, kind in found:
            pieces += [text[done:start], f"[{kind}]"]
            done = end
        kinds = dict.fromkeys(kind for _, _, kind in found)
        return Redacted("".join(pieces) + text[done:], tuple(kinds))

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Returns start, end and kind of all personal data in a text, in order, without overlap."""
        claims: list[_Claim] = []
        for claim in (*_placeholders(text), *_by_shape(text, self._public)):
            if _is_free(claim, claims):
                claims.append(claim)
        for start, end in self._names(text) if self._looks_for_names else ():
            for part in _free_parts(text, start, end, claims):
                claims.append((*part, "naam"))
                born = _DATE_AFTER_NAME.match(text, part[1])
                if born and _is_free(birth := (*born.span(born.lastgroup or 0), "geboortedatum"), claims):
                    claims.append(birth)
        return [(start, end, kind) for start, end, kind in sorted(claims, key=lambda c: c[0]) if kind]

    def _names(self, text: str) -> list[tuple[int, int]]:
        """Returns where names of persons stand, by lists and by the language model, in order, without overlap."""
        found = list(self._finder.find(text))
        if self._language.finds_names:
            persons = [e for e in self._language.nlp(text).ents if e.label_ == PERSON]
            found += self._finder.confirmed(text, [(e.start_char, e.end_char) for e in persons])
        joined: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined


def _is_free(claim: _Claim, claims: list[_Claim]) -> bool:
    """Returns whether a claim overlaps none of the others."""
    return all(claim[1] <= start or end <= claim[0] for start, end, _ in claims)


def _free_parts(text: str, start: int, end: int, claims: list[_Claim]) -> list[tuple[int, int]]:
    """Returns the parts of a stretch with letters in them that no claim has."""
    parts = []
    inside = sorted(c for c in claims if c[0] < end and start < c[1])
    for claim_start, claim_end, _ in [*inside, (end, end, None)]:
        part = re.search(r"\w(?:.*\w)?\.?", text[start:claim_start], re.DOTALL)
        if part and any(c.isalpha() for c in part.group()):
            parts.append((start + part.start(), start + part.end()))
        start = claim_end
    return parts


def _placeholders(text: str) -> Iterator[_Claim]:
    """Yields what an earlier redaction left, so that a second one changes nothing."""
    for match in _PLACEHOLDER.finditer(text):
        yield match.start(), match.end(), None


def _by_shape(text: str, public: frozenset[str]) -> Iterator[_Claim]:
    """Yields what is recognised by its shape; of claims that overlap the first counts.

    Args:
        text: the message.
        public: folded names of accounts that are no person's.
    """
    yield from _matches(text, (_SOCIAL_URL,), "account")
    yield from _matches(text, (_EMAIL, _HIDDEN_EMAIL), "e-mail")
    for match in _HANDLE.finditer(text):
        stays = _PUBLIC_HANDLE.search(match.group()) or fold(match.group()[1:]) in public
        yield match.start(), match.end(), None if stays else "account"
    yield from _matches(text, (*_PERSONAL_PAGES, _MARKED_HANDLE, _UNDERSCORED, _REDDIT), "account")
    yield from _ibans(text)
    yield from _matches(text, _BIRTH_DATES, "geboortedatum")
    yield from _matches(text, (_ADDRESS,), "adres")
    for match in _PUBLIC_NUMBER.finditer(text):
        yield *match.span(), None
    for match in _PHONE.finditer(text):
        if not _is_amount(text, match):
            yield match.start(), match.end(), "telefoon"
    for match in _BSN.finditer(text):
        if bsn.is_valid(match.group()) and not _is_amount(text, match):
            yield match.start(), match.end(), "bsn"
    for pattern in (_SHORT_BSN, _ODD_BSN):
        for match in pattern.finditer(text):
            if bsn.is_valid(re.sub(r"\D", "", match.group("found"))):
                yield *match.span("found"), "bsn"
    yield from _matches(text, (_MARKED_PHONE,), "telefoon")
    yield from _matches(text, _STREET_ADDRESSES, "adres")
    yield from _matches(text, _PLATES, "kenteken")
    yield from _matches(text, _POSTCODES, "adres")


def _matches(text: str, patterns: Iterable[re.Pattern[str]], kind: str) -> Iterator[_Claim]:
    """Yields what patterns find: their group 'found', or the whole when they have none."""
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield *match.span("found" if "found" in pattern.groupindex else 0), kind


def _ibans(text: str) -> Iterator[_Claim]:
    """Yields IBANs that pass their check, then what looks like one and has to stay."""
    for match in _IBAN_START.finditer(text):
        number, end, longest = re.sub(r"\W", "", match.group()), match.end(), 0
        while part := _IBAN_PART.match(text, end):
            number, end = number + part.group().lstrip(" \xa0.–-"), part.end()
            if len(number) > _IBAN_LENGTH:
                break
            # Registers of banks that a country's own check looks in are behind the times.
            if iban.is_valid(number, check_country=False):
                longest = end
        if longest:
            yield match.start(), longest, "iban"
    for match in _IBAN_SHAPE.finditer(text):
        yield match.start(), match.end(), None


def _is_amount(text: str, match: re.Match[str]) -> bool:
    """Returns whether a number that was found is an amount of money."""
    before = text[max(0, match.start() - 8) : match.start()]
    return bool(_CURRENCY_BEFORE.search(before) or _CURRENCY_AFTER.match(text, match.end()))
