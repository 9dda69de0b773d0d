"""ML-DSA keys that were made from the seed of all zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.checks.key.akp_length import SEED_OCTETS
from jwtctl.errors import KeyMaterialError
from jwtctl.jose.algorithms import ML_DSA_OCTETS
from jwtctl.jose.key import complete_public
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class AkpZeroSeed(KeyCheck):
    """An ML-DSA key was made from a seed of zeros.

    Why it matters:
        The seed is the whole private key, and this one is the first that anybody tries: it is the example of RFC 9964,
        and what remains when a random generator fails or a buffer is never filled. It shows in the public key alone.

    What to do:
        Treat every token under this key as forged. Find out why the seed was not random, then make a new key
        (`jwtctl keygen ML-DSA-65`).
    """

    id = "akp-zero-seed"
    severity = Severity.CRITICAL
    cites = ("RFC 9964 appendix A", "FIPS 204 section 3.6.1")
    proof = "the seed"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "AKP" and key.alg in ML_DSA_OCTETS

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        seed = bytes(SEED_OCTETS)
        if key.octets.get("priv") == seed:
            yield self.finding(key, "priv is zero in every octet", at="/priv", witness={"priv": seed.hex()})
            return
        try:
            public = complete_public(key._replace(octets={"priv": seed})).octets["pub"]
        except KeyMaterialError:
            return
        if key.octets.get("pub") == public:
            yield self.finding(key, "pub is what the seed of zeros gives", at="/pub", witness={"priv": seed.hex()})
