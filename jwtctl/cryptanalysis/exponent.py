"""From (n, d) to the exponent e that was kept secret, as long as it is short, usual, or mostly known.

Both exponents play the same part: a public key whose exponent is huge is attacked by passing that exponent as d.
φ is Euler's function, λ Carmichael's, and G = φ/λ, for two primes gcd(p - 1, q - 1).
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import bases, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

COMMON_LIMIT = 1 << 20
"""`common_exponents` tries every odd exponent below this."""
COMMON_NEAR = (24, 31, 32, 63, 64, 128, 256)
"""`common_exponents` tries every odd exponent within COMMON_WIDTH of these powers of two."""
COMMON_WIDTH = 1 << 11

_BABY_STEPS = 1 << 10
_MAX_BABY_STEPS = 1 << 20
_POLL = 1 << 10
_WORD = (1 << 64) - 1
_MAX_MULTIPLIER = 1024
_MAX_MULTIPLIERS = 32
_SMALL_GCDS = 1024
SMOOTH = (*range(1, 11), 12, 15, 16, 18, 20, 24, 27, 30, 36)
"""`continued_fraction` tries G = 2^(r-1) times these for r = 3 and 4 primes; at least half of random moduli have such a G."""
_LUCKY_BITS = 8


def satisfies(n: int, e: int, d: int) -> bool:
    """Whether m^(e·d) = m modulo n for the bases 2, 3 and 5, as it must be if e and d belong together."""
    if e < 1 or d < 1:
        return False
    n = mpz(n)
    return all(gmpy2.powmod(gmpy2.powmod(base, d, n), e, n) == base % n for base in (2, 3, 5))


def common_exponents(n: int, d: int) -> int | None:
    """An exponent for d among the usual ones, or one that is the negative of a usual one modulo λ(n).

    Usual is every odd e below 2^20 and within 2^11 of 2^24, 2^31, 2^32, 2^63, 2^64, 2^128 and 2^256. Nothing is
    assumed of n or d. The answer satisfies the identity but need not be the least: for -e' it is e'·(d - 1) + 1.
    """
    n = mpz(n)
    base, power = _base_and_power(n, d)
    steps = _baby_steps(n, power * power % n, _BABY_STEPS)
    starts = [(1, COMMON_LIMIT // 2)] + [((1 << bits) - COMMON_WIDTH + 1, COMMON_WIDTH) for bits in COMMON_NEAR]
    inverse = gmpy2.invert(power, n)
    for start, count in starts:
        known = gmpy2.powmod(inverse, start, n)
        for negative, wanted in ((False, base), (True, gmpy2.invert(base, n))):
            for x in _logarithms(n, steps, wanted * known % n, count, never):
                e = start + 2 * x
                e = e * (d - 1) + 1 if negative else e
                if satisfies(int(n), e, d):
                    return int(e)
    return None


def baby_step_giant_step(n: int, d: int, bits: int, stop: Callable[[], bool] = never) -> int | None:
    """An odd e below 2^bits that belongs to d, however long d is; None if there is none or `stop()` turns true.

    About 2^(bits/2) multiplications and, up to 2^20 entries, as many table entries of 150 octets.
    Source: Shanks, Class number, a theory of factorization, and genera, 1971.
    """
    return exponent_window(n, d, 1, 1, bits - 1, stop=stop)


def exponent_window(
    n: int, d: int, known: int, shift: int, bits: int, *, stop: Callable[[], bool] = never
) -> int | None:
    """An e = known + x·2^shift, 0 ≤ x < 2^bits, that belongs to d: an exponent of any length but for a short gap.

    Cost as for `baby_step_giant_step`. None if there is none or `stop()` turns true.
    """
    n, count = mpz(n), 1 << bits
    base, power = _base_and_power(n, d)
    size = min(math.isqrt(count - 1) + 1, _MAX_BABY_STEPS)
    steps = _baby_steps(n, gmpy2.powmod(power, mpz(1) << shift, n), size, stop)
    if stop():
        return None
    wanted = base * gmpy2.invert(gmpy2.powmod(power, known, n), n) % n
    for x in _logarithms(n, steps, wanted, count, stop):
        e = known + (x << shift)
        if satisfies(int(n), e, d):
            return e
    return None


def _base_and_power(n: mpz, d: int) -> tuple[mpz, mpz]:
    base = mpz(next(bases(int(n))))
    return base, gmpy2.powmod(base, d, n)


class _BabySteps(NamedTuple):
    logarithms: Mapping[int, int]
    giant: mpz


def _baby_steps(n: mpz, generator: mpz, size: int, stop: Callable[[], bool] = never) -> _BabySteps:
    """Logarithms of the first `size` powers, by their low 64 bits, and the inverse of the next power."""
    logarithms: dict[int, int] = {}
    x = mpz(1)
    for i in range(size):
        if i % _POLL == 0 and stop():
            break
        logarithms.setdefault(int(x & _WORD), i)
        x = x * generator % n
    return _BabySteps(logarithms, gmpy2.invert(x, n))


def _logarithms(n: mpz, steps: _BabySteps, target: mpz, count: int, stop: Callable[[], bool]) -> Iterator[int]:
    """Candidates x < count, rounded up to whole giant steps, with generator^x = target."""
    size = len(steps.logarithms)
    for i in range(-(-count // size)):
        if i % _POLL == 0 and stop():
            return
        found = steps.logarithms.get(int(target & _WORD))
        if found is not None:
            yield i * size + found
        target = target * steps.giant % n


def continued_fraction(n: int, d: int, stop: Callable[[], bool] = never) -> int | None:
    """The least e for d if it is short, from the continued fraction of G·d / N' with N' near φ(n).

    Every e of `continued_fraction_bits(n, d, r)` bits is found if n has r = 2, 3 or 4 primes of equal length (largest
    less than twice the smallest) and d is reduced modulo φ, or modulo λ with G one of `multipliers(n)` for two primes
    and of 2^(r-1) times SMOOTH for more; another G costs half its length. Other moduli: as far as sqrt(n / (2·G·(n - φ))) for G ≤ 1024. None if there is no such e or
    `stop()` turns true.

    Source: Wiener, Cryptanalysis of short RSA secret exponents, 1990, with the roles of e and d exchanged; the
    centred N' is that of de Weger, Cryptanalysis of RSA with small prime difference, 2002.
    """
    n, d = mpz(n), mpz(d)
    for G in multipliers(int(n)):
        for centre, width in _two_prime_centres(n):
            if stop():
                return None
            if e := _two_primes(n, d, G, centre, width):
                return e
    base, power = _base_and_power(n, int(d))
    small_powers: dict[mpz, int] = {}
    x = base
    for g in range(1, _SMALL_GCDS + 1):
        small_powers.setdefault(x, g)
        x = x * base % n
    for candidate in _any_primes(n, d, power, small_powers, stop):
        if satisfies(int(n), candidate, int(d)):
            return candidate
    return None


def multipliers(n: int) -> list[int]:
    """The G that `continued_fraction` tries for two primes: 1 and even divisors of n - 1, which G always divides."""
    return [1, *islice((G for G in range(2, _MAX_MULTIPLIER, 2) if (n - 1) % G == 0), _MAX_MULTIPLIERS)]


def continued_fraction_bits(n: int, d: int, primes: int = 2) -> int:
    """The largest b such that `continued_fraction` finds every e of at most b bits; see there for what it assumes.

    For a d above n, which was not reduced, it assumes G ≤ 2 as well.
    """
    centre, width = next(_two_prime_centres(mpz(n))) if primes == 2 else _centre(mpz(n), primes)
    # k < G·e·d / φ stays below e while d is reduced; a longer d stretches it, the more so modulo λ, where G ≥ 2.
    reach = gmpy2.isqrt(centre * n // (2 * width * (n if d < n else 2 * d)))
    return max(int(reach).bit_length() - 1, 0)


def _two_prime_centres(n: mpz) -> Iterator[tuple[mpz, mpz]]:
    """(N', w) such that some |φ(n) - N'| ≤ w if the primes have a ratio below 2.

    Then 2 ≤ (p + q) / √n ≤ 1.5·√2. Four steps of equal width cover that; the first holds every ratio below √2, which
    is what FIPS 186-5 section A.1.3 asks for.
    """
    root = gmpy2.isqrt(n)
    width = root * 1518 // 100_000 + 1
    for i in range(4):
        yield n + 1 - 2 * root - (2 * i + 1) * width, width


def _centre(n: mpz, primes: int) -> tuple[mpz, mpz]:
    """(N', w) with |φ(n) - N'| ≤ w for 3 or 4 primes, the largest less than twice the smallest.

    The sum of n/p lies between 3 and 3.1749 times n^⅔, and between 4 and 4.2427 times n^¾.
    """
    low, high = {3: (30_000, 31_749), 4: (40_000, 42_427)}[primes]
    root = gmpy2.iroot(n ** (primes - 1), primes)[0]
    return n - root * (low + high) // 20_000, root * (high - low) // 20_000 + 1


def _convergents(x: mpz, y: mpz) -> Iterator[tuple[mpz, mpz, mpz, mpz]]:
    """Partial quotients, convergents K/D of x/y, and D·x - K·y."""
    K0, K, D0, D = mpz(0), mpz(1), mpz(1), mpz(0)
    sign = 1
    while y:
        quotient, remainder = gmpy2.f_divmod(x, y)
        K0, K = K, quotient * K + K0
        D0, D = D, quotient * D + D0
        yield quotient, K, D, sign * remainder
        x, y, sign = y, remainder, -sign


def _near_the_bound(x: mpz, centre: mpz, width: mpz) -> Iterator[tuple[mpz, mpz, mpz]]:
    """The convergents K/D of x/N' that may give φ, with that φ = N' + floor((D·x - K·N') / K).

    The right one has D·x = K·φ + G, so |D·x - K·N'| ≤ K·w + G. Nearly all others miss that by far, or come too late.
    """
    width_bits, last = width.bit_length(), centre.bit_length() + _LUCKY_BITS
    for _, K, D, rest in _convergents(x, centre):
        if K.bit_length() + D.bit_length() + width_bits > last:
            return
        if K and rest.bit_length() <= K.bit_length() + width_bits + 1:
            yield K, D, centre + rest // K


def _two_primes(n: mpz, d: mpz, G: int, centre: mpz, width: mpz) -> int | None:
    for _, _, phi in _near_the_bound(G * d, centre, width):
        total = n + 1 - phi
        square = total * total - 4 * n
        if square >= 0 and gmpy2.is_square(square):
            p = (total + gmpy2.isqrt(square)) // 2
            if 1 < p < n and n % p == 0:
                order = gmpy2.lcm(p - 1, n // p - 1)
                if gmpy2.gcd(d, order) == 1:
                    return int(gmpy2.invert(d, order))
    return None


def _any_primes(n: mpz, d: mpz, power: mpz, small_powers: Mapping[mpz, int], stop: Callable[[], bool]) -> Iterator[int]:
    """Exponents e = D/g that make base^(D·d) = base^g, which needs no φ and so no assumption on the primes."""
    # Carried along the fraction: base^(d·D), by the recurrence of D itself.
    before, now = power, mpz(1)
    last = n.bit_length() // 4 + _LUCKY_BITS
    for quotient, _, D, _ in _convergents(d, n):
        if D.bit_length() > last:
            break
        before, now = now, gmpy2.powmod(now, quotient, n) * before % n
        g = small_powers.get(now)
        if g and D % g == 0:
            yield int(D // g)
    for primes in (3, 4):
        centre, width = _centre(n, primes)
        for G in (1, *(k << (primes - 1) for k in SMOOTH)):
            if stop():
                return
            for _, D, phi in _near_the_bound(G * d, centre, width):
                # φ is a product of as many even numbers.
                if gmpy2.f_mod_2exp(phi, primes) == 0:
                    g = small_powers.get(gmpy2.powmod(power, D, n))
                    if g and D % g == 0:
                        yield int(D // g)
