"""RSA moduli with the same zero bits in every limb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.factored import FactoringCheck, splits
from jwtctl.cryptanalysis.patterned_primes import sparse_limbs
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaShortSleeve(FactoringCheck):
    """Every limb of an RSA modulus has the same bits zero.

    Why it matters:
        A generator that writes eight random bits into each 32-bit word of a prime, as CompleteFTP did from 2016 to
        2019, makes n a polynomial in 2^32 whose coefficients do not touch. Polynomials are factored in an instant, and
        their factors are the primes: 603 RSA keys of servers were broken like that in 2026. If the primes were not
        found, because they are of another kind or the extra `lattice` is not installed, the finding has confidence
        "heuristic": so many zeros do not come by chance, but they may have been chosen.

    What to do:
        Treat every token under this key as forged and replace the key. Look for other keys from the same generator:
        they have the same flaw.
    """

    id = "rsa-short-sleeve"
    cites = ('Ryan and Böck, Factoring "short-sleeve" RSA keys with polynomials, 2026',)
    proof = "p·q = n; without primes a heuristic"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        found = sparse_limbs(n)
        if found is None:
            return
        zeros = f"{found.zeros} neighbouring bits are zero in every {found.limb} bits of n"
        if found.factors and splits(n, found.factors):
            yield self.broken(key, zeros, found.factors)
        else:
            yield self.finding(
                key,
                f"{zeros}, as if its primes were made of words that were not filled; they were not found",
                at="/n",
                severity=Severity.HIGH,
                confidence=Confidence.HEURISTIC,
            )
