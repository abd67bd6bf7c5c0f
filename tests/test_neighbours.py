"""Offers that officials confuse: one facet differs, and the answer goes elsewhere."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from wegwijzer.supervisor import Supervisor, ask

PAIRS = [
    # now or beforehand
    (
        "Het plein staat vol boze bewoners, het loopt nu uit de hand. Wie helpt ons?",
        "omo_ondersteuningsnetwerk",
    ),
    ("We willen onrust leren zien aankomen en oefenen, voordat het besluit valt.", "omo_preventie"),
    ("Ons raadslid wordt al een week bedreigd, wie staat haar bij?", "weerbaar_bestuur_ondersteuningsteam"),
    ("Hoe regelen we vooraf de veiligheid van onze nieuwe raadsleden?", "weerbaar_bestuur_preventie"),
    # unrest, or tension between groups and knowledge of it
    ("Rellen na het besluit over de opvang, we hebben vandaag hulp nodig.", "omo_ondersteuningsnetwerk"),
    ("Waarom staan Turkse en Koerdische bewoners hier tegenover elkaar? Wij zoeken duiding.", "ess_kennis"),
    # training, a case, knowledge
    ("Opleiding over radicalisering voor de wijkagent en onze boa's", "ror_trainingen"),
    ("Een man van 23 uit onze gemeente radicaliseert, wie denkt mee over zijn begeleiding?", "lse_gemeenten"),
    ("Wij zoeken kennis over hoe de oorlog in Gaza hier tussen groepen doorwerkt.", "ess_kennis"),
    # youth work, school, the ministry's policy
    ("Jongens in het buurthuis delen extreme filmpjes, wat kan de jongerenwerker doen?", "jep_advies"),
    ("Leerlingen delen in de klas extreme filmpjes, wat kan de docent doen?", "ssv_advies"),
    ("Wat is het beleid van het Rijk tegen radicalisering in het onderwijs?", "ocw_radicalisering_onderwijs"),
    # advice or training of the same body
    ("Cursus voor jongerenwerkers over polarisatie", "jep_trainingen"),
    ("Studiedag voor docenten over lastige gesprekken in de klas", "ssv_trainingen"),
    ("Workshop over wij-zij-denken voor ons wijkteam", "ess_trainingen"),
    ("Met welke partijen werkt de expertise-unit sociale stabiliteit samen?", "ess_partners"),
    # by function
    ("Onze burgemeester zoekt een collega om over zijn rol in de crisis te praten.", "ngb_crisisbeheersing"),
    ("Onze wethouder zoekt vakgenoten voor intervisie.", "wethoudersvereniging"),
    ("Mag de burgemeester een noodverordening afkondigen?", "ngb_bevoegdheden"),
    # undermining crime, or the police
    ("Wij vermoeden witwassen bij drie kapperszaken in het centrum.", "riec_producten"),
    ("Vannacht is mijn fiets gestolen voor het gemeentehuis.", ""),
    # what to say to whom
    ("Wat zeggen we tegen de boze bewoners op Facebook over het azc?", "communicatierijk_polarisatie"),
    (
        "De burgemeester wil een brief aan een verdeelde buurt sturen, welke toon kiest hij?",
        "communicatierijk_polarisatie",
    ),
    ("Hoe schrijven we een nieuwsbrief die iedereen begrijpt?", "communicatierijk_vakkennis"),
]
"""Question → the offer that comes first, or '' when it is out of scope."""


ADVISED = 0.8
"""Least share that is answered at once; of the rest a question back is about the right offer first."""


def understood(text: str, running: Supervisor) -> dict[str, Any]:
    return ask(running.url, f"buren-{uuid.uuid4().hex}", text)[0]["custom"]  # type: ignore[return-value]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "offer"), PAIRS)
def test_neighbours_are_told_apart(text: str, offer: str, running: Supervisor) -> None:
    custom = understood(text, running)
    assert custom["kind"] in ({"advice", "clarification"} if offer else {"out_of_scope"})
    assert [o["id"] for o in custom["offers"][:1]] == ([offer] if offer else [])


@pytest.mark.slow
def test_most_neighbours_are_told_apart_without_asking(running: Supervisor) -> None:
    kinds = [understood(text, running)["kind"] for text, offer in PAIRS if offer]
    assert kinds.count("advice") / len(kinds) >= ADVISED
