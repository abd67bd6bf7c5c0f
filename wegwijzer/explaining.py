"""Shows the steps behind an answer: what was understood, weighed and decided. Pure.

For trainers and for accountability; holds only the redacted message's words.
"""

from __future__ import annotations

from typing import Any

from wegwijzer.danger import Danger
from wegwijzer.deciding import Decision
from wegwijzer.thresholds import Thresholds
from wegwijzer.understanding import Understanding

_INTENTS = 5


def explain(
    understanding: Understanding, danger: Danger, decision: Decision, fitted: Thresholds
) -> dict[str, Any]:
    """Returns the steps as plain values, for the contract's `explanation`.

    Args:
        understanding: the message, its probabilities as the model gave them.
        danger: the decision about acute danger.
        decision: what was decided.
        fitted: the thresholds it was decided with.
    """
    tempered = understanding.tempered(fitted.temperature)
    first = sorted(tempered.intents, key=lambda i: -tempered.intents[i])[:_INTENTS]
    return {
        "danger": {"acute": danger.acute, "score": round(danger.score, 4)},
        "intents": [{"name": i, "probability": round(tempered.intents[i], 4)} for i in first],
        "words": {i: list(understanding.evidence[i]) for i in first if understanding.evidence.get(i)},
        "known": list(understanding.known),
        "entities": [{"kind": e.kind, "value": e.value, "text": e.text} for e in understanding.entities],
        "parts": [part.text for part in understanding.parts],
        "out_of_scope": round(decision.outside, 4),
        "doubt": round(decision.doubt, 4),
        "two_problems": round(decision.two, 4),
        "thresholds": {
            name: getattr(fitted, name)
            for name in ("danger", "temperature", "advise", "refuse", "act", "doubt", "two")
        },
        "decision": {"kind": decision.kind, "act": decision.act, "facet": decision.facet},
        "offers": [
            {
                "id": ranked.offer.id,
                "probability": round(ranked.probability, 4),
                "reasons": [
                    {
                        "term": reason.term,
                        "value": reason.value,
                        "amount": round(reason.amount, 3),
                        "words": list(reason.words),
                    }
                    for reason in ranked.reasons
                ],
            }
            for ranked in decision.offers
        ],
    }


def as_text(explanation: dict[str, Any]) -> str:
    """Returns an explanation as lines for a terminal, in Dutch."""
    limits = explanation["thresholds"]
    danger = explanation["danger"]
    lines = [
        f"Gevaar: {'ja' if danger['acute'] else 'nee'} ({danger['score']:.3f}, vanaf {limits['danger']:.2f})",
        "Begrepen als: " + ", ".join(f"{i['name']} {i['probability']:.2f}" for i in explanation["intents"]),
    ]
    lines += [f"  woorden voor {name}: {', '.join(words)}" for name, words in explanation["words"].items()]
    if explanation["known"]:
        lines.append("Staat zo in de voorbeelden bij: " + ", ".join(explanation["known"]))
    entities = [f"{e['text']} ({e['kind']}: {e['value']})" for e in explanation["entities"]]
    lines.append("Herkend: " + (", ".join(entities) or "niets"))
    lines.append(
        f"Buiten bereik: {explanation['out_of_scope']:.2f} (vanaf {limits['refuse']:.2f}); "
        f"twijfel: {explanation['doubt']:.2f} (terugvragen vanaf {limits['doubt']:.2f}); "
        f"twee problemen: {explanation['two_problems']:.2f} (vanaf {limits['two']:.2f})"
    )
    decision = explanation["decision"]
    lines.append("Besluit: " + " ".join(filter(None, (decision["kind"], decision["act"], decision["facet"]))))
    for offer in explanation["offers"]:
        terms = [
            f"{r['term']} {r['amount']:+.2f}" + (f" ({', '.join(r['words'])})" if r["words"] else "")
            for r in offer["reasons"]
        ]
        lines.append(f"  {offer['id']} {offer['probability']:.2f}: {'; '.join(terms)}")
    return "\n".join(lines)
