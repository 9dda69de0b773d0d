"""RSA public exponents that are sound, and not 65537."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LONGEST_ORDINARY_EXPONENT
from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaExponentUnusual(KeyCheck):
    """An RSA public exponent is valid and above 65537, but another one.

    Why it matters:
        Nearly every RSA key in use has e = 65537. Another one is as good, up to 64 bits, but it names the generator:
        keys with the same odd exponent come from the same program, which helps whoever knows a flaw of it. Some
        verifiers take no exponent above 31 or 32 bits.

    What to do:
        Find out what made the key. If nobody chose the exponent on purpose, take 65537 for the next key
        (`jwtctl keygen RS256`).
    """

    id = "rsa-exponent-unusual"
    severity = Severity.INFO
    cites = ("FIPS 186-5 section A.1.1", "Go crypto/rsa PublicKey, 2009")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA" and "e" in key.numbers

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        e = key.numbers["e"]
        # The rest is rsa-exponent-low, rsa-exponent-huge and rsa-exponent-invalid.
        if e > 65537 and e % 2 and e.bit_length() <= LONGEST_ORDINARY_EXPONENT and e < key.numbers.get("n", 0):
            yield self.finding(key, f"an exponent of {e}, where nearly all keys have 65537", at="/e")
