"""Names of persons found by lists and by the words around them, without a language model.

A word is taken for a name when a list of names has it and no list of ordinary words or places
does, when it stands after a title or a role, or when it goes on from a name. What belongs to the
subject itself (bodies, municipalities, offers, streets, schools) is left alone. The lists are in
wegwijzer/namen/; scripts/name-lists makes them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Iterator, Optional, Sequence

LISTS = Path(__file__).parent / "namen"
FIRST_NAMES, SURNAMES, PLACES, WORDS = "voornamen.txt", "achternamen.txt", "plaatsen.txt", "woorden.txt"
USUAL = "voornamen-gangbaar.txt"
"""First names that are usual enough to stand alone in lower case."""
_MORE = "aanvulling-"
_GROUP_NAMES = "aanvulling-groepen.txt"
"""Movements, clubs, organisations and feasts of which the name looks like a person's."""

Span = tuple[int, int]
"""Start and end of a piece of text, in characters."""

_UNDECOMPOSED = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "’": "'"})


def plain(word: str) -> str:
    """Returns a word in lower case without accents, as it stands in the lists."""
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


@dataclass(frozen=True)
class _Lists:
    first: frozenset[str]
    usual: frozenset[str]
    last: frozenset[str]
    places: frozenset[tuple[str, ...]]
    groups: frozenset[tuple[str, ...]]
    words: frozenset[str]


def _read(name: str) -> set[str]:
    return set((LISTS / name).read_text(encoding="utf-8").split("\n")) - {""}


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    return _Lists(
        frozenset(_read(FIRST_NAMES) | _read(_MORE + FIRST_NAMES)),
        frozenset(_read(USUAL) | _read(_MORE + FIRST_NAMES)),
        frozenset(_read(SURNAMES) | _read(_MORE + SURNAMES)),
        frozenset(tuple(_WORD.findall(place)) for place in _read(PLACES) | _read(_MORE + PLACES)),
        frozenset(tuple(_WORD.findall(group)) for group in _read(_GROUP_NAMES)),
        frozenset(_read(WORDS) | _read(_MORE + WORDS)),
    )


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TOKEN = re.compile(
    r"(?<![\w@#])(?P<initials>(?:(?:[A-ZÀ-Þ]|Ch|Chr|Ph|Th|IJ)\.[ -]?)+(?=[ ]?[^\W\d_]))"
    r"|(?<![\w@#])(?P<short>[vV]\.? ?d\.?)(?=\s+[^\W\d_])"
    r"|(?<![\w@#])(?P<word>['’]?[^\W\d_]+(?:['’-][^\W\d_]+)*)(?![\w@])"
)
_BETWEEN_SENTENCES = re.compile(r"[.!?:;\n\"“”(]")

_INTERFIXES = frozenset(
    "van de den der het 't ten ter te in op aan bij uit la le du des da dos di del el al ait ben bin "
    "ibn abu abou ould oulad von zu op't in't vd".split()
)
_ONLY_INSIDE = frozenset("het in op aan bij uit te la le des al ben bin".split())
"""Interfixes that begin no name by themselves: too often they are words."""
_SURNAME_INTERFIXES = frozenset("van de den der ter ten vd el".split())
"""Interfixes with which a surname begins most often."""
_OPENING = frozenset("beste hoi dag geachte lieve elke over kan mag moet my can tien man guy kent".split())
"""Words on lists of names that begin a sentence as words far more often."""
_PLACING = frozenset("van uit in te bij op aan".split())
"""Interfixes after which a place is the place that someone is from."""

