"""RSA private keys with more than two primes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaMultiprime(KeyCheck):
    """An RSA private key has more than two primes.

    Why it matters:
        RFC 8017 allows it, and RFC 7518 has the member "oth" for the further primes, but a consumer that does not know
        them must refuse the key, and most do. With the same length of n the primes are shorter, so that there is less
        in the way of factoring by elliptic curves.

    What to do:
        Make a key of two primes (`jwtctl keygen RS256`), unless all that read this one are known to take it.
    """

    id = "rsa-multiprime"
    severity = Severity.INFO
    cites = ("RFC 7518 section 6.3.2.7", "RFC 8017 section 3.2")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA" and key.is_private

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if "oth" in key.members:
            others = key.members["oth"]
            count = f"{2 + len(others)} primes" if isinstance(others, list) and others else "more than two primes"
            yield self.finding(key, f"{count}: most libraries refuse the key", at="/oth")
