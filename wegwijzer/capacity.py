"""What many municipalities need in machines, worked out from the measured figures (load.py) and stated assumptions.

Writes the tables of docs/capaciteitsplan.md between two marks; the words around them are written by people.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from wegwijzer import paths
from wegwijzer.benchmark import markdown_table
from wegwijzer.errors import SetupError

PLAN = paths.ROOT / "docs" / "capaciteitsplan.md"
BEGIN, END = "<!-- tabellen: wegwijzer capacity -->", "<!-- einde tabellen -->"
_DAYS = 250
_BUSY_SHARE = 0.2
"""Share of a day's turns in its busiest hour."""
_PEAK = 3.0
"""How much busier the busiest minute is than the busiest hour, on an ordinary day."""
_INCIDENT = 10.0
"""How much busier than that when one incident keeps all municipalities busy at once."""
_LOAD = 0.5
"""Share of the processors in use at the peak; the rest is for the answer time and for a machine that fails."""
_CORES, _MEMORY = 8, 32e9
"""One machine."""
_RETENTION = 30
_SPARE = 1
_PRICE = 150.0
"""Euros a month for such a machine with its support, an assumption to be replaced by an offer."""


@dataclass(frozen=True)
class Demand:
    """How much is asked.

    Attributes:
        name: what it is called.
        municipalities: how many.
        turns_a_day: messages of one municipality on a working day.
    """

    name: str
    municipalities: int
    turns_a_day: float


DEMANDS = (
    Demand("één gemeente", 1, 40),
    Demand("342 gemeenten", 342, 40),
    Demand("duizend keer zoveel", 342_000, 40),
)


@dataclass(frozen=True)
class Measured:
    """What the plan takes from the measurement.

    Attributes:
        cpu: seconds of processor time a turn.
        worker_bytes: memory of one worker with its action server.
        kept_bytes: what a turn takes in PostgreSQL.
        p95: milliseconds, for one who has the machine alone.
    """

    cpu: float
    worker_bytes: float
    kept_bytes: float
    p95: float


@dataclass(frozen=True)
class Need:
    """What a demand needs at a peak."""

    peak: float
    workers: int
    machines: int
    database_bytes: float
    euros: float


def read_measured(figures: Path) -> Measured:
    """Reads what load.py wrote.

    Raises:
        SetupError: when it is not there or has no worker of its own.
    """
    try:
        measured: Mapping[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
        one = next(
            system for system in measured["systems"] if system["workers"] == 1 and system["kept_bytes"]
        )
        busiest = max(one["levels"], key=lambda level: level["people"])
        quiet = min(one["levels"], key=lambda level: level["people"])
    except (OSError, ValueError, KeyError, StopIteration):
        raise SetupError(f"{figures} is er niet of klopt niet; meet eerst met scripts/measure-load") from None
    return Measured(busiest["cpu"], one["memory_bytes"], one["kept_bytes"], quiet["p95"])


def need(demand: Demand, measured: Measured, busier: float = 1.0) -> Need:
    """Returns what a demand needs when it is some times as busy as on an ordinary day."""
    peak = demand.municipalities * demand.turns_a_day * _BUSY_SHARE / 3600 * _PEAK * busier
    workers = max(2, math.ceil(peak * measured.cpu / _LOAD))
    fit = min(_CORES, math.floor(_MEMORY * 0.8 / measured.worker_bytes))
    machines = max(2, math.ceil(workers / fit) + _SPARE)
    kept = demand.municipalities * demand.turns_a_day * _RETENTION * _DAYS / 365 * measured.kept_bytes
    return Need(peak, workers, machines, kept, machines * _PRICE)


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")


def _decimal(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _size(count: float) -> str:
    unit, size = next((u, s) for u, s in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)) if count >= s or u == "MB")
    return f"{_decimal(count / size)} {unit}"


def tables(measured: Measured) -> str:
    """Returns the tables of the plan in Markdown."""
    figures = [
        ["gemeten (docs/belasting.md)", "waarde"],
        ["processortijd per beurt", f"{measured.cpu * 1000:.0f} ms"],
        ["geheugen van één werker met zijn actieserver", f"{_decimal(measured.worker_bytes / 1e9, 2)} GB"],
        ["plaats van één beurt in PostgreSQL, met indexen", f"{_decimal(measured.kept_bytes / 1e3)} kB"],
        ["antwoordtijd p95, met de machine voor zich alleen", f"{measured.p95:.0f} ms"],
    ]
    head = [
        "",
        "beurten/s in de piek",
        "werkers",
        f"machines ({_CORES} kernen)",
        "PostgreSQL",
        "euro per maand",
    ]
    rows = [head]
    for demand in DEMANDS:
        for busier, when in ((1.0, "gewone piek"), (_INCIDENT, "landelijk incident")):
            needed = need(demand, measured, busier)
            rows.append(
                [
                    f"{demand.name}, {when}",
                    _decimal(needed.peak, 2) if needed.peak < 10 else _number(needed.peak),
                    _number(needed.workers),
                    _number(needed.machines),
                    _size(needed.database_bytes),
                    _number(needed.euros),
                ]
            )
    assumed = [
        ["aanname", "waarde"],
        ["beurten per gemeente per werkdag", f"{DEMANDS[0].turns_a_day:.0f}"],
        ["deel daarvan in het drukste uur", f"{_BUSY_SHARE:.0%}"],
        ["drukste minuut ten opzichte van het drukste uur", f"{_PEAK:.0f} keer"],
        ["landelijk incident ten opzichte daarvan", f"{_INCIDENT:.0f} keer"],
        ["hoogste gebruik van de processors", f"{_LOAD:.0%}"],
        ["machine", f"{_CORES} kernen, {_MEMORY / 1e9:.0f} GB; één meer dan nodig, nooit minder dan twee"],
        ["prijs van een machine", f"{_PRICE:.0f} euro per maand"],
        ["bewaartermijn", f"{_RETENTION} dagen, {_DAYS} werkdagen per jaar"],
    ]
    return "\n".join(map(markdown_table, (figures, assumed, rows)))


def write_plan(plan: Path, figures: Path) -> None:
    """Writes the tables into the plan.

    Raises:
        SetupError: when the plan has no place for them, or there are no figures.
    """
    text = plan.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SetupError(f"{plan}: zet '{BEGIN}' en '{END}' elk één keer in het plan, daar komen de tabellen")
    before, rest = text.split(BEGIN)
    made = f"{BEGIN}\n\n{tables(read_measured(figures))}\n{END}"
    plan.write_text(before + made + rest.split(END)[1], encoding="utf-8")
