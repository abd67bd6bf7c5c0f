"""The catalogue: the publication as data, read from catalogus/ and checked.

Source of every body, offer, link, label and word list that Wegwijzer knows.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from wegwijzer import paths
from wegwijzer.errors import CatalogueError, Texts, did_you_mean

BODY_ENTITY = "organisatie"
"""Entity of a word that names a body."""
FACETS = ("phenomenon", "function", "setting", "support", "moment")
"""Facets in the order in which they are preferred when they separate equally well."""

_FIELD_OF_FACET = {
    "phenomenon": "phenomena",
    "function": "functions",
    "setting": "settings",
    "support": "support",
    "moment": "moments",
}


@dataclass(frozen=True)
class Source:
    """Where the publication says so: heading and verbatim sentence."""

    heading: str
    quote: str


@dataclass(frozen=True)
class Ministry:
    """One of the six ministries."""

    id: str
    name: str
    abbreviation: str
    heading: str


@dataclass(frozen=True)
class Offer:
    """One thing a body offers; an intent bears its id."""

    id: str
    body_id: str
    title: str
    short: str
    label: str
    inline: bool
    url: str
    purpose: str
    checked_on: datetime.date
    source: Source
    facets: Mapping[str, tuple[str, ...]]
    path: Path
    line: int


@dataclass(frozen=True)
class Body:
    """One of the support bodies; belongs to a ministry or stands alone.

    `own` marks a body that is not in the publication but was added by the user of Wegwijzer.
    """

    id: str
    name: str
    abbreviation: str
    ministry_id: Optional[str]
    heading: str
    description: str
    quote: str
    synonyms: tuple[str, ...]
    offers: tuple[Offer, ...]
    path: Path
    own: bool = False


@dataclass(frozen=True)
class Value:
    """One value of a facet: id, Dutch label, text for a button, synonyms."""

    id: str
    label: str
    option: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class Facet:
    """One facet: the Rasa entity that carries it and its values."""

    id: str
    entity: str
    values: tuple[Value, ...]

    def value(self, identifier: str) -> Value:
        """Returns the value with this id; raises KeyError when there is none."""
        for value in self.values:
            if value.id == identifier:
                return value
        raise KeyError(identifier)


@dataclass(frozen=True)
class Theme:
    """A theme that is out of scope and where one turns for it in general terms."""

    id: str
    label: str
    elsewhere: str


@dataclass(frozen=True)
class Municipalities:
    """Names of municipalities; ambiguous ones are ordinary words too."""

    entity: str
    names: tuple[str, ...]
    ambiguous: tuple[str, ...]
    also_known_as: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """All of catalogus/, checked."""

    ministries: Mapping[str, Ministry]
    bodies: Mapping[str, Body]
    offers: Mapping[str, Offer]
    facets: Mapping[str, Facet]
    themes: Mapping[str, Theme]
    municipalities: Municipalities
    root: Path

    def body_of(self, offer: Offer) -> Body:
        """Returns the body that has this offer."""
        return self.bodies[offer.body_id]

    def ministry_of(self, body: Body) -> Optional[Ministry]:
        """Returns the body's ministry, or None when the body stands alone."""
        return self.ministries[body.ministry_id] if body.ministry_id else None

    def facet_of_entity(self, entity: str) -> Optional[Facet]:
        """Returns the facet that this Rasa entity fills, or None."""
        return next((f for f in self.facets.values() if f.entity == entity), None)

    def word_lists(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yields (entity, value id, words) for every value with its words."""
        for facet in self.facets.values():
            for value in facet.values:
                yield facet.entity, value.id, value.synonyms
        for body in self.bodies.values():
            yield BODY_ENTITY, body.id, (body.name, *body.synonyms)
        towns = self.municipalities
        for name in towns.names:
            aliases = tuple(k for k, v in towns.also_known_as.items() if v == name)
            yield towns.entity, name, (name, *aliases)
        for name in towns.ambiguous:
            yield towns.entity, name, (f"gemeente {name}",)

    @cached_property
    def meanings(self) -> Mapping[tuple[str, str], str]:
        """(entity, folded word) → value id, for every word and every value itself."""
        meanings: dict[tuple[str, str], str] = {}
        for entity, value, words in self.word_lists():
            for word in (value, *words):
                meanings[(entity, fold(word))] = value
        return meanings

    def files(self) -> list[Path]:
        """Returns every file the catalogue was read from, sorted."""
        return sorted(p for p in self.root.rglob("*") if p.suffix in {".yml", ".txt"})


def read_yaml(path: Path) -> Any:
    """Reads one YAML file with line numbers kept.

    Raises:
        CatalogueError: when the file is missing or not valid YAML.
    """
    yaml: Any = YAML(typ="rt")
    yaml.preserve_quotes = True
    try:
        return yaml.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(Texts.CATALOGUE_ABSENT, path) from None
    except UnicodeDecodeError as error:
        raise CatalogueError(Texts.NOT_YAML.format(reason=error.reason), path) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise CatalogueError(Texts.NOT_YAML.format(reason=error.problem), path, line) from None
    except YAMLError as error:
        # A character that may not stand in YAML; the error knows its place in the text.
        before = path.read_text(encoding="utf-8")[: getattr(error, "position", 0)]
        reason = str(error).splitlines()[0]
        raise CatalogueError(Texts.NOT_YAML.format(reason=reason), path, before.count("\n") + 1) from None


def _line(node: Any, key: Any = None) -> Optional[int]:
    """Returns the line, counted from 1, of a node or of a key in it."""
    if isinstance(node, CommentedMap) and key in node:
        return int(node.lc.key(key)[0]) + 1
    if isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
        return int(node.lc.item(key)[0]) + 1
    if isinstance(node, (CommentedMap, CommentedSeq)):
        return int(node.lc.line) + 1
    return None


def _plain(node: Any) -> Any:
    """Returns the node as plain Python values, dates as ISO text."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_plain(value) for value in node]
    if isinstance(node, datetime.date):
        return node.isoformat()
    if isinstance(node, bool) or node is None or isinstance(node, (int, float)):
        return node
    return str(node)


def _check_fields(node: Any, schema: Mapping[str, Any], path: Path) -> None:
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    errors = sorted(validator.iter_errors(_plain(node)), key=lambda e: list(map(str, e.absolute_path)))
    if not errors:
        return
    error = errors[0]
    here, identifier, line = node, None, _line(node)
    for key in error.absolute_path:
        line = _line(here, key) or line
        here = here[key]
        if isinstance(here, Mapping) and "id" in here:
            identifier = str(here["id"])
    if identifier is None and isinstance(node, Mapping):
        identifier = str(node.get("id")) if "id" in node else None
    where = ".".join(map(str, error.absolute_path))
    reason = f"{where}: {error.message}" if where else error.message
    raise CatalogueError(Texts.FIELD.format(reason=reason), path, line, identifier)


def _read_facets(path: Path) -> dict[str, Facet]:
    document = read_yaml(path)
    facets: dict[str, Facet] = {}
    for name in FACETS:
        if name not in document:
            raise CatalogueError(Texts.FIELD.format(reason=f"facet '{name}' is missing"), path)
        node = document[name]
        values = []
        for i, value in enumerate(node["values"]):
            missing = {"id", "label", "option", "synonyms"} - set(value)
            if missing:
                reason = f"'{sorted(missing)[0]}' is a required property"
                raise CatalogueError(
                    Texts.FIELD.format(reason=reason), path, _line(node["values"], i), str(value.get("id"))
                )
            words = tuple(str(word) for word in value["synonyms"])
            values.append(Value(str(value["id"]), str(value["label"]), str(value["option"]), words))
        facets[name] = Facet(name, str(node["entity"]), tuple(values))
    return facets


def _offer_facets(
    node: Mapping[str, Any], facets: Mapping[str, Facet], path: Path, identifier: str
) -> dict[str, tuple[str, ...]]:
    result: dict[str, tuple[str, ...]] = {}
    for name, field in _FIELD_OF_FACET.items():
        known = [value.id for value in facets[name].values]
        for i, value in enumerate(node[field]):
            if value not in known:
                text = Texts.UNKNOWN_VALUE.format(
                    value=value, facet=name, hint=did_you_mean(str(value), known), known=", ".join(known)
                )
                raise CatalogueError(text, path, _line(node[field], i), identifier)
        result[name] = tuple(str(value) for value in node[field])
    return result


def _read_body(
    path: Path,
    schema: Mapping[str, Any],
    ministries: Mapping[str, Ministry],
    facets: Mapping[str, Facet],
) -> Body:
    node = read_yaml(path)
    _check_fields(node, schema, path)
    ministry = node["ministry"]
    if ministry is not None and ministry not in ministries:
        known = list(ministries)
        text = Texts.UNKNOWN_MINISTRY.format(
            value=ministry, hint=did_you_mean(str(ministry), known), known=", ".join(known)
        )
        raise CatalogueError(text, path, _line(node, "ministry"), str(node["id"]))
    offers = []
    for i, item in enumerate(node["offers"]):
        identifier = str(item["id"])
        offers.append(
            Offer(
                id=identifier,
                body_id=str(node["id"]),
                title=str(item["title"]),
                short=str(item["short"]),
                label=str(item["label"]),
                inline=bool(item.get("inline", False)),
                url=str(item["url"]),
                purpose=str(item["purpose"]),
                checked_on=datetime.date.fromisoformat(str(item["checked_on"])),
                source=Source(str(item["source"]["heading"]), str(item["source"]["quote"])),
                facets=_offer_facets(item["facets"], facets, path, identifier),
                path=path,
                line=_line(node["offers"], i) or 1,
            )
        )
    return Body(
        id=str(node["id"]),
        name=str(node["name"]),
        abbreviation=str(node["abbreviation"]),
        ministry_id=str(ministry) if ministry is not None else None,
        heading=str(node["heading"]),
        description=str(node["description"]),
        quote=str(node["quote"]),
        synonyms=tuple(str(word) for word in node["synonyms"]),
        offers=tuple(offers),
        path=path,
        own=bool(node.get("own", False)),
    )


def load_catalogue(root: Path = paths.CATALOGUE) -> Catalogue:
    """Reads and checks the catalogue.

    Args:
        root: the folder catalogus/.

    Raises:
        CatalogueError: on the first thing that does not fit, with file, line and id.
    """
    schema = _plain(read_yaml(root / "velden.yml"))
    ministries = {
        str(m["id"]): Ministry(str(m["id"]), str(m["name"]), str(m["abbreviation"]), str(m["heading"]))
        for m in read_yaml(root / "ministeries.yml")
    }
    facets = _read_facets(root / "kenmerken.yml")
    bodies: dict[str, Body] = {}
    offers: dict[str, Offer] = {}
    for path in sorted((root / "organisaties").glob("*.yml")):
        body = _read_body(path, schema, ministries, facets)
        if body.id in bodies:
            text = Texts.DUPLICATE_ID.format(id=body.id, other=bodies[body.id].path)
            raise CatalogueError(text, path, 1, body.id)
        bodies[body.id] = body
        for offer in body.offers:
            if offer.id in offers:
                other = f"{offers[offer.id].path}:{offers[offer.id].line}"
                text = Texts.DUPLICATE_ID.format(id=offer.id, other=other)
                raise CatalogueError(text, path, offer.line, offer.id)
            offers[offer.id] = offer
    themes = {
        str(t["id"]): Theme(str(t["id"]), str(t["label"]), str(t["elsewhere"]))
        for t in read_yaml(root / "buiten_bereik.yml")
    }
    towns = read_yaml(root / "gemeenten.yml")
    return Catalogue(
        ministries=ministries,
        bodies=bodies,
        offers=offers,
        facets=facets,
        themes=themes,
        municipalities=Municipalities(
            entity=str(towns["entity"]),
            names=tuple(str(name) for name in towns["values"]),
            ambiguous=tuple(str(name) for name in towns["ambiguous"]),
            also_known_as={str(k): str(v) for k, v in towns["also_known_as"].items()},
        ),
        root=root,
    )


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Returns the project's own catalogue, read once."""
    return load_catalogue()


def fold(text: str) -> str:
    """Returns text in lower case with white space folded, for comparing."""
    return re.sub(r"\s+", " ", text).strip().casefold()


def words_of(text: str) -> list[str]:
    """Returns the words of a text in lower case, in order."""
    return re.findall(r"\w+", fold(text))
