"""Traces that a generator left in the modulus itself: residues modulo small primes that chance does not make.

Nothing here factors a modulus. What is found says by which method it was made.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

ROCA_GENERATOR = 65537
ROCA_PRIMES = (
    *(2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107),
    *(109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167),
)
"""The 39 primes that divide the M of every key length of Infineon's RSALib."""
VARIANT_PRIMES = (*ROCA_PRIMES[2:], 173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229)
"""The first 48 primes above 3."""

_WORD = (1 << 63) - 1


class Logarithm(NamedTuple):
    """generator^exponent ≡ n modulo `modulus`."""

    generator: int
    exponent: int
    modulus: int


def roca(n: int) -> Logarithm | None:
    """The logarithm of n to the base 65537 modulo the product of ROCA_PRIMES, if it has one.

    The primes of RSALib are k·M + (65537^a mod M), so that n is a power of 65537 modulo M. Of all odd numbers that are
    divisible by none of the primes one in 2^154 is such a power.

    Source: Nemec, Sys, Svenda, Klinec, Matyas, The return of Coppersmith's attack, 2017 (CVE-2017-15361).
    """
    if n < 1:
        return None
    word, powers = _selective()
    residue = int(n % word)
    if not all(residue % prime in allowed for prime, allowed in powers):
        return None
    exponent, order = 0, 1
    for prime in ROCA_PRIMES:
        logarithms = _logarithms(prime)
        if n % prime not in logarithms:
            return None
        merged = _congruence(exponent, order, logarithms[n % prime], len(logarithms))
        if merged is None:
            return None
        exponent, order = merged
    modulus = math.prod(ROCA_PRIMES)
    return (
        Logarithm(ROCA_GENERATOR, exponent, modulus) if pow(ROCA_GENERATOR, exponent, modulus) == n % modulus else None
    )


def quadratic_residue(n: int) -> bool:
    """Whether n is a square modulo each of VARIANT_PRIMES, which one number in 2^48 is by chance.

    If both primes are powers of one base modulo a product of small primes, whatever base that is, n is such a square
    for every second key. Source: Paranoid, CheckROCAVariant, 2022.
    """
    return all(n % prime in _squares(prime) for prime in VARIANT_PRIMES)


@cache
def _logarithms(prime: int) -> dict[int, int]:
    """Each power of 65537 modulo a prime, with its least exponent."""
    found: dict[int, int] = {}
    x = 1 % prime
    while x not in found:
        found[x] = len(found)
        x = x * ROCA_GENERATOR % prime
    return found


@cache
def _selective() -> tuple[int, list[tuple[int, frozenset[int]]]]:
    """The primes with the fewest powers, as many as have a product of 63 bits: they turn nearly every key away."""
    ranked = sorted(ROCA_PRIMES, key=lambda prime: len(_logarithms(prime)) / prime)
    chosen: list[int] = []
    for prime in ranked:
        if math.prod(chosen) * prime <= _WORD:
            chosen.append(prime)
    return math.prod(chosen), [(prime, frozenset(_logarithms(prime))) for prime in chosen]


@cache
def _squares(prime: int) -> frozenset[int]:
    return frozenset(i * i % prime for i in range(1, prime))


def _congruence(a: int, m: int, b: int, k: int) -> tuple[int, int] | None:
    """The x that is a modulo m and b modulo k, and the least common multiple of the two; None if there is none."""
    common = math.gcd(m, k)
    if (b - a) % common:
        return None
    step = (b - a) // common * pow(m // common, -1, k // common) % (k // common)
    return a + m * step, math.lcm(m, k)
