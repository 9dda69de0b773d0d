"""RSA moduli that lie next to a simple fraction of a power of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck, splits
from jwtctl.checks.proof import hexadecimal
from jwtctl.cryptanalysis.patterned_primes import near_fraction
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaBitPatternBoth(FactoringCheck):
    """An RSA modulus is next to a simple fraction of a power of two: the bits of both primes repeat.

    Why it matters:
        A number whose bits repeat is a power of two times a simple fraction, and so is the product of two of them:
        the continued fraction of n shows it. Mostly n then falls apart by solving one quadratic equation. Where it
        does not, the finding has confidence "heuristic": a modulus with prescribed leading bits, such as a long run of
        zeros, looks the same and may be sound.

    What to do:
        If the primes were found, treat every token under this key as forged, and replace the key and what made it.
        Otherwise find out whether the leading bits of n were chosen on purpose; if not, replace the key.
    """

    id = "rsa-bit-pattern-both"
    cites = (
        "Bernstein and others, Factoring RSA keys from certified smart cards, 2013",
        "Paranoid CheckContinuedFractions, 2022",
    )
    proof = "p·q = n; without primes a heuristic"
    effort = Effort.USUAL

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        found = near_fraction(n)
        if found is None:
            return
        size = found.denominator.bit_length()
        exponent = found.quotient_bits + 2 * size - 2
        near = f"n / 2^{key.bits} is within 2^-{exponent} of a fraction with a denominator of {size} bits"
        if found.factors and splits(n, found.factors):
            yield self.broken(key, f"the bits of both primes repeat: {near}", found.factors)
        else:
            yield self.finding(
                key,
                f"{near}, as if the bits of both primes repeated; they were not found",
                at="/n",
                witness=hexadecimal(numerator=found.numerator, denominator=found.denominator),
                severity=Severity.HIGH,
                confidence=Confidence.HEURISTIC,
            )
