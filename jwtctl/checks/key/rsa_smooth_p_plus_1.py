"""RSA moduli with a prime p for which p + 1 has no large factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck
from jwtctl.cryptanalysis.factoring import p_minus_1, p_plus_1

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key

_BOUND = 1 << 14


class RsaSmoothPPlus1(FactoringCheck):
    """For a prime p of an RSA modulus, p + 1 has only small factors.

    Why it matters:
        Williams's method of 1982 does with p + 1 what Pollard's does with p - 1: if no prime factor of it is large,
        n falls apart at once. Here primes up to 16384 are taken. A random prime of 1024 bits is never like that; one
        that was built from small primes can be. A run over many keys leaves this search out.

    What to do:
        Treat every token under this key as forged and replace the key. Look for other keys from the same generator:
        they have the same flaw.
    """

    id = "rsa-smooth-p-plus-1"
    cites = ("Williams, A p + 1 method of factoring, 1982",)
    effort = Effort.DEEP

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        stop = audit.stop_for(key)
        factors = p_plus_1(n, _BOUND, stop)
        # It finds a smooth p - 1 as well, which is rsa-smooth-p-minus-1.
        return factors if factors and not p_minus_1(n, _BOUND, stop) else None

    def message(self, p: int, q: int) -> str:
        return f"a prime plus one has no prime factor above {_BOUND}"
