"""RSA moduli whose primes differ by just what a standard asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck
from jwtctl.cryptanalysis.related_primes import expected_gap

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key


class RsaPrimesFipsGap(FactoringCheck):
    """The two primes of an RSA modulus differ by nearly a power of two.

    Why it matters:
        FIPS 186-5 wants primes that differ by more than 2^(h - 100), where h is half the length of n. A generator that
        takes one random prime and makes the other by adding that distance obeys the letter and gives the key away:
        whoever guesses the distance computes both primes from n.

    What to do:
        Treat every token under this key as forged and replace the key. Both primes must be drawn at random; the
        distance is only checked afterwards.
    """

    id = "rsa-primes-fips-gap"
    cites = ("FIPS 186-5 section A.1.3", "Paranoid CheckSmallUpperDifferences, 2022")
    effort = Effort.USUAL

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        return expected_gap(n)

    def message(self, p: int, q: int) -> str:
        exponent = (p - q).bit_length()
        nearest = min((exponent - 1, exponent), key=lambda k: abs(p - q - (1 << k)))
        return f"the primes differ by 2^{nearest}, give or take {abs(p - q - (1 << nearest)).bit_length()} bits"
