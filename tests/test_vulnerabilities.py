"""The SBOM fits its schema, and the list of known vulnerabilities fits what is locked."""

from __future__ import annotations

import ast
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Iterator

import pytest

from wegwijzer import audit, paths
from wegwijzer.__main__ import main
from wegwijzer.audit import FOUND, LIST, NOT_LOOKED, REPORT, as_markdown, ask_index, changed, read_list
from wegwijzer.catalogue import read_yaml
from wegwijzer.errors import SetupError
from wegwijzer.sbom import Locked, make_sbom, read_npm, read_requirements, validate

LOCKED = read_requirements()
CHECKED, KNOWN = read_list()


def test_the_sbom_has_every_locked_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sbom"]) == 0
    content = json.loads(capsys.readouterr().out)
    urls = {component["purl"] for component in content["components"]}
    for one in LOCKED.values():
        assert f"pkg:pypi/{one.name.lower()}@{one.version}" in urls
    names = {(c.get("group", ""), c["name"], c["version"]) for c in content["components"]}
    for package in read_npm():
        scope, _, name = package.name.rpartition("/")
        assert (scope, name, package.version) in names
    required = {
        c["name"]
        for c in content["components"]
        if c["purl"].startswith("pkg:npm") and c["scope"] == "required"
    }
    assert {"lit", "lit-html"} <= required and "vitest" not in required
    assert content["metadata"]["component"]["name"] == "wegwijzer"
    assert all(c["hashes"] for c in content["components"] if c["purl"].startswith("pkg:pypi"))


@pytest.mark.parametrize("damage", [{"bomFormat": "x"}, {"components": [{"name": "x"}]}, {"version": "een"}])
def test_what_does_not_fit_the_schema_is_no_sbom(damage: dict[str, Any]) -> None:
    content = json.loads(make_sbom())
    with pytest.raises(SetupError, match="CycloneDX"):
        validate({**content, **damage})


def test_lock_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        read_requirements(tmp_path / "er-niet")
    (tmp_path / "leeg").write_text("# niets\n")
    with pytest.raises(SetupError):
        read_requirements(tmp_path / "leeg")
    with pytest.raises(SetupError):
        read_npm(tmp_path / "leeg")


# The list.


def test_every_listed_version_is_the_locked_one() -> None:
    """Fails when a library of the list got another version: look again, and change docs/kwetsbaarheden.yml."""
    assert changed(KNOWN, LOCKED) == []


def test_another_version_asks_to_look_again() -> None:
    (first, *_) = KNOWN
    other = {**LOCKED, first.name: Locked(first.name, "99", (), ())}
    assert changed([first], other) == [
        f"{first.name} is nu 99, bekeken is {first.version}: kijk opnieuw en pas de lijst aan"
    ]
    assert "niet meer vastgelegd" in changed([first], {})[0]


def test_the_page_is_made_of_the_list() -> None:
    """Fails after a change of the list or the lock file: run 'wegwijzer audit --report'."""
    assert REPORT.read_text(encoding="utf-8") == as_markdown(CHECKED, KNOWN, len(LOCKED))


def test_a_line_that_says_it_is_held_off_has_a_test_that_is_there() -> None:
    for one in KNOWN:
        for item in one.vulnerabilities:
            assert item.what and item.why
            if item.status == "gekeerd":
                assert item.test, item.identifier
            if item.test:
                file, _, name = item.test.partition("::")
                tree = ast.parse((paths.ROOT / "tests" / file).read_text(encoding="utf-8"))
                assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, item.test


def test_a_mended_version_is_not_below_the_one_that_mends() -> None:
    for one in KNOWN:
        for item in one.vulnerabilities:
            if item.fixed_in:
                locked, fixed = (tuple(map(int, re.findall(r"\d+", v))) for v in (one.version, item.fixed_in))
                assert (item.status == "verholpen") == (locked >= fixed), item.identifier


def test_ids_are_read_in_full() -> None:
    ids = {i for one in KNOWN for item in one.vulnerabilities for i in item.ids}
    assert {"CVE-2026-34513", "CVE-2026-34520", "CVE-2023-28859", "CVE-2026-1462"} <= ids


# What the list says cannot be reached.

_COMPUTES = ("DIET", "TED", "ResponseSelector", "Unexpec", "ConveRT", "LanguageModelFeaturizer", "Tensor")


