"""From ranked offers to a decision: advise, ask back, refuse, inform, emergency.

The thresholds are fitted by cost, see wegwijzer.calibration: a confident wrong answer is
the worst, a refusal of a good question is in between, a needless question back is cheap.
The bounds that stand here, on what is shown beside an answer, are not fitted.
Pure: the same understanding, conversation and thresholds give the same decision.
"""

from __future__ import annotations

import math
import re
from dataclasses import KW_ONLY, dataclass, replace
from types import MappingProxyType
from typing import Collection, Mapping, Optional

from wegwijzer.catalogue import BODY_ENTITY, Body, Catalogue, Offer, Theme, fold, words_of
from wegwijzer.conversation import Conversation, Option, Topic
from wegwijzer.danger import Danger
from wegwijzer.doubt import doubt_features
from wegwijzer.facets import Facets, read_facets
from wegwijzer.matching import (
    CONTEXT,
    NEXT_BEST,
    OWN_WORDS,
    WEIGHT_ANSWERED,
    Ranked,
    in_context,
    match,
    spread,
)
from wegwijzer.pairs import find_pair
from wegwijzer.scope import scope_features
from wegwijzer.thresholds import Thresholds, thresholds
from wegwijzer.understanding import DANGER_INTENT, OUT_OF_SCOPE, Understanding

ALTERNATIVES = 2
MOST_OPTIONS = 6
CANDIDATE = 0.002
"""Least share of an offer, as part of that of the best, to be a candidate in a question back:
so little, because who is in doubt should not leave out what may be meant."""
REFUSED_ON_A_TOPIC = 0.88
"""Least probability of being out of scope to refuse in the middle of a conversation, where a message
leaves out what it is about: of 820 turns in tests/dialogues all that had to be refused are above it."""
SAID = 0.75
"""Share of the best offer from which nothing is asked back when the message names the moment or the kind
of support of that offer, and not of the second (docs/adr/0015)."""
SAID_FACETS = ("moment", "support")
AFTERWARDS = 0.9
"""Least share among the offers to name one in an emergency, for afterwards."""
AFTERWARDS_AT_ALL = 0.04
"""Least probability of that offer with danger itself counted: most emergencies are no case for any."""
MOST_NOTED = 3
"""Most offers of the present topic in a summary."""
LIKELY = 0.05
"""Least probability of an offer to be an alternative, also when it hardly differs."""
AS_LIKELY = 0.25
"""Least probability of another offer of the same body to stand before one of another body."""
CLOSINGS = ("bedankt", "afscheid")
CLOSING = 0.5
"""Share of the probability of a yes or no from which thanks or a goodbye in it is what counts."""
LEFT = 0.05
"""Most of the doubt that may be left after the answer to a question about a facet."""
IMPLIED = 0.6
"""Least share of the offers that are for now, or for beforehand, to take it that a follow-up about
the moment means that, when it says so in words of its own: 'we willen het voor zijn'."""
QUESTIONS_ABOUT = ("support", "moment", "function", "setting", "phenomenon")
"""Facets in the order in which they are asked about, what is easiest to answer first."""

FOLLOW_UPS = {
    "andere_functie",
    "andere_omgeving",
    "andere_soort_hulp",
    "wanneer_nu_of_vooraf",
    "liever_training",
}
ELSEWHERE = {"andere_functie", "andere_omgeving"}
"""Follow-ups that say for whom or where, not what kind of help."""
_BEGUN = {"begon", "begonnen", "begin"}
_OF_RETURNING = set(
    """
    terug vorige vorig eerder eerdere vraag vragen graag onderwerp kwestie punt daarnet net straks nog even weer
    maar naar over voor van die dat deze dit het een met wat waar wie hoe waren hadden heb had was bij als ook
    toch goed dank bedankt mijn onze ons jij jullie niet nou nu okay sorry
    """.split()
)
"""Words that say that one goes back, and small words, which do not say to what."""
_RETURN = "terug"
_OF_CLOSING = {"bedankt", "dank", "dankje", "dankjewel", "dankuwel", "merci", "thanks"}
_NEVER_MIND = ("laat", "maar")
_SHORT = 2
"""Letters of a word that says nothing."""
_ROOT = 5
"""First letters by which words are the same: 'sluiting' and 'sluiten'."""
_ALIKE = 0.5
"""Least share of offers in common to take a message for one on an earlier topic."""
_NOT_OWN = re.compile(r"<[^>]*>|\[[^\]]*\]")
"""Markup, and what redaction put in place of personal data."""
_SMALL_WORDS = {"de", "het", "en", "of"}
BODY_ACTS = {"wat_doet_organisatie", "wie_zit_erachter", "hoe_bereik_ik"}


