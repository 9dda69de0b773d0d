"""RSA moduli whose primes agree in their highest and lowest bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck
from jwtctl.cryptanalysis.related_primes import shared_ends

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key


class RsaPrimesShareEnds(FactoringCheck):
    """The two primes of an RSA modulus agree in too many of their highest and lowest bits.

    Why it matters:
        A square root of n gives the top of (p + q)/2 if the primes agree there, and a square root modulo a power of
        two gives its end. If the bits that agree are together half of a prime, little is left to be guessed. It
        happens to generators that fill only the middle of both primes with new randomness.

    What to do:
        Treat every token under this key as forged and replace the key. Look for other keys from the same generator:
        they have the same flaw.
    """

    id = "rsa-primes-share-ends"
    cites = ("Paranoid CheckHighAndLowBitsEqual, 2022", "FIPS 186-5 section A.1.3")
    effort = Effort.USUAL

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        return shared_ends(n)

    def message(self, p: int, q: int) -> str:
        differing = p ^ q
        high, low = p.bit_length() - differing.bit_length(), (differing & -differing).bit_length() - 1
        return f"the primes agree in their highest {high} and lowest {low} bits"
