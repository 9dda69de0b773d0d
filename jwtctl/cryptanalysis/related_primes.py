"""Factoring RSA moduli whose primes are related to each other, or near a number that can be guessed.

A pair `(a, b)` that is returned has a·b = n and a ≥ b > 1.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import pair, root_modulo_power_of_two

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP_BITS = (100, 128, 160, 256, 2, 3)
"""`expected_gap` tries p - q = 2^(h - g) for these g, where h is half the length of n."""
_ODD_TEST = 5 * 7 * 9
_ODD_SQUARES = frozenset(i * i % _ODD_TEST for i in range(_ODD_TEST))
_LONGEST_ENDING = 5
_LARGE_DIVISOR = 16


def near_guess(n: int, guess: int) -> tuple[int, int] | None:
    """The factors of an odd n if one of them is close enough to a guess.

    For two primes of about the same length, one must be closer than n^⅙ / 8: 2^338 at 2048 bits. It may be farther
    away if the other prime is close to a simple fraction of it.

    Source: Lehman, Factoring large integers, 1974. With u/v near p/q the numbers u·q and v·p lie close together, and
    Fermat's method on 4·u·v·n finds them at once.
    """
    n, p0 = mpz(n), mpz(guess)
    if not 1 < p0 < n:
        return None
    q0 = n // p0
    size = n.bit_length()
    # Only beyond here u·v can be so large that one step is enough: u·remainder is at most p0, and v·remainder q0.
    late = (2 * max(p0.bit_length(), q0.bit_length()) + size) // 6 + 2
    # Convergents u/v of p0/q0, and the difference u·q0 - v·p0, which is the remainder but for its sign.
    x, y, v0, v, sign = _late_remainders(p0, q0, mpz(1) << late)
    while True:
        # One step of Fermat's method bridges |u·q - v·p| < 2·(u·v·n)^¼.
        if v and y.bit_length() <= late:
            u = (v * p0 + sign * y) // q0
            if u and 4 * y.bit_length() <= u.bit_length() + v.bit_length() + size:
                return _one_step(4 * u * v * n, n)
        if not y:
            return None
        quotient, remainder = gmpy2.f_divmod(x, y)
        v0, v = v, quotient * v + v0
        x, y, sign = y, remainder, -sign


def _late_remainders(p0: mpz, q0: mpz, bound: mpz) -> tuple[mpz, mpz, mpz, mpz, int]:
    """Where Euclid's algorithm for p0/q0 first has a remainder below a bound: x, y, v0, v, sign of `near_guess`.

    All the time x·v + y·v0 = q0, which gives v0 and v in the end: they need not be carried along.
    """
    x, y, sign = p0, q0, 1
    while y >= bound:
        x %= y
        if x < bound:
            x, y, sign = y, x, -1
            break
        y %= x
    common, _, inverse = gmpy2.gcdext(x, y)
    if common.bit_length() > _LARGE_DIVISOR:
        return p0, q0, mpz(1), mpz(0), 1
    v0 = inverse * (q0 // common) % (x // common)
    return x, y, v0, (q0 - y * v0) // x, sign


def _one_step(multiple: mpz, n: mpz) -> tuple[int, int] | None:
    a = gmpy2.isqrt(multiple - 1) + 1
    square = a * a - multiple
    return pair(gmpy2.gcd(a + gmpy2.isqrt(square), n), n) if gmpy2.is_square(square) else None


def expected_gap(n: int) -> tuple[int, int] | None:
    """The factors of an odd n if their difference lies close to a power of two that somebody might have prescribed.

    FIPS 186-5 section A.1.3 asks for |p - q| > 2^(h - 100), h half the length of n; q = next_prime(p + 2^(h - 100))
    obeys the letter. The distances of GAP_BITS are tried. The actual one may be off by about n^⅙ / 8, as `near_guess`
    says. Source: Paranoid, CheckSmallUpperDifferences, 2022.
    """
    half = n.bit_length() // 2
    for bits in GAP_BITS:
        if half <= bits:
            continue
        gap = mpz(1) << (half - bits)
        # p·(p - gap) = n
        if found := near_guess(n, int(gmpy2.isqrt(n + (gap * gap >> 2)) + (gap >> 1))):
            return found
    return None


def shared_ends(n: int) -> tuple[int, int] | None:
    """The factors of an odd n if they agree in their lowest r and highest s bits, r + s at least a quarter of n's bits.

    More precisely p ≡ q modulo 2^r and |p - q| < 2^(h - s), where h is half the length of n; all r and s are tried.
    A pair that agrees in fewer than three low bits is left to `fermat`.

    Source: Paranoid, FactorHighAndLowBitsEqual, 2022. From n = a² - b² with a = (p + q)/2 and b = (p - q)/2 the top of
    a is that of √n, because b is small, and its end is that of a square root of n modulo a power of two, because b
    ends in zeros. Of the few values in between those are tried that leave a square modulo powers of two and 315.
    """
    n = mpz(n)
    if n % 8 != 1:
        return None
    size = n.bit_length() // 2 + 2
    low = root_modulo_power_of_two(n, size)
    start, possible = gmpy2.isqrt(n - 1) + 1, _possible(int(n % _ODD_TEST))
    for ending in (low, (mpz(1) << size) - low):
        # What makes √n a number with that ending: its lowest k bits give the least a ≥ √n with k bits of the ending.
        missing = gmpy2.f_mod_2exp(ending - start, size)
        # And the next three such: two would do, and the first two were there with one bit less.
        for i, lengths in _promising(missing, int(ending % 8), size):
            known = gmpy2.bit_scan1(lengths)
            while known is not None:
                candidate = start + gmpy2.f_mod_2exp(missing, known) + (i << known)
                if possible[candidate % _ODD_TEST]:
                    square = candidate * candidate - n
                    if gmpy2.is_square(square) and (found := pair(candidate + gmpy2.isqrt(square), n)):
                        return found
                known = gmpy2.bit_scan1(lengths, known + 1)
    return None


def _promising(missing: mpz, ending: int, size: int) -> Iterator[tuple[mpz, mpz]]:
    """For i = 2 and 3: the k, as bits of a number, for which a candidate a + i·2^k can differ from n by a square.

    With e² ≡ n and z = i - ⌊missing / 2^k⌋ the candidate is e + z·2^k, and its square less n is z·(e + z·2^(k-1)) times
    2^(k+1). A square is an even power of two times a number that is 1 modulo 8, which is asked of those z that five
    zeros or fewer end.
    """
    all_ = (mpz(1) << size) - 8
    # Too near to either end to be told.
    upper = max(size - _LONGEST_ENDING - 4, 0)
    unsure = mpz(8) | all_ >> upper << upper
    ones = [missing >> bit for bit in range(_LONGEST_ENDING + 3)]
    zeros = [~each for each in ones]
    for i in (mpz(2), mpz(3)):
        lengths = _with_ending(ones, zeros, int(i), _LONGEST_ENDING) | unsure
        for twos in range(_LONGEST_ENDING):
            fitting = _with_ending(ones, zeros, int(i) - (ending << twos), twos + 3)
            lengths |= fitting & _every_second(size, (twos + 1) % 2)
        yield i, lengths & all_


def _with_ending(ones: Sequence[mpz], zeros: Sequence[mpz], ending: int, length: int) -> mpz:
    """Bit k is set if a number has, from bit k on, these bits."""
    found = mpz(-1)
    for bit in range(length):
        found &= ones[bit] if ending >> bit & 1 else zeros[bit]
    return found


@cache
def _every_second(size: int, first: int) -> mpz:
    return mpz(sum(1 << bit for bit in range(first, size, 2)))


@cache
def _possible(target: int) -> tuple[bool, ...]:
    """For each residue a modulo _ODD_TEST: whether a² - target can be a square."""
    return tuple((a * a - target) % _ODD_TEST in _ODD_SQUARES for a in range(_ODD_TEST))
