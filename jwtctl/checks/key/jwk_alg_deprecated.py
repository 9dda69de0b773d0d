"""JWKs that name an algorithm which should not be used any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose.algorithms import is_none
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkAlgDeprecated(KeyCheck):
    """The alg of a JWK is prohibited or deprecated.

    Why it matters:
        "none" means no signature at all, and no key belongs to it. RS1 signs with SHA-1, for which collisions have
        been made since 2017; its registration says "prohibited". RSA1_5 encrypts with PKCS#1 v1.5 padding, which
        falls to Bleichenbacher's attack of 1998 wherever a decryptor shows that the padding was wrong. EdDSA merely
        leaves open which curve is meant: RFC 9864 replaces it by Ed25519 and Ed448.

    What to do:
        Take RS256, PS256, ES256 or Ed25519 for signing and RSA-OAEP-256 or ECDH-ES for encryption. Write Ed25519 for
        EdDSA once all verifiers know the name.
    """

    id = "jwk-alg-deprecated"
    severity = Severity.HIGH
    cites = ("RFC 8725 section 3.2", "RFC 9864 section 4.1.2", "IANA JOSE registry")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.alg is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if is_none(key.alg):
            yield self.finding(key, f"alg {short(key.alg or '')!r} means no signature", at="/alg")
        elif key.alg == "RS1":
            yield self.finding(key, "alg 'RS1' signs with SHA-1", at="/alg")
        elif key.alg == "RSA1_5":
            yield self.finding(
                key, "alg 'RSA1_5' is open to Bleichenbacher's attack", at="/alg", severity=Severity.MEDIUM
            )
        elif key.alg == "EdDSA" and key.crv:
            yield self.finding(
                key, f"alg 'EdDSA' leaves the curve open, where {key.crv} names it", at="/alg", severity=Severity.INFO
            )
