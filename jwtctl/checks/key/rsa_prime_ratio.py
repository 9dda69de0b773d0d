"""RSA moduli whose primes stand in a simple ratio."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck, is_odd_modulus
from jwtctl.cryptanalysis.factoring import prime_ratio

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key

_QUICK, _DEEP = 16, 100


class RsaPrimeRatio(FactoringCheck):
    """The two primes of an RSA modulus stand in nearly a simple ratio.

    Why it matters:
        If p/q is close to u/v, then u·q and v·p are close together, and Fermat's method finds them in the modulus
        4·u·v·n, as Lehman showed in 1974. Numerators and denominators up to 100 are tried, in a run over many keys up
        to 16, and over very many none. It happens to generators that derive the second prime from the first, by
        multiplying it and taking the next prime.

    What to do:
        Treat every token under this key as forged and replace the key. Look for other keys from the same generator:
        they have the same flaw.
    """

    id = "rsa-prime-ratio"
    cites = ("Lehman, Factoring large integers, 1974",)
    effort = Effort.DEEP

    def applies(self, key: Key, audit: Audit) -> bool:
        return is_odd_modulus(key) and audit.reaches(Effort.USUAL)

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        return prime_ratio(n, _DEEP if audit.reaches(Effort.DEEP) else _QUICK)

    def message(self, p: int, q: int) -> str:
        ratio = Fraction(p, q).limit_denominator(_DEEP)
        return f"the primes are as {ratio.numerator} to {ratio.denominator}"
