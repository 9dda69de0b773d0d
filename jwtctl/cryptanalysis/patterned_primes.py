"""Factoring RSA moduli whose primes have bits that repeat, or hardly any bits that are set.

A pair `(a, b)` that is returned has a·b = n and a ≥ b > 1. Lattices and polynomials need python-flint.
"""

from __future__ import annotations

import heapq
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis import lattice_reduction
from jwtctl.cryptanalysis.factoring import never, pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

QUICK_PERIODS = (*range(1, 17), 31, 32, 63, 64, 127, 128, 255, 256)
"""Short ones, those of memory that was copied, and those of shift registers."""
_SLACK = 20
_SWAPPED_SLACK = 16
_EXCEPTIONS = 40
_MARGIN = 24
_LARGE_QUOTIENT_BITS = 48
_SMALL_NUMBERS = (1 << 60) - 1
_LIMBS = (256, 16)
_SPARSE_ZEROS = 96
_MOST_TERMS = 12
_LEAST_COST = 5
_MOST_COST = 60
_POLL = 256


def longest_period(bits: int) -> int:
    """The longest period, in bits, that `bit_pattern` finds in one of two primes of a modulus of so many bits."""
    return max(bits // 8 - _SLACK, 0)


def bit_pattern(n: int, *, every: bool = False, stop: Callable[[], bool] = never) -> tuple[int, int] | None:
    """The factors of an odd n if the bits of one of them are a word that is repeated over and over.

    Found is every period of QUICK_PERIODS, and with `every` all up to `longest_period`, if the two primes are equally
    long and no more than the lowest 12 bits differ from the pattern; 32 bits for periods that are 32 bits below the
    longest. With `every` also short patterns of odd length in which each two words of 8, 16, 32 or
    64 bits were swapped. None if `stop()` turns true.

    Sources: Bernstein and others, Factoring RSA keys from certified smart cards, 2013; Paranoid, CheckFraction, 2022.
    If p = (a·2^h + c)/d with d = 2^period - 1 and small a and c, then n = u·2^h + v has c·d·u - a·d·v small modulo
    2^h, which makes a short vector in three dimensions. A multiple of the period serves as well as the period, and the
    leading bits of the remainder as well as all of it.

    Raises:
        MissingExtraError: without python-flint.
    """
    flint = lattice_reduction.flint()
    half = n.bit_length() // 2
    if half < 64:
        return None
    upper, lower = divmod(int(n), 1 << half)
    for d in _denominators(n.bit_length(), every):
        if stop():
            return None
        # a and c have so many bits, and so many of the remainder are enough to tell them from chance.
        size = min(d.bit_length() + _EXCEPTIONS, (half - _MARGIN) // 4)
        cut = half - (3 * size + _MARGIN)
        columns = ((x * d % (1 << half)) >> cut for x in (upper, lower))
        lattice = flint.fmpz_mat([[1, 0, next(columns)], [0, 1, next(columns)], [0, 0, 1 << (half - cut)]]).lll()
        for row in range(3):
            c, a = int(lattice[row, 0]), -int(lattice[row, 1])
            # By chance a row is a little longer than this: that spares most of the divisors.
            if max(a.bit_length(), c.bit_length()) <= size + 4 and (found := pair(gmpy2.gcd((a << half) + c, n), n)):
                return found
    return None


def period(p: int) -> int | None:
    """The shortest period of the bits of p, its lowest quarter and its first few bits left aside."""
    size = p.bit_length()
    low = size // 4
    for length in range(1, size // 4 + 1):
        if ((p ^ p >> length) & ((1 << (size - length - 4)) - 1)) >> low == 0:
            return length
    return None


@cache
def _denominators(bits: int, every: bool) -> tuple[int, ...]:
    longest = longest_period(bits)
    if every:
        # Each shorter period has a multiple among these.
        return (*((1 << length) - 1 for length in range(longest // 2 + 1, longest + 1)), *_swapped(bits))
    wanted = {length for length in QUICK_PERIODS if length <= longest}
    chosen: list[int] = []
    while wanted:
        # The number that covers most of what is left, and of these the shortest: it leaves most room for exceptions.
        best = max(range(1, longest + 1), key=lambda length: (sum(length % each == 0 for each in wanted), -length))
        chosen.append((1 << best) - 1)
        wanted = {each for each in wanted if best % each}
    return tuple(chosen)


def _swapped(bits: int) -> Iterator[int]:
    """Denominators for odd periods in which each two words were swapped."""
    for word in (8, 16, 32, 64):
        for length in range(3, word, 2):
            d = ((1 << length) - 1) * ((1 << length * word) + 1) // ((1 << word) + 1)
            if d.bit_length() <= bits // 8 - _SWAPPED_SLACK:
                yield d


class Fraction(NamedTuple):
    """n / 2^k is closer to numerator / denominator than chance has it; `factors` is a pair if that split n."""

    numerator: int
    denominator: int
    quotient_bits: int
    factors: tuple[int, int] | None


def near_fraction(n: int) -> Fraction | None:
    """The simple fraction that n / 2^k is next to, k the length of n: the mark of two primes with repeated bits.

    It is told by a partial quotient of at least 2^48, which a random n has once in 10^11. With d·p = a·2^h + b the
    product of two such equations is a quadratic polynomial in 2^h, and its roots split n.

    Source: Paranoid, CheckContinuedFraction, 2022.
    """
    n = mpz(n)
    bits = n.bit_length()
    if not _has_large_quotient(n, bits):
        return None
    x, y = n, mpz(1) << bits
    quotients: list[mpz] = []
    while y.bit_length() > bits // 2:
        quotient, remainder = gmpy2.f_divmod(x, y)
        if quotient.bit_length() > _LARGE_QUOTIENT_BITS and quotients:
            return _fraction(n, quotients, quotient.bit_length() - 1)
        quotients.append(quotient)
        x, y = y, remainder
    return None


def _has_large_quotient(n: mpz, bits: int) -> bool:
    """Whether `near_fraction` is worth its quotients: a large one takes off many bits in one step.

    Six steps are made at a time, and looked at one by one only if all together took off as many bits, which by chance
    they seldom do, or if a remainder was zero.
    """
    x, y = mpz(1) << bits, n
    half, size = bits // 2, bits
    while size > half:
        before = x, y
        try:
            x %= y
            y %= x
            x %= y
            y %= x
            x %= y
            y %= x
        except ZeroDivisionError:
            return _has_large_step(*before, half)
        shorter = y.bit_length()
        if size - shorter >= _LARGE_QUOTIENT_BITS - 1 and _has_large_step(*before, half):
            return True
        size = shorter
    return False


def _has_large_step(x: mpz, y: mpz, half: int) -> bool:
    """Whether Euclid's algorithm, as long as the smaller number has more than `half` bits, has a large quotient."""
    size = y.bit_length()
    while size > half:
        x, y = y, x % y
        shorter = y.bit_length()
        if size - shorter >= _LARGE_QUOTIENT_BITS - 1:
            return True
        size = shorter
    return False


def _fraction(n: mpz, quotients: Sequence[mpz], quotient_bits: int) -> Fraction:
    u0, u, v0, v = mpz(0), mpz(1), mpz(1), mpz(0)
    for quotient in quotients:
        u0, u, v0, v = u, quotient * u + u0, v, quotient * v + v0
    # The fraction was reduced, mostly by small numbers: with these the product of the two equations is whole again.
    found = _quadratic(n, n * v) or _quadratic(n, n * v * _SMALL_NUMBERS)
    return Fraction(int(u), int(v), quotient_bits, found)


def _quadratic(n: mpz, multiple: mpz) -> tuple[int, int] | None:
    # The first bits of a prime may be forced: below them, 2^h times a denominator is a whole number.
    for margin in (0, 1, 2, 8):
        half = (n.bit_length() + 1) // 2 - margin
        rest, c = _balanced(multiple, half)
        a, b = _balanced(rest, half)
        square = b * b - 4 * a * c
        if square >= 0 and gmpy2.is_square(square):
            root = gmpy2.isqrt(square)
            for x in (root, -root):
                if found := pair(gmpy2.gcd(n, (2 * a << half) + b + x), n):
                    return found
    return None


def _balanced(x: mpz, bits: int) -> tuple[mpz, mpz]:
    """(q, r) with q·2^bits + r = x and r as small as can be, of either sign."""
    quotient = (x + (mpz(1) << bits - 1)) >> bits
    return quotient, x - (quotient << bits)


class SparseLimbs(NamedTuple):
    """All limbs of n but the lowest have the same `zeros` bits zero; `factors` is a pair if that split n."""

    limb: int
    zeros: int
    factors: tuple[int, int] | None


def sparse_limbs(n: int) -> SparseLimbs | None:
    """The limb length at which n has a run of zeros in every limb, and the factors of n if they come from that.

    A run counts if it is so long that fewer than one random number in 2^96 has it. Primes whose limbs are only partly
    filled make n a polynomial in 2^limb whose coefficients do not overlap: its factors are the primes.

    Source: Ryan and Böck, Factoring "short-sleeve" RSA keys with polynomials, 2026. Without python-flint the factors
    are None.
    """
    if n.bit_length() < 3 * _LIMBS[0]:
        return None
    # The lowest limb took part in the search for a prime. Folded, the others show what is used in any of them.
    used = mpz(n) >> _LIMBS[0]
    size = used.bit_length()
    width = 1 << (size - 1).bit_length()
    best: SparseLimbs | None = None
    while width > _LIMBS[-1]:
        width //= 2
        used = used >> width | gmpy2.f_mod_2exp(used, width)
        if width <= _LIMBS[0] and _has_run(used, width, -(-_SPARSE_ZEROS // (size // width))):
            zeros, start = _zero_run(int(used), width)
            factors = _polynomial_factors(n, width, start) if lattice_reduction.has_flint() else None
            best = SparseLimbs(width, zeros, factors)
            if factors:
                break
    return best


def _has_run(used: mpz, limb: int, length: int) -> bool:
    """Whether `length` zeros follow each other in a limb, going round."""
    unused = (mpz(1) << limb) - 1 - used
    runs, known = unused << limb | unused, 1
    while known < length and runs:
        step = min(known, length - known)
        runs, known = runs & runs >> step, known + step
    return length <= limb and bool(runs)


def _zero_run(used: int, limb: int) -> tuple[int, int]:
    """The longest run of zeros, going round, and the bit after it."""
    length, end, run = 0, 0, 0
    for position in range(2 * limb):
        run = 0 if used >> position % limb & 1 else run + 1
        if length < run <= limb:
            length, end = run, position + 1
    return length, end % limb


def _polynomial_factors(n: int, limb: int, start: int) -> tuple[int, int] | None:
    flint = lattice_reduction.flint()
    # Multiplied so that the used bits of each limb begin at its lowest.
    rest, full = n << (limb - start) % limb, (1 << limb) - 1
    coefficients = []
    while rest:
        coefficients.append(rest & full)
        rest >>= limb
    _, powers = flint.fmpz_poly(coefficients).factor()
    terms = [int(factor(1 << limb)) for factor, power in powers for _ in range(power)]
    if len(terms) > _MOST_TERMS:
        return None
    for size in range(1, len(terms) // 2 + 1):
        for chosen in combinations(terms, size):
            product = mpz(1)
            for term in chosen:
                product *= term
            if found := pair(gmpy2.gcd(product, n), n):
                return found
    return None


def low_weight(n: int, *, steps: int = 1_000, stop: Callable[[], bool] = never) -> tuple[int, int] | None:
    """The factors of an odd n of two equally long primes if both have few bits set; it may miss them.

    The most promising beginnings of p and q are lengthened first; promising is a small remainder and a low weight. After
    `steps` beginnings the search goes on only if one was better than those of random n are. None if nothing was found
    within 30 times `steps`, or `stop()` turns true. At 2048 bits and with 1000 steps four in five keys are found
    whose primes have 8 to 48 set bits, and every third with 64.

    Source: Paranoid, CheckLowHammingWeight, 2022; what a set bit costs is fitted here to the weight of n.
    """
    n = mpz(n)
    fitted = 12 * n.bit_length() // (5 * max(n.bit_count(), 1))
    costs = {min(max(cost, _LEAST_COST), _MOST_COST) for cost in (fitted, 2 * fitted // 3, 3 * fitted // 2)}
    return next(filter(None, (_best_first(n, cost, steps, stop) for cost in sorted(costs))), None)


def _best_first(n: mpz, bit_cost: int, steps: int, stop: Callable[[], bool]) -> tuple[int, int] | None:
    best = n.bit_length() + 2 * bit_cost
    heap = [(best, 2, (n.bit_length() + 1) // 2 - 1, mpz(1), mpz(1))]
    for step in range(30 * steps):
        if not heap or (step == steps and best >= n.bit_length()) or (step % _POLL == 0 and stop()):
            return None
        cost, weight, missing, p, q = heapq.heappop(heap)
        best = min(best, cost)
        for weight_, missing_, p_, q_, remainder in _longer(n, weight, missing, p, q):
            if missing_:
                heapq.heappush(heap, (remainder + bit_cost * weight_, weight_, missing_, p_, q_))
            elif found := pair(p_, n):
                return found
    return None


def _longer(n: mpz, weight: int, missing: int, p: mpz, q: mpz) -> Iterator[tuple[int, int, mpz, mpz, int]]:
    """Beginnings p ≤ q of two factors, longer by zeros and then one set bit in one of them or in both.

    Yields their weight, the number of bits still missing, p, q, and the length of what is left of n.
    """
    while missing:
        missing -= 1
        p, q = p << 1, q << 1
        rest = (n >> 2 * missing) - p * q
        if rest < 0:
            return
        for dp, dq in ((0, 1), (1, 0), (1, 1)):
            left = rest - dq * p - dp * q - dp * dq
            if left >= 0 and p + dp <= q + dq and (left <= p + q + dp + dq if missing else left == 0):
                yield weight + dp + dq, missing, p + dp, q + dq, left.bit_length() + 2 * missing
        # Zeros in both would leave more than all further bits can make up for.
        if rest > p + q:
            return
