"""ML-DSA keys of the wrong length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose.algorithms import ML_DSA_OCTETS
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

SEED_OCTETS = 32
"""Length of priv: the seed of key generation and nothing else (RFC 9964 section 3)."""


class AkpLength(KeyCheck):
    """An ML-DSA key does not have the length that its algorithm prescribes.

    Why it matters:
        Each parameter set has one length of public key, and priv is always the seed of 32 octets. A pub of another
        length belongs to another algorithm; a long priv is the expanded key that FIPS 204 describes, which RFC 9964
        does not allow and most readers of the JWK refuse.

    What to do:
        Compare alg with the key. Where only the expanded private key is left, the seed cannot be had from it: make a
        new key (`jwtctl keygen ML-DSA-65`).
    """

    id = "akp-length"
    severity = Severity.HIGH
    cites = ("RFC 9964 section 3", "FIPS 204 section 4")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "AKP" and key.alg in ML_DSA_OCTETS

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for name, needed in (("pub", ML_DSA_OCTETS[str(key.alg)][0]), ("priv", SEED_OCTETS)):
            if name in key.octets and len(key.octets[name]) != needed:
                yield self.finding(
                    key, f"{name} has {len(key.octets[name])} octets, where {key.alg} requires {needed}", at=f"/{name}"
                )
