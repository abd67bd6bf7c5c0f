"""Redaction: personal data in a message are replaced by what they are.

Numbers, addresses and dates are found by their shape and, where there is one, by
their check; names of persons by spaCy, where the Dutch model is installed. Roles,
municipalities, bodies, ministries and offers stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, Optional

from stdnum import iban
from stdnum.nl import bsn

from wegwijzer.catalogue import Catalogue, fold
from wegwijzer.language import DutchLanguage

PERSON = "PERSON"
"""spaCy's label of a person's name."""

_Claim = tuple[int, int, Optional[str]]
"""Start, end and kind of a piece of text; kind None means that it has to stay as it is."""

_EMAIL = re.compile(r"(?<![\w.%+-])\w[\w.%+'-]{0,63}@\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)+")

_IBAN_START = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?=[ \xa0.-]?[A-Za-z0-9])")
_IBAN_PART = re.compile(r"[ \xa0.-]?[A-Za-z0-9]+")
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
    rf"(?:{_FULL_DATE}|{_DAY}[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:(?:19|20)\d{{2}}|\d{{2}})(?!\d)"
    rf"|{_DAY}(?:e|ste|de)?[ -](?i:{_MONTH})[ -](?:{_YEAR}|'?\d{{2}}(?!\d))"
    rf"|(?<!\d){_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)"
    rf"|{_DAY}(?:0[1-9]|1[0-2]){_YEAR})"
)
_BIRTH = r"(?<!\w)(?i:geboren|geb\.?|geboorte(?:datum|data|dag)|date of birth|born)(?!\w)"
_BETWEEN = r"(?:[^\d\n.!?]|(?<=\b[A-Z])\.){0,40}?"
_NAME_MARKER = (
    r"(?<!\w)(?i:(?:voor|achter)?naam|genaamd|heet|dhr\.?|mevr?\.?|mw\.?|heer|meneer|mevrouw)(?!\w):?"
)
_NAME_WORDS = r"(?:\s+(?:[A-Z]\.)+|\s+[A-ZÀ-Þ][\w'’-]*|\s+(?:van|de|den|der|het|ten|ter|'t)(?!\w)){1,6}"
_BIRTH_DATES = (
    re.compile(rf"{_BIRTH}{_BETWEEN}(?P<found>{_DATE})"),
    re.compile(rf"(?P<found>{_DATE})[^\d\n.!?]{{0,20}}?{_BIRTH}"),
    re.compile(rf"{_NAME_MARKER}{_NAME_WORDS}[\s,(]*(?P<found>{_FULL_DATE})"),
)

_PUBLIC_NUMBER = re.compile(r"(?<![\d+])(?:112|0900[ .-]?8844)(?!\d)")
_GAP = r"[ \xa0]?[./–‑-]?[ \xa0]?"
_PHONE = re.compile(
    rf"(?<![\w+])(?<!\d[:.,/-])(?!{_FULL_DATE})(?:"
    rf"(?:\+|00)31{_GAP}(?:\(0\){_GAP})?[1-9](?:{_GAP}\d){{8}}"
    rf"|(?:\+|00)[1-9]\d{{0,2}}{_GAP}(?:\(0\){_GAP})?\d(?:{_GAP}\d){{6,11}}"
    rf"|\(06\)(?:{_GAP}\d){{8}}|\(0[1-9]\d{{1,2}}\)(?:{_GAP}\d){{6,7}}"
    rf"|0[89]0[0-9]{_GAP}(?:\d{{4}}|\d(?:{_GAP}\d){{6}})(?!{_GAP}\d)"
    rf"|0[1-9](?:{_GAP}\d){{8}}"
    rf")(?!\d)"
)
_BSN = re.compile(
    r"(?:(?<!\w)(?<!\d[.,-])|(?<=\b(?i:bsn)))"
    r"(?:\d{9}|\d{3}(?P<a>[ .-])\d{3}(?P=a)\d{3}|\d{4}(?P<b>[ .-])\d{2}(?P=b)\d{3})"
    r"(?![.,-]?\d)(?!\w)"
)
_SHORT_BSN = re.compile(
    r"(?<!\w)(?i:bsn|burgerservicenummer|sofinummer)\W{1,3}(?:is\s)?(?P<found>\d{8})(?!\w)"
)
_CURRENCY_BEFORE = re.compile(r"(?:€|\beuro?)\s*$", re.IGNORECASE)
_CURRENCY_AFTER = re.compile(r"\s*(?:€|euro?\b|,-|,\d{2}\b)", re.IGNORECASE)

_LETTERS = r"(?!SA|SD|SS)[A-Z]{2}"
_NOT_LETTERS = r"(?!(?:in|de|is|en|op|of|er|we|ik|je|zo|nu|al|na|te|om|tm|km|kg|cm|mm)\b)"
_POSTCODE = rf"(?<!\w)[1-9]\d{{3}} ?(?:{_LETTERS}|{_NOT_LETTERS}[A-Za-z]{{2}})"
_NUMBER = r"\d{1,5}(?:[ -]?[A-Za-z](?!\w)|-\d{1,3})?(?!\w)(?![-/.]\d)"
_STREET = r"(?<!\w)(?:[A-ZÀ-Þ][\w'’.-]*[ ](?:(?:van|de|den|der|het|ten|ter|'t)[ ])*){0,3}[^\W\d_][\w'’.-]*"
_ADDRESS = re.compile(
    rf"{_STREET} {_NUMBER}[ \t]*[,\n]?[ \t]*{_POSTCODE}(?!\w)"
    rf"|{_POSTCODE}[ ,-]*(?:(?i:huisnummer|nummer|huisnr|nr)\.?:? ?)?{_NUMBER}"
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

_PLATE_MARKER = r"(?<!\w)(?i:kentekens?|kentekennummer|kentekenplaat|nummerplaat|nummerbord)(?!\w)"
_PLATES = (
    re.compile(rf"(?<![\w-])(?!\d+-(?i:{_MONTH})-){_plates('[A-Za-z]', '[-–]')}"),
    re.compile(rf"(?<![\w-]){_plates(_CONSONANT, '', _UNMISTAKABLE)}"),
    re.compile(
        rf"{_PLATE_MARKER}\W+(?:[^\W\d]+\W+){{0,4}}?"
        rf"(?P<found>{_plates('[A-Z]', '[- ]?')}|{_plates('[A-Za-z]', '')})"
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
    """

    def __init__(self, catalogue: Catalogue, language: DutchLanguage) -> None:
        self._language = language
        words = [word for _, _, words in catalogue.word_lists() for word in words]
        words += [offer.title for offer in catalogue.offers.values()]
        words += [body.abbreviation for body in catalogue.bodies.values()]
        for ministry in catalogue.ministries.values():
            words += [ministry.name, ministry.abbreviation, ministry.heading]
        self._known = frozenset(map(_padded, words)) - {_padded("")}
        self._ambiguous = frozenset(map(_padded, catalogue.municipalities.ambiguous))

    def redact(self, text: str) -> Redacted:
        """Returns the text with personal data replaced by their kinds.

        Args:
            text: one message of any length, as it was typed.
        """
        claims: list[_Claim] = []
        for start, end, kind in _by_shape(text):
            if all(end <= other_start or other_end <= start for other_start, other_end, _ in claims):
                claims.append((start, end, kind))
        claims.sort(key=lambda claim: claim[0])
        if self._language.finds_names:
            claims = sorted([*claims, *self._names(text, claims)], key=lambda claim: claim[0])
        pieces: list[str] = []
        kinds: list[str] = []
        done = 0
        for start, end, kind in claims:
            if kind is not None:
                pieces += [text[done:start], f"[{kind}]"]
                kinds.append(kind)
                done = end
        return Redacted("".join(pieces) + text[done:], tuple(dict.fromkeys(kinds)))

    def _names(self, text: str, claims: list[_Claim]) -> Iterator[_Claim]:
        """Yields the names of persons outside the claims, which are sorted and do not overlap."""
        for entity in self._language.nlp(text).ents:
            if entity.label_ != PERSON:
                continue
            start = entity.start_char
            inside = [c for c in claims if c[0] < entity.end_char and start < c[1]]
            for claim_start, claim_end, _ in [*inside, (entity.end_char, entity.end_char, None)]:
                part = re.search(r"\w(?:.*\w)?", text[start:claim_start], re.DOTALL)
                if part and self._is_name(part.group()):
                    yield start + part.start(), start + part.end(), "naam"
                start = claim_end

    def _is_name(self, span: str) -> bool:
        """Returns whether a span has a capital and neither holds nor is part of a known word."""
        padded = _padded(span)
        if not any(letter.isupper() for letter in span) or padded in self._ambiguous:
            return False
        return not any(word in padded or padded in word for word in self._known)