@dataclass(frozen=True)
class Note:
    """One topic in a summary: its redacted question and the offers advised, in order of rank."""

    question: str
    offers: tuple[Ranked, ...]


@dataclass(frozen=True)
class Decision:
    """What to answer.

    Attributes:
        kind: one of the contract's kinds.
        act: the dialogue act or the reason within the kind, for the right sentence.
        offers: offers in order of rank.
        bodies: bodies to inform about or to compare.
        confidence: 0..1, of the first offer or of the kind.
        options: options to show, each answering `facet`.
        facet: facet asked about, or ''.
        theme: theme out of scope, or None.
        facets: facets in force.
        notes: what a summary holds, the oldest first.
        doubt: probability that the question is one to ask back about; 0 when not weighed.
        two: probability that the message holds two problems; 0 when not weighed.
        outside: probability that the message is out of scope; 0 when not weighed.
    """

    kind: str
    act: str = ""
    offers: tuple[Ranked, ...] = ()
    _: KW_ONLY
    bodies: tuple[Body, ...] = ()
    confidence: float = 1.0
    options: tuple[Option, ...] = ()
    facet: str = ""
    theme: Optional[Theme] = None
    facets: Facets = Facets()
    notes: tuple[Note, ...] = ()
    doubt: float = 0.0
    two: float = 0.0
    outside: float = 0.0


@dataclass(frozen=True)
class FollowUp:
    """What a message says that takes the topic further.

    Attributes:
        offers: probabilities of offers given the message itself.
        facets: facets that it answers.
        same_support: whether it leaves the kind of support as it was.
    """

    offers: Mapping[str, float] = MappingProxyType({})
    facets: tuple[str, ...] = ()
    same_support: bool = False


def decide(
    understanding: Understanding,
    danger: Danger,
    conversation: Conversation,
    catalogue: Catalogue,
    fitted: Optional[Thresholds] = None,
) -> tuple[Decision, Conversation]:
    """Decides what to answer to one message.

    Args:
        understanding: the message, its probabilities as the model gave them.
        danger: the decision about acute danger.
        conversation: what went before.
        catalogue: the offers.
        fitted: thresholds; those of thresholds.json when absent.

    Returns:
        the decision and the conversation after it.
    """
    fitted = fitted or thresholds()
    outside = fitted.scope_model.probability(scope_features(understanding, catalogue))
    # A model without examples of doubt has no judgement; then the share of the best offer decides.
    in_doubt = (
        fitted.doubt_model.probability(doubt_features(understanding, catalogue))
        if understanding.doubt
        else 0.0
    )
    known = understanding.known
    if known:
        # What a trainer labelled is answered as labelled, whatever the other examples say.
        understanding = understanding.as_known()
        outside = float(known[0].startswith(OUT_OF_SCOPE))
        in_doubt = float(len(known) > 1)
    unsharpened = share({i: p for i, p in understanding.intents.items() if i in catalogue.offers})
    understanding = understanding.tempered(fitted.temperature)
    facets = read_facets(understanding.entities, understanding.text, catalogue)
    intents = understanding.intents
    rest = max(1e-9, 1.0 - intents.get(DANGER_INTENT, 0.0))
    offers = {i: p / rest for i, p in intents.items() if i in catalogue.offers}
    themes = {i: p / rest for i, p in intents.items() if i.startswith(OUT_OF_SCOPE)}
    acts = {
        i: p / rest
        for i, p in intents.items()
        if i not in offers and not i.startswith(OUT_OF_SCOPE) and i != DANGER_INTENT
    }
    if danger.acute or DANGER_INTENT in known:
        return _emergency(understanding, offers, facets, conversation, catalogue)
    chosen = _chosen_option(understanding.text, conversation)
    if chosen is not None and conversation.topic is not None:
        return _answered(chosen, conversation, catalogue, fitted)
    if _names_only(understanding, facets) and not conversation.options:
        name = "verschil_organisaties" if len(facets.bodies) > 1 else "wat_doet_organisatie"
        return _about_bodies(name, 1.0, facets, conversation, catalogue)
    in_scope, out, act = sum(offers.values()), sum(themes.values()), sum(acts.values())
    if act >= fitted.act and act > max(in_scope, out):
        name = _likeliest_act(acts, understanding.text, conversation)
        return _act(name, acts.get(name, 0.0), understanding, offers, facets, conversation, catalogue, fitted)
    refuse = fitted.refuse if conversation.topic is None else max(fitted.refuse, REFUSED_ON_A_TOPIC)
    if not intents or outside >= refuse and act < max(in_scope, out):
        theme = max(themes, key=lambda i: themes[i]) if themes else "buiten_onzin"
        return Decision(
            "out_of_scope",
            theme=catalogue.themes.get(theme),
            confidence=outside,
            facets=facets,
            outside=outside,
        ), conversation
    decision, after = _question(
        understanding, offers, unsharpened, in_doubt, facets, conversation, catalogue, fitted
    )
    return replace(decision, outside=outside), after


