"""The archive: what goes in comes out whole, and nothing is put to use against the gate in silence."""

from __future__ import annotations

import gzip
import json
import os
import threading
import time
from pathlib import Path
from typing import Iterator

import pytest

from tests.workbench.stand_ins import BAD, GOOD, WHO, candidate, compare_with_present, model
from wegwijzer.errors import GateError, ModelError, SetupError
from wegwijzer.workbench.model_files import ModelFiles
from wegwijzer.workbench.models import IN_USE, Archive
from wegwijzer.workbench.serving import Serving, claim, read_serving


def test_a_model_is_archived_whole_with_its_thresholds(archive: Archive, tmp_path: Path) -> None:
    card = archive.card(candidate(archive, tmp_path))
    assert (card.who, card.note, card.examples, card.seconds) == (WHO, "twee vragen", 11, 12.3)
    files = archive.files(card.id)
    assert gzip.open(files.rasa).read() == b"kandidaat"
    assert (files.danger / "danger.json").read_text() == files.thresholds.read_text() == "kandidaat"
    assert [c.id for c in archive.cards()] == [card.id]


def test_what_is_damaged_in_the_archive_is_not_used(archive: Archive, tmp_path: Path) -> None:
    for part in ("wegwijzer.tar.gz", "gevaar/danger.json", "drempels.json"):
        name = candidate(archive, tmp_path, part.replace("/", "-"))
        compare_with_present(archive, name, **GOOD)
        (archive.root / "models" / "archief" / name / part).write_bytes(b"anders")
        with pytest.raises(ModelError, match=rf"{part}.*beschadigd"):
            archive.use(name, WHO)
    assert archive.in_use() is None


def test_half_a_model_is_not_archived(archive: Archive, tmp_path: Path) -> None:
    files = model(tmp_path / "half", "half")
    files.rasa.write_bytes(files.rasa.read_bytes()[:-6])
    with pytest.raises(ModelError, match="niet heel"):
        archive.add(files, WHO, "", archive.root, 1)
    assert archive.cards() == []
    assert not list((archive.root / "models").rglob(".deel-*"))


def test_an_unknown_model_is_told_with_those_there_are(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="train eerst een kandidaat"):
        archive.use("weg", WHO)
    name = candidate(archive, tmp_path)
    with pytest.raises(ModelError, match=f"'weg'.*{name}"):
        archive.use("weg", WHO)


def test_the_card_of_the_model_in_use_says_from_how_many_examples_it_was_made(archive: Archive) -> None:
    stamp = {"fingerprint": "toen", "language": "blank", "examples": 7}
    (archive.root / "models" / "vingerafdruk.json").write_text(json.dumps(stamp))
    card = archive.card(archive.adopt())
    assert (card.fingerprint, card.language, card.examples) == ("toen", "blank", 7)


def test_a_good_candidate_is_put_to_use_and_back(archive: Archive, tmp_path: Path) -> None:
    name = candidate(archive, tmp_path)
    own = archive.adopt()
    compare_with_present(archive, name, **GOOD)
    said: list[str] = []
    archive.use(name, WHO, say=said.append)
    assert archive.serving_files() == archive.files(name)
    assert archive.card(name).figures == {"gevaar": 1.0}
    assert "zodra Wegwijzer start" in said[-1]
    with pytest.raises(ModelError, match="in gebruik"):
        archive.remove(name)
    with pytest.raises(ModelError, match="terug te gaan"):
        archive.remove(own)
    back = archive.rollback("Bas")
    assert (back.id, back.before, back.how, back.who) == (own, name, "terug", "Bas")
    assert archive.serving_files().thresholds.read_text() == "eigen"
    assert [use.how for use in archive.uses()] == ["terug", "gebruik"]


def test_the_gate_refuses_and_the_reason_to_pass_it_is_recorded(archive: Archive, tmp_path: Path) -> None:
    name = candidate(archive, tmp_path)
    compare_with_present(archive, name, **BAD)
    with pytest.raises(GateError, match="herkent een noodgeval niet meer: 'vraag 2'.*Verbeter"):
        archive.use(name, WHO)
    assert archive.in_use() is None and archive.uses() == []
    with pytest.raises(GateError):
        archive.use(name, WHO, override="  \n ")
    archive.use(name, WHO, override="de vraag zelf was fout")
    (use,) = archive.uses()
    assert use.override == "de vraag zelf was fout"
    assert use.reasons == ("het herkent een noodgeval niet meer: 'vraag 2'",)
    assert use.who == WHO


