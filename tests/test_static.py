"""The pages and scripts: a fixed list with headers and ETags."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from wegwijzer.errors import SetupError
from wegwijzer.static import load_static

SCRIPT = b"export const a = 1;\n" * 50
HASH = hashlib.sha256(SCRIPT).hexdigest()[:16]
FRAMERS = "'self' https://intranet.gemeente.nl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("index.html", "demo.html", "iframe.html", "toestanden.html"):
        (tmp_path / name).write_text(f"<!doctype html><title>{name}</title>", encoding="utf-8")
    (tmp_path / "wegwijzer-chat.js").write_bytes(SCRIPT)
    (tmp_path / "geheim.txt").write_text("niet voor browsers", encoding="utf-8")
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "diep.js").write_text("1", encoding="utf-8")
    return tmp_path


def test_what_can_be_asked_for(folder: Path) -> None:
    served = load_static(folder, FRAMERS)
    names = {"index.html", "demo.html", "iframe.html", "toestanden.html", "wegwijzer-chat.js"}
    assert set(served) == {
        "/",
        "/widget/",
        f"/widget/wegwijzer-chat.{HASH}.js",
        *(f"/widget/{name}" for name in names),
    }
    assert b"index.html" in served["/"].body
    assert b"demo.html" in served["/widget/"].body


def test_how_long_a_browser_keeps_it(folder: Path) -> None:
    served = load_static(folder, FRAMERS)
    cache = {path: file.headers["Cache-Control"] for path, file in served.items()}
    assert cache["/"] == "no-cache"
    assert cache["/widget/wegwijzer-chat.js"] == "public, max-age=300"
    assert cache[f"/widget/wegwijzer-chat.{HASH}.js"] == "public, max-age=31536000, immutable"


def test_every_page_has_a_strict_policy(folder: Path) -> None:
    for path, file in load_static(folder, FRAMERS).items():
        policy = file.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert "*" not in policy
        framers = FRAMERS if path.endswith("/iframe.html") else "'self'"
        assert policy.endswith(f"; frame-ancestors {framers}")
        assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("accepts", ["gzip, deflate, br", "br;q=1.0, GZIP;q=0.5"])
def test_it_is_packed_for_who_can_unpack(folder: Path, accepts: str) -> None:
    reply = load_static(folder, FRAMERS)["/widget/wegwijzer-chat.js"].reply(None, accepts)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(reply.body) == SCRIPT
    assert len(reply.body) < len(SCRIPT)


@pytest.mark.parametrize("accepts", ["", "br", "gzip;q=0", "gzip; q=0.0"])
def test_it_is_plain_for_the_rest(folder: Path, accepts: str) -> None:
    reply = load_static(folder, FRAMERS)["/widget/wegwijzer-chat.js"].reply(None, accepts)
    assert "Content-Encoding" not in reply.headers
    assert reply.body == SCRIPT


def test_what_the_browser_has_is_not_sent_again(folder: Path) -> None:
    file = load_static(folder, FRAMERS)["/widget/wegwijzer-chat.js"]
    plain, packed = file.reply(None, "").headers["ETag"], file.reply(None, "gzip").headers["ETag"]
    assert plain != packed
    for had in (plain, f"W/{plain}", f'"x", {plain}', "*"):
        again = file.reply(had, "")
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == plain
    assert file.reply(packed, "").status == 200
    assert file.reply('"x"', "").status == 200


def test_other_bytes_have_another_hash(folder: Path) -> None:
    before = load_static(folder, FRAMERS)
    (folder / "wegwijzer-chat.js").write_bytes(SCRIPT + b"1")
    after = load_static(folder, FRAMERS)
    path = "/widget/wegwijzer-chat.js"
    assert before[path].reply(None, "").headers["ETag"] != after[path].reply(None, "").headers["ETag"]
    assert f"/widget/wegwijzer-chat.{HASH}.js" not in after


def test_without_the_page_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="index.html"):
        load_static(tmp_path, FRAMERS)
