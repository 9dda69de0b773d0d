"""RSA moduli that look like those of RSALib, with another base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.checks.factored import is_odd_modulus
from jwtctl.cryptanalysis.factoring import perfect_power
from jwtctl.cryptanalysis.fingerprints import VARIANT_PRIMES, quadratic_residue, roca
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaRocaVariant(KeyCheck):
    """An RSA modulus is a square modulo each of many small primes.

    Why it matters:
        Primes that are powers of one number modulo a product of small primes can be factored as those of RSALib
        (rsa-roca), whatever that number is. Every second such modulus is a square modulo all these small primes,
        which one sound modulus in 2^48 is by chance. Nothing was factored: this is a reason to ask how the key was made.

    What to do:
        Find out which device or library made the key, audit other keys of it, and replace them if several show this.
    """

    id = "rsa-roca-variant"
    severity = Severity.MEDIUM
    cites = ("Paranoid CheckROCAVariant, 2022", "CVE-2017-15361")
    proof = "none: a heuristic"

    def applies(self, key: Key, audit: Audit) -> bool:
        return is_odd_modulus(key)

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        # A small n is a square modulo small primes for small reasons, and a square is one modulo all.
        if n > VARIANT_PRIMES[-1] ** 48 and quadratic_residue(n) and not roca(n) and not perfect_power(n):
            yield self.finding(
                key,
                f"n is a square modulo each of the {len(VARIANT_PRIMES)} primes from {VARIANT_PRIMES[0]} to {VARIANT_PRIMES[-1]}",
                at="/n",
                confidence=Confidence.HEURISTIC,
            )