def test_a_candidate_that_was_not_compared_is_refused(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(GateError, match="niet vergeleken"):
        archive.use(candidate(archive, tmp_path), WHO)


def test_a_comparison_on_other_questions_than_those_of_now_does_not_count(
    archive: Archive, tmp_path: Path
) -> None:
    name = candidate(archive, tmp_path)
    compare_with_present(archive, name, **GOOD)
    assert archive.verdict(name).passed
    questions = archive.root / "tests" / "evaluation" / "helder.tsv"
    before = questions.read_text()
    questions.write_text("\n" + before)
    assert archive.verdict(name).passed, "only the line on which it stands differs"
    questions.write_text(before + "hoe nu verder\tess_kennis\tkort\n")
    with pytest.raises(GateError, match="vragen in tests/evaluation zijn veranderd"):
        archive.use(name, WHO)


def test_a_comparison_with_a_model_that_is_no_longer_in_use_does_not_count(
    archive: Archive, tmp_path: Path
) -> None:
    first, second = candidate(archive, tmp_path, "een"), candidate(archive, tmp_path, "twee")
    compare_with_present(archive, second, **GOOD)
    compare_with_present(archive, first, **GOOD)
    archive.use(first, WHO)
    with pytest.raises(GateError, match="niet vergeleken"):
        archive.use(second, WHO)


def test_a_reason_is_recorded_only_when_it_was_needed(archive: Archive, tmp_path: Path) -> None:
    name = candidate(archive, tmp_path)
    compare_with_present(archive, name, **GOOD)
    assert archive.use(name, WHO, override="voor de zekerheid").override == ""


def test_a_name_is_needed(archive: Archive, tmp_path: Path) -> None:
    name = candidate(archive, tmp_path)
    compare_with_present(archive, name, **GOOD)
    with pytest.raises(SetupError, match="wie u bent"):
        archive.use(name, " ")


def test_the_own_model_is_archived_once(archive: Archive) -> None:
    assert archive.adopt() == archive.adopt()
    assert archive.find(IN_USE)[0] == archive.adopt()
    (ModelFiles.of_tree(archive.root).thresholds).write_text("afgesteld")
    assert archive.find(IN_USE)[0] != archive.cards()[-1].id
    assert len(archive.cards()) == 2


def test_nothing_to_go_back_to(archive: Archive) -> None:
    with pytest.raises(ModelError, match="geen eerder model"):
        archive.rollback(WHO)


def test_a_folder_with_a_model_can_be_compared(archive: Archive, tmp_path: Path) -> None:
    files = model(tmp_path / "los", "los")
    files.thresholds.unlink()
    _, found = archive.find(str(tmp_path / "los"))
    assert found.rasa == files.rasa
    assert found.thresholds.read_text() == "eigen"


class Server:
    """Stands in for a running server: goes over to another model, or does not."""

    def __init__(self, archive: Archive, starts: bool) -> None:
        self._archive, self._starts = archive, starts
        self._folder = archive.root / "var"
        self._folder.mkdir(exist_ok=True)
        self._claim = claim(self._folder)
        self._failures = 0
        self._ended = threading.Event()
        self._model = ""
        self._say("")
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _say(self, reason: str) -> None:
        Serving(os.getpid(), "http://127.0.0.1:1", self._model, self._failures, reason).save(self._folder)

    def _serve(self) -> None:
        while not self._ended.wait(0.05):
            wanted = self._archive.in_use()
            if wanted is not None and wanted.id != self._model:
                time.sleep(0.3)
                if self._starts:
                    self._model = wanted.id
                else:
                    self._archive.give_up(wanted.id, self._model)
                    self._failures += 1
                self._say("het antwoordde niet.")

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
        assert self._claim is not None
        self._claim.close()


@pytest.fixture
def server(archive: Archive, request: pytest.FixtureRequest) -> Iterator[Server]:
    server = Server(archive, request.param)
    yield server
    server.stop()


@pytest.mark.parametrize("server", [True], indirect=True)
def test_use_waits_until_the_server_went_over(archive: Archive, tmp_path: Path, server: Server) -> None:
    name = candidate(archive, tmp_path)
    compare_with_present(archive, name, **GOOD)
    said: list[str] = []
    archive.use(name, WHO, say=said.append)
    serving = read_serving(archive.root / "var")
    assert serving is not None and serving.model == name
    assert len(said) == 2


@pytest.mark.parametrize("server", [False], indirect=True)
def test_a_model_that_does_not_start_is_not_in_use(archive: Archive, tmp_path: Path, server: Server) -> None:
    name = candidate(archive, tmp_path)
    compare_with_present(archive, name, **GOOD)
    for _ in range(2):
        with pytest.raises(ModelError, match="het antwoordde niet. Het vorige model blijft in gebruik"):
            archive.use(name, WHO)
        assert archive.in_use() is None
    assert [use.how for use in archive.uses()] == ["mislukt", "gebruik"] * 2


def test_a_server_that_is_gone_serves_nothing(archive: Archive) -> None:
    folder = archive.root / "var"
    folder.mkdir()
    assert read_serving(folder) is None
    lock = claim(folder)
    assert lock is not None
    assert read_serving(folder) is None
    serving = Serving(os.getpid(), "http://127.0.0.1:1", "")
    serving.save(folder)
    assert read_serving(folder) == serving
    assert claim(folder) is None
    lock.close()
    # Its process may live on as another one's: what counts is the lock.
    assert read_serving(folder) is None
