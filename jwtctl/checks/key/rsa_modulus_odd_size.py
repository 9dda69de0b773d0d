"""RSA moduli whose length is no whole number of octets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaModulusOddSize(KeyCheck):
    """The length of an RSA modulus is not a multiple of eight bits.

    Why it matters:
        A generator that fixes the top two bits of both primes makes moduli of exactly the length that was asked for.
        One of 2047 bits comes from a generator that does not, and falls below the 2048 bits that RFC 7518 asks for;
        one of 2049 bits comes from some smart cards. Signatures are sound, but programs that take the length of the
        modulus for that of the signature disagree about such keys.

    What to do:
        Nothing in a hurry. Let the next key have the common length (`jwtctl keygen RS256`).
    """

    id = "rsa-modulus-odd-size"
    severity = Severity.INFO
    cites = ("FIPS 186-5 section A.1.3", "RFC 8017 section 4.1")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA" and key.bits > 0

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if key.bits % 8:
            yield self.finding(key, f"a modulus of {key.bits} bits, which is no multiple of 8", at="/n")
