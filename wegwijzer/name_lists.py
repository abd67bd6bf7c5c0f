"""Makes the lists in wegwijzer/namen/ from packages and from our own examples; run by scripts/name-lists.

Lists, not packages, are what redaction reads: the packages take 60 to 800 MB of memory and
a minute to load (docs/adr/0012). One entry a line, folded, sorted.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Iterable, Iterator, Sequence

from babel import Locale

from wegwijzer import paths
from wegwijzer.examples import read_examples
from wegwijzer.names import FIRST_NAMES, LISTS, PLACES, SURNAMES, USUAL, WORDS, plain

_DEDUCE = Path("deduce") / "data" / "lookup" / "src"
_FAKER = Path("faker") / "providers" / "person"
_LOCALES = ("nl_NL", "tr_TR", "pl_PL", "en_IN")
"""Faker's locales: the Netherlands, and large groups of whom the Dutch lists have few."""
_MORE_LOCALES = (
    *(
        "az_AZ",
        "cs_CZ",
        "de_DE",
        "en_GB",
        "en_KE",
        "en_NG",
        "en_PK",
        "es_ES",
        "fr_DZ",
        "fr_FR",
        "ha_NG",
        "hr_HR",
        "hu_HU",
    ),
    *("id_ID", "ig_NG", "it_IT", "lt_LT", "pt_PT", "ro_RO", "sw", "tw_GH", "uz_UZ", "vi_VN", "yo_NG"),
)
"""Locales of smaller groups; what is usual in them is not usual here, so it counts with a capital only."""
_SHORTEST = 2


def _lines(path: Path) -> set[str]:
    return {plain(line) for line in path.read_text(encoding="utf-8").splitlines()}


def _from_deduce(packages: Path, name: str) -> set[str]:
    """Returns a list of deduce without the exceptions that it makes itself."""
    folder = packages / _DEDUCE / name
    exceptions = folder / "exceptions.txt"
    return _lines(folder / "items.txt") - (_lines(exceptions) if exceptions.exists() else set())


def _from_faker(packages: Path, kind: str, locales: Sequence[str] = _LOCALES) -> Iterator[str]:
    """Yields the names of this kind ('first' or 'last') that stand as literals in Faker's providers."""
    for locale in locales:
        tree = ast.parse((packages / _FAKER / locale / "__init__.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                continue
            if kind not in node.targets[0].id:
                continue
            for literal in ast.walk(node.value):
                if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                    yield plain(literal.value)


def _fit(names: Iterable[str]) -> set[str]:
    """Returns what is one name of letters: no formats, no name of two words."""
    return {
        name
        for name in names
        if len(name) >= _SHORTEST and re.fullmatch(r"[^\W\d_]+(?:[-'][^\W\d_]+)*", name)
    }


def _words(names: set[str]) -> set[str]:
    """Returns words that the examples have in lower case; once is not enough for what is a name too."""
    seen = Counter(
        plain(word)
        for example in read_examples()
        for word in re.findall(r"[^\W\d_]+", example.text)
        if word.islower()
    )
    return {
        word for word, count in seen.items() if len(word) >= _SHORTEST and (count > 1 or word not in names)
    }


def make_lists(packages: Path, folder: Path = LISTS) -> None:
    """Writes the lists.

    Args:
        packages: folder in which deduce and faker are installed.
        folder: where the lists go.
    """
    locales = (*_LOCALES, *_MORE_LOCALES)
    first = _fit(
        {*_from_deduce(packages, "names/lst_first_name"), *_from_faker(packages, "first_name", locales)}
    )
    last = {
        *_from_deduce(packages, "names/lst_surname"),
        *_from_deduce(packages, "names/lst_interfix_surname"),
        *_from_faker(packages, "last_name", locales),
    }
    last = _fit(last)
    usual = _fit(_from_faker(packages, "first_name"))
    places = {plain(name) for name in Locale("nl").territories.values()}
    places |= _from_deduce(packages, "locations/lst_placename/lst_residence")
    places |= _from_deduce(packages, "locations/lst_placename/lst_municipality")
    for name, entries in (
        (FIRST_NAMES, first),
        (USUAL, usual),
        (SURNAMES, last),
        (PLACES, places),
        (WORDS, _words(first | last)),
    ):
        (folder / name).write_text("\n".join(sorted(entries - {""})) + "\n", encoding="utf-8")
        print(f"{paths.ROOT.name}/{folder.name}/{name}: {len(entries)}")


if __name__ == "__main__":
    make_lists(Path(sys.argv[1]))
