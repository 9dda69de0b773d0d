"""RSA moduli with a prime from a pseudo-random generator that nobody seeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.factored import FactoringCheck, splits
from jwtctl.cryptanalysis.unseeded import factor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaUnseededPrng(FactoringCheck):
    """A prime of an RSA modulus is the first that a pseudo-random generator gives when nobody seeds it.

    Why it matters:
        rand(), std::mt19937, GMP's generator and their like begin every run of a program with the same numbers.
        Whoever takes the next prime after one of the first few of these has the same prime as all others who did.

    What to do:
        Treat every token under this key as forged. Make keys with the generator of the operating system
        (`jwtctl keygen RS256`), and look for what else the program has made.
    """

    id = "rsa-unseeded-prng"
    cites = ("Paranoid CheckUnseededRand, 2022", "RFC 4086 section 6.1.3", "NIST SP 800-90A")
    screened = True

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        found = factor(n) if audit.may_have_factor(n) else None
        if found and splits(n, found[1]):
            name, factors = found
            yield self.broken(key, f"a prime is one of the first that {name} gives", factors)
