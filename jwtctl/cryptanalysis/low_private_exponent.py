"""An RSA key from the low quarter of its private exponent, as long as the public exponent is small.

g·(e·d - 1) = k·φ(n) holds for some k below e and some g that has no divisor in common with it: g = 1 if d is reduced
modulo φ(n), and g divides gcd(p - 1, q - 1) if it is reduced modulo λ(n). For each k and g the low bits of d give those
of p + q, these give those of p, and Coppersmith's method the rest.

Sources: Boneh, Durfee and Frankel, An attack on RSA given a small fraction of the private key bits, 1998; for what the
identity says modulo e, De Micheli and Heninger, Survey: Recovering cryptographic keys from partial information, by
example, 2020.
"""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.coppersmith import coppersmith_reach, divisor_in_residue_class, lattice_dimension
from jwtctl.cryptanalysis.factoring import is_probable_prime, never, root_modulo_power_of_two

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MULTIPLIER_LIMIT = 1 << 20
"""For each g at most so many k are tried."""
DENOMINATOR_LIMIT = 1 << 12
"""g is tried up to this."""

_POLL = 1 << 10


def low_private_exponent_reach(n_bits: int, dimension: int) -> int:
    """How many low bits of d suffice with lattices of that dimension; a quarter of n is the limit.

    One bit more is needed for each factor 2 of k and of (p - q)/2. For a prime e, log2(e) bits less suffice.
    """
    prime_bits = (n_bits + 1) // 2
    return prime_bits - coppersmith_reach(n_bits, dimension, prime_bits)


def factor_from_low_private_exponent(  # noqa: PLR0917 - the interface of a long search
    n: int,
    e: int,
    low: int,
    known_bits: int,
    stop: Callable[[], bool] = never,
    on_progress: Callable[[int, int], None] | None = None,
    *,
    known_high: tuple[int, int] = (0, 0),
) -> tuple[int, ...]:
    """The two factors of an odd n, descending, from d mod 2^known_bits; they must have equal length.

    `low_private_exponent_reach` says how many bits are needed. About one lattice for each k below e, and this for each
    g in turn: minutes for e = 65537, unless `known_high` tells k. An empty tuple if nothing is found, if too few bits
    are known, if there are too many k to try, or if `stop()` turns true.

    Args:
        n: modulus.
        e: public exponent, odd.
        low: the low bits of d.
        known_bits: how many of them are known.
        stop: polled before each k and within each lattice.
        on_progress: is told now and then how many k are done, and of how many.
        known_high: (mask, value) of further known bits of d. Those above the middle reveal k, and nothing else.

    Raises:
        MissingExtraError: if python-flint is needed and not installed.
    """
    if n < 9 or n % 2 == 0 or e < 3 or e % 2 == 0 or known_bits < 4:
        return ()
    known_bits = min(known_bits, n.bit_length())
    low = int(gmpy2.f_mod_2exp(low, known_bits))
    mod_e = PrimesModuloExponent(n, e)
    prime_bits = (n.bit_length() + 1) // 2
    least, end = 1 << (prime_bits - 1), 1 << prime_bits
    phi = _phi_range(n, prime_bits)
    ranges = _ranges(n, e, known_high, phi)
    done, total = 0, sum(len(ks) for _, ks in ranges)
    for g, ks in ranges:
        most_bits = known_bits + (g & -g).bit_length() - 2
        if lattice_dimension(n, least, mod_e.members(least >> most_bits)) is None:
            done += len(ks)
            continue
        for k in ks:
            if on_progress and done % _POLL == 0:
                on_progress(done, total)
            done += 1
            if stop():
                return ()
            if not (_fits(e, k, g, known_high, phi) and mod_e.possible(k, g)):
                continue
            residue, bits = _low_bits_of_prime(n, e * low - 1, known_bits, k, g)
            if not bits:
                continue
            with_e = lattice_dimension(n, least, mod_e.members(least >> bits))
            without_e = lattice_dimension(n, least, least >> bits)
            if with_e is not None and (without_e is None or with_e < without_e):
                lift = pow(2, -bits, e)
                classes = [(residue + ((p - residue) * lift % e << bits), e << bits) for p, _ in mod_e.pairs(k, g)]
            else:
                classes = [(residue, 1 << bits)]
            for residue_class in classes:
                if factors := divisor_in_residue_class(n, *residue_class, least, end, stop):
                    return factors
    return ()


