"""From a decision to the answer: text that alone suffices, and the contract's custom part.

Steps, in order: offers as records, the text of the kind, options, the whole checked
against contract/answer.schema.json. Names and links come only from the catalogue.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Mapping, Optional, Sequence

import jsonschema

from wegwijzer import paths, sentences
from wegwijzer.catalogue import Body, Catalogue, Offer
from wegwijzer.contract import contract_record
from wegwijzer.deciding import Decision
from wegwijzer.errors import ContractError
from wegwijzer.matching import Ranked

WORDS = 4
"""Most of the user's words that a reason names."""


@dataclass(frozen=True)
class Answer:
    """An answer: text for any channel and the contract's record."""

    text: str
    custom: Mapping[str, Any]

    @property
    def buttons(self) -> list[dict[str, str]]:
        """The options as Rasa's buttons."""
        return [{"title": o["label"], "payload": o["payload"]} for o in self.custom["options"]]


@lru_cache(maxsize=1)
def _validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(paths.CONTRACT.read_text(encoding="utf-8")))


def check_contract(custom: Mapping[str, Any]) -> None:
    """Raises ContractError when a record does not fit the contract."""
    for error in _validator().iter_errors(dict(custom)):
        place = ".".join(map(str, error.absolute_path)) or "the answer"
        raise ContractError(f"{place}: {error.message}; see contract/answer.schema.json")


def why(ranked: Ranked) -> str:
    """Returns one sentence: why this offer, and which of the user's words decided it.

    The words are those of the largest terms of the score: those by which the model
    knows the offer, and those that the vocabulary knows as a facet of it.
    """
    offer = ranked.offer
    typed = [word for reason in ranked.reasons for word in reason.words]
    words = [f"‘{word}’" for word in _distinct(typed)][:WORDS]
    if not words:
        return sentences.WHY.format(purpose=offer.purpose)
    joined = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " en " + words[-1]
    return sentences.WHY_WORDS.format(words=joined, purpose=offer.purpose)


def _distinct(words: Sequence[str]) -> list[str]:
    """Returns the words without those that stand inside another one."""
    once = list(dict.fromkeys(words))
    lower = [word.lower() for word in once]
    return [
        word
        for i, word in enumerate(once)
        if not any(
            lower[i] in other for j, other in enumerate(lower) if j != i and (other != lower[i] or j < i)
        )
    ]


def _record(ranked: Ranked, catalogue: Catalogue) -> dict[str, Any]:
    offer = ranked.offer
    body = catalogue.body_of(offer)
    ministry = catalogue.ministry_of(body)
    return {
        "id": offer.id,
        "organisation": body.name,
        "ministry": ministry.name if ministry else None,
        "title": offer.title,
        "url": offer.url,
        "why": why(ranked),
        "source": {"heading": offer.source.heading, "quote": offer.source.quote},
        "support": [catalogue.facets["support"].value(v).label for v in offer.facets["support"]],
    }


def _full(record: Mapping[str, Any]) -> str:
    source = record["source"]
    return "\n".join(
        [
            sentences.BEST.format(organisation=record["organisation"], title=record["title"]),
            record["why"],
            sentences.LINK.format(url=record["url"]),
            sentences.SOURCE.format(quote=source["quote"], heading=source["heading"]),
        ]
    )


def _brief(offers: list[Offer], catalogue: Catalogue) -> str:
    return "\n".join(
        sentences.ALTERNATIVE.format(
            organisation=catalogue.body_of(o).name, title=o.title, purpose=o.purpose, url=o.url
        )
        for o in offers
    )


def _body(body: Body, act: str, catalogue: Catalogue) -> str:
    ministry = catalogue.ministry_of(body)
    lines = [
        sentences.ORGANISATION.format(
            name=body.name, abbreviation=body.abbreviation, description=body.description
        )
    ]
    lines.append(
        sentences.ORGANISATION_MINISTRY.format(ministry=ministry.name)
        if ministry
        else sentences.ORGANISATION_ALONE
    )
    if act == "hoe_bereik_ik":
        lines.append(sentences.REACH)
    lines += [f"- {offer.title}: {offer.url}" for offer in body.offers]
    return "\n".join(lines)