def sources() -> Iterator[str]:
    for folder in ("wegwijzer", "actions"):
        for file in (paths.ROOT / folder).rglob("*.py"):
            yield file.read_text(encoding="utf-8")


def test_nothing_of_the_pipeline_computes_with_tensorflow() -> None:
    config = read_yaml(paths.ROOT / "config.yml")
    names = [str(part["name"]) for part in (*config["pipeline"], *config["policies"])]
    assert names and not [
        n for n in names if n.startswith(_COMPUTES) or n.endswith("Classifier") and "wegwijzer" not in n
    ]
    asks = [s for s in sources() if re.search(r"^\s*(?:import|from) (?:tensorflow|keras)\b", s, re.MULTILINE)]
    tuning = (paths.ROOT / "wegwijzer" / "tuning.py").read_text(encoding="utf-8")
    assert asks == [tuning]
    # A maintainer's command, on the examples of the repository; only __main__ knows it.
    users = [
        s for s in sources() if re.search(r"^\s*from wegwijzer(?:\.tuning)? import.*\btun", s, re.MULTILINE)
    ]
    assert users == [(paths.ROOT / "wegwijzer" / "__main__.py").read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    "word",
    [
        "TfidfVectorizer",
        "EmailStr",
        "json_format",
        "web.static",
        "add_static",
        ".post()",
        "ws_connect",
        "import pickle",
        "jsonpickle",
        "load_external_data",
    ],
)
def test_what_is_said_not_to_be_used_is_not_used(word: str) -> None:
    assert not [s for s in sources() if word in s]


def test_only_our_channels_are_loaded() -> None:
    assert all(str(name).startswith("wegwijzer.") for name in read_yaml(paths.ROOT / "credentials.yml"))


# The command.


class Index(BaseHTTPRequestHandler):
    """A package index on loopback."""

    def do_GET(self) -> None:
        if "/json" not in self.path:
            self.send_error(404)
            return
        found: Any = {"vulnerabilities": []}
        if "/aiohttp/" in self.path:
            found["vulnerabilities"] = [
                {"id": "PYSEC-1", "aliases": ["CVE-2026-22815"]},
                {"id": "PYSEC-2", "aliases": ["CVE-2099-1"]},
                {"id": "PYSEC-3", "aliases": ["CVE-2099-2"], "withdrawn": "2099-01-01"},
            ]
        if "/oud/" in self.path:
            found = {"info": {}}
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_an_index_tells_what_it_knows(index: str) -> None:
    assert ask_index(f"{index}/simple/", LOCKED["aiohttp"]) == [
        "PYSEC-1 / CVE-2026-22815",
        "PYSEC-2 / CVE-2099-1",
    ]
    assert ask_index(f"{index}/simple", LOCKED["flask"]) == []
    assert ask_index(f"{index}/oud/simple", LOCKED["flask"]) is None
    assert ask_index("http://127.0.0.1:9/simple", LOCKED["flask"]) is None
    assert ask_index("file:///tmp/simple", LOCKED["flask"]) is None


def run(monkeypatch: pytest.MonkeyPatch, index: str, npm: Any) -> tuple[int, str]:
    monkeypatch.setenv("PIP_INDEX_URL", index)
    monkeypatch.setattr(audit, "ask_npm", lambda folder: npm)
    lines: list[str] = []
    return audit.audit(lines.append), "\n".join(lines)


def test_what_is_new_is_told(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = run(monkeypatch, f"{index}/simple", [])
    assert code == FOUND
    assert "CVE-2099-1" in told and "CVE-2026-22815" not in told and "CVE-2099-2" not in told


@pytest.mark.parametrize("npm", [None, []])
def test_without_a_database_it_does_not_pass(index: str, npm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = run(monkeypatch, f"{index}/oud/simple", npm)
    assert code == NOT_LOOKED
    assert "geen database met kwetsbaarheden bereikbaar" in told


def test_offline_asks_nothing_and_does_not_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--offline"]) == NOT_LOOKED
    assert "geen database" in capsys.readouterr().out


def test_a_list_with_an_unknown_status(tmp_path: Path) -> None:
    file = tmp_path / "lijst.yml"
    file.write_text(LIST.read_text(encoding="utf-8").replace("status: verholpen,", "status: prima,", 1))
    with pytest.raises(SetupError, match="prima"):
        read_list(file)
    file.write_text("checked: nooit\n")
    with pytest.raises(SetupError, match="ontbreekt"):
        read_list(file)
