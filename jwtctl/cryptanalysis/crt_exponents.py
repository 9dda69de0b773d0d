"""Primes from the CRT members of an RSA private key: dp = d mod p - 1, dq = d mod q - 1 and qi = q^-1 mod p.

What is said of dp and p holds for dq and q as well. Sources: RFC 8017 sections 3.2 and 5.1.2 (what the members are);
De Micheli and Heninger, Survey: Recovering cryptographic keys from partial information, by example, 2020 (what they
give away).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import bases, factor_from_multiple, is_probable_prime, never, pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MULTIPLIER_LIMIT = 1 << 20
"""Where n is unknown, k in e·dp = 1 + k·(p - 1) is searched below this and below e."""
GCD_LIMIT = 1 << 10
"""`second_prime` tries every gcd(p - 1, q - 1) below this."""

_CHUNK = 512
_POLL = 1 << 10


def factor_from_crt_exponent(n: int, e: int, dp: int) -> tuple[int, ...]:
    """Two factors of an odd n, descending, from any dp with e·dp ≡ 1 modulo p - 1 for one of its primes p.

    If that holds for all primes, since dp is really a private exponent, all of them are given; if it holds for some of
    several, their product is one factor. An empty tuple if it holds for none. Two powers modulo n.
    """
    if n < 9 or n % 2 == 0 or e < 1 or dp < 1:
        return ()
    n = mpz(n)
    for base in islice(bases(int(n)), 2):
        p = gmpy2.gcd(gmpy2.powmod(base, e * dp, n) - base, n)
        if p == n:
            return factor_from_multiple(int(n), e * dp - 1)
        if found := pair(int(p), int(n)):
            return found
    return ()


def factor_from_crt_exponent_unknown_e(
    n: int, dp: int, limit: int = 1 << 17, stop: Callable[[], bool] = never
) -> tuple[int, tuple[int, ...]] | None:
    """The least odd e from 3 to `limit` that belongs to dp, and the factors that it gives.

    Two multiplications modulo n for each e. None if no such e gives factors or `stop()` turns true.
    """
    if n < 9 or n % 2 == 0 or dp < 1:
        return None
    n = mpz(n)
    base = mpz(next(bases(int(n))))
    root = gmpy2.powmod(base, dp, n)
    square = root * root % n
    power = square * root % n
    for start in range(3, limit, 2 * _CHUNK):
        if stop():
            return None
        exponents = range(start, min(start + 2 * _CHUNK, limit), 2)
        first, product = power, mpz(1)
        for _ in exponents:
            product = product * (power - base) % n
            power = power * square % n
        if gmpy2.gcd(product, n) == 1:
            continue
        for e in exponents:
            if gmpy2.gcd(first - base, n) > 1 and (factors := factor_from_crt_exponent(int(n), e, dp)):
                return e, factors
            first = first * square % n
    return None


def primes_from_crt_exponent(e: int, dp: int, stop: Callable[[], bool] = never) -> Iterator[int]:
    """Every prime p to which dp may belong, n unknown: p = (e·dp - 1) / k + 1 for some k below e, ascending k.

    There are mostly a few, the longest first, and seldom two of one length. With an e above MULTIPLIER_LIMIT, k is searched
    up to there only. Ends early when `stop()` turns true.
    """
    if e < 2 or dp < 1:
        return
    multiple = mpz(e) * dp - 1
    for k in _divisors(multiple, e, stop):
        p = int(multiple // k) + 1
        if p > 2 and is_probable_prime(p):
            yield p


def primes_from_crt_coefficient(p: int, qi: int) -> Iterator[int]:
    """Every prime q below 2·p with qi·q ≡ 1 modulo p, n unknown; a p that is no prime gives none."""
    if p < 3 or not is_probable_prime(p) or qi % p == 0:
        return
    inverse = int(gmpy2.invert(qi, p))
    yield from (q for q in (inverse, inverse + p) if is_probable_prime(q))


def second_primes(e: int, d: int, p: int, stop: Callable[[], bool] = never) -> Iterator[int]:
    """Every prime q such that d belongs to e under p·q, n unknown: q = G·(e·d - 1) / (k·(p - 1)) + 1 for a k below e.

    There are mostly a few, and seldom two of one length.
    d is reduced modulo φ(n), or modulo λ(n) with G = gcd(p - 1, q - 1) below GCD_LIMIT. k is limited as in
    `primes_from_crt_exponent`. Ends early when `stop()` turns true.
    """
    if p < 3 or e < 2 or d < 1 or (mpz(e) * d - 1) % (p - 1):
        return
    quotient = (mpz(e) * d - 1) // (p - 1)
    seen: set[int] = set()
    for G in (1, *(G for G in range(2, GCD_LIMIT, 2) if (p - 1) % G == 0)):
        for k in _divisors(quotient * G, e, stop):
            q = int(quotient * G // k) + 1
            belongs = q > 2 and (mpz(e) * d - 1) % gmpy2.lcm(p - 1, q - 1) == 0
            if belongs and q not in {p, *seen} and is_probable_prime(q):
                seen.add(q)
                yield q


def _divisors(multiple: mpz, end: int, stop: Callable[[], bool]) -> Iterator[int]:
    """The divisors of a positive number below `end` and MULTIPLIER_LIMIT, ascending."""
    for k in range(1, min(end, MULTIPLIER_LIMIT) if multiple > 0 else 0):
        if k % _POLL == 0 and stop():
            return
        if gmpy2.is_divisible(multiple, k):
            yield k
