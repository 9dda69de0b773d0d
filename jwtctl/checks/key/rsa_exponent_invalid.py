"""RSA public exponents that RSA does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaExponentInvalid(KeyCheck):
    """An RSA public exponent is below 3, even, or not below the modulus.

    Why it matters:
        RFC 8017 takes odd exponents from 3 to n - 1. With e = 1 a signature is the padded digest itself: anybody
        writes one without any key, and a library that does not refuse the exponent accepts it. An even exponent has
        no inverse, so no private key belongs to it; with e = 0 no signature can be right. An exponent of n or more
        was written by a program that does not know what it is.

    What to do:
        With e = 1, treat every token under this key as forged. Replace the key (`jwtctl keygen RS256` uses 65537), and
        make sure that verifiers refuse such exponents.
    """

    id = "rsa-exponent-invalid"
    severity = Severity.HIGH
    cites = ("RFC 8017 section 3.1",)
    proof = "e itself"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA" and "e" in key.numbers

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n, e = key.numbers.get("n", 0), key.numbers["e"]
        if e == 1:
            yield self.finding(
                key,
                "the exponent is 1, so every padded digest is its own signature",
                at="/e",
                severity=Severity.CRITICAL,
                witness={"e": "0x1"},
            )
        elif e < 3:
            yield self.finding(key, f"the exponent is {e}, where it must be odd and at least 3", at="/e")
        elif e >= n:
            lengths = f"{e.bit_length()} bits, modulus {n.bit_length()} bits"
            yield self.finding(key, f"the exponent is not below the modulus ({lengths})", at="/e")
        elif e % 2 == 0:
            yield self.finding(key, "the exponent is even, so no private key belongs to it", at="/e")
