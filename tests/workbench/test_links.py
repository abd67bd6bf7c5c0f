"""Links are asked politely, and what came back is said in words."""

from __future__ import annotations

import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Iterator

import pytest

from wegwijzer.errors import SetupError
from wegwijzer.supervisor import free_port
from wegwijzer.workbench import links
from wegwijzer.workbench.links import (
    FORBIDDEN,
    GONE,
    GOOD,
    MOVED,
    OFFLINE,
    UNREACHABLE,
    check_links,
    last_report,
)


class Website:
    """Answers by the path that is asked, and sees how many ask at once."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.agents: set[str] = set()
        lock, website = threading.Lock(), self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with lock:
                    website.asked[self.path] += 1
                    website.agents.add(self.headers["User-Agent"])
                    website.at_once += 1
                    website.most_at_once = max(website.most_at_once, website.at_once)
                time.sleep(2.0 if self.path == "/traag" else 0.05)
                with lock:
                    website.at_once -= 1
                status = int(self.path[1:4]) if self.path[1:4].isdigit() else 200
                self.send_response(status)
                if status in (301, 302, 308):
                    self.send_header("Location", self.path[4:] or "/nieuw")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def website(monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    monkeypatch.setattr(links, "_PAUSE", 0.01)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    website = Website()
    yield website
    website.stop()


def catalogue_of(*urls: str) -> Any:
    return SimpleNamespace(offers={f"aanbod_{n}": SimpleNamespace(url=url) for n, url in enumerate(urls)})


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/", GOOD, 200),
        ("/302", GOOD, 200),
        ("/301", MOVED, 200),
        ("/308", MOVED, 200),
        ("/404", GONE, 404),
        ("/410", GONE, 410),
        ("/403", FORBIDDEN, 403),
        ("/429", FORBIDDEN, 429),
        ("/500", UNREACHABLE, 500),
        ("/traag", UNREACHABLE, 0),
        ("/301/404", GONE, 404),
    ],
)
def test_what_a_link_did(website: Website, tmp_path: Path, path: str, outcome: str, status: int) -> None:
    report = check_links(catalogue_of(website.url + path), "Tine", seconds=1.0, keep_in=tmp_path)
    (checked,) = report.checked
    assert (checked.outcome, checked.status) == (outcome, status)
    assert checked.note and (checked.where == f"{website.url}/nieuw") == (outcome == MOVED)


def test_a_slash_more_is_no_move(website: Website, tmp_path: Path) -> None:
    (checked,) = check_links(catalogue_of(f"{website.url}/301/301"), "Tine", keep_in=tmp_path).checked
    assert checked.outcome == MOVED
    (checked,) = check_links(catalogue_of(f"{website.url}/pagina"), "Tine", keep_in=tmp_path).checked
    assert checked.outcome == GOOD


def test_a_host_is_asked_once_for_each_link_and_one_at_a_time(website: Website, tmp_path: Path) -> None:
    urls = [f"{website.url}/{n}x" for n in range(6)]
    report = check_links(catalogue_of(*urls), "Tine", keep_in=tmp_path)
    assert [c.url for c in report.checked] == urls
    assert website.most_at_once == 1
    assert set(website.asked.values()) == {1}
    assert all(agent.startswith("Wegwijzer-linkcontrole/") for agent in website.agents)


def test_hosts_are_asked_side_by_side(website: Website, tmp_path: Path) -> None:
    check_links(catalogue_of(website.url, f"http://localhost:{website.port}/"), "Tine", keep_in=tmp_path)
    assert website.most_at_once == 2


def test_nothing_listens(website: Website, tmp_path: Path) -> None:
    report = check_links(catalogue_of(website.url, f"http://127.0.0.1:{free_port()}/"), "T", keep_in=tmp_path)
    assert [c.outcome for c in report.checked] == [GOOD, UNREACHABLE]


def test_a_host_that_does_not_exist_is_no_lack_of_internet(website: Website, tmp_path: Path) -> None:
    report = check_links(catalogue_of(website.url, "https://bestaat-niet.invalid/"), "T", keep_in=tmp_path)
    assert [c.outcome for c in report.checked] == [GOOD, UNREACHABLE]
    assert "naam" in report.checked[1].note and not report.offline


def test_without_internet_it_says_so_and_keeps_the_report_before(website: Website, tmp_path: Path) -> None:
    before = check_links(catalogue_of(website.url), "Tine", keep_in=tmp_path)
    report = check_links(catalogue_of("https://a.invalid/", "https://b.invalid/"), "Bas", keep_in=tmp_path)
    assert report.offline and {c.outcome for c in report.checked} == {OFFLINE}
    assert last_report(tmp_path) == before


def test_a_damaged_report_is_told(tmp_path: Path) -> None:
    assert last_report(tmp_path) is None
    (tmp_path / "links.json").write_text('{"when": 1}')
    with pytest.raises(SetupError, match=r"links\.json.*beschadigd"):
        last_report(tmp_path)
