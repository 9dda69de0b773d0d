"""RSA moduli with a prime p for which p - 1 has no large factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck
from jwtctl.cryptanalysis.factoring import p_minus_1

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key

_BOUND = 1 << 16


class RsaSmoothPMinus1(FactoringCheck):
    """For a prime p of an RSA modulus, p - 1 has only small factors.

    Why it matters:
        Pollard's method of 1974 raises a number to the product of all small primes and meets a multiple of p - 1: the
        greatest common divisor of what comes out with n is p. Here primes up to 65536 are taken. A random prime of
        1024 bits is never like that; one that was put together from small primes, to be proved or drawn fast, is. A run
        over many keys leaves this search out.

    What to do:
        Treat every token under this key as forged and replace the key. Look for other keys from the same generator:
        they have the same flaw.
    """

    id = "rsa-smooth-p-minus-1"
    cites = ("Pollard, Theorems on factorization and primality testing, 1974",)
    effort = Effort.DEEP

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        return p_minus_1(n, _BOUND, audit.stop_for(key))

    def message(self, p: int, q: int) -> str:
        return f"a prime minus one has no prime factor above {_BOUND}"
