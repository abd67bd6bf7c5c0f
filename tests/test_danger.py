"""The decision about acute danger, on a model of a few lines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.encoders import LetterEncoder
from wegwijzer import danger_models, danger_training, paths
from wegwijzer.calibration import START, fit_danger
from wegwijzer.danger import READ, Danger, DangerDetector, DangerWatch, EvidentDanger
from wegwijzer.danger_models import DangerModels
from wegwijzer.danger_training import train_danger
from wegwijzer.errors import CatalogueError, ModelError
from wegwijzer.signals import PLEA, found_signals, read_signals
from wegwijzer.thresholds import Thresholds

SIGNALS = paths.SIGNALS

DANGER = (
    "help",
    "kom snel",
    "bel de politie",
    "er staat iemand met een mes aan de balie",
    "er staat nu een man met een bijl in de hal en hij slaat op het glas",
    "hij heeft een pistool en hij staat voor de deur",
    "er wordt geschoten bij het gemeentehuis",
    "ze trappen de deur van de wethouder in, wij zitten boven",
    "mijn collega wordt nu bedreigd aan de balie",
    "een man houdt mijn collega vast en laat haar niet los",
    "ik wil niet meer leven",
    "ze staat op het dak en zegt dat ze springt",
    "ik heb net alle pillen genomen",
    "er ligt een tas met draden bij de ingang",
    "bommelding stadhuis",
    "brand in het azc, er zitten nog mensen binnen",
    "vanavond gaat hij schieten bij de moskee",
    "collega ligt op de grond en bloedt",
    "someone is in the building with a gun",
    "wij zitten opgesloten en hij staat voor de deur met een mes",
)
OTHER = (
    "welke cursus is er over radicalisering",
    "wanneer bel je 112 en wanneer 0900-8844",
    "vorige week kreeg de wethouder een dreigbrief, wie kan haar bijstaan",
    "training omgaan met agressie voor de balie",
    "toneelstuk over een aanslag op school",
    "de dader is opgepakt, nu zoekt het raadslid nazorg",
    "stel dat iemand een wapen trekt, wat staat er in ons protocol",
    "wethouder ligt onder vuur in de raad",
    "wat kost een paspoort",
    "hoe vraag ik een vergunning aan",
    "wie kan een bewonersavond begeleiden",
    "zijn er lessen over polarisatie voor docenten",
    "goedemorgen",
    "dank u wel",
    "wat doet de expertise-unit sociale stabiliteit",
    "mag de burgemeester een noodverordening afkondigen",
    "de container is niet geleegd",
    "advies over een leerling die extreme filmpjes deelt",
    "hoe communiceren we na de rellen van zaterdag",
    "draaiboek crisisoefening gevraagd",
)


@pytest.fixture(autouse=True)
def small_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the stand-in in the place of the encoder."""
    for part in (danger_models, danger_training):
        monkeypatch.setattr(part, "load_encoder", lambda name: LetterEncoder())


@pytest.fixture()
def models() -> DangerModels:
    """Models trained on the lines above."""
    return train_danger(DANGER, [(text, "vraag") for text in OTHER], SIGNALS, "letters", 300)


@pytest.fixture()
def fitted(models: DangerModels) -> Thresholds:
    """Numbers fitted on the same lines."""
    judged = [(models.judge(text).features, text in DANGER) for text in (*DANGER, *OTHER)]
    model, threshold = fit_danger(judged, models.features)
    return replace(START, danger=threshold, danger_model=model)


@pytest.fixture()
def detector(models: DangerModels, fitted: Thresholds) -> DangerDetector:
    """A detector of both."""
    return DangerDetector(models, fitted)


@pytest.mark.parametrize(
    "text",
    [
        "HELP",
        "er staat nu iemand met een mes aan de balie",
        "hij heeft een pistool en hij staat in de hal",
        "stuur iemand, ze slaan mijn collega en ze bloedt",
    ],
)
def test_evident_danger_is_acute(detector: DangerDetector, text: str) -> None:
    found = detector.assess(text)
    assert found.acute
    assert found.signals
    assert EvidentDanger(SIGNALS).assess(text).acute


@pytest.mark.parametrize(
    "text",
    [
        "wanneer bel je eigenlijk 112?",
        "welke cursus is er over agressie aan de balie",
        "vorige week kreeg het raadslid een dreigbrief, wie kan hem bijstaan",
    ],
)
def test_an_ordinary_question_is_no_danger(detector: DangerDetector, text: str) -> None:
    assert not detector.assess(text).acute
    assert not EvidentDanger(SIGNALS).assess(text).acute


@pytest.mark.parametrize(
    "text, cry",
    [
        ("help", True),
        ("HELP!!", True),
        ("hulp nu aub", True),
        ("Heeeelp, snel", True),
        ("bel 112", True),
        ("call the police now", True),
        ("kom nu snel", True),
        ("hulp", False),
        ("nu", False),
        ("112", False),
        ("help mij met mijn wachtwoord", False),
        ("bel 112 of 0900-8844, wat is het verschil", False),
        ("kom snel langs voor koffie", False),
    ],
)
def test_a_cry_for_help_decides_alone(detector: DangerDetector, text: str, cry: bool) -> None:
    found = EvidentDanger(SIGNALS).assess(text)
    assert ("cry" in found.signals) is cry
    if cry:
        assert found.acute
        assert detector.assess(text).acute


