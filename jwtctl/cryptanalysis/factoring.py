"""Factoring RSA moduli: from an exponent pair, and without one when the primes were badly chosen.

Integers in, integers out. A pair `(a, b)` that is returned has a·b = n and a ≥ b > 1; for a modulus of two primes
these are the primes, for one of more primes they may be composite.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SMALL_PRIME_LIMIT = 65537
"""Largest prime that `small_factor` finds."""

_SQUARE_TEST = 720
_SQUARES = frozenset(i * i % _SQUARE_TEST for i in range(_SQUARE_TEST))
_RATIO_STEPS = 4
_GUARD = 64
_SIEVE = (64, 9, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
_SIEVE_PRODUCT = math.prod(_SIEVE)
_SIEVE_WIDTH = 100_000
_CHUNK = 4096


def never() -> bool:
    """The default `stop`: never."""
    return False


def bases(n: int) -> Iterator[int]:
    """Endless bases for tests modulo n: reproducible, and not to be foreseen while n is being chosen.

    With fixed small bases somebody could build an n for which all of them fail; here every base is a hash of n.
    """
    size = (n.bit_length() + 7) // 8
    seed = int(n).to_bytes(size, "big")
    counter = 0
    while True:
        octets = hashlib.shake_256(seed + counter.to_bytes(4, "big")).digest(size + 8)
        base = 2 + int.from_bytes(octets, "big") % max(n - 3, 1)
        counter += 1
        if math.gcd(base, n) == 1:
            yield base


def is_probable_prime(n: int) -> bool:
    """Whether n passes a Baillie-PSW test and a Miller-Rabin round on top; no composite is known that does."""
    return bool(gmpy2.is_prime(mpz(n), 25))


def perfect_power(n: int) -> tuple[int, int] | None:
    """(b, k) with b^k = n and the largest such k ≥ 2, or None; n ≥ 2."""
    n = mpz(n)
    if not gmpy2.is_power(n):
        return None
    return next(
        ((int(root), k) for k in range(n.bit_length(), 1, -1) for root, exact in [gmpy2.iroot(n, k)] if exact), None
    )


def carmichael(factors: tuple[int, ...]) -> int:
    """λ(n) for odd n given as all its prime factors, repeated ones repeated."""
    distinct = set(factors)
    repeated = [p ** (factors.count(p) - 1) for p in distinct]
    return int(gmpy2.lcm(*(p - 1 for p in distinct), *repeated))


def factor_from_exponents(n: int, e: int, d: int) -> tuple[int, ...]:
    """All prime factors of n, descending, from any e and d with e·d ≡ 1 modulo λ(n).

    Two primes or more, d reduced modulo φ, modulo λ or not at all. An empty tuple if e and d do not belong together.

    Source: Handbook of Applied Cryptography, 8.2.2 (i); after Miller 1976.
    """
    return factor_from_multiple(n, e * d - 1)


def factor_from_multiple(n: int, multiple: int) -> tuple[int, ...]:
    """All prime factors of an odd n, descending, from a positive multiple of λ(n); empty if it is none."""
    if multiple <= 0 or n < 3 or n % 2 == 0:
        return ()
    todo, primes = [int(n)], []
    while todo:
        part = todo.pop()
        if is_probable_prime(part):
            primes.append(part)
        elif power := perfect_power(part):
            todo += [power[0]] * power[1]
        elif factor := _split(part, multiple):
            todo += [factor, part // factor]
        else:
            return ()
    return tuple(sorted(primes, reverse=True))


def _split(n: int, multiple: int) -> int | None:
    n, multiple = mpz(n), mpz(multiple)
    twos = gmpy2.bit_scan1(multiple)
    odd = multiple >> twos
    # Each base splits n with a chance of at least one half.
    for base in islice(bases(int(n)), 64):
        x = gmpy2.powmod(base, odd, n)
        for _ in range(twos):
            if x in {1, n - 1}:
                break
            previous, x = x, x * x % n
            if x == 1:
                return int(gmpy2.gcd(previous - 1, n))
        if x not in {1, n - 1}:
            factor = gmpy2.gcd(x - 1, n)
            return int(factor) if factor > 1 else None
    return None


@lru_cache(maxsize=1)
def small_primes() -> mpz:
    """The product of all primes up to SMALL_PRIME_LIMIT."""
    return gmpy2.primorial(SMALL_PRIME_LIMIT)


def small_factor(n: int) -> int | None:
    """The smallest prime factor of n > 0 if it is at most 65537, else None.

    Source: SP 800-89 section 5.3.3 asks for a modulus without small factors.
    """
    common = gmpy2.gcd(small_primes(), mpz(n))
    if common == 1:
        return None
    prime = mpz(2)
    while common % prime:
        prime = gmpy2.next_prime(prime)
    return int(prime)


@cache
def _square_offsets(modulus: int, residue: int) -> mpz:
    """Bit i is set if i² - residue is a square modulo `modulus`: one period after the other, a whole _SIEVE_WIDTH."""
    squares = {i * i % modulus for i in range(modulus)}
    mask, width = mpz(sum(1 << i for i in range(modulus) if (i * i - residue) % modulus in squares)), modulus
    while width < _SIEVE_WIDTH + modulus:
        mask, width = mask | mask << width, 2 * width
    return gmpy2.f_mod_2exp(mask, _SIEVE_WIDTH + modulus)


def difference_of_squares(n: int, start: int, steps: int) -> tuple[int, int] | None:
    """(a, b) with a² - b² = n for the least such a among the `steps` from `start` on, or None; `start` is positive.

    A sieve leaves one a in some 20,000 to be tried: it must leave a square modulo each of a dozen small numbers.
    """
    n, begin = mpz(n), mpz(start)
    residue, first = int(n % _SIEVE_PRODUCT), int(begin % _SIEVE_PRODUCT)
    for done in range(0, steps, _SIEVE_WIDTH):
        mask = mpz(-1)
        for modulus in _SIEVE:
            mask &= _square_offsets(modulus, residue % modulus) >> (first + done) % modulus
        offset = gmpy2.bit_scan1(mask)
        while offset is not None and offset < min(steps - done, _SIEVE_WIDTH):
            a = begin + done + offset
            square = a * a - n
            if gmpy2.is_square(square):
                return int(a), int(gmpy2.isqrt(square))
            offset = gmpy2.bit_scan1(mask, offset + 1)
    return None


def fermat(n: int, steps: int = 100_000) -> tuple[int, int] | None:
    """The factors of an odd n if they are so close that Fermat's method needs at most `steps` steps.

    That is |p - q| < sqrt(8·steps)·n^¼, about 2^522 for 100,000 steps and 2048 bits. Source: CVE-2022-26320.
    """
    found = difference_of_squares(n, gmpy2.isqrt(mpz(n) - 1) + 1, steps)
    return pair(found[0] + found[1], n) if found else None


@lru_cache(maxsize=2)
def _ratio_products(limit: int, bits: int) -> tuple[tuple[int, mpz], ...]:
    """4·u·v and its root, times 2^bits and rounded down, for each product of coprime u ≠ v up to `limit`."""
    products = {u * v for u in range(2, limit + 1) for v in range(1, u) if math.gcd(u, v) == 1}
    return tuple((4 * uv, gmpy2.isqrt(mpz(4 * uv) << 2 * bits)) for uv in sorted(products))


def prime_ratio(n: int, limit: int = 64) -> tuple[int, int] | None:
    """The factors of an odd n if p/q lies very close to u/v for some u, v ≤ limit, not both 1.

    Close means |v·p - u·q| below 3·(u·v·n)^¼. Source: Lehman, Factoring large integers, 1974.
    """
    n = mpz(n)
    bits = n.bit_length() // 2 + _GUARD
    root, residue = gmpy2.isqrt(n << 2 * _GUARD), int(n % _SQUARE_TEST)
    for uv4, root_uv4 in _ratio_products(limit, bits):
        # Both roots were rounded down: this is the floor of √(4uvn), or one less.
        a = root * root_uv4 >> bits + _GUARD
        for step in _ratio_steps(uv4 * residue % _SQUARE_TEST)[a % _SQUARE_TEST]:
            square = (a + step) ** 2 - uv4 * n
            if square >= 0 and gmpy2.is_square(square):
                found = pair(gmpy2.gcd(a + step + gmpy2.isqrt(square), n), n)
                if found:
                    return found
    return None


@cache
def _ratio_steps(target: int) -> tuple[tuple[int, ...], ...]:
    """For each residue of a modulo _SQUARE_TEST: the steps from a to a number whose square less 4uvn can be a square.

    Args:
        target: 4uvn modulo _SQUARE_TEST; u·q + v·p is even if u and v are both odd, and odd if one of them is even.
    """
    return tuple(
        tuple(
            step
            for step in range((a + target // 4 + 1) % 2, _RATIO_STEPS + 2, 2)
            if ((a + step) ** 2 - target) % _SQUARE_TEST in _SQUARES
        )
        for a in range(_SQUARE_TEST)
    )


@lru_cache(maxsize=2)
def _smooth_exponents(bound: int) -> tuple[mpz, ...]:
    """Chunks of an exponent: every prime power up to bound, and up to bound³ for primes below 2048."""
    powers = mpz(1)
    for k in range(2, bound.bit_length() + 1):
        powers *= gmpy2.primorial(int(gmpy2.iroot(mpz(bound), k)[0]))
    for k in range(1, 2 * bound.bit_length() + 1):
        powers *= gmpy2.primorial(min(2048, int(gmpy2.iroot(mpz(bound) ** 2, k)[0])))
    ends = [*range(0, bound, _CHUNK), bound]
    primorials = [gmpy2.primorial(end) for end in ends]
    return (powers, *(high // low for low, high in pairwise(primorials)))


def p_minus_1(n: int, bound: int = 1 << 16, stop: Callable[[], bool] = never) -> tuple[int, int] | None:
    """The factors of an odd n if p - 1 divides n - 1 times a product of prime powers up to `bound`.

    Primes below 2048 may stand in p - 1 up to bound³. None if `stop()` turns true meanwhile.
    Source: Pollard, Theorems on factorization and primality testing, 1974.
    """
    n = mpz(n)
    # gcd(p - 1, q - 1) divides n - 1: with it, a large prime common to p - 1 and q - 1 does not hide p.
    exponent = n - 1
    x = gmpy2.powmod(next(bases(int(n))), exponent, n)
    for chunk in _smooth_exponents(bound):
        if stop():
            return None
        x = gmpy2.powmod(x, chunk, n)
        exponent *= chunk
        factor = gmpy2.gcd(x - 1, n)
        if factor == n:
            split = _split(int(n), int(exponent))
            return pair(mpz(split), n) if split else None
        if factor > 1:
            return pair(factor, n)
    return None


def p_plus_1(n: int, bound: int = 1 << 14, stop: Callable[[], bool] = never) -> tuple[int, int] | None:
    """The factors of an odd n if p + 1 (or p - 1) is a product of prime powers up to `bound`; see `p_minus_1`.

    Three seeds are tried; each is of use with a chance of one half. None if `stop()` turns true meanwhile.
    Source: Williams, A p + 1 method of factoring, 1982.
    """
    n = mpz(n)
    for seed in islice(bases(int(n)), 3):
        v = mpz(seed)
        for chunk in _smooth_exponents(bound):
            if stop():
                return None
            v = gmpy2.lucasv_mod(v, 1, chunk, n)
            factor = gmpy2.gcd(v - 2, n)
            if factor == n:
                break
            if factor > 1:
                return pair(factor, n)
    return None


def pair(factor: int, n: int) -> tuple[int, int] | None:
    """The two factors of n, the larger first, that a divisor which is neither 1 nor n gives."""
    if not 1 < factor < n or n % factor:
        return None
    return int(max(factor, n // factor)), int(min(factor, n // factor))


def root_modulo_power_of_two(n: mpz, bits: int) -> mpz:
    """One square root of n ≡ 1 modulo 8, modulo 2^bits; the others differ by sign and by 2^(bits - 1)."""
    inverse, known = mpz(1), 3
    while known < bits + 1:
        known = 2 * known - 2
        inverse = gmpy2.f_mod_2exp(inverse * (3 - n * inverse * inverse) // 2, known)
    return gmpy2.f_mod_2exp(n * inverse, bits)
