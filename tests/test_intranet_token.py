"""A token of the intranet: which ones count, and that a conversation belongs to whoever it names."""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any, Iterator, Optional

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.serving import ASK, JUDGE, ORIGIN, InProcess
from wegwijzer import sentences
from wegwijzer.errors import SetupError
from wegwijzer.intranet_token import (
    AUDIENCE,
    ISSUER,
    LEEWAY,
    PUBLIC_KEY,
    SECRET,
    TokenCheck,
    read_token_check,
)

KEY = "9f2c5e1b7d3a48064c1e9b5f7a2d8036"
WHO = {ISSUER: "https://intranet.voorbeeld.nl", AUDIENCE: "wegwijzer"}
EVIDENT = "help er staat nu een man met een mes voor de deur"


def pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def private(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def token(key: str = KEY, algorithm: str = "HS256", **changed: Any) -> str:
    claims: dict[str, Any] = {
        "sub": "anna",
        "iss": WHO[ISSUER],
        "aud": WHO[AUDIENCE],
        "exp": time.time() + 300,
        **changed,
    }
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm)


def bearer(**changed: Any) -> str:
    return f"Bearer {token(**changed)}"


CHECK = TokenCheck(KEY, "HS256", WHO[ISSUER], WHO[AUDIENCE])


def test_a_good_token_names_its_subject() -> None:
    assert CHECK.subject(bearer()) == "anna"
    assert CHECK.subject(bearer(aud=["iets", "wegwijzer"])) == "anna"
    assert CHECK.subject(bearer().replace("Bearer", "bearer")) == "anna"
    assert CHECK.subject(bearer(exp=time.time() - LEEWAY / 2)) == "anna"


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": -2 * LEEWAY},
        {"exp": None},
        {"exp": "morgen"},
        {"iss": "https://kwaad.nl"},
        {"iss": None},
        {"aud": "iets anders"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 201},
        {"nbf": 300},
        {"iat": 300},
        {"key": KEY[::-1]},
        {"key": KEY * 2, "algorithm": "HS512"},
    ],
    ids=str,
)
def test_another_token_is_none(changed: dict[str, Any]) -> None:
    """The times are seconds from now: those of when the tests were read are soon over."""
    for claim, seconds in changed.items():
        if claim in {"exp", "nbf", "iat"} and isinstance(seconds, (int, float)):
            changed = {**changed, claim: time.time() + seconds}
    assert CHECK.subject(bearer(**changed)) is None


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        f"Basic {token()}",
        token(),
        f"Bearer {token()}x",
        "Bearer " + ".".join(token().split(".")[:2]) + ".",
        "Bearer " + "." * 5000,
        "Bearer \x00é€",
    ],
    # A token holds the time; names that differ from one process to another cannot be divided.
    ids=[*("none empty scheme space one-part no-json basic no-scheme longer unsigned dots binary".split())],
)
def test_what_is_no_token(header: Optional[str]) -> None:
    assert CHECK.subject(header) is None


def test_a_token_without_signature_is_none() -> None:
    claims = {"sub": "anna", "iss": WHO[ISSUER], "aud": WHO[AUDIENCE], "exp": time.time() + 300}
    for name in ("none", "None", "NONE"):
        assert CHECK.subject(f"Bearer {part({'alg': name, 'typ': 'JWT'})}.{part(claims)}.") is None


RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")])
def test_public_keys(key: Any, algorithm: str) -> None:
    check = read_token_check({**WHO, PUBLIC_KEY: pem(key).replace("\n", "\\n")})
    assert check is not None and check.algorithm == algorithm
    good = jwt.encode(
        {"sub": "anna", "iss": WHO[ISSUER], "aud": WHO[AUDIENCE], "exp": time.time() + 300},
        private(key),
        algorithm,
    )
    assert check.subject(f"Bearer {good}") == "anna"


def test_a_public_key_is_no_secret() -> None:
    """The old attack: sign with HS256 and the public key as secret."""
    check = read_token_check({**WHO, PUBLIC_KEY: pem(RSA)})
    assert check is not None
    import hashlib
    import hmac

    claims = {"sub": "anna", "iss": WHO[ISSUER], "aud": WHO[AUDIENCE], "exp": time.time() + 300}
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    digest = hmac.new(pem(RSA).encode(), signed.encode(), hashlib.sha256).digest()
    forged = f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    assert check.subject(f"Bearer {forged}") is None


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({SECRET: KEY}, "ontbreekt"),
        ({**WHO}, "een van de twee"),
        ({**WHO, SECRET: KEY, PUBLIC_KEY: pem(RSA)}, "een van de twee"),
        ({**WHO, SECRET: "geheim"}, "te kort"),
        ({**WHO, SECRET: "wegwijzer-geheim-wachtwoord-secret"}, "bekende woorden"),
        ({**WHO, PUBLIC_KEY: "geen sleutel"}, "PEM"),
        ({**WHO, PUBLIC_KEY: pem(rsa.generate_private_key(65537, 1024))}, "2048"),
        ({**WHO, PUBLIC_KEY: pem(ec.generate_private_key(ec.SECP384R1()))}, "P-256"),
        ({**WHO, PUBLIC_KEY: private(EC)}, "PEM"),
        ({**WHO, SECRET: KEY, "WEGWIJZER_JWT_ALGORITHM": "none"}, "onbekend"),
    ],
)
def test_what_is_not_right_is_said_at_the_start(environment: dict[str, str], message: str) -> None:
    with pytest.raises(SetupError, match=message) as error:
        read_token_check(environment)
    assert KEY not in str(error.value)


