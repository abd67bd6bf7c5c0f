"""What deploy/ promises: nothing runs as root, writes elsewhere, carries a secret or speaks with whom it need not."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Iterator

import pytest
import yaml

from wegwijzer import intranet_token, metrics, paths
from wegwijzer.stores import settings

DEPLOY = paths.ROOT / "deploy"
BASE = DEPLOY / "kubernetes" / "base"
OVERLAY = DEPLOY / "kubernetes" / "overlays" / "example"


def built(folder: Path) -> list[dict[str, Any]]:
    """The objects that a kustomization makes."""
    if shutil.which("kubectl") is None:
        if folder == OVERLAY:
            pytest.skip("kubectl is not installed")
        files = [
            BASE / name for name in yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
        ]
        text = "\n---\n".join(file.read_text(encoding="utf-8") for file in files)
    else:
        done = subprocess.run(
            ["kubectl", "kustomize", str(folder)], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        text = done.stdout
    return [document for document in yaml.safe_load_all(text) if document]


@pytest.fixture(params=[BASE, OVERLAY], ids=["base", "overlay"])
def objects(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return built(request.param)


def of_kind(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    found = [one for one in objects if one["kind"] == kind]
    assert found, f"no {kind}"
    return found


def pod(objects: list[dict[str, Any]]) -> dict[str, Any]:
    (deployment,) = of_kind(objects, "Deployment")
    spec: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return spec


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    return document


def test_the_linters_find_nothing() -> None:
    done = subprocess.run(
        [str(paths.ROOT / "scripts" / "lint-deploy")], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_container_can_become_root_or_write_its_root(objects: list[dict[str, Any]]) -> None:
    spec = pod(objects)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    for container in [*spec["containers"], *spec.get("initContainers", [])]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["runAsUser"] >= 10000
        assert context["capabilities"] == {"drop": ["ALL"]}
    assert all(set(volume) - {"name"} == {"emptyDir"} for volume in spec["volumes"])
    (namespace,) = of_kind(objects, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_every_container_has_limits_and_probes(objects: list[dict[str, Any]]) -> None:
    for container in pod(objects)["containers"]:
        for part in ("requests", "limits"):
            assert {"cpu", "memory"} <= set(container["resources"][part])
        assert container["readinessProbe"]["httpGet"]["path"] == "/ready"
        assert container["livenessProbe"]["httpGet"]["path"] == "/health"
        assert "startupProbe" in container


def test_a_new_model_takes_over_without_a_gap(objects: list[dict[str, Any]]) -> None:
    (deployment,) = of_kind(objects, "Deployment")
    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert deployment["spec"]["replicas"] >= 2
    (budget,) = of_kind(objects, "PodDisruptionBudget")
    assert budget["spec"]["maxUnavailable"] == 1
    (scaler,) = of_kind(objects, "HorizontalPodAutoscaler")
    assert 2 <= scaler["spec"]["minReplicas"] <= scaler["spec"]["maxReplicas"]
    grace = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > 8 + 5 + 15, "shorter than preStop, the proxy's and the processes' time to end"


def test_what_is_selected_is_there(objects: list[dict[str, Any]]) -> None:
    (deployment,) = of_kind(objects, "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"].items()
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        of_kind(objects, "Service")[0]["spec"]["selector"],
        of_kind(objects, "PodDisruptionBudget")[0]["spec"]["selector"]["matchLabels"],
        next(p for p in of_kind(objects, "NetworkPolicy") if p["spec"]["podSelector"])["spec"]["podSelector"][
            "matchLabels"
        ],
    ]
    assert all(selector.items() <= labels for selector in selectors)


def test_nothing_is_allowed_unless_it_is_named(objects: list[dict[str, Any]]) -> None:
    policies = of_kind(objects, "NetworkPolicy")
    (closed,) = [policy for policy in policies if policy["spec"]["podSelector"] == {}]
    assert closed["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not closed["spec"].get("ingress") and not closed["spec"].get("egress")
    (worker,) = [policy for policy in policies if policy["spec"]["podSelector"]]
    for rule in [*worker["spec"]["ingress"], *worker["spec"]["egress"]]:
        assert rule["ports"] and (rule.get("from") or rule.get("to")), "open to everyone"
        for peer in [*rule.get("from", []), *rule.get("to", [])]:
            assert any(peer.get(selector) for selector in ("namespaceSelector", "podSelector", "ipBlock"))
            assert peer.get("ipBlock", {}).get("cidr") not in ("0.0.0.0/0", "::/0")


def test_only_the_chat_is_let_in(objects: list[dict[str, Any]]) -> None:
    (ingress,) = of_kind(objects, "Ingress")
    assert ingress["spec"]["tls"]
    given = {
        (path["path"], path["pathType"])
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    assert given == {("/", "Exact"), ("/widget", "Prefix"), ("/webhooks/rest", "Prefix")}


def test_secrets_are_only_referred_to(objects: list[dict[str, Any]]) -> None:
    assert not [one for one in objects if one["kind"] == "Secret"]
    (container,) = pod(objects)["containers"]
    by_name = {one["name"]: one for one in container["env"]}
    assert set(by_name) == {
        settings.DATABASE,
        settings.REDIS,
        settings.BROKER,
        settings.pseudonyms.VARIABLE,
        metrics.TOKEN,
        intranet_token.SECRET,
    }
    assert all(
        set(one) == {"name", "valueFrom"} and "secretKeyRef" in one["valueFrom"] for one in by_name.values()
    )
    (given,) = of_kind(objects, "ConfigMap")
    assert not [name for name in given["data"] if re.search("URL|SLEUTEL|WACHTWOORD|SECRET|TOKEN", name)]


def services() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from compose()["services"].items()


@pytest.mark.parametrize(
    ("name", "service"), list(services()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_compose_is_as_strict(name: str, service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert service["deploy"]["resources"]["limits"]["memory"]
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:")
    for key, value in service["environment"].items():
        if re.search("PASSWORD|URL|SLEUTEL", key) and not key.startswith("POSTGRES_INITDB"):
            assert ":?" in str(value), f"{key} may be empty"
    if name != "wegwijzer":
        assert service["networks"] == ["achter"]


def test_the_services_of_compose_cannot_reach_the_world() -> None:
    assert compose()["networks"]["achter"] == {"internal": True}
    example = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", settings.pseudonyms.VARIABLE):
        assert f"\n{name}=\n" in example, f"{name} has a value that people would keep"


def test_the_image_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    stages = [line for line in lines if line.startswith("FROM ")]
    assert len(stages) == 2 and all("${PYTHON_IMAGE}" in stage for stage in stages)
    last = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert "USER 10001:10001" in last
    assert not [line for line in last if "pip install" in line or "apt-get" in line]
    assert any("--require-hashes" in line for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in last)


def test_what_the_image_needs_is_in_its_context() -> None:
    from wegwijzer.training import _TREE

    left_out = [
        line.strip().rstrip("/")
        for line in (paths.ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert not set(left_out) & {*_TREE, "models", "pyproject.toml"}
    assert {".git", "var", ".env", ".venv"} <= set(left_out)


def test_no_registry_is_named(objects: list[dict[str, Any]]) -> None:
    """A municipality says itself where its images come from; ours stands in the overlay's place."""
    images = [container["image"] for container in pod(objects)["containers"]]
    images += [service["image"] for _, service in services()]
    images += re.findall(
        r"^ARG PYTHON_IMAGE=(.+)$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M
    )
    assert len(images) == 5
    for image in images:
        assert "/" not in image or image.startswith("register.gemeente.example/"), image
