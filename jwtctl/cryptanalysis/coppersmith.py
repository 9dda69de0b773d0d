"""A prime of which a contiguous half is known, by Coppersmith's method.

All of it is one search: for a divisor of n in an interval and a residue class, as long as few members of the class lie
in the interval. The method in the form of Howgrave-Graham, Finding small roots of univariate modular equations
revisited, 1997, and May, New RSA vulnerabilities using lattice reduction methods, 2003; the residue classes are those
of Coppersmith, Howgrave-Graham and Nagaraj, Divisors in residue classes, constructively, 2008.

Lattices are reduced by python-flint, the extra `lattice`; `polynomial_lattice` has how. For a modulus of 2048 bits it
takes 3 ms with 400 unknown bits of 1024, 0.2 s with 480, 0.9 s with 490, 3 s with 495, 10 s with 500 and 26 s with 502,
wherever they are; 503 took 46 s, with a larger lattice than is built here. The limit is 512.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import never, pair
from jwtctl.cryptanalysis.lattice_reduction import flint
from jwtctl.cryptanalysis.polynomial_lattice import reduced_polynomials

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DIMENSION = 53
"""No larger lattice is built."""

_LLL_BITS = 0.03
"""A reduced basis starts with a vector of at most det^(1/w) times 2^(this·w): LLL as it behaves, not as it is proved."""
_FEW = 64
"""So many members of a residue class are tried one by one."""


def prime_from_high_bits(n: int, high: int, unknown_bits: int, stop: Callable[[], bool] = never) -> tuple[int, ...]:
    """The factors of an odd n, descending, if one is p = high·2^unknown_bits + x with 0 ≤ x < 2^unknown_bits.

    `coppersmith_reach` says how many bits may be unknown. Nothing is assumed of the other factor. An empty tuple if
    there is no such p, if too many bits are unknown, or if `stop()` turns true.

    Raises:
        MissingExtraError: if python-flint is not installed.
    """
    return prime_from_gap(n, high, 0, 0, unknown_bits, stop)


def prime_from_low_bits(
    n: int, low: int, known_bits: int, prime_bits: int, stop: Callable[[], bool] = never
) -> tuple[int, ...]:
    """The factors of an odd n, descending, if one is p = low + x·2^known_bits and has exactly `prime_bits` bits.

    One bit more may be unknown than `coppersmith_reach` says: the topmost one is known to be set. Empty and raising as
    for `prime_from_high_bits`.
    """
    if not 0 <= known_bits <= prime_bits <= n.bit_length() or prime_bits < 2:
        return ()
    return divisor_in_residue_class(n, low, 1 << known_bits, 1 << (prime_bits - 1), 1 << prime_bits, stop)


def prime_from_gap(  # noqa: PLR0917 - known and unknown parts, from the top to the bottom
    n: int, high: int, low: int, low_bits: int, gap_bits: int, stop: Callable[[], bool] = never
) -> tuple[int, ...]:
    """The factors of an odd n, descending, if one is p = (high·2^gap_bits + x)·2^low_bits + low, 0 ≤ x < 2^gap_bits.

    The bound, what is empty, and what it raises are those of `prime_from_high_bits`.
    """
    if high < 1 or min(low, low_bits, gap_bits) < 0 or high.bit_length() + gap_bits + low_bits > n.bit_length():
        return ()
    start = high << (gap_bits + low_bits)
    return divisor_in_residue_class(n, low, 1 << low_bits, start, start + (1 << (gap_bits + low_bits)), stop)


def coppersmith_reach(n_bits: int, dimension: int = MAX_DIMENSION, prime_bits: int | None = None) -> int:
    """How many bits of p may be unknown, for a lattice of that dimension; the limit is prime_bits²/n_bits.

    Args:
        n_bits: length of n.
        dimension: of the lattice, 2 or more.
        prime_bits: length of p; without it, half that of n.
    """
    prime_bits = n_bits // 2 if prime_bits is None else prime_bits
    _, _, reach = _shape(float(n_bits), float(prime_bits - 1), dimension)
    return max(math.floor(reach) + 1, 0)


def lattice_dimension(n: int, low: int, count: int) -> int | None:
    """The dimension that `divisor_in_residue_class` needs for `count` members of a class, all at least `low`.

    0 if it needs no lattice, None if it finds nothing since there are too many.
    """
    if count <= _FEW:
        return 0
    shape = _dimensions(n, low, count // 2)
    return sum(shape) if shape else None


def divisor_in_residue_class(  # noqa: PLR0917 - n, then the class, then the interval
    n: int, residue: int, modulus: int, low: int, high: int, stop: Callable[[], bool] = never
) -> tuple[int, ...]:
    """The factors of an odd n, descending, if one of them is p with p ≡ residue modulo `modulus` and low ≤ p < high.

    Finds it if `high - low` is at most `modulus` times 2^coppersmith_reach(...), where p has the length of `low`.
    An empty tuple if there is none, if too many members of the class lie in the interval, or if `stop()` turns true.

    Args:
        n: the number to factor.
        residue: of the factor.
        modulus: at least 1 and coprime to n.
        low: the least that the factor may be, above 1.
        high: more than the factor can be.
        stop: polled before the lattice is reduced, and for each step of one of more than 12 dimensions.

    Raises:
        MissingExtraError: if python-flint is not installed.
    """
    low, high = max(low, 2), min(high, n)
    if n < 9 or n % 2 == 0 or modulus < 1 or gmpy2.gcd(modulus, n) != 1 or low >= high:
        return ()
    first = low + (residue - low) % modulus
    count = -(-(high - first) // modulus)
    if count < 1:
        return ()
    if count <= _FEW:
        return next((found for p in range(first, high, modulus) if (found := pair(p, n))), ())
    # p = centre + x·modulus with |x| ≤ bound; divided by the modulus, that is a monic polynomial.
    bound = count // 2
    centre = mpz(first + modulus * (count // 2))
    shape = _dimensions(n, low, bound)
    if shape is None or stop():
        return ()
    inverse = gmpy2.invert(modulus, n)
    for root in _small_roots(mpz(n), centre * inverse % n, mpz(bound), shape, stop):
        if found := pair(int(gmpy2.gcd(centre + root * modulus, n)), n):
            return found
    return ()


@lru_cache(maxsize=512)
def _shape(n_log: float, p_log: float, dimension: int) -> tuple[int, int, float]:
    """The (m, t) with m + t = dimension that reach furthest, and the logarithm to base 2 of that bound of x.

    Howgrave-Graham: the root is found if the shortest vector is below p^m / √w; n^(m(m+1)/2)·X^(w(w-1)/2) is det.
    """
    w = dimension
    slack = w * w * _LLL_BITS + w * math.log2(w) / 2
    reach, m = max(((p_log * m * w - n_log * m * (m + 1) / 2 - slack) * 2 / (w * (w - 1)), m) for m in range(1, w))
    return m, w - m, reach


def _dimensions(n: int, p: int, bound: int) -> tuple[int, int] | None:
    n_log, p_log, wanted = _log2(n), _log2(p), _log2(bound)
    for w in range(2, MAX_DIMENSION + 1):
        m, t, reach = _shape(n_log, p_log, w)
        if reach >= wanted:
            return m, t
    return None


def _log2(x: int) -> float:
    shift = max(x.bit_length() - 64, 0)
    return shift + math.log2(x >> shift)


def _small_roots(n: mpz, a: mpz, bound: mpz, shape: tuple[int, int], stop: Callable[[], bool]) -> list[int]:
    """Every x with |x| ≤ bound such that x + a is divisible by a large enough divisor of n, and maybe others."""
    module = flint("lattice reduction")
    roots: list[int] = []
    for coefficients in reduced_polynomials(n, a, bound, shape[0], sum(shape) - 1, stop)[:2]:
        polynomial = module.fmpz_poly(coefficients)
        if polynomial.degree() > 0:
            roots += [int(root) for root, _ in polynomial.roots()]
    return roots