def test_without_settings_there_is_no_check() -> None:
    assert read_token_check({"PATH": "/bin", SECRET: ""}) is None


# Over HTTP.


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    server = InProcess(tmp_path_factory.mktemp("token"), tokens=CHECK)
    yield server
    server.stop()


@pytest.mark.parametrize(
    "header",
    [None, "Bearer x", bearer(exp=1), bearer(aud="iets anders")],
    ids=["none", "no-token", "expired", "of-another"],
)
def test_without_a_good_token_nothing_is_asked_or_kept(server: InProcess, header: Optional[str]) -> None:
    before = len(server.agent.received)
    for path, body in (
        (ASK, {"sender": str(uuid.uuid4()), "message": "hallo"}),
        (JUDGE, {"sender": "a", "answer": str(uuid.uuid4()), "thumb": "up"}),
    ):
        reply = server.call("POST", path, body, Authorization=header, Origin=ORIGIN)
        assert (reply.status, reply.text) == (401, sentences.NOT_SIGNED_IN)
        assert reply.headers["www-authenticate"].startswith("Bearer ")
        # The chat on an allowed website can read why.
        assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert len(server.agent.received) == before


def test_danger_needs_no_token(server: InProcess) -> None:
    reply = server.ask("a", EVIDENT)
    assert (reply.status, reply.message["custom"]["kind"]) == (200, "emergency")


def test_what_holds_no_conversation_needs_no_token(server: InProcess) -> None:
    for path in ("/", "/health", "/webhooks/rest/", "/webhooks/rest/instellingen"):
        assert server.call("GET", path).status == 200
    allowed = server.call("OPTIONS", ASK, Origin=ORIGIN)
    assert allowed.status == 204
    assert "Authorization" in allowed.headers["access-control-allow-headers"]


def test_another_cannot_come_into_a_conversation(server: InProcess) -> None:
    sender, key = str(uuid.uuid4()), str(uuid.uuid4())
    first = server.ask(sender, "hallo", Authorization=bearer(), Idempotency_Key=key)
    assert first.text == "Antwoord 1"
    # The same sender and key under another token: a conversation of its own, not the kept answer.
    forged = server.ask(sender, "hallo", Authorization=bearer(sub="bert"), Idempotency_Key=key)
    assert forged.text == "Antwoord 1"
    anna, bert = (message.sender_id for message in server.agent.received[-2:])
    assert anna != bert and not {anna, bert} & {sender, "anna", "bert"}
    # Nor by the name under which it is kept, which logs and trainers may see.
    assert server.ask(anna, "hallo", Authorization=bearer(sub="bert")).text == "Antwoord 1"
    assert server.ask(sender, "hallo", Authorization=bearer()).text == "Antwoord 2"
    # A thumb for another's answer is refused; the own one is kept.
    thumb = {"sender": sender, "answer": key, "thumb": "up"}
    assert server.judge(**{**thumb, "sender": anna}, authorization=bearer(sub="bert")).status == 404
    assert server.judge(**thumb, authorization=bearer(sub="carla")).status == 404
    assert server.judge(**thumb, authorization=bearer()).status == 204


def test_subject_and_sender_cannot_be_cut_otherwise(server: InProcess) -> None:
    for subject, sender in (("a", "b c"), ("a b", "c"), ('a", "b', "c"), ("a", 'b", "c')):
        assert server.ask(sender, "hallo", Authorization=bearer(sub=subject)).text == "Antwoord 1"


def test_the_limit_of_one_is_not_that_of_another(tmp_path_factory: pytest.TempPathFactory) -> None:
    from wegwijzer.limiting import Limit

    limits = {"sender": Limit(1, 1), "address": Limit(1000, 1000)}
    server = InProcess(tmp_path_factory.mktemp("grens"), tokens=CHECK, limits=limits)
    try:
        assert server.ask("a", "hallo", Authorization=bearer(sub="bert")).status == 200
        assert server.ask("a", "hallo", Authorization=bearer(sub="bert")).status == 429
        assert server.ask("a", "hallo", Authorization=bearer()).status == 200
    finally:
        server.stop()
