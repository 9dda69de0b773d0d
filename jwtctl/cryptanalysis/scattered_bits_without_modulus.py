"""An RSA key from bits of n, p, q, d, dp and dq that are known here and there, when n itself is not known in whole.

That is a private key file of which every line was masked in part, and no public key. As in `branch_and_prune`, all ways
to continue the numbers from their lowest bit on are kept that agree with what is known; here each bit of p and of q is
free, and n is one more number to agree with. What the relations are, is found first for each prime by itself.

Source: Heninger and Shacham, Reconstructing RSA private keys from random key bits, 2009, of which this is a variant.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import is_probable_prime, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

EXPONENT_LIMIT = 1 << 17
"""No larger e: each k below it is tried."""
MAX_WIDTH = 1 << 13
"""So many pairs of partial primes are kept at most."""

_NAMES = ("n", "p", "q", "d", "dp", "dq")
_NARROW = 24
_MAX_TREES = 4096
_MAX_GIVEN_UP = 16
_SAMPLE = 64
_DENOMINATORS = (2, 1, *range(3, 65))
_SLACK = 24


def primes_from_scattered_bits(
    e: int,
    known: Mapping[str, tuple[int, int]],
    prime_bits: int,
    stop: Callable[[], bool] = never,
) -> tuple[int, ...] | None:
    """The primes p and q, descending, from scattered bits of n, p, q, d, dp and dq.

    70 % of the bits of all six, spread evenly, suffice; 50 % if the topmost 24 bits of each are among them. Both primes
    have `prime_bits` bits, and d, if anything is known of it, is reduced modulo φ(n), or modulo λ(n) with a
    gcd(p - 1, q - 1) of at most 64.

    Args:
        e: public exponent, odd and below EXPONENT_LIMIT.
        known: (mask, value) of the known bits; names may be missing. p and dp belong together.
        prime_bits: length of p and of q.
        stop: polled for each tree and each bit.

    Returns:
        The primes; an empty tuple if nothing agrees with what is known; None if the search gave up, since there was too
        much to try, or `stop()` turned true: then nothing is proved.
    """
    if not 3 <= e < EXPONENT_LIMIT or e % 2 == 0 or prime_bits < 8:
        return ()
    bits = {name: _Bits(*map(mpz, known.get(name, (0, 0)))) for name in _NAMES}
    search = _Search(e, bits, prime_bits, stop)
    if search.survivors("p", "dp") > search.survivors("q", "dq"):
        # The prime that says more goes first: it spares most of the work for the other.
        swapped = {"p": bits["q"], "q": bits["p"], "dp": bits["dq"], "dq": bits["dp"]}
        search = _Search(e, {**bits, **swapped}, prime_bits, stop)
    trees = list(islice(search.multiples(), _MAX_TREES + 1))
    gave_up = int(len(trees) > _MAX_TREES or stop())
    for multiples in trees[:_MAX_TREES]:
        if stop() or gave_up > _MAX_GIVEN_UP:
            return None
        found = search.tree(multiples)
        if found:
            return found
        gave_up += found is None
    return None if gave_up else ()


class _Bits(NamedTuple):
    mask: mpz
    value: mpz

    def refuse(self, i: int, bit: int) -> bool:
        """Whether bit i is known, and another; below the number there are zeros."""
        if i < 0:
            return bool(bit)
        return bool(self.mask.bit_test(i)) and self.value.bit_test(i) != bool(bit)

    def agree(self, number: mpz, count: int) -> bool:
        """Whether the lowest bits may be those of a number."""
        return count <= 0 or not gmpy2.f_mod_2exp((number ^ self.value) & self.mask, count)

    def bounds(self, length: int) -> tuple[mpz, mpz]:
        """The least and the greatest number of at most `length` bits that agrees down to the first unknown bit."""
        unknown = gmpy2.f_mod_2exp(~self.mask, length).bit_length()
        low = gmpy2.f_mod_2exp(self.value, length) >> unknown << unknown
        return low, low + (mpz(1) << unknown) - 1


class _Multiples(NamedTuple):
    """e·dp - 1 = kp·(p - 1), e·dq - 1 = kq·(q - 1) and g·(e·d - 1) = k·φ(n); k = 0 if nothing is known of d."""

    kp: int
    kq: int
    k: int
    g: int


class _Pair(NamedTuple):
    """Partial p, q and n, right modulo 2^i; dp, dq and d·2^t, right as far as these tell."""

    p: mpz
    q: mpz
    n: mpz
    dp: mpz
    dq: mpz
    d: mpz


class _Search:
    def __init__(self, e: int, bits: Mapping[str, _Bits], length: int, stop: Callable[[], bool]) -> None:
        self._e, self._bits, self._length, self._stop = e, bits, length, stop
        self._size = 2 * length + _SLACK
        self._inverse = gmpy2.invert(e, mpz(1) << self._size)

    def survivors(self, prime: str, half: str) -> float:
        """About how many relations of a prime with its exponent are left by their bits alone."""
        ks = self._halves(prime, half)
        sample = ks[:: max(len(ks) // _SAMPLE, 1)]
        return len(ks) * sum(self._is_possible(prime, half, k) for k in sample) / max(len(sample), 1)

    def _halves(self, prime: str, half: str) -> range:
        """The kp that are left by the bits known at the very top of p and dp."""
        e, length = self._e, self._length
        top = mpz(1) << (length - 1)
        p_bits = _Bits(self._bits[prime].mask | top, self._bits[prime].value | top)
        (p_least, p_most), (d_least, d_most) = p_bits.bounds(length), self._bits[half].bounds(length)
        least = max(1, (e * d_least - 1) // (p_most - 1))
        most = min(e - 1, -((1 - e * d_most) // (p_least - 1)))
        return range(int(least), int(most) + 1)

    def _is_possible(self, prime_name: str, half_name: str, k: int) -> bool:
        """Whether bits of p and dp can agree under e·dp - 1 = k·(p - 1), as far as a narrow tree can tell."""
        prime, half = self._bits[prime_name], self._bits[half_name]
        if math.gcd(k, self._e) > 1:
            return False
        # dp = (1 + k·(p - 1)) / e is known as far as p is, and one bit further for each factor 2 of k.
        shift = _twos(k)
        length = self._length
        factor = gmpy2.f_mod_2exp(k * self._inverse, length + _SLACK)
        level = [gmpy2.f_mod_2exp(self._inverse, length + _SLACK)]
        if prime.refuse(0, 1) or not half.agree(level[0], shift + 1):
            return False
        for i in range(1, length):
            steps = [factor << i if bit else mpz(0) for bit in (0, 1) if not prime.refuse(i, bit)]
            following = [x + step for x in level for step in steps]
            level = [x for x in following if not half.refuse(i + shift, x.bit_test(i + shift))]
            if not level or len(level) > _NARROW:
                return bool(level)
        return True

    def multiples(self) -> Iterator[_Multiples]:
        """What the relations may be."""
        of_q = self._halves("q", "dq")
        possible = cache(lambda k: k in of_q and self._is_possible("q", "dq", k))
        for kp in self._halves("p", "dp"):
            if self._stop():
                return
            if self._is_possible("p", "dp", kp):
                yield from self._with(kp, of_q, possible)

    def _with(self, kp: int, of_q: range, possible: Callable[[int], bool]) -> Iterator[_Multiples]:
        if not self._bits["d"].mask:
            yield from (_Multiples(kp, kq, 0, 1) for kq in of_q if possible(kq))
            return
        e, length = self._e, self._length
        n_least, n_most = self._bits["n"].bounds(2 * length)
        n_least = max(n_least, mpz(1) << (2 * length - 2))
        d_least, d_most = self._bits["d"].bounds(2 * length)
        phi_least = n_least - (mpz(1) << (length + 1))
        for g in _DENOMINATORS:
            if math.gcd(g, e) > 1:
                continue
            least, most = g * (e * d_least - 1) // n_most, g * (e * d_most - 1) // phi_least + 1
            # φ(n) ≡ 1 / (kp·kq) modulo e.
            inverse = pow(g * kp, -1, e)
            by_k = most - least < len(of_q)
            for x in range(int(max(least, 1)), int(min(most, e - 1)) + 1) if by_k else of_q:
                k, kq = (x, -x * inverse % e) if by_k else (-g * kp * x % e, x)
                if least <= k <= most and math.gcd(k, g) == 1 and possible(kq):
                    yield _Multiples(kp, kq, k, g)

    def tree(self, multiples: _Multiples) -> tuple[int, ...] | None:
        """The primes under these relations, nothing, or None if the search gave up."""
        kp, kq, k, g = multiples
        t, bits = _twos(g), self._bits
        shifts = _twos(kp), _twos(kq), _twos(k) if k else 0
        first = _Pair(
            mpz(1), mpz(1), mpz(1), self._inverse, self._inverse, gmpy2.f_mod_2exp(self._inverse << t, self._size)
        )
        if (
            any(bits[name].refuse(0, 1) for name in ("p", "q", "n"))
            or not (bits["dp"].agree(first.dp, shifts[0] + 1) and bits["dq"].agree(first.dq, shifts[1] + 1))
            or (k and not bits["d"].agree(first.d >> t, shifts[2] + 1 - t))
        ):
            return ()
        # d·2^t = 2^t/e + (k/(g'·e))·φ with g = 2^t·g'.
        factors = kp * self._inverse, kq * self._inverse, k * gmpy2.invert(g >> t, mpz(1) << self._size) * self._inverse
        reduced = [gmpy2.f_mod_2exp(factor, self._size) for factor in factors]
        level = [first]
        for i in range(1, self._length):
            if self._stop():
                return None
            level = list(islice(self._next(level, i, t, shifts, reduced), MAX_WIDTH + 1))
            if not level or len(level) > MAX_WIDTH:
                return () if not level else None
        for p, q, n, *_ in level:
            whole = p.bit_length() == q.bit_length() == self._length and p != q and bits["n"].agree(n, 2 * self._length)
            if whole and is_probable_prime(int(p)) and is_probable_prime(int(q)):
                return int(max(p, q)), int(min(p, q))
        return ()

    def _next(
        self, level: list[_Pair], i: int, t: int, shifts: tuple[int, int, int], factors: list[mpz]
    ) -> Iterator[_Pair]:
        n_bits, p_bits, q_bits, d_bits, dp_bits, dq_bits = (self._bits[name] for name in _NAMES)
        of_p, of_q, of_phi = factors[0] << i, factors[1] << i, factors[2]
        at_p, at_q, at_d = (i + shift for shift in shifts)
        ps, qs = ([bit for bit in (0, 1) if not prime.refuse(i, bit)] for prime in (p_bits, q_bits))
        for p, q, n, x, y, z in level:
            dps = [(a, x_) for a in ps for x_ in [x + of_p if a else x] if not dp_bits.refuse(at_p, x_.bit_test(at_p))]
            dqs = [(b, y_) for b in qs for y_ in [y + of_q if b else y] if not dq_bits.refuse(at_q, y_.bit_test(at_q))]
            for a, x_ in dps:
                for b, y_ in dqs:
                    more = (q * a + p * b << i) + (a * b << 2 * i)
                    if n_bits.refuse(i, (n + more).bit_test(i)):
                        continue
                    z_ = gmpy2.f_mod_2exp(z + of_phi * (more - (a + b << i)), self._size) if of_phi else z
                    if not of_phi or not d_bits.refuse(at_d - t, z_.bit_test(at_d)):
                        yield _Pair(p + (a << i), q + (b << i), n + more, x_, y_, z_)


def _twos(k: int) -> int:
    return (k & -k).bit_length() - 1
