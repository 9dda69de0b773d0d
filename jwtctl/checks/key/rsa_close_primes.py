"""RSA moduli whose primes lie so close together that Fermat's method finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.factored import FactoringCheck
from jwtctl.cryptanalysis.factoring import fermat

if TYPE_CHECKING:
    from jwtctl.checks.audit import Audit
    from jwtctl.model import Key


class RsaClosePrimes(FactoringCheck):
    """The two primes of an RSA modulus are too close together.

    Why it matters:
        Fermat's method, of 1643, writes n as a difference of two squares and finds primes whose difference is small
        compared with the fourth root of n at once. In 2022 it broke keys of office printers, whose library had chosen
        both primes in one neighbourhood (CVE-2022-26320). Here 100,000 steps are made, which finds any difference
        below about 2^522 at 2048 bits; FIPS 186-5 keeps it above 2^924.

    What to do:
        Treat every token under this key as forged and replace the key. Look for other keys from the same generator:
        they have the same flaw.
    """

    id = "rsa-close-primes"
    cites = ("CVE-2022-26320", "FIPS 186-5 section A.1.3")

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        return fermat(n)

    def message(self, p: int, q: int) -> str:
        return f"the primes differ by a number of only {(p - q).bit_length()} bits"
