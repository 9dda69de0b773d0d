"""What the checks have in common that factor an RSA modulus: whom they concern, and the second look at the factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import is_searched
from jwtctl.checks.base import KeyCheck
from jwtctl.checks.proof import hexadecimal, is_product
from jwtctl.cryptanalysis.factoring import is_probable_prime, small_factor
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class FactoringCheck(KeyCheck):
    """A rule that is broken by a modulus which `search` splits."""

    severity = Severity.CRITICAL
    proof = "p·q = n"

    def applies(self, key: Key, audit: Audit) -> bool:
        """Whether there is an odd modulus to split, and time for it."""
        return is_odd_modulus(key) and audit.reaches(self.effort)

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        """Give the two factors, if they were found and make the modulus."""
        n = key.numbers["n"]
        factors = self.search(n, key, audit)
        if factors and splits(n, factors):
            yield self.broken(key, self.message(*factors), factors)

    def broken(self, key: Key, message: str, factors: tuple[int, int]) -> Finding:
        """A finding with two factors of the modulus as its witness: its primes, or parts of a modulus of more."""
        p, q = factors
        whole = is_probable_prime(p) and is_probable_prime(q)
        return self.finding(
            key,
            f"{message}, so {'the private key' if whole else 'a factor of n'} is known to everybody",
            at="/n",
            witness=hexadecimal(p=p, q=q),
            severity=self.severity if whole else Severity.HIGH,
        )

    def search(self, n: int, key: Key, audit: Audit) -> tuple[int, int] | None:
        """Two factors of n, the larger first, or None."""
        raise NotImplementedError

    def message(self, p: int, q: int) -> str:
        """What is wrong with the factors, to be followed by what that means."""
        raise NotImplementedError


def splits(n: int, factors: tuple[int, int]) -> bool:
    """Whether two factors make n, as something that no other check tells.

    Equal ones are rsa-modulus-degenerate. A modulus with a small factor is rsa-small-factor: a search finds that one by
    chance, whatever it looks for.
    """
    return is_product(n, factors) and factors[0] != factors[1] and small_factor(n) is None


def is_odd_modulus(key: Key) -> bool:
    """Whether a key is an RSA key with an odd modulus above 1 and numbers that searches take."""
    n = key.numbers.get("n", 0)
    return is_searched(key) and n % 2 == 1 and n > 1