_TITLES = frozenset(
    "dhr hr heer heren meneer mijnheer mevr mevrouw mw mej fam familie gezin juf juffrouw meester imam dominee "
    "ds pastoor pater sheikh sjeik hajji dokter dr drs mr ing ir prof ome oom tante opa oma buurman buurvrouw "
    "weduwe ene zekere genaamd geheten collega burg sgt".split()
)
"""After these comes a name, whatever it looks like."""
_ABBREVIATED = frozenset("dhr hr mevr mw mej fam ds dr drs mr ing ir prof burg".split())
"""Titles that a full stop may follow."""
_ROLES = frozenset(
    "burgemeester wethouder wethouders raadslid raadsleden kamerlid minister staatssecretaris premier griffier "
    "gemeentesecretaris secretaris voorzitter fractievoorzitter directeur rector docent docente leraar lerares "
    "teamleider leidinggevende wijkagent agent boa handhaver inspecteur officier advocaat rechter ambtenaar "
    "beleidsmedewerker adviseur jongerenwerker stagiair stagiaire medewerker gedeputeerde dijkgraaf "
    "oud-wethouder oud-burgemeester loco-burgemeester locoburgemeester burgemeestersvrouw leerling student "
    "ouder sleutelpersoon jongere minderjarige scholier client clienten buurtbewoner buurtbewoonster bewoonster "
    "raadsvrouw brigadier hoofdagent sgt wijkagente deurwaarder arbeidsmigrant statushouder vluchteling asielzoeker "
    "demonstrant activist organisator aanvrager indiener afzender klager melder beller huurder uitbater exploitant "
    "contactpersoon voogd kleinzoon kleindochter stiefvader stiefmoeder pleegvader pleegmoeder peuter baby "
    "bestuurder bestuurslid vrijwilliger predikant woordvoerder woordvoerster leerkracht mentor juriste jurist "
    "verdachte betrokkene inwoner bewoner ondernemer eigenaar verhuurder dader slachtoffer moeder vader zoon dochter "
    "broer broertje zus zusje neef nicht vriend vriendin ex partner man vrouw jongen meisje casus clientnaam".split()
)
"""After these a word with a capital is a name, unless it is a place, a subject or a body."""
_ROLE_ENDING = re.compile(
    r"\w(?:adviseur|voorzitter|directeur|medewerker|ambtenaar|wethouder|burgemeester|werker|werkster|leider|manager|coach|"
    r"docente?|leraar|regisseur|secretaris|griffier|beheerder|coordinator|verbinder|begeleider|consulent|voorlichter|"
    r"journaliste?|arts|verpleegkundige|trainer|eigenaar|bestuurder|chauffeur)$"
)
"""Endings of roles that are not in the list by themselves."""
_KIN = frozenset(
    "moeder vader ouders zoon dochter broer broertje zus zusje neef nicht vriend vriendin vrouw man ex".split()
)
"""Whose they are is told after 'van'."""
_ACTING = frozenset(
    "zegt zei zegde meldt meldde vertelt vertelde vindt vond wil wilde denkt dacht vraagt vroeg belt belde mailt mailde "
    "appt schrijft schreef klaagt klaagde dreigt dreigde roept riep noemt noemde woont werkt heet is was heeft had "
    "wordt werd kwam komt ging gaat bedreigt beweert weigert ontkent moet kan mag zou deelt deelde plaatst filmt "
    "loopt zit staat kreeg krijgt durft voelt maakt slaat sloeg uit verspreidt ronselt zocht zoekt".split()
)
"""What persons do, in the word after their name."""
_BEFORE_PERSONS = frozenset(
    "met van door dat dan aan tegen namens en of over voor bij als is was heet genaamd heeft had wil hier want naar".split()
)
"""Words after which an unknown word with a capital is a person, when 'van het team' or the like follows."""
_NO_SURNAMES = frozenset(
    "wil kan mag moet zal zou kon had heeft was werd wordt komt gaat staat zit zegt belt vond vindt wilde mocht "
    "haar zijn drie twee vier een rond hier daar lang kort met van bij "
    "moest kwam ging liep deed doet weet graag over onder voor naar niet geen wel nog ook die dat der den".split()
)
"""Words that after 'mevr' or 'dhr' are no surname, though there are people who are called so."""
_LANGUAGE = re.compile(r"^(?:engels|duits|spaans|grieks|russisch|pools)$|\w\w(?:ees|aans|aanse|isch|ische)$")
"""What someone teaches or is, in capitals, after a role."""
_NO_PERSON = re.compile(
    r"(?:ion|ing|ings|ism|ity|ment|front|club|bond|unie|beweging|fest|party|court|rights?|matter|lives|group|media|"
    r"news|radio|boys|girls|youth|nation|netwerk|network|academy|foundation|forum|project|instituut|kerk|se|ische|"
    r"isch|ers|zaken|boulevard|arena|store|cafe|haus|building|center|works?|watch|squad|gang)$"
)
"""Endings of words that are no part of a person's name when nobody knows them."""
_GROUPS = frozenset(
    "groep groepje club clubje organisatie stichting beweging bende partij jongeren vereniging platform comite actiegroep "
    "collectief netwerk gang mannen vrouwen boeren burgers bond kanaal partijtje initiatief bedrijf school team die".split()
)
"""What calls itself something and is no person."""
_BELONGING = frozenset(
    "moskee moskeeen parochie gemeente basisschool school college lyceum kerk instituut stichting hotel universiteit "
    "centrum fonds foundation lezing festival toernooi bioscoop museum theater ziekenhuis kliniek scholen vestiging "
    "groep huis bende motorclub lijst arena stadion kazerne supermarkt restaurant prijs wet methode monument standbeeld plein sportpark moskeebestuur beweging fractie huisje zaal".split()
)
"""What is called by the name before it."""
_GLUED = re.compile(r"(?:[vV](?:d|dr|an|ande|ander)|[eE]l|[aA]l|[bB]en|[dD]e)[A-ZÀ-Þ][^\W\d_A-Z]{2,}")
"""An interfix written to its surname."""
_INITIALS_ALONE = re.compile(
    r"(?<!\w)(?i:casus|leerling|jongere|cliënt|client|verdachte|betrokkene|minderjarige|zoon|dochter|jongen|meisje|broer|zus"
    r"|moeder|vader|mevr|mevrouw|dhr|meneer|heer|\d{1,2}-jarige|inwoner|bewoner|raadslid|wethouder|collega)\.?:? "
    r"(?P<found>(?:[A-Z]\. ?){1,4}(?<! )|[A-Z](?:\.[A-Z]){1,3})(?=[\s,;:()/?!]|$)"
    r"|(?<!\w)(?P<born>(?:[A-Z]\.){2,4}|[A-Z](?:\.[A-Z]){1,3})(?=[ ,(]{1,3}(?:geb|\d{1,2} (?:jaar|jr)|bsn)(?!\w)|[ ,(]{1,3}geboren)"
)
"""A person of whom only the initials are told."""
_SAYING = (
    ("naam", "is"),
    ("ik", "ben"),
    ("ik", "heet"),
    ("hij", "heet"),
    ("zij", "heet"),
    ("ze", "heet"),
    ("die", "heet"),
    ("heet",),
    ("noemt",),
    ("zich",),
    ("volgens",),
    ("groet",),
    ("groeten",),
    ("groetjes",),
    ("mvg",),
    ("gr",),
    ("cc",),
    ("met", "vriendelijke", "groet"),
    ("met", "vriendelijke", "groeten"),
)
"""Words before a name, the last one next to it."""
_ADDRESSING = frozenset("met bel bellen mail mailen".split())
"""Words after which a word with a capital that is a first name too is that name."""
_ARTICLES = frozenset("de het een 't der den onze ons mijn uw zijn haar hun".split())
"""After these a surname alone is rather the name of a river, a building or a thing."""
_NAMING = frozenset(
    "stichting school basisschool college lyceum wet motie camping restaurant cafe hotel bureau wijk buurt dorp "
    "gemeente provincie storm stad partij fractie wijkcentrum buurthuis moskee kerk straat winkel sporthal zaal "
    "cursus training programma project app systeem applicatie camping vereniging club discotheek jongerencentrum "
    "commissie rapport lijst operatie groep motorclub bende film boek serie ministerie platform raad regio station park sint sinter radio omroep".split()
)
"""What follows these is called so, and no person."""
_PLACE_NAMES = re.compile(
    r"(?:straat|laan|weg|plein|gracht|kade|dijk|singel|dreef|hof|park|school|college|lyceum|huis|zaal|brug|tunnel|"
    r"haven|markt|steeg|wal|wijk|buurt|discussie|moord|wet|prijs|centrum|stichting|fractie|club|hal|kerk|moskee|"
    r"partij|dag|feest|oord|land|stad)$"
)
_FIGURES = frozenset(
    {
        ("zwarte", "piet"),
        ("zwarte", "pieten"),
        ("sinterklaas",),
        ("sint", "nicolaas"),
        ("sint", "maarten"),
        ("jan", "modaal"),
        ("jan", "en", "alleman"),
        ("jan", "met", "de", "pet"),
        ("roos", "van", "leary"),
        ("albert", "heijn"),
        ("charlie", "hebdo"),
        ("kick", "out", "zwarte", "piet"),
        ("rijk",),
        ("derde", "rijk"),
        ("willem", "alexander"),
        ("brave", "hendrik"),
        ("mark", "my", "words"),
        ("jan", "klaassen"),
        ("jan", "publiek"),
        ("jan", "boezeroen"),
        ("jan", "salie"),
        ("jan", "rap"),
        ("jip", "en", "janneke"),
        ("pietje", "precies"),
        ("pietje", "bell"),
        ("klaas", "vaak"),
        ("malle", "pietje"),
        ("john", "doe"),
        ("jane", "doe"),
        ("moeder", "teresa"),
        ("vrouw", "holle"),
        ("robin", "hood"),
        ("big", "brother"),
        ("de", "bob"),
        ("siri",),
        ("alexa",),
        ("can", "i"),
    }
)
"""Names in figures of speech and customs."""
_COMMON_WITH_DE = frozenset(
    "jong wit groot bruin haan leeuw kok bie gier ruiter rooy rooij boer lange vries wilde".split()
)
"""Words that after 'de' with a capital are surnames."""
_NAMES_BEFORE_WORDS = frozenset("jan piet max roos iris jip janneke andre erna said bas frans mark".split())
"""First names that are words too; with a surname behind them they are names in lower case as well."""
_LONGEST = 8
"""Most words that go on from a name."""
_LOUD = 0.7
"""Share of capitals from which a message is typed in capitals."""
_SHORTEST_ALONE = 4
"""Fewest letters of a first name in lower case that stands alone."""


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    text: str
    plain: str
    initials: bool
    capital: bool
    opens: bool
    """Whether it begins a sentence."""
    joined: bool
    """Whether only a blank or nothing stands between it and the token before."""
    gap: str
    """What stands between it and the token before."""


