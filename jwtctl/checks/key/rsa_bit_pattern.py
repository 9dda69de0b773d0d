"""RSA moduli with a prime whose bits repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck, is_odd_modulus
from jwtctl.cryptanalysis.lattice_reduction import has_flint
from jwtctl.cryptanalysis.patterned_primes import bit_pattern, period

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key


class RsaBitPattern(FactoringCheck):
    """The bits of a prime of an RSA modulus are a word that is repeated over and over.

    Why it matters:
        In 2013 certified smart cards were found to have made such primes: their source of randomness had got stuck. A
        lattice of three dimensions finds the prime without knowing the word, only how long it is; up to an eighth of
        the length of n. All lengths are tried, in a run over many keys only common ones, and over very many none. Needs
        the extra `lattice` (pip install 'jwtctl[lattice]'); without it the check does not apply.

    What to do:
        Treat every token under this key as forged, replace it, and replace or repair the device that made it.
    """

    id = "rsa-bit-pattern"
    cites = (
        "Bernstein and others, Factoring RSA keys from certified smart cards, 2013",
        "Paranoid CheckBitPatterns, 2022",
    )
    effort = Effort.DEEP

    def applies(self, key: Key, audit: Audit) -> bool:
        return is_odd_modulus(key) and audit.reaches(Effort.USUAL) and has_flint()

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        return bit_pattern(n, every=audit.reaches(Effort.DEEP), stop=audit.stop_for(key))

    def message(self, p: int, q: int) -> str:
        length = period(p) or period(q)
        return f"the bits of a prime repeat every {length} bits" if length else "the bits of a prime repeat"
