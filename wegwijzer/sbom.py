"""The software bill of materials: every locked library of the server and of the chat, in CycloneDX.

Read from the lock files alone, so that it says what a fresh clone installs, and what is built into the chat.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional
from urllib.parse import urljoin

import jsonschema
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot5
from packageurl import PackageURL

from wegwijzer import __version__, paths
from wegwijzer.errors import SetupError

REQUIREMENTS = paths.ROOT / "requirements.txt"
NPM_LOCK = paths.ROOT / "widget" / "package-lock.json"
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"^    #   (?:via )?([A-Za-z0-9._-]+)|^    # via ([A-Za-z0-9._-]+)")
_MODULES = "node_modules/"
_SCHEMAS = ("bom-1.5.SNAPSHOT.schema.json", "spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")
"""CycloneDX' own schema, and those that it refers to."""


@dataclass(frozen=True)
class Locked:
    """One library of requirements.txt.

    Attributes:
        name: as the lock file writes it.
        version: the only one that is installed.
        hashes: SHA-256 of each of its files.
        via: what asks for it.
    """

    name: str
    version: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]


def read_requirements(path: Path = REQUIREMENTS) -> dict[str, Locked]:
    """Returns name → library of a requirements file with hashes.

    Raises:
        SetupError: when the file is not there or pins nothing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise SetupError(f"{path} is er niet; haal het bestand opnieuw op") from None
    found: dict[str, Locked] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        pinned = _PINNED.match(block)
        if pinned is not None:
            via = tuple(one or other for one, other in map(_names, block.splitlines()) if one or other)
            name, version = pinned.groups()
            found[name.lower()] = Locked(name, version, tuple(_HASH.findall(block)), via)
    if not found:
        raise SetupError(f"{path} legt niets vast; maak het opnieuw met 'make lock'")
    return found


def _names(line: str) -> tuple[str, str]:
    found = _VIA.match(line)
    return ("", "") if found is None else (found.group(1) or "", found.group(2) or "")


@dataclass(frozen=True)
class NpmPackage:
    """One package of package-lock.json.

    Attributes:
        path: where it is installed.
        name: with its scope.
        version: the only one that is installed there.
        development: whether it only builds or tests the chat.
        licence: as it calls it, or None.
        integrity: its hash, or None.
    """

    path: str
    name: str
    version: str
    development: bool
    licence: Optional[str]
    integrity: Optional[str]


def read_npm(path: Path = NPM_LOCK) -> list[NpmPackage]:
    """Returns the packages of a package-lock.json.

    Raises:
        SetupError: when the file is not there or is none.
    """
    try:
        packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    except (OSError, ValueError, KeyError, TypeError):
        raise SetupError(f"{path} is er niet of is geen package-lock.json") from None
    return list(_packages(packages))


def _packages(packages: Mapping[str, Any]) -> Iterator[NpmPackage]:
    for path, entry in packages.items():
        if path:
            name = entry.get("name") or path.rsplit(_MODULES, 1)[-1]
            yield NpmPackage(
                path,
                name,
                entry["version"],
                bool(entry.get("dev")),
                entry.get("license"),
                entry.get("integrity"),
            )


def make_sbom(requirements: Path = REQUIREMENTS, npm_lock: Path = NPM_LOCK) -> str:
    """Returns the bill of materials as JSON, CycloneDX 1.5; the same lock files give the same components.

    Raises:
        SetupError: when a lock file cannot be read, or what was made does not fit CycloneDX' schema.
    """
    bom = Bom()
    own = Component(
        name="wegwijzer",
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref="wegwijzer",
        licenses=[DisjunctiveLicense(id="EUPL-1.2")],
    )
    bom.metadata.component = own
    python = {name: _python_component(one) for name, one in read_requirements(requirements).items()}
    npm = [_npm_component(package) for package in read_npm(npm_lock)]
    for component in (*python.values(), *npm):
        bom.components.add(component)
    asked: dict[str, list[Component]] = {}
    for name, one in read_requirements(requirements).items():
        for who in one.via:
            asked.setdefault(who.lower(), []).append(python[name])
    for name, needed in asked.items():
        asking = python.get(name)
        if asking is not None:
            bom.dependencies.add(Dependency(asking.bom_ref, [Dependency(one.bom_ref) for one in needed]))
    bom.dependencies.add(Dependency(own.bom_ref, [Dependency(c.bom_ref) for c in (*python.values(), *npm)]))
    text = JsonV1Dot5(bom).output_as_string(indent=2)
    validate(json.loads(text))
    return text


def _python_component(one: Locked) -> Component:
    url = PackageURL("pypi", name=one.name.lower(), version=one.version)
    return Component(
        name=one.name,
        version=one.version,
        purl=url,
        bom_ref=url.to_string(),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in one.hashes],
    )


def _npm_component(package: NpmPackage) -> Component:
    scope, _, name = package.name.rpartition("/")
    url = PackageURL("npm", namespace=scope or None, name=name, version=package.version)
    algorithm, _, digest = (package.integrity or "").partition("-")
    hashes = []
    if algorithm == "sha512":
        content = base64.b64decode(digest).hex()
        hashes.append(HashType(alg=HashAlgorithm.SHA_512, content=content))
    return Component(
        name=name,
        group=scope or None,
        version=package.version,
        purl=url,
        # One version may be installed in two places.
        bom_ref=f"{url.to_string()}#{package.path}",
        scope=ComponentScope.EXCLUDED if package.development else ComponentScope.REQUIRED,
        hashes=hashes,
        licenses=[LicenseExpression(package.licence)] if package.licence else [],
    )


class _Offline(jsonschema.RefResolver):
    """Finds schemas in its store only."""

    def resolve_remote(self, uri: str) -> Any:
        """Raises SetupError: nothing is fetched."""
        raise SetupError(f"schema {uri} is er niet; installeer opnieuw met 'make setup'")


def validate(content: Any) -> None:
    """Raises SetupError when this does not fit the schema of CycloneDX 1.5, which comes with its library."""
    folder = files("cyclonedx.schema") / "_res"
    schema, *others = (json.loads((folder / file).read_text(encoding="utf-8")) for file in _SCHEMAS)
    store = {urljoin(schema["$id"], file): other for file, other in zip(_SCHEMAS[1:], others)}
    resolver = _Offline.from_schema(schema, store=store)
    checker = jsonschema.Draft7Validator(schema, resolver=resolver)
    errors = sorted(checker.iter_errors(content), key=lambda error: list(map(str, error.path)))
    if errors:
        place = "/".join(map(str, errors[0].path))
        raise SetupError(f"de SBOM past niet op CycloneDX 1.5: {place}: {errors[0].message[:200]}")