def private_exponent_multiples(
    n: int, e: int, known: tuple[int, int], stop: Callable[[], bool] = never, *, prime_bits: int | None = None
) -> Iterator[tuple[int, int]]:
    """Every (k, g) with g·(e·d - 1) = k·φ(n) for some d of which the bits known = (mask, value) are right.

    d is reduced modulo φ(n), or modulo λ(n) with g below DENOMINATOR_LIMIT, which holds for nearly all keys. Only bits
    in the upper half of d say anything; with a dozen more of them than e has, the right pair is mostly the only one.
    Nothing if more than MULTIPLIER_LIMIT k are left to try for some g. Ends early when `stop()` turns true.

    Args:
        n: modulus.
        e: public exponent.
        known: mask and value of the known bits of d.
        stop: polled all along.
        prime_bits: length of one prime; without it, both are half as long as n.
    """
    phi = _phi_range(n, prime_bits or (n.bit_length() + 1) // 2)
    for g, ks in _ranges(n, e, known, phi):
        for k in ks:
            if k % _POLL == 0 and stop():
                return
            if _fits(e, k, g, known, phi):
                yield k, g


def multiples_are_few(n: int, e: int, known: tuple[int, int], *, prime_bits: int | None = None) -> bool:
    """Whether `private_exponent_multiples` would look through all k and g at all."""
    return bool(_ranges(n, e, known, _phi_range(n, prime_bits or (n.bit_length() + 1) // 2)))


def _phi_range(n: int, prime_bits: int) -> tuple[int, int]:
    """Between which bounds φ(n) lies if one of two primes has that length."""
    ends = 1 << (prime_bits - 1), 1 << prime_bits
    return n - max(end + n // end + 1 for end in ends), n + 1 - math.isqrt(4 * n)


def _ranges(n: int, e: int, known: tuple[int, int], phi: tuple[int, int]) -> list[tuple[int, range]]:
    """For each g the k that are left by the bits known at the very top of d."""
    mask, value = known
    least = value & mask
    most = least | (((1 << n.bit_length()) - 1) & ~mask)
    if phi[0] <= 0:
        return []
    denominators = [g for g in range(1, DENOMINATOR_LIMIT) if (n - 1) % g == 0]
    ranges = [
        (g, range(max(1, g * (e * least - 1) // phi[1]), min(e, g * (e * most - 1) // phi[0] + 2)))
        for g in denominators
    ]
    return ranges if all(ks.stop - ks.start <= MULTIPLIER_LIMIT for _, ks in ranges) else []


def _fits(e: int, k: int, g: int, known: tuple[int, int], phi: tuple[int, int]) -> bool:
    mask, value = known
    if math.gcd(k, g * e) != 1:
        return False
    if not mask:
        return True
    low, high = ((k * end // g + 1) // e for end in phi)
    # Where all d between the two agree, so does the right one.
    shared = (low ^ high).bit_length()
    return ((low ^ value) & mask) >> shared == 0


def _low_bits_of_prime(n: int, multiple: int, known_bits: int, k: int, g: int) -> tuple[int, int]:
    """(r, b) with p ≡ r modulo 2^b for one of the primes, or (0, 0) if k and g cannot be right, or say too little.

    `multiple` is e·d - 1 modulo 2^known_bits.
    """
    twos = (k & -k).bit_length() - 1
    # k·φ is known modulo 2^(bits + twos), and 4 divides φ.
    bits = known_bits + (g & -g).bit_length() - 1 - twos
    product = gmpy2.f_mod_2exp(mpz(g) * multiple, max(bits + twos, 1))
    if bits < 4 or gmpy2.f_mod_2exp(product, twos + 2):
        return 0, 0
    phi = (product >> twos) * gmpy2.invert(k >> twos, mpz(1) << bits)
    half_sum = gmpy2.f_mod_2exp((n + 1 - phi) >> 1, bits - 1)
    # The square of half the difference.
    square = gmpy2.f_mod_2exp(half_sum * half_sum - n, bits)
    valuation = gmpy2.bit_scan1(square) if square else bits
    if valuation % 2 or valuation + 3 > bits or (square >> valuation) & 7 != 1:
        return 0, 0
    known = bits - 1 - valuation // 2
    half_difference = root_modulo_power_of_two(square >> valuation, bits - valuation) << (valuation // 2)
    return int(gmpy2.f_mod_2exp(half_sum + half_difference, known)), known


class PrimesModuloExponent:
    """What (k, g) tell of the primes modulo e: -g ≡ k·φ(n), so their sum, so themselves; e is at most MULTIPLIER_LIMIT."""

    def __init__(self, n: int, e: int) -> None:
        self._n, self._e = n, e
        self._roots: array[int] | None = None
        if e <= MULTIPLIER_LIMIT and is_probable_prime(e):
            self._roots = array("l", [0]) * e
            for x in range(e // 2 + 1):
                self._roots[x * x % e] = x

    def possible(self, k: int, g: int) -> bool:
        """Whether two numbers can have that sum and the product n; fails for about every second pair."""
        return int(gmpy2.jacobi(self._discriminant(k, g), self._e)) != -1

    def pairs(self, k: int, g: int) -> Iterator[tuple[int, int]]:
        """Every (p mod e, q mod e); at once if e is prime, else by trying all e."""
        e, total = self._e, self._sum(k, g)
        if self._roots is None:
            yield from ((p, (total - p) % e) for p in range(e) if p * (total - p) % e == self._n % e)
        elif self.possible(k, g):
            root = self._roots[self._discriminant(k, g)]
            yield from {((total + x) * (e + 1) // 2 % e, (total - x) * (e + 1) // 2 % e) for x in (root, -root)}

    def members(self, count: int) -> int:
        """How many of `count` members of a class are left if p is known modulo e as well."""
        return count // self._e + 1 if self._roots else count

    def _sum(self, k: int, g: int) -> int:
        return (self._n + 1 + g * pow(k, -1, self._e)) % self._e

    def _discriminant(self, k: int, g: int) -> int:
        return (self._sum(k, g) ** 2 - 4 * self._n) % self._e
