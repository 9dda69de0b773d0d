"""RSA moduli whose primes lie so close together that Fermat's method finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import is_searched
from jwtctl.checks.base import KeyCheck
from jwtctl.checks.proof import hexadecimal, is_product
from jwtctl.cryptanalysis.factoring import fermat
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaClosePrimes(KeyCheck):
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
    severity = Severity.CRITICAL
    cites = ("CVE-2022-26320", "FIPS 186-5 section A.1.3")

    def applies(self, key: Key, audit: Audit) -> bool:
        n = key.numbers.get("n", 0)
        return is_searched(key) and n % 2 == 1 and n > 1

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        factors = fermat(n)
        # Equal factors are a square, which is rsa-modulus-degenerate.
        if factors and factors[0] != factors[1] and is_product(n, factors):
            p, q = factors
            yield self.finding(
                key,
                f"the primes differ by a number of only {(p - q).bit_length()} bits, so the private key is known to everybody",
                at="/n",
                witness=hexadecimal(p=p, q=q),
            )
