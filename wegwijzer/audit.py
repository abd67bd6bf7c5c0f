"""Known vulnerabilities of the locked libraries: our own list, and what a database says when one can be reached.

The only hosts that are asked are the package indexes that pip and npm are set up to use here. Without an
answer of theirs nothing is known to be well, and that is said: an audit that could not look does not pass.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional
from urllib.parse import quote, urlsplit

from wegwijzer import paths
from wegwijzer.catalogue import read_yaml
from wegwijzer.errors import SetupError
from wegwijzer.sbom import NPM_LOCK, REQUIREMENTS, Locked, read_requirements

LIST = paths.ROOT / "docs" / "kwetsbaarheden.yml"
REPORT = paths.ROOT / "docs" / "kwetsbaarheden.md"
STATUSES = {
    "verholpen": "de vastgelegde versie heeft het niet",
    "onbereikbaar": "die code wordt hier niet gebruikt",
    "gekeerd": "Wegwijzer houdt het tegen; een test laat dat zien",
    "onbekend": "niet nagekeken",
}
PASSED, FOUND, NOT_LOOKED = 0, 1, 3
"""Exit codes: nothing new, something to look at, and no database that could be asked."""
_INDEXES = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
_SECONDS = 20
_ID = re.compile(r"\b(?:CVE-\d{4}|GHSA|PYSEC-\d{4})-[\w-]+|(?<=[ ,])-\d+")


@dataclass(frozen=True)
class Vulnerability:
    """One line of our list.

    Attributes:
        identifier: one or more ids; '-123' has the beginning of the one before.
        fixed_in: first version without it, or ''.
        status: one of STATUSES.
        what: what somebody could do, in Dutch.
        why: why not here, in Dutch.
        test: file::name of the test that shows it, or ''.
    """

    identifier: str
    fixed_in: str
    status: str
    what: str
    why: str
    test: str

    @property
    def ids(self) -> frozenset[str]:
        """Every id in full."""
        found: list[str] = []
        for part in _ID.findall(self.identifier):
            found.append(found[-1].rsplit("-", 1)[0] + part if part.startswith("-") and found else part)
        return frozenset(found)


@dataclass(frozen=True)
class Known:
    """What is known of one library.

    Attributes:
        name: as in requirements.txt.
        version: the version that was looked at.
        pinned_by: what keeps it there.
        vulnerabilities: none when none is known.
    """

    name: str
    version: str
    pinned_by: str
    vulnerabilities: tuple[Vulnerability, ...]


def read_list(path: Path = LIST) -> tuple[str, tuple[Known, ...]]:
    """Returns when the list was last looked through, and the libraries.

    Raises:
        SetupError: when a field is missing or a status is none.
    """
    content = read_yaml(path)
    try:
        return str(content["checked"]), tuple(map(_known, content["packages"]))
    except (KeyError, TypeError) as error:
        raise SetupError(f"{path}: {error} ontbreekt; vul het aan zoals bij de andere pakketten") from None


def _known(node: Mapping[str, Any]) -> Known:
    found = []
    for item in node["vulnerabilities"]:
        if item["status"] not in STATUSES:
            raise SetupError(f"{LIST}: status '{item['status']}' is onbekend; kies uit {', '.join(STATUSES)}")
        found.append(
            Vulnerability(
                str(item["id"]),
                str(item["fixed_in"]),
                str(item["status"]),
                str(item["what"]),
                str(item["why"]),
                str(item.get("test", "")),
            )
        )
    return Known(str(node["name"]), str(node["version"]), str(node["pinned_by"]), tuple(found))


def changed(known: Iterable[Known], locked: Mapping[str, Locked]) -> list[str]:
    """Returns a line for each library of the list whose locked version is another one now."""
    lines = []
    for one in known:
        now = locked.get(one.name.lower())
        if now is None:
            lines.append(f"{one.name} is niet meer vastgelegd: haal het uit docs/kwetsbaarheden.yml")
        elif now.version != one.version:
            lines.append(
                f"{one.name} is nu {now.version}, bekeken is {one.version}: kijk opnieuw en pas de lijst aan"
            )
    return lines


def as_markdown(checked: str, known: tuple[Known, ...], total: int) -> str:
    """Returns docs/kwetsbaarheden.md.

    Args:
        checked: when the list was looked through.
        known: the list.
        total: how many libraries are locked.
    """
    count = {status: 0 for status in STATUSES}
    for one in known:
        for item in one.vulnerabilities:
            count[item.status] += 1
    lines = [
        "# Bekende kwetsbaarheden",
        "",
        "Gemaakt uit `kwetsbaarheden.yml` met `wegwijzer audit --report`; pas dit bestand niet met de hand aan.",
        "",
        f"Laatst bekeken: {checked}. Rasa 3.6 legt veel versies vast die zelf geen verbeteringen meer krijgen. "
        "Hier staat per melding waarom die hier geen kwaad kan, of dat we het niet weten.",
        "",
        f"Er zijn {total} bibliotheken vastgelegd. Van {len(known)} staat hier wat bekend is. **De andere "
        f"{total - len(known)} zijn niet bij een database nagekeken**: dat doet `wegwijzer audit`, als uw "
        "pakketindex meldingen geeft. De lijst is gemaakt uit openbare bronnen en kan onvolledig zijn.",
        "",
        "| status | betekenis | regels |",
        "|---|---|---|",
        *(f"| {status} | {meaning} | {count[status]} |" for status, meaning in STATUSES.items()),
    ]
    for one in known:
        lines += ["", f"## {one.name} {one.version}", "", f"Vastgelegd door: {one.pinned_by}."]
        if not one.vulnerabilities:
            lines += ["", "Geen melding bekend voor deze versie."]
            continue
        lines += ["", "| melding | wat | verholpen in | status | waarom |", "|---|---|---|---|---|"]
        for item in one.vulnerabilities:
            why = item.why + (f" (`tests/{item.test}`)" if item.test else "")
            fixed = item.fixed_in or "-"
            lines.append(f"| {item.identifier} | {item.what} | {fixed} | {item.status} | {why} |")
    return "\n".join(lines) + "\n"


def index_url(environment: Mapping[str, str]) -> str:
    """Returns the package index that pip is set up to use here, or '' when none is set."""
    for name in _INDEXES:
        if environment.get(name):
            return environment[name]
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""


def ask_index(index: str, one: Locked) -> Optional[list[str]]:
    """Returns the ids of what the index knows of a library, or None when it tells no such thing.

    Args:
        index: its address, that of the 'simple' pages.
        one: the library.
    """
    parts = urlsplit(index)
    if parts.scheme not in ("http", "https"):
        return None
    base = re.sub(r"/(?:\+?simple)?/*$", "", index)
    url = f"{base}/pypi/{quote(one.name)}/{quote(one.version)}/json"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            found = json.loads(answer.read()).get("vulnerabilities")
    except (OSError, ValueError, AttributeError):
        return None
    if not isinstance(found, list):
        return None
    ids: list[str] = []
    for item in found:
        if not item.get("withdrawn"):
            aliases = [str(item.get("id")), *map(str, item.get("aliases") or [])]
            ids.append(" / ".join(dict.fromkeys(aliases)))
    return ids


def ask_npm(folder: Path) -> Optional[list[str]]:
    """Returns what npm's registry knows of the chat's packages, or None when it cannot be asked."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    command = [npm, "audit", "--json", "--package-lock-only"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return None
    return [f"{name} ({item.get('severity')}, {item.get('range')})" for name, item in found.items()]