def _names_only(understanding: Understanding, facets: Facets) -> bool:
    """Returns whether a message is nothing but the name of a body, or of several."""
    rest = understanding.text
    names = (entity.text for entity in understanding.entities if entity.kind == BODY_ENTITY)
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, " ")
    return bool(facets.bodies) and set(words_of(rest)) <= _SMALL_WORDS


def share(offers: Mapping[str, float]) -> dict[str, float]:
    """Returns the probabilities of offers made to sum to 1."""
    total = sum(offers.values()) or 1.0
    return {identifier: p / total for identifier, p in offers.items()}


def _evidence(understanding: Understanding, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Returns the words of the user's own that speak most for each offer."""
    own = _NOT_OWN.sub(" ", understanding.text)
    found = {
        offer: tuple(word for word in words if word in own)
        for offer, words in understanding.evidence.items()
        if offer in catalogue.offers
    }
    return {offer: words for offer, words in found.items() if words}


def _emergency(
    understanding: Understanding,
    offers: Mapping[str, float],
    facets: Facets,
    conversation: Conversation,
    catalogue: Catalogue,
) -> tuple[Decision, Conversation]:
    topic = Topic(understanding.text, share(offers), evidence=_evidence(understanding, catalogue))
    ranked = match(topic.probabilities, facets, {}, catalogue, topic.evidence)
    after = tuple(
        r
        for r in ranked[:1]
        if r.probability >= AFTERWARDS and understanding.intents.get(r.offer.id, 0.0) >= AFTERWARDS_AT_ALL
    )
    topic = replace(topic, shown=tuple(r.offer.id for r in after), advised=bool(after))
    decision = Decision("emergency", offers=after, facets=facets)
    return decision, conversation.with_topic(topic)


def _question(
    understanding: Understanding,
    offers: Mapping[str, float],
    unsharpened: Mapping[str, float],
    in_doubt: float,
    facets: Facets,
    conversation: Conversation,
    catalogue: Catalogue,
    fitted: Thresholds,
) -> tuple[Decision, Conversation]:
    topic = Topic(understanding.text, share(offers), evidence=_evidence(understanding, catalogue))
    ranked = match(topic.probabilities, facets, {}, catalogue, topic.evidence)
    pair = find_pair(understanding, topic.probabilities, catalogue)
    two = fitted.two_model.probability(pair.features) if pair else 0.0
    if pair and two >= fitted.two:
        # What happens now comes first.
        both = tuple(
            sorted(
                (r for r in ranked if r.offer.id in pair.offers),
                key=lambda r: r.offer.facets["moment"] != ("nu",),
            )
        )
        topic = replace(topic, shown=tuple(r.offer.id for r in both), advised=True)
        confidence = max(r.probability for r in both)
        decision = Decision("advice", "twee", both, confidence=confidence, facets=facets, two=two)
        return decision, conversation.with_topic(topic)
    unclear = in_doubt >= fitted.doubt or ranked[0].probability < fitted.advise
    # What a trainer marked as ambiguous is asked back about, whatever it says.
    marked = len(understanding.known) > 1
    if unclear and not marked and _has_said_which(unsharpened, facets, catalogue):
        unclear = False
    before = {} if _on_another_matter(facets, conversation, catalogue) else _context(conversation, catalogue)
    if unclear and before:
        # What a message leaves out in the middle of a conversation, the topic says.
        topic = replace(topic, probabilities=in_context(topic.probabilities, before, CONTEXT))
        ranked = match(topic.probabilities, facets, {}, catalogue, topic.evidence)
        unclear = ranked[0].probability < fitted.advise
    elif unclear:
        # The temperature makes the best offer surer than one who asks should be.
        topic = replace(topic, probabilities=unsharpened)
        ranked = match(topic.probabilities, facets, {}, catalogue, topic.evidence)
    decision, topic = advise_or_ask(ranked, topic, facets, catalogue, unclear)
    decision = replace(decision, doubt=in_doubt, two=two)
    return decision, replace(conversation.with_topic(topic), options=decision.options)


def _has_said_which(offers: Mapping[str, float], facets: Facets, catalogue: Catalogue) -> bool:
    """Returns whether the message itself says what tells the first two offers apart: now or beforehand, which help."""
    ranked = _by_likelihood(offers, catalogue)
    if len(ranked) < 2 or offers[ranked[0].id] < SAID:
        return False
    first, second = (offer.facets for offer in ranked[:2])
    for facet in SAID_FACETS:
        said = set(facets.values.get(facet, ()))
        if said & set(first[facet]) and not said & set(second[facet]):
            return True
    return False


def _by_likelihood(offers: Mapping[str, float], catalogue: Catalogue) -> list[Offer]:
    return sorted((catalogue.offers[i] for i in offers), key=lambda offer: -offers[offer.id])


def _on_another_matter(facets: Facets, conversation: Conversation, catalogue: Catalogue) -> bool:
    """Returns whether a message names phenomena and none of those of the offer advised last."""
    named, topic = facets.values.get("phenomenon", ()), conversation.topic
    if not named or topic is None or not topic.shown or conversation.options:
        return False
    return not set(named) & set(catalogue.offers[topic.shown[0]].facets["phenomenon"])


def _context(conversation: Conversation, catalogue: Catalogue) -> dict[str, float]:
    """Returns the probabilities of offers given the topic; empty without one.

    After advice they are those of the kin of the first offer; after a question back
    those of the topic itself, since the message may be its answer.
    """
    topic = conversation.topic
    if topic is None or not topic.probabilities:
        return {}
    if conversation.options or not topic.shown:
        return dict(topic.probabilities)
    return spread(topic.probabilities, catalogue.offers[topic.shown[0]], catalogue)


def advise_or_ask(
    ranked: tuple[Ranked, ...], topic: Topic, facets: Facets, catalogue: Catalogue, unclear: bool
) -> tuple[Decision, Topic]:
    """Advises the best offer or, when unclear, asks about the facet that separates the candidates best."""
    left = tuple(r for r in ranked if r.offer.id not in topic.rejected)
    if not left:
        return Decision("overview", "op", facets=facets), topic
    best = left[0]
    if not unclear:
        shown = (best, *_alternatives(best, left[1:]))
        decision = Decision("advice", "", shown, confidence=best.probability, facets=facets)
        return decision, replace(_having_shown(topic, shown), advised=True)
    candidates = tuple(r for r in left if r.probability >= CANDIDATE * best.probability)[:MOST_OPTIONS]
    if len(candidates) < 2:
        candidates = left[:2]
    facet, options = separating_question(candidates, {*topic.answered, *facets.values}, catalogue)
    decision = Decision(
        "clarification",
        "",
        candidates[:3],
        confidence=best.probability,
        options=options,
        facet=facet,
        facets=facets,
    )
    return decision, _having_shown(topic, candidates[:3])


def _having_shown(topic: Topic, shown: tuple[Ranked, ...]) -> Topic:
    """Returns the topic with these offers after those shown before, each once."""
    return replace(topic, shown=tuple(dict.fromkeys((*topic.shown, *(r.offer.id for r in shown)))))


def _alternatives(best: Ranked, others: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Returns up to two others that really differ, or are likely all the same.

    An offer differs by another body or by another kind of support; another body comes
    first, since the advised one's page leads to its own other offers, unless one of these is likely.
    """
    chosen: list[Ranked] = []
    for other in others:
        if other.probability >= LIKELY or all(
            other.offer.body_id != taken.offer.body_id
            or not set(other.offer.facets["support"]) & set(taken.offer.facets["support"])
            for taken in (best, *chosen)
        ):
            chosen.append(other)
        if len(chosen) == ALTERNATIVES:
            break
    return tuple(
        sorted(chosen, key=lambda r: r.offer.body_id == best.offer.body_id and r.probability < AS_LIKELY)
    )


def separating_question(
    candidates: tuple[Ranked, ...], known: Collection[str], catalogue: Catalogue
) -> tuple[str, tuple[Option, ...]]:
    """Returns the facet that separates the candidates best and its options.

    Every candidate stands for its typical value, the first that the catalogue gives it.
    A facet qualifies when its answer takes away all but LEFT of the doubt; of those that
    do the first in the order of QUESTIONS_ABOUT is asked. Without one the offers
    themselves are the options.

    Args:
        candidates: the offers that are still possible.
        known: facets that the user has answered or mentioned, not asked again.
        catalogue: the facets.
    """
    total = sum(c.probability for c in candidates) or 1.0
    most = LEFT * _doubt(candidates, "", "")
    for facet in QUESTIONS_ABOUT:
        values: dict[str, float] = {}
        for candidate in candidates:
            own = candidate.offer.facets[facet][0]
            values[own] = values.get(own, 0.0) + candidate.probability / total
        left = sum(p * _doubt(candidates, facet, v) for v, p in values.items())
        if facet not in known and 2 <= len(values) <= MOST_OPTIONS and left <= most:
            order = sorted(values, key=lambda v: -values[v])
            return facet, tuple(Option(catalogue.facets[facet].value(v).option, facet, v) for v in order)
    return "offer", tuple(Option(_capital(c.offer.short), "offer", c.offer.id) for c in candidates)


def _doubt(candidates: tuple[Ranked, ...], facet: str, answer: str) -> float:
    """Returns the entropy over the candidates, in bits, after an answer ('' before any)."""
    fits = [WEIGHT_ANSWERED if answer and answer in c.offer.facets[facet] else 0.0 for c in candidates]
    weights = [c.probability * math.exp(fit) for c, fit in zip(candidates, fits)]
    total = sum(weights) or 1.0
    return -sum(w / total * math.log2(w / total) for w in weights if w > 0)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_ORDINALS = {
    "eerste": 0,
    "1": 0,
    "bovenste": 0,
    "tweede": 1,
    "2": 1,
    "middelste": 1,
    "derde": 2,
    "3": 2,
    "vierde": 3,
    "4": 3,
    "vijfde": 4,
    "5": 4,
    "zesde": 5,
    "6": 5,
    "laatste": -1,
    "onderste": -1,
}
_NUMERALS = {"een": 0, "twee": 1, "drie": 2, "vier": 3, "vijf": 4, "zes": 5}
"""These say which one only by themselves or after a word as 'optie': 'een school' is no first one."""
_COUNTED = {"optie", "nummer", "nr", "punt", "keuze", "antwoord"}
_BESIDE = _COUNTED | {"de", "het", "die", "graag", "doe", "maar", "dan", "ja", "liever"}
"""Words that may stand beside a number when an option is chosen; 'de eerste klas' chooses none."""


def ordinal(text: str) -> Optional[int]:
    """Returns which one 'de tweede' or 'optie 2' means, counted from 0; -1 is the last."""
    words = fold(text).replace(".", " ").replace(",", " ").split()
    for before, word in zip(["", *words], words):
        if word in _ORDINALS:
            return _ORDINALS[word]
        if word in _NUMERALS and (len(words) == 1 or before in _COUNTED):
            return _NUMERALS[word]
    return None


def _chosen_option(text: str, conversation: Conversation) -> Optional[Option]:
    typed = fold(text).strip(" .!?")
    for option in conversation.options:
        if typed == fold(option.label).strip(" .!?"):
            return option
    words = typed.replace(",", " ").split()
    if conversation.options and all(word in _BESIDE or ordinal(word) is not None for word in words):
        index = ordinal(typed)
        if index is not None and -1 <= index < len(conversation.options):
            return conversation.options[index]
    return None


def _answered(
    option: Option, conversation: Conversation, catalogue: Catalogue, fitted: Thresholds
) -> tuple[Decision, Conversation]:
    topic = conversation.topic
    assert topic is not None
    if option.facet == "offer":
        return _advise_offer(option.value, topic, conversation, catalogue)
    topic = replace(topic, answered={**topic.answered, option.facet: (option.value,)})
    return _again(topic, Facets(), conversation, catalogue, fitted)


def _advise_offer(
    identifier: str, topic: Topic, conversation: Conversation, catalogue: Catalogue
) -> tuple[Decision, Conversation]:
    ranked = match(topic.probabilities, Facets(), topic.answered, catalogue, topic.evidence)
    best = next(r for r in ranked if r.offer.id == identifier)
    others = tuple(r for r in ranked if r is not best and r.offer.id not in topic.rejected)
    shown = (best, *_alternatives(best, others))
    topic = replace(_having_shown(topic, shown), advised=True)
    decision = Decision("advice", "keuze", shown, facets=Facets(topic.answered))
    return decision, conversation.on_topic(topic)


def _again(
    topic: Topic,
    facets: Facets,
    conversation: Conversation,
    catalogue: Catalogue,
    fitted: Thresholds,
    first: Optional[Offer] = None,
    follow_up: FollowUp = FollowUp(),
) -> tuple[Decision, Conversation]:
    """Decides anew on the same topic.

    Args:
        topic: the topic, with what was answered now.
        facets: facets that the message mentions.
        conversation: what went before.
        catalogue: the offers.
        fitted: the thresholds.
        first: the advised offer that a follow-up rests on.
        follow_up: what the message itself says, when it is one.
    """
    probabilities = topic.probabilities
    if first:
        probabilities = spread(probabilities, first, catalogue, same_support=follow_up.same_support)
    if follow_up.offers:
        probabilities = in_context(probabilities, follow_up.offers, OWN_WORDS)
    earlier = set(topic.answered) - set(follow_up.facets) if follow_up.facets else ()
    ranked = match(probabilities, facets, topic.answered, catalogue, topic.evidence, earlier)
    topic = replace(topic, shown=())
    in_force = Facets(topic.answered).updated(facets)
    # Who has just answered a question is not asked another.
    unclear = ranked[0].probability < fitted.advise and not conversation.options
    decision, topic = advise_or_ask(ranked, topic, in_force, catalogue, unclear)
    return decision, conversation.on_topic(topic, decision.options)


def _likeliest_act(acts: Mapping[str, float], text: str, conversation: Conversation) -> str:
    """Returns the likeliest act; who says yes or no and closes in one breath, closes.

    'Nee hoor, dat was alles, bedankt' and 'nee, laat maar' turn no advice down. A question back is still
    answered by it.
    """
    name = max(acts, key=lambda i: acts[i])
    if name not in {"ja", "nee"} or conversation.options:
        return name
    closing = max(CLOSINGS, key=lambda i: acts.get(i, 0.0))
    words = words_of(text)
    closes = set(words) & _OF_CLOSING or tuple(words[-2:]) == _NEVER_MIND
    if acts.get(closing, 0.0) >= CLOSING * acts[name] or name == "nee" and closes:
        return closing
    return name


def _gone_back(text: str, offers: Mapping[str, float], conversation: Conversation) -> Conversation:
    """Returns the conversation on the topic that a follow-up is about.

    That is an earlier one for 'terug naar die avond, geven ze daar ook cursussen?', and when the present one
    has nothing to follow, as after an emergency.

    Args:
        text: the message.
        offers: probabilities of offers given the message.
        conversation: what went before, with a topic.
    """
    assert conversation.topic is not None
    if not conversation.past or conversation.topic.shown and _RETURN not in words_of(text):
        return conversation
    meant = _topic_meant(text, offers, conversation)
    if meant is None or meant == len(conversation.past):
        return conversation
    back = conversation.back_to(meant)
    assert back.topic is not None
    return replace(back, topic=replace(back.topic, shown=conversation.topics[meant].shown))


def _act(
    name: str,
    probability: float,
    understanding: Understanding,
    offers: Mapping[str, float],
    facets: Facets,
    conversation: Conversation,
    catalogue: Catalogue,
    fitted: Thresholds,
) -> tuple[Decision, Conversation]:
    if conversation.topic is not None and (name in FOLLOW_UPS or name in BODY_ACTS and not facets.bodies):
        conversation = _gone_back(understanding.text, offers, conversation)
    topic = conversation.topic
    if name in BODY_ACTS or name == "verschil_organisaties":
        return _about_bodies(name, probability, facets, conversation, catalogue)
    if name == "welke_organisaties":
        return Decision("overview", name, confidence=probability), conversation
    if name == "opnieuw":
        return Decision("smalltalk", name, confidence=probability), Conversation()
    if name == "vorig_onderwerp" and topic is not None:
        meant = _topic_meant(understanding.text, offers, conversation)
        if meant is not None:
            back = conversation.back_to(meant)
            assert back.topic is not None
            return _again(back.topic, Facets(), back, catalogue, fitted)
        if topic.shown and not facets.values:
            return _advise_offer(topic.shown[0], topic, conversation, catalogue)
    if name == "samenvatting" and topic is not None:
        notes = _notes(conversation, catalogue)
        shown = tuple({r.offer.id: r for note in reversed(notes) for r in note.offers}.values())
        return Decision("smalltalk", name, shown, confidence=probability, notes=notes), conversation
    if topic is None:
        return _without_topic(
            name, probability, facets, offers, understanding, conversation, catalogue, fitted
        )
    # 'Terug naar die school', with no topic to go back to, corrects the present one.
    if name in FOLLOW_UPS or name == "vorig_onderwerp" and facets.values:
        wanted = dict(facets.values)
        if name == "liever_training" and "training" not in facets.unwanted.get("support", ()):
            wanted = {**wanted, "support": ("training",)}
        if name == "wanneer_nu_of_vooraf" and "moment" not in wanted:
            wanted = {**wanted, **_implied_moment(offers, catalogue)}
        first = catalogue.offers[topic.shown[0]] if topic.shown and not conversation.options else None
        topic = replace(topic, answered={**_still_wanted(topic.answered, facets), **wanted})
        asked = FollowUp(share(offers), tuple(wanted), name in ELSEWHERE and "support" not in topic.answered)
        return _again(topic, facets, conversation, catalogue, fitted, first, asked)
    if name in {"klopt_niet", "iets_anders", "nee"}:
        first = catalogue.offers[topic.shown[0]] if topic.shown else None
        topic = replace(
            topic,
            rejected=tuple(
                dict.fromkeys((*topic.rejected, *topic.shown[: 1 if name == "klopt_niet" else None]))
            ),
            shown=(),
        )
        near = spread(topic.probabilities, first, catalogue, NEXT_BEST) if first else topic.probabilities
        ranked = match(near, Facets(), topic.answered, catalogue, topic.evidence)
        left = tuple(r for r in ranked if r.offer.id not in topic.rejected)[:3]
        if not left:
            return Decision("overview", name), conversation
        if conversation.options and not _likely_is_left(topic, catalogue):
            # All that was likely stood in the question; the user tells better than a guess far away.
            return Decision("smalltalk", "geen_van_deze", confidence=probability), replace(
                conversation, options=(), compared=()
            )
        topic = replace(topic, shown=tuple(r.offer.id for r in left), advised=True)
        decision = Decision("advice", name, left, confidence=left[0].probability)
        return decision, conversation.on_topic(topic)
    if name == "keuze" and conversation.compared:
        chosen = _chosen_body(understanding.text, facets, conversation)
        if chosen:
            ranked = match(topic.probabilities, Facets(), topic.answered, catalogue, topic.evidence)
            best = next(r for r in ranked if r.offer.body_id == chosen)
            return _advise_offer(best.offer.id, topic, conversation, catalogue)
    if name in {"keuze", "ja"} and topic.shown:
        index = ordinal(understanding.text) or 0
        named = [i for i in topic.shown if catalogue.offers[i].body_id in facets.bodies]
        picked = named[0] if named else topic.shown[index] if index < len(topic.shown) else topic.shown[-1]
        return _advise_offer(picked, topic, conversation, catalogue)
    return Decision("smalltalk", name, confidence=probability), conversation


def _implied_moment(offers: Mapping[str, float], catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Returns the moment that the offers which a message is most like are for, as an answer; empty without one."""
    shares: dict[str, float] = {}
    for identifier, probability in share(offers).items():
        moment = catalogue.offers[identifier].facets["moment"][0]
        shares[moment] = shares.get(moment, 0.0) + probability
    likeliest = max(shares, key=lambda moment: shares[moment], default="")
    return {"moment": (likeliest,)} if shares.get(likeliest, 0.0) >= IMPLIED else {}


def _still_wanted(answered: Mapping[str, tuple[str, ...]], facets: Facets) -> dict[str, tuple[str, ...]]:
    """Returns what the user gave before without what this message turns down."""
    left = {
        facet: tuple(value for value in values if value not in facets.unwanted.get(facet, ()))
        for facet, values in answered.items()
    }
    return {facet: values for facet, values in left.items() if values}


def _topic_meant(text: str, offers: Mapping[str, float], conversation: Conversation) -> Optional[int]:
    """Returns the place, among all topics, of the one that a message wants back; None when nothing says which.

    'Mijn eerste vraag' counts them, 'die brief' shares a word with one, or the message looks like one;
    'waar we het net over hadden' is the latest before the present one, but no emergency, of which nothing
    was left to do.

    Args:
        text: the message.
        offers: probabilities of offers given the message.
        conversation: what went before, with a topic at least.
    """
    topics, past = conversation.topics, len(conversation.past)
    words = set(words_of(text))
    counted = 0 if words & _BEGUN else ordinal(text)
    if counted is not None and 0 <= counted < past:
        return counted
    own = share(offers)
    shared = [_words_in_common(words, topic) for topic in topics]
    alike = [sum(min(p, topic.probabilities.get(i, 0.0)) for i, p in own.items()) for topic in topics]
    nearest = max(range(len(topics)), key=lambda place: (shared[place], alike[place], place))
    if shared[nearest]:
        return nearest
    if not past:
        return None
    nearest = max(range(past), key=lambda place: (alike[place], place))
    if alike[nearest] >= _ALIKE:
        return nearest
    return max(range(past), key=lambda place: (bool(topics[place].shown), place))


def _words_in_common(words: Collection[str], topic: Topic) -> int:
    """Returns how many words a message shares with a topic's question; one that decided it counts double."""
    asked = set(words_of(topic.question))
    best = max(topic.probabilities, key=lambda offer: topic.probabilities[offer], default="")
    deciding = {fold(word) for word in topic.evidence.get(best, ())}

    def is_in(word: str, others: Collection[str]) -> bool:
        if len(word) < _ROOT:
            return word in others
        # 'Sluiting' is about 'sluiten', and 'brief' about 'bewonersbrief'.
        return any(word[:_ROOT] == other[:_ROOT] or other.endswith(word) for other in others)

    said = [word for word in words if len(word) > _SHORT and word not in _OF_RETURNING]
    return sum(is_in(word, asked) + is_in(word, deciding) for word in said)


def _likely_is_left(topic: Topic, catalogue: Catalogue) -> bool:
    """Returns whether an offer that was not turned down is likely by the topic's own words."""
    ranked = match(topic.probabilities, Facets(), topic.answered, catalogue, topic.evidence)
    return any(r.probability >= LIKELY for r in ranked if r.offer.id not in topic.rejected)


def _chosen_body(text: str, facets: Facets, conversation: Conversation) -> str:
    """Returns which of the bodies compared last is meant, or ''."""
    named = [body for body in facets.bodies if body in conversation.compared]
    if named:
        return named[0]
    index = ordinal(text)
    if index is None or index >= len(conversation.compared):
        return ""
    return conversation.compared[index]


def _notes(conversation: Conversation, catalogue: Catalogue) -> tuple[Note, ...]:
    """Returns what was asked and advised, the oldest first; of earlier topics the best offer only."""
    notes = []
    for topic in conversation.topics:
        if not (topic.advised and topic.question):
            continue
        ranked = match(topic.probabilities, Facets(), topic.answered, catalogue, topic.evidence)
        shown = topic.shown[: MOST_NOTED if topic is conversation.topic else 1]
        offers = tuple(r for i in shown for r in ranked if r.offer.id == i)
        if offers:
            notes.append(Note(topic.question, offers))
    return tuple(notes)


def _without_topic(
    name: str,
    probability: float,
    facets: Facets,
    offers: Mapping[str, float],
    understanding: Understanding,
    conversation: Conversation,
    catalogue: Catalogue,
    fitted: Thresholds,
) -> tuple[Decision, Conversation]:
    """A follow-up with nothing to follow: a question of its own, asked back when it says little."""
    if name in FOLLOW_UPS and facets.values:
        topic = Topic(understanding.text, share(offers), answered=dict(facets.values))
        if "phenomenon" in facets.values or len(facets.values) > 1:
            return _again(topic, facets, conversation.with_topic(topic), catalogue, fitted)
        ranked = match(topic.probabilities, facets, topic.answered, catalogue)
        decision, topic = advise_or_ask(ranked, topic, facets, catalogue, unclear=True)
        return decision, replace(conversation.with_topic(topic), options=decision.options)
    return Decision("smalltalk", name, confidence=probability), conversation


def _others_in_mind(topic: Topic, conversation: Conversation, catalogue: Catalogue) -> list[Body]:
    """Returns the bodies that 'those two' may mean beside the present one, likeliest first.

    What was just turned down, what the earlier topic was about, and the alternatives shown.
    """
    earlier = conversation.past[-1].shown[:1] if conversation.past else ()
    return [
        catalogue.body_of(catalogue.offers[offer]) for offer in (*topic.rejected, *earlier, *topic.shown[1:])
    ]


def _about_bodies(
    name: str,
    probability: float,
    facets: Facets,
    conversation: Conversation,
    catalogue: Catalogue,
) -> tuple[Decision, Conversation]:
    named = [catalogue.bodies[i] for i in facets.bodies]
    topic = conversation.topic
    if topic is not None and topic.shown:
        current = catalogue.body_of(catalogue.offers[topic.shown[0]])
        if not named or (name == "verschil_organisaties" and len(named) == 1 and current not in named):
            named = [current, *named]
        if name == "verschil_organisaties" and len(named) == 1:
            others = _others_in_mind(topic, conversation, catalogue)
            named += [body for body in others if body not in named][:1]
    if not named:
        return Decision("overview", name, confidence=probability), conversation
    kind = "comparison" if name == "verschil_organisaties" and len(named) > 1 else "organisation"
    ranked = tuple(Ranked(offer, 1.0, ()) for body in named for offer in body.offers)
    decision = Decision(kind, name, ranked, bodies=tuple(named), confidence=probability, facets=facets)
    new = Topic("", {r.offer.id: 1 / len(ranked) for r in ranked}, shown=tuple(r.offer.id for r in ranked))
    after = conversation if topic is not None else conversation.with_topic(new)
    return decision, replace(after, compared=tuple(b.id for b in named) if kind == "comparison" else ())
