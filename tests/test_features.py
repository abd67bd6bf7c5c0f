"""What the classifiers leave out of a redacted message."""

from __future__ import annotations

import pytest

from wegwijzer.nlu.features import without_placeholders
from wegwijzer.nlu.part_splitter import telling_words


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "wij vermoeden witwassen bij een kapper, mail mij op [e-mail]",
            "wij vermoeden witwassen bij een kapper,",
        ),
        ("Bel me even terug op [telefoonnummer] over de dreigbrief", "over de dreigbrief"),
        ("u kunt mij bereiken via [telefoonnummer]", "u kunt mij"),
        ("wethouder [naam] wordt bedreigd", "wethouder wordt bedreigd"),
        (
            "er kwam een mail binnen van [e-mail] met bedreigingen",
            "er kwam een mail binnen van met bedreigingen",
        ),
        ("wij willen een mail aan alle inwoners", "wij willen een mail aan alle inwoners"),
    ],
)
def test_how_to_reach_someone_is_not_read(text: str, read: str) -> None:
    assert without_placeholders(text).split() == read.split()


@pytest.mark.parametrize(
    "text, words",
    [
        (
            "sinds vorige week krijgt ons raadslid rare appjes",
            ["vorige", "week", "raadslid", "rare", "appjes"],
        ),
        ("our mayor is threatened at home", ["mayor", "threatened", "home"]),
        ("ik wil weten wat u daarvan vindt", []),
    ],
)
def test_words_that_tell_nothing_are_no_reason(text: str, words: list[str]) -> None:
    assert telling_words(text) == words