def audit(say: Callable[[str], None], offline: bool = False) -> int:
    """Says what is known of the locked libraries and returns PASSED, FOUND or NOT_LOOKED.

    Args:
        say: is given the lines.
        offline: asks no index.
    """
    checked, known = read_list()
    locked = read_requirements()
    attention = changed(known, locked)
    listed = {i for one in known for item in one.vulnerabilities for i in item.ids}
    unsure = [item for one in known for item in one.vulnerabilities if item.status == "onbekend"]
    say(
        f"Eigen lijst van {checked}: {len(listed)} meldingen over {len(known)} van {len(locked)} bibliotheken."
    )
    say(f"Niet nagekeken regels op die lijst: {len(unsure)} (docs/kwetsbaarheden.md).")
    looked = not offline
    if not offline:
        new = _ask_all(index_url(os.environ), locked.values(), listed)
        looked = new is not None
        attention += new or []
    if not looked:
        say(
            "Python: geen database met kwetsbaarheden bereikbaar. Hiermee is niet gezegd dat alles in orde is."
        )
    npm = None if offline else ask_npm(NPM_LOCK.parent)
    if npm is None:
        say(
            "Chat (npm): geen database met kwetsbaarheden bereikbaar. Hiermee is niet gezegd dat alles in orde is."
        )
    else:
        say(f"Chat (npm): {len(npm)} meldingen.")
        attention += npm
    for line in attention:
        say(f"- {line}")
    if attention:
        return FOUND
    return PASSED if looked and npm is not None else NOT_LOOKED


def _ask_all(index: str, locked: Iterable[Locked], listed: set[str]) -> Optional[list[str]]:
    """Returns lines about what is not on the list, or None as soon as the index tells nothing."""
    if not index:
        return None
    lines = []
    for one in locked:
        found = ask_index(index, one)
        if found is None:
            return None
        for text in found:
            if not listed & set(text.split(" / ")):
                lines.append(f"{one.name} {one.version}: {text} staat niet in docs/kwetsbaarheden.yml")
    return lines


def write_report(path: Path = REPORT) -> None:
    """Writes docs/kwetsbaarheden.md from the list."""
    checked, known = read_list()
    path.write_text(as_markdown(checked, known, len(read_requirements(REQUIREMENTS))), encoding="utf-8")
