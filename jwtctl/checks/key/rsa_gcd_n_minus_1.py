"""RSA moduli that are one modulo a common large number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import is_searched
from jwtctl.checks.base import EstateCheck
from jwtctl.checks.effort import Effort
from jwtctl.checks.proof import hexadecimal
from jwtctl.cryptanalysis.batch_gcd import large_common_divisors
from jwtctl.keysets.identity import at
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaGcdNMinus1(EstateCheck):
    """For two RSA moduli, n - 1 has a large divisor in common.

    Why it matters:
        If all primes of a generator are one modulo the same large number, so are their products. Generators that build
        primes with a proof do that when they use one part again and again. What is known of the primes then helps to
        factor n: with a quarter of the length of n it does so at once. Two sound moduli have a common divisor of 128
        bits with a chance of 2^-128, but nothing was factored.

    What to do:
        Find out what made the keys, and replace them unless there is a sound reason for what they have in common.
    """

    id = "rsa-gcd-n-minus-1"
    severity = Severity.MEDIUM
    cites = ("Paranoid CheckGCDN1, 2022", "Coppersmith, Small solutions to polynomial equations, 1997")
    proof = "a common divisor; a heuristic"
    effort = Effort.USUAL

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return audit.reaches(self.effort) and len({key.numbers.get("n") for key in keys if is_searched(key)}) > 1

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        holders: dict[int, Key] = {}
        for key in filter(is_searched, keys):
            holders.setdefault(key.numbers.get("n", 0) - 1, key)
        found = large_common_divisors(holders, jobs=audit.jobs)
        for key in filter(is_searched, keys):
            m = key.numbers.get("n", 0) - 1
            if m in found:
                divisor, other = found[m]
                yield self.finding(
                    key,
                    f"n - 1 has a divisor of {divisor.bit_length()} bits in common with that at {at(holders[other].place)}",
                    at="/n",
                    witness=hexadecimal(divisor=divisor),
                    confidence=Confidence.HEURISTIC,
                )