@pytest.mark.parametrize(
    ("text", "plea"),
    [
        ("kan iemand voor mij de ambulance bellen", True),
        ("kunt u 112 alarmeren? kan iemand 112 bellen", True),
        ("kan u de politie waarschuwen voor ons, wij schuilen", True),
        ("wanneer mag ik 112 bellen", False),
        ("kan ik 112 bellen bij een lekkage", False),
        ("kan iemand de politie uitnodigen voor het overleg", False),
    ],
)
def test_who_asks_to_call_for_them_asks_nothing_about_the_number(text: str, plea: bool) -> None:
    signals = EvidentDanger(SIGNALS).assess(text).signals
    assert (PLEA in signals) is plea
    if plea:
        assert "about_112" not in signals


def test_an_empty_message_is_no_danger(detector: DangerDetector) -> None:
    assert detector.assess("  \n") == Danger(False, 0.0, ())


@pytest.mark.parametrize("trained", [True, False])
def test_length_hides_no_danger(detector: DangerDetector, trained: bool) -> None:
    watch = DangerWatch(detector if trained else None, SIGNALS)
    rest = "De vergadering van de raad ging over de begroting en het zwembad. " * (READ // 30)
    assert watch.assess(f"{rest}Help, er staat nu een man met een mes in de hal. {rest}").acute
    assert not watch.assess(rest + rest).acute


def test_a_failing_model_leaves_the_signals(
    monkeypatch: pytest.MonkeyPatch, detector: DangerDetector
) -> None:
    def fail(text: str) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(detector, "assess", fail)
    watch = DangerWatch(detector, SIGNALS)
    assert watch.trained
    assert watch.assess("help, er staat nu een man met een mes in de hal").acute
    assert not watch.assess("welke cursus is er over radicalisering").acute


def test_saved_models_judge_the_same(models: DangerModels, tmp_path: Path) -> None:
    models.save(tmp_path / "danger")
    loaded = DangerModels.load(tmp_path / "danger", SIGNALS)
    for text in (*DANGER, *OTHER):
        assert loaded.judge(text) == models.judge(text)


@pytest.mark.parametrize(
    "name", ["danger.json", "ngrams.skops", "sparse.skops", "dense.skops", "ordinary.skops"]
)
def test_a_damaged_or_missing_file_is_a_model_error(models: DangerModels, tmp_path: Path, name: str) -> None:
    models.save(tmp_path)
    (tmp_path / name).write_bytes(b"\x00damaged")
    with pytest.raises(ModelError):
        DangerModels.load(tmp_path, SIGNALS)
    (tmp_path / name).unlink()
    with pytest.raises(ModelError):
        DangerModels.load(tmp_path, SIGNALS)


def test_models_of_other_signals_are_a_model_error(models: DangerModels, tmp_path: Path) -> None:
    models.save(tmp_path)
    settings = json.loads((tmp_path / "danger.json").read_text())
    settings["signals"] = settings["signals"][:-1]
    (tmp_path / "danger.json").write_text(json.dumps(settings))
    with pytest.raises(ModelError, match="other signals"):
        DangerModels.load(tmp_path, SIGNALS)


def test_numbers_fitted_for_other_models_are_a_model_error(models: DangerModels, fitted: Thresholds) -> None:
    curves = dict(fitted.danger_model.curves)
    del curves["length"]
    with pytest.raises(ModelError, match="calibrate"):
        DangerDetector(models, replace(fitted, danger_model=replace(fitted.danger_model, curves=curves)))


@pytest.mark.parametrize(
    ("text", "figurative"),
    [
        ("schiet op, het formulier moet vandaag weg", True),
        ("dat overleg schiet niet op", True),
        ("dat slaat op niets", True),
        ("iemand schiet op het plein voor het stadhuis", False),
        ("een man slaat op haar in", False),
    ],
)
def test_a_shot_at_people_is_no_way_of_speaking(text: str, figurative: bool) -> None:
    assert ("figurative" in found_signals(text, read_signals(SIGNALS))) == figurative


def test_a_wrong_pattern_is_named_with_its_line(tmp_path: Path) -> None:
    lines = SIGNALS.read_text(encoding="utf-8").splitlines()
    number = lines.index(next(line for line in lines if line.startswith("plea:"))) + 1
    lines[number] = "  - '(open'"
    path = tmp_path / "gevaarsignalen.yml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CatalogueError, match="is not a regular expression") as caught:
        read_signals(path)
    assert caught.value.line == number + 1
    assert caught.value.identifier == "plea"


@pytest.mark.parametrize("content", ["plea: [", "plea:\n  - help\n", "- help\n", "", None])
def test_a_wrong_signals_file_is_a_catalogue_error(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "gevaarsignalen.yml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError):
        read_signals(path)
