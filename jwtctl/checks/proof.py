"""The second look at every claimed break: what a search found is multiplied out here before anybody is told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jwtctl.cryptanalysis.factoring import is_probable_prime

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, repr=False)
class ExponentPair:
    """Two RSA exponents that are said to undo each other.

    Attributes:
        n: the modulus.
        given: the exponent that stands in the key.
        partner: the one that was found.
        factors: the prime factors of n.
    """

    n: int
    given: int
    partner: int
    factors: tuple[int, ...]

    def is_proved(self) -> bool:
        """Whether the factors are prime and make n, and given · partner ≡ 1 modulo λ(n) (RFC 8017 section 3.2)."""
        if not is_product(self.n, self.factors) or not all(map(is_probable_prime, self.factors)):
            return False
        orders = [p ** (self.factors.count(p) - 1) * (p - 1) for p in self.factors]
        return self.given > 0 < self.partner and self.given * self.partner % math.lcm(*orders) == 1

    def witness(self, given: str, partner: str) -> dict[str, str]:
        """The numbers with which anyone can recheck the pair, under the names that its exponents have in the key."""
        exponents = {"n": self.n, given: self.given, partner: self.partner}
        return hexadecimal(**exponents, **dict(zip(_PRIME_NAMES, self.factors, strict=False)))


_PRIME_NAMES = ("p", "q", *(f"r{i}" for i in range(3, 100)))


def is_product(n: int, factors: Sequence[int]) -> bool:
    """Whether n is the product of at least two factors above 1."""
    return len(factors) > 1 and min(factors) > 1 and math.prod(factors) == n


def hexadecimal(**numbers: int) -> dict[str, str]:
    """Integers as they stand in a witness."""
    return {name: hex(number) for name, number in numbers.items()}
