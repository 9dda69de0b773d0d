"""Many moduli at once against all primes that are known before the first of them is seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis import known_primes, unseeded
from jwtctl.cryptanalysis.batch_gcd import product_of, shared_with_product
from jwtctl.cryptanalysis.factoring import small_primes

if TYPE_CHECKING:
    from collections.abc import Iterable

_GROUP, _PART = 4096, 256


def product(lengths: Iterable[int]) -> mpz:
    """The product of the primes that `small_factor`, `unseeded` and `known_primes` look for in moduli of some lengths.

    Args:
        lengths: in bits, any number of them: only a few have primes of their own.
    """
    distinct = set(lengths)
    halves = {(bits + 1) // 2 for bits in distinct}
    return small_primes() * math.prod(map(unseeded.product, halves)) * math.prod(map(known_primes.product, distinct))


def with_known_factor(moduli: Iterable[int]) -> frozenset[int]:
    """Those of many integers above 1 that have a prime factor which is in the `product` for their lengths.

    A whole group is multiplied and compared with that product, which takes a tenth of looking at each modulus: at 2048
    bits some 40 µs for each of 10,000. Where one has such a factor, a remainder tree over a part of the group says
    which.
    """
    distinct = [n for n in dict.fromkeys(moduli) if n > 1]
    known = product(n.bit_length() for n in distinct)
    found: set[int] = set()
    for start in range(0, len(distinct), _GROUP):
        group = distinct[start : start + _GROUP]
        larger, smaller = sorted((mpz(product_of(group)), known), reverse=True)
        if gmpy2.gcd(larger % smaller, smaller) > 1:
            for first in range(0, len(group), _PART):
                found |= shared_with_product(group[first : first + _PART], int(known)).keys()
    return frozenset(found)