def _padded(words: str) -> str:
    """Returns the words, folded, each between single spaces."""
    return " " + "".join(f"{word} " for word in re.findall(r"\w+", fold(words)))


def _by_shape(text: str) -> Iterator[_Claim]:
    """Yields what is recognised by its shape; of claims that overlap the first counts."""
    for match in _EMAIL.finditer(text):
        yield match.start(), match.end(), "e-mail"
    yield from _ibans(text)
    for pattern in _BIRTH_DATES:
        for match in pattern.finditer(text):
            yield match.start("found"), match.end("found"), "geboortedatum"
    for match in _PUBLIC_NUMBER.finditer(text):
        yield match.start(), match.end(), None
    for match in _PHONE.finditer(text):
        if not _is_amount(text, match):
            yield match.start(), match.end(), "telefoon"
    for match in _BSN.finditer(text):
        if bsn.is_valid(match.group()) and not _is_amount(text, match):
            yield match.start(), match.end(), "bsn"
    for match in _SHORT_BSN.finditer(text):
        if bsn.is_valid(match.group("found")):
            yield match.start("found"), match.end("found"), "bsn"
    for match in _ADDRESS.finditer(text):
        yield match.start(), match.end(), "adres"
    for pattern in _PLATES:
        for match in pattern.finditer(text):
            group = "found" if "found" in pattern.groupindex else 0
            yield match.start(group), match.end(group), "kenteken"


def _ibans(text: str) -> Iterator[_Claim]:
    """Yields IBANs that pass their check, then what looks like one and has to stay."""
    for match in _IBAN_START.finditer(text):
        number, end, longest = match.group(), match.end(), 0
        while part := _IBAN_PART.match(text, end):
            number, end = number + part.group().lstrip(" \xa0.-"), part.end()
            if len(number) > _IBAN_LENGTH:
                break
            if iban.is_valid(number):
                longest = end
        if longest:
            yield match.start(), longest, "iban"
    for match in _IBAN_SHAPE.finditer(text):
        yield match.start(), match.end(), None


def _is_amount(text: str, match: re.Match[str]) -> bool:
    """Returns whether a number that was found is an amount of money."""
    before = text[max(0, match.start() - 8) : match.start()]
    return bool(_CURRENCY_BEFORE.search(before) or _CURRENCY_AFTER.match(text, match.end()))
