"""Tokens with an algorithm that should not be used any more, or not for such tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_DATED = {
    "EdDSA": (Severity.INFO, "leaves the curve open, where Ed25519 or Ed448 names it"),
    **dict.fromkeys(
        ("RS256", "RS384", "RS512"),
        (Severity.INFO, "has the padding PKCS#1 v1.5, where PSS (PS256) is for new designs"),
    ),
    "ES256K": (Severity.INFO, "is on secp256k1, which few verifiers know and NIST does not approve"),
    "RSA1_5": (Severity.HIGH, "is open to Bleichenbacher's attack"),
    "RS1": (Severity.HIGH, "signs with SHA-1, for which collisions are made"),
}


class TokenAlgDeprecated(TokenCheck):
    """The alg of a token is dated, deprecated, prohibited or not meant for such tokens.

    Why it matters:
        RSA1_5 falls to Bleichenbacher's attack of 1998 wherever a decryptor shows that the padding was wrong; RS1 signs
        with SHA-1. EdDSA is replaced by Ed25519 and Ed448 (RFC 9864). RS256 is not broken, but RFC 8017 requires PSS of
        new applications. An access token with an HMAC has to be verified with the secret that makes it, so that each
        API that takes it can also mint it; RFC 9068 recommends signatures.

    What to do:
        Take Ed25519, ES256 or PS256 for signing, and RSA-OAEP-256 or ECDH-ES for encryption. What a team has decided on
        is listed under `keys.algorithms` in jwtctl.toml: a mere remark about it is then left out.
    """

    id = "token-alg-deprecated"
    severity = Severity.INFO
    cites = (
        "RFC 9864 section 4.1.2",
        "RFC 8017 section 8",
        "RFC 8812 section 3",
        "RFC 8725 section 3.2",
        "RFC 9068 section 2.1",
    )

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return isinstance(token.alg, str)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        severity, what = _DATED.get(token.alg, (None, ""))
        if token.alg in SIGNATURES and SIGNATURES[token.alg].family == "hmac":
            if audit.profile_of(token) == "access-token":
                severity, what = Severity.MEDIUM, "lets each API that verifies an access token also mint one"
        elif severity is Severity.INFO and token.alg in audit.policy.algorithms:
            return
        if severity is not None:
            yield self.finding(token, f"alg {token.alg!r} {what}", at="/header/alg", severity=severity)
