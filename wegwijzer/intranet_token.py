"""Who asks, as the intranet says: a signed token (JWT) with each request, when the administrator wants that.

The token's subject becomes part of the name of the conversation. Whoever sends another's conversation id
under a token of his own therefore comes into a conversation of his own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from wegwijzer.errors import SetupError
from wegwijzer.secrecy import check_secret

PREFIX = "WEGWIJZER_JWT_"
SECRET, PUBLIC_KEY = f"{PREFIX}SECRET", f"{PREFIX}PUBLIC_KEY"
ISSUER, AUDIENCE = f"{PREFIX}ISSUER", f"{PREFIX}AUDIENCE"
LEEWAY = 30
"""Seconds that the clocks of intranet and server may differ."""
LONGEST_SUBJECT = 200
_SMALLEST_RSA = 2048
_CLAIMS = ["exp", "iss", "aud", "sub"]


@dataclass(frozen=True)
class TokenCheck:
    """Checks tokens of one intranet.

    Attributes:
        key: secret or public key in PEM.
        algorithm: the one algorithm that is accepted.
        issuer: who must have made the token.
        audience: for whom it must be.
    """

    key: str
    algorithm: str
    issuer: str
    audience: str

    def subject(self, authorization: Optional[str]) -> Optional[str]:
        """Returns whose token this is, or None when it is none, is not right or is no longer valid.

        Args:
            authorization: the header, or None.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            claims = jwt.decode(
                token.strip(),
                self.key,
                algorithms=[self.algorithm],
                issuer=self.issuer,
                audience=self.audience,
                leeway=LEEWAY,
                options={"require": _CLAIMS},
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None
        subject = claims["sub"]
        return subject if isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT else None


def read_token_check(environment: Mapping[str, str]) -> Optional[TokenCheck]:
    """Returns the check that the environment asks for, or None when it says nothing of tokens.

    Raises:
        SetupError: when something is missing, unknown, weak or no public key.
    """
    given = {name: value.strip() for name, value in environment.items() if name.startswith(PREFIX)}
    given = {name: value for name, value in given.items() if value}
    if not given:
        return None
    known = {SECRET, PUBLIC_KEY, ISSUER, AUDIENCE}
    unknown = sorted(set(given) - known)
    if unknown:
        raise SetupError(f"{unknown[0]} is onbekend; Wegwijzer kent {', '.join(sorted(known))}")
    absent = [name for name in (ISSUER, AUDIENCE) if name not in given]
    if absent:
        raise SetupError(f"{absent[0]} ontbreekt; een token wordt alleen met uitgever en ontvanger vertrouwd")
    if (SECRET in given) == (PUBLIC_KEY in given):
        raise SetupError(f"geef {SECRET} (HS256) of {PUBLIC_KEY} (RS256 of ES256), een van de twee")
    if SECRET in given:
        check_secret(SECRET, given[SECRET])
        return TokenCheck(given[SECRET], "HS256", given[ISSUER], given[AUDIENCE])
    pem = given[PUBLIC_KEY].replace("\\n", "\n")
    return TokenCheck(pem, _algorithm(pem), given[ISSUER], given[AUDIENCE])


def _algorithm(pem: str) -> str:
    """Returns the algorithm that goes with a public key."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise SetupError(
            f"{PUBLIC_KEY} is geen publieke sleutel in PEM; hij begint met '-----BEGIN PUBLIC KEY-----'"
        ) from None
    if isinstance(key, RSAPublicKey) and key.key_size >= _SMALLEST_RSA:
        return "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ES256"
    raise SetupError(
        f"{PUBLIC_KEY} past niet; geef een RSA-sleutel van minstens {_SMALLEST_RSA} bits of een sleutel op P-256"
    )