def _advice(decision: Decision, records: list[dict[str, Any]], catalogue: Catalogue) -> str:
    if decision.act == "twee":
        return "\n\n".join(
            [sentences.TWO, _full(records[0]), sentences.TWO_SECOND, _full(records[1]), sentences.NEXT]
        )
    opening = {"klopt_niet": sentences.SORRY, "iets_anders": sentences.ANYTHING_ELSE}.get(decision.act)
    parts = ([opening] if opening else []) + [_full(records[0])]
    if len(decision.offers) > 1:
        parts.append(f"{sentences.ALTERNATIVES}\n{_brief([r.offer for r in decision.offers[1:]], catalogue)}")
    return "\n\n".join([*parts, sentences.NEXT])


def _summary(decision: Decision, catalogue: Catalogue, today: datetime.date) -> str:
    parts = [sentences.SUMMARY.format(date=f"{today:%d-%m-%Y}")]
    for note in decision.notes:
        parts.append(sentences.SUMMARY_QUESTION.format(question=note.question))
        parts += [_full(_record(ranked, catalogue)) for ranked in note.offers]
    return "\n\n".join([*parts, sentences.SUMMARY_END])


def _text(
    decision: Decision, records: list[dict[str, Any]], catalogue: Catalogue, today: datetime.date
) -> str:
    if decision.kind == "emergency":
        if records:
            return "\n\n".join([sentences.EMERGENCY, sentences.EMERGENCY_AFTER, _full(records[0])])
        return f"{sentences.EMERGENCY}\n\n{sentences.EMERGENCY_NEXT}"
    if decision.kind == "advice":
        return _advice(decision, records, catalogue)
    if decision.kind == "clarification":
        options = "\n".join(f"{i}. {option.label}" for i, option in enumerate(decision.options, 1))
        return f"{sentences.QUESTIONS[decision.facet]}\n{options}\n{sentences.OPTIONS_TYPED}"
    if decision.kind == "out_of_scope":
        theme = decision.theme or catalogue.themes["buiten_overig"]
        return "\n".join(
            [sentences.OUT_OF_SCOPE.format(label=theme.label), theme.elsewhere, sentences.COVERED]
        )
    if decision.kind in {"organisation", "comparison"}:
        first = [sentences.COMPARISON] if decision.kind == "comparison" else []
        bodies = [_body(body, decision.act, catalogue) for body in decision.bodies]
        return "\n\n".join([*first, *bodies, sentences.ORGANISATION_NEXT])
    if decision.kind == "overview":
        opening = sentences.OVERVIEW if decision.act == "welke_organisaties" else sentences.OVERVIEW_EMPTY
        lines = [
            f"- {body.name} ({body.abbreviation}): {body.offers[0].url}" for body in catalogue.bodies.values()
        ]
        return "\n".join([opening, *lines, sentences.ORGANISATION_NEXT])
    if decision.act == "samenvatting" and records:
        return _summary(decision, catalogue, today)
    return sentences.SMALLTALK.get(decision.act, sentences.SMALLTALK_DEFAULT)


def compose(
    decision: Decision,
    catalogue: Catalogue,
    today: datetime.date,
    explanation: Optional[Mapping[str, Any]] = None,
) -> Answer:
    """Returns the answer to a decision, checked against the contract.

    Args:
        decision: what to answer.
        catalogue: where names and links come from.
        today: for the summary's date.
        explanation: the steps behind the answer, when they were asked for.

    Raises:
        ContractError: when the answer does not fit the contract.
    """
    shown = decision.offers
    if decision.kind == "overview":
        shown = tuple(Ranked(offer, 1.0, ()) for offer in catalogue.offers.values())
    records = [_record(ranked, catalogue) for ranked in shown]
    options = [option.label for option in decision.options]
    custom = contract_record(decision.kind, decision.confidence, records, decision.facets.values, options)
    if explanation is not None:
        custom["explanation"] = dict(explanation)
    check_contract(custom)
    return Answer(_text(decision, records, catalogue, today), custom)
