"""RSA moduli whose primes have few bits set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck, is_odd_modulus
from jwtctl.cryptanalysis.patterned_primes import low_weight

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key


class RsaLowHamming(FactoringCheck):
    """Both primes of an RSA modulus have hardly any bits set.

    Why it matters:
        Sparse primes make fast arithmetic, and come out of generators that have hardly any randomness. Their leading
        bits can be guessed one by one from those of n: a wrong guess leaves more than a sparse rest can make up for.
        Four in five keys of 2048 bits whose primes have 8 to 48 set bits are found, and every third with 64. Unless n
        itself is sparse, a run over many keys leaves this search out.

    What to do:
        Treat every token under this key as forged and replace the key. Look for other keys from the same generator:
        they have the same flaw.
    """

    id = "rsa-low-hamming"
    cites = ("Paranoid CheckLowHammingWeight, 2022",)
    effort = Effort.DEEP

    def applies(self, key: Key, audit: Audit) -> bool:
        return is_odd_modulus(key) and (audit.reaches(Effort.DEEP) or 5 * key.numbers["n"].bit_count() < 2 * key.bits)

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        return low_weight(n, stop=audit.stop_for(key))

    def message(self, p: int, q: int) -> str:
        return f"the primes have {p.bit_count()} and {q.bit_count()} bits set, where about {p.bit_length() // 2} are to be expected"
