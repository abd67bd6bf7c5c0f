"""Labelen: the right label for a question, entities, what the model makes of it now, warnings, and saving."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from wegwijzer.catalogue import Catalogue
from wegwijzer.errors import (
    ChangedUnderneathError,
    Located,
    ModelError,
    SetupError,
    TrainingDataError,
    WegwijzerError,
)
from wegwijzer.inbox import THUMB_UP
from wegwijzer.studio import present
from wegwijzer.studio.handled import LABELLED
from wegwijzer.studio.labels import OFFER, search
from wegwijzer.studio.learning import grouped
from wegwijzer.studio.marks import WordMark, by_words, overlapping, read_fields
from wegwijzer.studio.pages.inbox import is_handled
from wegwijzer.studio.security import NAME
from wegwijzer.studio.services import Services
from wegwijzer.studio.teksten import Labelling
from wegwijzer.studio.wording import place
from wegwijzer.understanding import OUT_OF_SCOPE
from wegwijzer.workbench.example_files import Draft, Mark, Save, Stored, one_line
from wegwijzer.workbench.lint import Finding

_MOST_ALSO = 3


@dataclass
class Form:
    """What a trainer filled in.

    Attributes:
        text: the question as it stands in the field.
        label: id of the label that was chosen, or ''.
        also: ids of offers that are as possible.
        marks: words that were marked.
        numbers: questions of the inbox that this is about.
        key: of the example that is being changed, or ''.
        query, body, phenomenon: what the labels are filtered by.
        words, entity, value, nth: the mark that is being made.
        accepted: digest of the hints that were accepted, or ''.
        errors: field → what is wrong with it.
    """

    text: str = ""
    label: str = ""
    also: tuple[str, ...] = ()
    marks: list[WordMark] = field(default_factory=list)
    numbers: tuple[int, ...] = ()
    key: str = ""
    query: str = ""
    body: str = ""
    phenomenon: str = ""
    words: str = ""
    entity: str = ""
    value: str = ""
    nth: int = 0
    accepted: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Form:
        """Reads the form of this request."""
        given = request.form
        return cls(
            text=given.get("vraag", ""),
            label=given.get("kies") or given.get("label", ""),
            also=tuple(dict.fromkeys(given.getlist("ook"))),
            marks=read_fields(given.getlist("merk")),
            numbers=tuple(given.getlist("nummer", type=int)),
            key=given.get("sleutel", ""),
            query=given.get("zoek", ""),
            body=given.get("organisatie", ""),
            phenomenon=given.get("verschijnsel", ""),
            words=given.get("woorden", ""),
            entity=given.get("soort", ""),
            value=given.get("bedoelt", ""),
            nth=max(0, given.get("plaats", 0, type=int)),
            accepted=given.get("toch", ""),
        )

    @property
    def line(self) -> str:
        """The question on one line, as an example holds it."""
        return one_line(self.text)

    def placed(self) -> list[Mark]:
        """Returns the marks with their places; one that has none, or lies over another, is an error."""
        found = []
        for mark in self.marks:
            placed = mark.place(self.line)
            if placed is None:
                self.errors["merken"] = Labelling.MARK_ABSENT.format(words=mark.words)
            else:
                found.append(placed)
        over = overlapping(found)
        if over is not None:
            self.errors["merken"] = Labelling.MARK_OVER.format(words=self.line[over.start : over.end])
        return found

    def draft(self) -> Draft:
        """Returns the example that this is, also when something is missing."""
        also = tuple(intent for intent in self.also if intent != self.label)[:_MOST_ALSO]
        return Draft(self.line, self.label, tuple(self.placed()), also)

    def add_mark(self, known: Sequence[str]) -> None:
        """Adds the mark that is being made, or says what is wrong with it."""
        words = one_line(self.words)
        if not words:
            self.errors["woorden"] = Labelling.MARK_EMPTY
            return
        if self.entity not in known:
            self.errors["woorden"] = Labelling.MARK_UNKNOWN.format(entity=self.entity)
            return
        mark = WordMark(words, self.entity, self.value, self.nth)
        if mark.place(self.line) is None:
            mark = WordMark(words, self.entity, self.value)
        placed = mark.place(self.line)
        if placed is None:
            self.errors["woorden"] = Labelling.MARK_ABSENT.format(words=words)
        elif overlapping([*(m for m in (old.place(self.line) for old in self.marks) if m), placed]):
            self.errors["woorden"] = Labelling.MARK_OVER.format(words=words)
        else:
            self.marks.append(mark)
            self.words = self.value = ""
            self.nth = 0


def digest(findings: Sequence[Finding]) -> str:
    """Returns what stands for these hints, so that only hints that were shown can be accepted."""
    told = "\n".join(f"{finding.kind} {finding.text} {finding.other_text}" for finding in findings)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def refusal(error: WegwijzerError) -> str:
    """Returns why nothing was saved, with file and line."""
    reason = str(error)
    if isinstance(error, Located):
        line = f":{error.line}" if error.line else ""
        reason = f"{place(error.path)}{line}: {error.text}"
    return Labelling.CONFLICT.format(reason=reason.rstrip(".") + ".")


def values_of(catalogue: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """Returns per entity the values that its words may stand for: (value, label)."""
    found = [
        (facet.entity, [(value.id, value.label) for value in facet.values])
        for facet in catalogue.facets.values()
    ]
    return [*found, ("organisatie", [(body.id, body.name) for body in catalogue.bodies.values()])]


def _answers_otherwise(kind: str, label: str) -> bool:
    """Returns whether an answer of this kind does not give the label, however likely the model finds it."""
    return kind == "clarification" or kind == "out_of_scope" and not label.startswith(OUT_OF_SCOPE)


def blueprint(services: Services) -> Blueprint:
    """Returns the routes."""
    made = Blueprint("labelling", __name__, url_prefix="/labelen")

    def look(text: str) -> Mapping[str, Any]:
        """Returns what the model makes of a text, and its state."""
        state = services.present.state
        if not text or state != present.READY:
            return {"state": state, "reason": services.present.reason}
        try:
            return {"state": state, **services.present.see(text)}
        except ModelError as error:
            return {"state": present.FAILED, "reason": str(error)}

    def stored(key: str) -> Optional[Stored]:
        return services.files.by_key(key) if key else None

    def check(form: Form, instead_of: Optional[Stored]) -> list[Finding]:
        return services.linter.check(form.draft(), instead_of) if form.line and form.label else []

    def page(
        form: Form, instead_of: Optional[Stored], status: int = 200, told: str = ""
    ) -> ResponseReturnValue:
        part = request.headers.get("X-Deel", "")
        catalogue, labels = services.catalogue(), services.labels()
        try:
            findings = check(form, instead_of) if part != "labels" else []
        except TrainingDataError as error:
            findings, told, status = [], refusal(error), 409
        hints = [finding for finding in findings if not finding.error]
        form.placed()
        found = search(list(labels.values()), form.query, form.body, form.phenomenon)
        return (
            render_template(
                "labelen.html",
                form=form,
                told=told,
                instead_of=instead_of,
                asked=[k for k in services.inbox() if k.number in form.numbers][:1] if form.numbers else [],
                labels=labels,
                found=found,
                filtered=bool(form.query.strip() or form.body or form.phenomenon),
                offers=[label for label in labels.values() if label.kind == OFFER],
                bodies=catalogue.bodies.values(),
                phenomena=catalogue.facets["phenomenon"].values,
                entities=services.files.entities(),
                values=values_of(catalogue),
                seen=look(form.line) if part != "labels" else {},
                answers_otherwise=_answers_otherwise,
                findings=findings,
                hints=digest(hints) if hints else "",
            ),
            status,
        )

    @made.get("")
    def show() -> ResponseReturnValue:
        key = request.args.get("sleutel", "")
        number = request.args.get("nummer", type=int)
        kept = services.kept(number) if number is not None else None
        if key:
            old = services.files.by_key(key)
            form = Form(
                old.draft.text,
                old.draft.intent,
                old.draft.also,
                by_words(old.draft.text, old.draft.marks),
                key=key,
            )
            return page(form, old)
        form = Form(text=kept.question if kept else request.args.get("vraag", ""))
        form.numbers = tuple(request.args.getlist("nummer", type=int)) if kept else ()
        return page(form, None)

    @made.post("")
    def act() -> ResponseReturnValue:
        form = Form.read()
        try:
            instead_of = stored(form.key)
        except ChangedUnderneathError:
            form.key = ""
            return page(form, None, 409, Labelling.GONE)
        action = request.form.get("actie", "")
        if action == "aanwijzen":
            form.add_mark(services.files.entities())
        elif action.startswith("weg:"):
            form.marks = [mark for mark in form.marks if mark.field != action[4:]]
        elif action == "bewaren":
            return save(form, instead_of)
        return page(form, instead_of)

    def save(form: Form, instead_of: Optional[Stored]) -> ResponseReturnValue:
        draft = form.draft()
        if not draft.text:
            form.errors["vraag"] = Labelling.NO_TEXT
        if not draft.intent:
            form.errors["label"] = Labelling.NO_LABEL
        if form.errors:
            return page(form, instead_of, 422, Labelling.BLOCKED)
        try:
            findings = check(form, instead_of)
            if any(finding.error for finding in findings):
                return page(form, instead_of, 422, Labelling.BLOCKED)
            if findings and form.accepted != digest(findings):
                return page(form, instead_of, 422, Labelling.ASK_HINTS)
            who = session[NAME]
            files = services.files
            made = files.change(instead_of, draft, who) if instead_of else files.add(draft, who)
        except (TrainingDataError, SetupError) as error:
            return page(form, instead_of, 409, refusal(error))
        asked = [kept for kept in services.inbox() if kept.number in form.numbers]
        services.handled.put(asked, LABELLED, who)
        return redirect(url_for("labelling.saved", identifier=made.id))

    @made.post("/verwijderen")
    def remove() -> ResponseReturnValue:
        old = services.files.by_key(request.form.get("sleutel", ""))
        made = services.files.remove(old, session[NAME])
        return redirect(url_for("labelling.saved", identifier=made.id))

    @made.get("/bewaard/<identifier>")
    def saved(identifier: str) -> ResponseReturnValue:
        done: Optional[Save] = next((s for s in services.files.saves() if s.id == identifier), None)
        if done is None:
            abort(404)
        handled = services.handled.all()
        open_ones = [k for k in services.inbox() if k.reason != THUMB_UP and not is_handled(k, handled)]
        groups = grouped(open_ones)
        return render_template("bewaard.html", save=done, following=groups[0] if groups else None)

    @made.post("/ongedaan")
    def undo() -> ResponseReturnValue:
        undone = services.files.undo(request.form.get("wijziging", ""), session[NAME])
        flash(Labelling.UNDONE.format(what=undone.what))
        return redirect(url_for("versions.show"))

    return made
