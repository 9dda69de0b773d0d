"""Primes that pseudo-random generators give when nobody seeded them.

The first numbers of each generator are made again here; which of them was raised to a prime by how much stands in a
table, because that takes seconds.
"""

from __future__ import annotations

import math
import random
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import pair
from jwtctl.cryptanalysis.unseeded_table import OFFSETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Draw = Callable[[int], int]

DRAWS = 4
"""So many numbers of each generator may have become the prime."""
_MT_SEED = 5489
_MT64 = (64, 312, 156, 0xB5026F5AA96619E9, 31, 6364136223846793005)


def factor(n: int) -> tuple[str, tuple[int, int]] | None:
    """The generator and the factors of n, if one of them is the next prime after a draw of an unseeded generator.

    Tried are the first DRAWS numbers of half the length of n, 1024, 2048, 3072 or 4096 bits, with their top bit or top
    two bits set. Source: Paranoid, CheckUnseededRand, 2022; the generators here are those of GENERATORS.
    """
    bits = (n.bit_length() + 1) // 2
    if bits not in OFFSETS or n % 2 == 0:
        return None
    common = gmpy2.gcd(product(bits), n)
    if common == 1:
        return None
    for prime, name in _primes(bits).items():
        if common % prime == 0 and (found := pair(prime, n)):
            return name, found
    return None


@cache
def product(bits: int) -> mpz:
    """The product of all primes of so many bits that `factor` finds; 1 where there are none."""
    return math.prod(map(mpz, _primes(bits)), start=mpz(1))


@cache
def _primes(bits: int) -> Mapping[int, str]:
    """All primes in the table, each with the name of its generator."""
    if bits not in OFFSETS:
        return {}
    guessed = ((guess + offset, name) for (name, guess), offset in zip(guesses(bits), OFFSETS[bits], strict=True))
    return dict(guessed)


def guesses(bits: int) -> Iterator[tuple[str, int]]:
    """(generator, number) for every draw and every setting of its top bits, in the order of the table."""
    for name, start in GENERATORS.items():
        draw = start()
        for number in [draw(bits) for _ in range(DRAWS)]:
            for top in (1, 3):
                yield name, (number | top << (bits - top.bit_length())) | 1


def _glibc() -> Draw:
    """Octets of rand() as glibc starts it, the lowest eight bits of each number."""
    return _octets(_glibc_numbers())


def _glibc_numbers() -> Iterator[int]:
    # srandom(1) of the additive generator of degree 31 (random_r.c).
    state = [1]
    for _ in range(30):
        state.append(16807 * state[-1] % 2147483647)
    state += state[:3]
    made = 0
    while True:
        state.append((state[-31] + state[-3]) % (1 << 32))
        made += 1
        if made > 310:
            yield state[-1] >> 1


def _linear(multiplier: int, increment: int, modulus: int, seed: int, shift: int) -> Iterator[int]:
    x = seed
    while True:
        x = (x * multiplier + increment) % modulus
        yield x >> shift


def _octets(numbers: Iterator[int]) -> Draw:
    return lambda bits: int.from_bytes(bytes(x & 0xFF for x in islice(numbers, bits // 8)), "big")


def _java(seed: int) -> Draw:
    """BigInteger(bits, java.util.Random(seed)): numbers of 32 bits, the lowest octet of each first."""
    numbers = _linear(0x5DEECE66D, 11, 1 << 48, seed ^ 0x5DEECE66D, 16)
    return _octets(octet for number in numbers for octet in number.to_bytes(4, "little"))


def _words(numbers: Iterator[int], width: int, order: str) -> Draw:
    """Numbers put together from words, the first one at the top ("big") or at the bottom ("little")."""

    def draw(bits: int) -> int:
        words = list(islice(numbers, bits // width))
        return sum(word << width * i for i, word in enumerate(words if order == "little" else reversed(words)))

    return draw


def _mersenne(seed: int) -> Iterator[int]:
    """std::mt19937: the seeding of Matsumoto and Nishida, 2002, and the generator that Python has as well."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) % (1 << 32))
    generator = random.Random()  # noqa: S311 - a generator whose numbers are known is what is wanted
    generator.setstate((3, (*state, 624), None))
    while True:
        yield generator.getrandbits(32)


def _mersenne_64(seed: int) -> Iterator[int]:
    """std::mt19937_64 (Nishimura, 2000)."""
    width, size, middle, matrix, lower, factor_ = _MT64
    full = (1 << width) - 1
    state = [seed]
    for i in range(1, size):
        state.append((factor_ * (state[-1] ^ state[-1] >> width - 2) + i) & full)
    while True:
        for i in range(size):
            x = (state[i] >> lower << lower) | state[(i + 1) % size] & (1 << lower) - 1
            state[i] = state[(i + middle) % size] ^ x >> 1 ^ (matrix if x & 1 else 0)
        for number in state:
            x = number ^ number >> 29 & 0x5555555555555555
            x ^= x << 17 & 0x71D67FFFEDA60000
            x ^= x << 37 & 0xFFF7EEE000000000
            yield x ^ x >> 43


def _gmp(seed: int) -> Draw:
    state = gmpy2.random_state(seed)
    return lambda bits: int(gmpy2.mpz_urandomb(state, bits))


GENERATORS: Mapping[str, Callable[[], Draw]] = {
    "rand() of glibc, an octet each": _glibc,
    "rand() of the Microsoft C library, an octet each": lambda: _octets(_linear(214013, 2531011, 1 << 31, 1, 16)),
    "std::minstd_rand0, an octet each": lambda: _octets(_linear(16807, 0, 2147483647, 1, 0)),
    "std::mt19937, first word on top": lambda: _words(_mersenne(_MT_SEED), 32, "big"),
    "std::mt19937, first word at the bottom": lambda: _words(_mersenne(_MT_SEED), 32, "little"),
    "std::mt19937, an octet each": lambda: _octets(_mersenne(_MT_SEED)),
    "std::mt19937_64, first word on top": lambda: _words(_mersenne_64(_MT_SEED), 64, "big"),
    "std::mt19937_64, first word at the bottom": lambda: _words(_mersenne_64(_MT_SEED), 64, "little"),
    "java.util.Random with seed 0": lambda: _java(0),
    "GMP's Mersenne twister without a seed": lambda: _gmp(_MT_SEED),
    "GMP's Mersenne twister with seed 0": lambda: _gmp(0),
}
"""Each starts anew when it is called, and gives numbers of as many bits as it is asked for."""