class NameFinder:
    """Finds names of persons by lists; raises no errors of its own.

    Args:
        known: words and phrases, in any case, that are never names of persons.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._lists = _lists()
        self._known = {tuple(_WORD.findall(plain(phrase))) for phrase in known} - {()} | self._lists.groups
        self._starts: dict[str, list[tuple[str, ...]]] = {}
        for phrase in (*self._known, *self._lists.places, *_FIGURES):
            if phrase:
                self._starts.setdefault(phrase[0], []).append(phrase)

    def find(self, text: str) -> Iterator[Span]:
        """Yields where names stand, in order, without overlap."""
        tokens = _tokens(text)
        known, places = self._protected(tokens)
        found: list[Span] = []
        place, last_end = 0, -1
        while place < len(tokens):
            if (after := self._thing_at(tokens, place)) is not None:
                place = after
                continue
            listed = last_end == place - 1 and tokens[last_end].plain in ("en", "of")
            end = self._name_at(tokens, place, known, places, listed)
            if end is None:
                end = self._unknown_at(tokens, place, known, places, listed)
            if end is None:
                place += 1
                continue
            found.append((place, end))
            place = last_end = end
        spans = [(tokens[start].start, tokens[end - 1].end) for start, end in found]
        spans += self._again(tokens, found, known, places)
        spans += [match.span(match.lastgroup or 0) for match in _INITIALS_ALONE.finditer(text)]
        done = -1
        for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= done:
                yield start, stop
                done = stop

    def _again(
        self, tokens: Sequence[_Token], found: Sequence[Span], known: set[int], places: set[int]
    ) -> Iterator[Span]:
        """Yields where words of the names that were found stand once more."""
        inside = {number for start, end in found for number in range(start, end)}
        names = {
            tokens[n].plain
            for n in inside - places
            if tokens[n].plain not in _INTERFIXES and not tokens[n].initials and len(tokens[n].plain) > 2
        }
        if not names:
            return
        for number, token in enumerate(tokens):
            if (
                number in inside
                or number in known
                or token.plain not in names
                or self._belongs(tokens, number + 1)
            ):
                continue
            if not self._word(token) or token.capital and not token.opens:
                yield token.start, token.end

    def _thing_at(self, tokens: Sequence[_Token], place: int) -> Optional[int]:
        """Returns the place after what a thing is called, as in 'hotel Jan Tabak', or None when no thing is named here."""
        token = tokens[place]
        if not place or not token.joined or not token.capital or not _names_things(tokens, place):
            return None
        if token.plain in _TITLES or _is_role(token.plain):
            return None
        end = place + 1
        while (
            end < len(tokens)
            and tokens[end].joined
            and tokens[end].capital
            and not _is_role(tokens[end].plain)
        ):
            if tokens[end].plain in _TITLES:
                break
            end += 1
        return end

    def _belongs(self, tokens: Sequence[_Token], place: int) -> bool:
        """Returns whether this token is what is called by the name before it, like 'moskee'."""
        return place < len(tokens) and tokens[place].joined and tokens[place].plain in _BELONGING

    def _unknown_at(
        self, tokens: Sequence[_Token], place: int, known: set[int], places: set[int], listed: bool
    ) -> Optional[int]:
        """Returns the place after a name that is on no list but stands where a person stands, or None."""
        token = tokens[place]
        if place in known or place in places or token.initials:
            return None
        if _GLUED.fullmatch(token.text):
            return place + 1
        if not token.capital:
            return None
        if not self._nameless(token):
            return None
        before = tokens[place - 1].plain if place and token.joined else ""
        if before in _NAMING or before in _BELONGING or self._belongs(tokens, place + 1):
            return None
        of_kin = place > 1 and before == "van" and tokens[place - 2].plain in _KIN
        behind = [t.plain for t in tokens[place + 1 : place + 3] if t.joined]
        of_team = before in _BEFORE_PERSONS and behind in (["van", "het"], ["van", "de"], ["van", "team"])
        if (listed or of_kin or of_team) and not self._word(token):
            return self._extended(tokens, place + 1, True, known, places)
        if place + 1 >= len(tokens) or not tokens[place + 1].joined or place + 1 in known | places:
            return None
        second = tokens[place + 1]
        if (
            not second.capital
            or second.initials
            or not self._nameless(second)
            or self._belongs(tokens, place + 2)
        ):
            return None
        end = place + 2
        if end < len(tokens) and tokens[end].joined and tokens[end].capital:
            if not self._nameless(tokens[end]) or end in known:
                return None
        usual = token.plain in self._lists.usual and not token.opens
        if usual or not self._word(token) and (self._first(second) or self._last(second)):
            return end if before not in _ARTICLES else None
        if self._word(token) or self._word(second) or before in _ARTICLES:
            return None
        acts = end < len(tokens) and tokens[end].plain in _ACTING
        return end if (before and not tokens[place - 1].capital) or acts else None

    def _is_place(self, token: _Token) -> bool:
        return (token.plain,) in self._lists.places

    def _nameless(self, token: _Token) -> bool:
        """Returns whether a word could be a name by its look, though it may be on no list."""
        return not (
            len(token.text) < 2
            or token.text.isupper()
            or token.plain in _NAMING
            or token.plain in _BELONGING
            or token.plain in _TITLES
            or token.plain in _INTERFIXES
            or _is_role(token.plain)
            or _PLACE_NAMES.search(token.plain)
            or _NO_PERSON.search(token.plain)
            or any(c.isupper() for c in re.sub(r"\W.", "", token.text)[1:])
        )

    def confirmed(self, text: str, spans: Sequence[Span]) -> Iterator[Span]:
        """Yields what may be a name of what a language model took for names of persons.

        Such a model takes clubs, storms and systems for persons too, so a word with a capital has to be on
        a list of names, or to stand beside another that nobody knows, or after a title or a role.

        Args:
            text: the message.
            spans: what the model found in it.
        """
        tokens = _tokens(text) if spans else []
        known, places = self._protected(tokens)
        for start, end in spans:
            inside = [
                number
                for number, token in enumerate(tokens)
                if start < token.end and token.start < end and number not in known and number not in places
            ]
            names = [
                n
                for n in inside
                if tokens[n].capital and not tokens[n].initials and not self._word(tokens[n])
            ]
            if not names:
                continue
            listed = any(self._first(tokens[n]) or self._last(tokens[n]) for n in names)
            if listed or len(names) > 1 or any(_context(tokens, inside[0])):
                yield max(start, tokens[inside[0]].start), min(end, tokens[inside[-1]].end)

    def _protected(self, tokens: Sequence[_Token]) -> tuple[set[int], set[int]]:
        """Returns which tokens are part of a known phrase, and which are part of the name of a place."""
        words = [(word, number) for number, token in enumerate(tokens) for word in _WORD.findall(token.plain)]
        known: set[int] = set()
        places: set[int] = set()
        for at, (word, _) in enumerate(words):
            for phrase in self._starts.get(word, ()):
                stretch = words[at : at + len(phrase)]
                if tuple(w for w, _ in stretch) != phrase:
                    continue
                numbers = {number for _, number in stretch}
                if phrase in self._known or phrase in _FIGURES:
                    known |= numbers
                elif all(tokens[n].capital or tokens[n].plain in _INTERFIXES for n in numbers):
                    places |= numbers
        return known, places

    def _first(self, token: _Token) -> bool:
        parts = token.plain.split("-")
        return (
            token.plain in self._lists.first or len(parts) > 1 and all(p in self._lists.first for p in parts)
        )

    def _last(self, token: _Token) -> bool:
        return (
            token.plain in self._lists.last
            or "-" in token.plain
            and all(
                part in self._lists.last or part in self._lists.first or part in _INTERFIXES
                for part in token.plain.split("-")
            )
        )

    def _word(self, token: _Token) -> bool:
        words = self._lists.words
        if token.plain in words:
            return True
        parts = re.split("[-']", token.plain)
        if len(parts) > 1 and all(part in words or len(part) < 2 for part in parts):
            return True
        # A genitive or a plural of a word is a word too.
        return token.plain.endswith("s") and token.plain[:-1].rstrip("'") in words and not self._first(token)

    def _name_at(
        self, tokens: Sequence[_Token], place: int, known: set[int], places: set[int], listed: bool
    ) -> Optional[int]:
        """Returns the place after a name that begins at this token, or None.

        Args:
            listed: whether 'en' or 'of' joins it to the name before.
        """
        token = tokens[place]
        if (
            place in known
            or place
            and token.joined
            and tokens[place - 1].plain in _NAMING
            or token.opens
            and token.plain in _OPENING
        ):
            return None
        title, role, saying = _context(tokens, place)
        core = place
        furthest = min(len(tokens), place + _LONGEST)
        while core < furthest and (tokens[core].initials or tokens[core].plain in _INTERFIXES):
            if core > place and not tokens[core].joined:
                return None
            core += 1
        if core == furthest or core > place and not tokens[core].joined:
            return None
        before = tokens[place:core]
        name = tokens[core]
        called = _PLACE_NAMES.search(name.plain) and not self._first(name)
        if called and self._last(name) and before and (role or before[0].capital and not before[0].opens):
            called = None
        if called and role and not before and tokens[place - 1].plain in _KIN and not self._word(name):
            called = None  # 'moeder: Hiwet'
        if core in known or name.plain in _TITLES or name.plain in _ROLES or called:
            if not (title and name.capital and self._last(name) and name.plain not in _ROLES):
                return None
        if name.plain in _NAMING and not (title or role or saying):
            return None
        listed_name = self._first(name) or self._last(name)
        loud = name.capital and name.text.isupper()
        if len(name.text) == 1 or loud and not (title or (role or saying) and listed_name):
            return None  # An abbreviation, or a part of one.
        if not (title or role) and _is_the_van(tokens, place, core):
            return None
        article = place > 0 and token.joined and tokens[place - 1].plain in _ARTICLES
        mate = tokens[core + 2] if core + 2 < len(tokens) and tokens[core + 1].plain == "en" else None
        paired = mate is not None and mate.capital and self._first(mate)
        if place and not token.opens and tokens[place - 1].plain in _ADDRESSING:
            paired = True
        end = self._extended(tokens, core + 1, name.capital, known, places)
        if self._belongs(tokens, end):
            return None
        if end - place > 1 and not (title or role) and set(range(place, end)) <= places:
            return None  # A place of more words, such as Maria Hoop.
        apposition = _has_role_behind(tokens, end)
        is_place = core in places and not listed
        if not self._begins(
            before, name, title, role or apposition, saying, end - core, is_place, article, paired
        ) and not self._small_person(tokens, place, core, end, apposition):
            return None
        if _PLACE_NAMES.search(tokens[end - 1].plain) and not (
            title or role or self._first(tokens[end - 1]) or self._last(tokens[end - 1])
        ):
            return None
        follower = tokens[end] if end < len(tokens) else None
        if follower and follower.joined and follower.capital:
            if follower.plain in _NAMING or _PLACE_NAMES.search(follower.plain):
                return None
        return end

    def _begins(
        self,
        before: Sequence[_Token],
        name: _Token,
        title: bool,
        role: bool,
        saying: bool,
        length: int,
        is_place: bool,
        after_article: bool,
        paired: bool,
    ) -> bool:
        """Returns whether the first word of a possible name, after initials and interfixes, makes it one."""
        first, last, word = self._first(name), self._last(name), self._word(name)
        initials = any(token.initials for token in before)
        interfixes = [token for token in before if not token.initials]
        if not name.capital:
            return self._begins_small(interfixes, name, title, role, saying, length, first, last, word)
        if initials:
            return last or not word
        if title:
            away = interfixes and interfixes[0].plain in _PLACING - {"van"} and not interfixes[0].capital
            return not away and (not word or last or first)
        if interfixes:
            capital = interfixes[0].capital and (not interfixes[0].opens or len(interfixes) > 1)
            if role and (capital or not is_place and interfixes[0].plain not in _PLACING):
                return last or not word
            if role and last and interfixes[0].plain in ("de", "den", "ter", "ten", "el"):
                return True
            if (
                interfixes[0].capital
                and len(interfixes) > 1
                and last
                and interfixes[0].plain not in _ONLY_INSIDE
            ):
                return True
            if is_place or interfixes[0].plain in _ONLY_INSIDE:
                return False
            if name.plain in _COMMON_WITH_DE and interfixes[0].plain == "de" and length == 1:
                return True
            return last and not word and (capital or len(interfixes) > 1)
        if is_place:
            return length > 1 and first or role and last
        if role:
            return (last or first or not word) and not _LANGUAGE.search(name.plain)
        if saying:
            return first or not word
        if first:
            return not word or length > 1 or paired
        return last and not word and not after_article and len(name.plain) > 3

    def _begins_small(
        self,
        interfixes: Sequence[_Token],
        name: _Token,
        title: bool,
        role: bool,
        saying: bool,
        length: int,
        first: bool,
        last: bool,
        word: bool,
    ) -> bool:
        """The same for a name in lower case."""
        if len(name.plain) < 3 or word and not (name.plain in _NAMES_BEFORE_WORDS and length > 1):
            return False
        if title or role:
            return (first or last) and (not interfixes or last)
        if interfixes:
            return False
        if saying or length > 1:
            return first
        return name.plain in self._lists.usual and len(name.plain) >= _SHORTEST_ALONE

    def _small_person(
        self, tokens: Sequence[_Token], place: int, core: int, end: int, apposition: bool
    ) -> bool:
        """Returns whether a name in lower case, rare or a word too, stands where only a person can stand."""
        name = tokens[core]
        previous = tokens[place - 1].plain if place else ""
        if name.capital or _is_role(name.plain) or name.plain in _TITLES:
            return False
        if core > place and tokens[place].joined and previous in _ABBREVIATED:
            return (
                self._last(name) and tokens[place].plain in _SURNAME_INTERFIXES and not self._is_place(name)
            )
        if core > place:
            clear = (
                core > place + 1 or tokens[place].plain == "vd" or tokens[end].gap == " ("
                if apposition
                else False
            )
            return clear and self._last(name) and tokens[place].plain not in _ONLY_INSIDE
        after = [t.plain for t in tokens[end : end + 2] if t.joined]
        acts = bool(after) and after[0] in _ACTING
        if tokens[place].joined and (previous in _ABBREVIATED or previous in ("mevrouw", "meneer") and acts):
            return self._last(name) and len(name.plain) > 3 and name.plain not in _NO_SURNAMES
        if not self._first(name) or self._word(name) or len(name.plain) < _SHORTEST_ALONE:
            return False
        of_kin = place > 1 and previous == "van" and tokens[place - 2].plain in _KIN
        return of_kin or acts or apposition or name.opens and after in (["van", "het"], ["van", "de"])

    def _extended(
        self, tokens: Sequence[_Token], place: int, capital: bool, known: set[int], places: set[int]
    ) -> int:
        """Returns the place after the words that go on from a name."""
        begin = place
        furthest = min(len(tokens), place + _LONGEST)
        while place < furthest and tokens[place].joined:
            core = place
            while core < furthest and tokens[core].joined and tokens[core].plain in _INTERFIXES:
                core += 1
            if core == furthest or not tokens[core].joined:
                break
            token, interfixes = tokens[core], tokens[place:core]
            placing = bool(interfixes) and interfixes[0].plain in _PLACING and not interfixes[0].capital
            # 'Jan op Zuid', 'jan in de stad': where someone is. 'Jan op den Berg': only with a surname.
            far = any(t.plain in _ONLY_INSIDE and not t.capital for t in interfixes)
            far = far and (not capital or len(interfixes) < 2 or not self._last(token))
            # A street after a whole name; 'Willem de Zwijgerlaan' is one as a whole.
            called = bool(interfixes) and _PLACE_NAMES.search(token.plain) and not self._last(token)
            called = called and (place > begin or interfixes[0].plain in _ONLY_INSIDE)
            if (
                core in known
                or token.plain in _BELONGING
                or far
                or called
                or token.plain in _TITLES
                or placing
                and core in places
                and len(interfixes) == 1
                and interfixes[0].plain != "van"
            ):
                break
            last, word = self._last(token), self._word(token)
            if token.initials or token.capital and len(token.text) == 1 and token.text != "I":
                pass
            elif token.capital:
                abbreviation = token.text.isupper() and len(token.text) > 1
                village = bool(interfixes) and core in places
                if word and not (last or village or self._first(token)) or not capital or abbreviation:
                    break
            elif (
                capital
                or not last
                or word
                and not interfixes
                and not _HYPHENED.search(tokens[core - 1].plain)
            ):
                break
            place = core + 1
        return place


def _tokens(text: str) -> list[_Token]:
    letters = [c for c in text if c.isalpha()]
    loud = len(letters) > 20 and sum(c.isupper() for c in letters) > _LOUD * len(letters)
    tokens: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        initials = match.group("initials") is not None
        found = match.group().rstrip(" -") if initials else match.group()
        if not initials and len(found) > 4 and found[-2:] in ("'s", "’s") and found[0].isupper():
            found = found[:-2]  # 'Fatima's broer'
        after_title = (
            bool(tokens) and (tokens[-1].initials or tokens[-1].plain in _ABBREVIATED) and gap in (". ", ".")
        )
        opens = not tokens or not after_title and _BETWEEN_SENTENCES.search(gap) is not None
        joined = bool(tokens) and (after_title or gap in ("", " ", "\u00a0"))
        capital = found.lstrip("'’")[:1].isupper() and not loud
        tokens.append(
            _Token(
                match.start(),
                match.start() + len(found),
                found,
                "vd" if match.group("short") else plain(found),
                initials,
                capital,
                opens,
                joined,
                gap,
            )
        )
        end = match.start() + len(found)
    return tokens


_HYPHENED = re.compile(r"-(?:de|van|den|der|el|ter|ten)$")
"""End of the first half of a double surname, as in 'jansen-de wit'."""


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}


_SHORTEST_TYPED_WRONG = 7
"""Fewest letters of a role that is recognised with a letter wrong."""
_SURELY_TYPED_WRONG = 10
"""The same for what is on the list of words."""
_NEAR_ROLES = frozenset(
    near for role in _ROLES if len(role) >= _SHORTEST_TYPED_WRONG for near in _deletions(role)
)


@lru_cache(maxsize=4096)
def _is_role(word: str) -> bool:
    """Returns whether a word, in lower case, is a role, or one with a letter wrong that is no word by itself."""
    if word in _ROLES or _ROLE_ENDING.search(word):
        return True
    if len(word) < _SHORTEST_TYPED_WRONG - 1:
        return False
    # The list has errors of typing too, and plurals.
    if word in _lists().words and (len(word) < _SURELY_TYPED_WRONG or word.endswith(("s", "en", "de", "ie"))):
        return False
    return not _NEAR_ROLES.isdisjoint(_deletions(word))


def _names_things(tokens: Sequence[_Token], place: int) -> bool:
    """Returns whether what stands before this token is called by what follows, like 'stichting' or 'zaal De'."""
    before = place - 1
    if tokens[before].plain in ("de", "het", "'t") and before and tokens[before].joined:
        before -= 1
        if not tokens[before + 1].capital:
            return False
    plain_word = tokens[before].plain
    return plain_word in _NAMING or bool(_THING_ENDING.search(plain_word)) and not tokens[before].capital


_THING_ENDING = re.compile(
    r"\w(?:zaal|centrum|school|kerk|moskee|stichting|college|vereniging|club|camping|hotel|app)$"
)


def _is_the_van(tokens: Sequence[_Token], place: int, core: int) -> bool:
    """Returns whether an article stands before an interfix with a capital: 'de Van der Valk' is a hotel."""
    while place and tokens[place].joined and tokens[place - 1].plain in _INTERFIXES:
        place -= 1
    stretch = tokens[place:core]
    capitals = [number for number, token in enumerate(stretch) if token.capital and not token.opens]
    return any(number and stretch[number - 1].plain in _ARTICLES for number in capitals)


def _is_group(word: str) -> bool:
    return word in _GROUPS or word.endswith(("groep", "club", "organisatie", "beweging", "bende", "partij"))


def _has_role_behind(tokens: Sequence[_Token], end: int) -> bool:
    """Returns whether a role stands behind this place as an apposition: 'X (raadslid)', 'X, ondernemer,'."""
    return end < len(tokens) and tokens[end].gap in (" (", ", ") and _is_role(tokens[end].plain)


def _context(tokens: Sequence[_Token], place: int) -> tuple[bool, bool, bool]:
    """Returns whether a title, a role, or words that announce a name stand right before this token."""
    if place == 0:
        return False, False, False
    before = tokens[place - 1]
    title = tokens[place].joined and before.plain in _TITLES
    colon = tokens[place].gap == ": " and tokens[place].capital and place + 1 < len(tokens)
    colon = colon and not tokens[place + 1].joined and before.plain in _KIN | _ROLES
    role = colon or tokens[place].joined and _is_role(before.plain)
    if before.plain in ("noemt", "zich") and any(
        _is_group(t.plain) for t in tokens[max(0, place - 6) : place - 1]
    ):
        return title, role, False
    saying = (
        any(
            len(words) <= place and tuple(t.plain for t in tokens[place - len(words) : place]) == words
            for words in _SAYING
        )
        or (place == 1 and before.plain == "met")
        or (place == 2 and before.plain == "met")
    )
    return title, role, saying
