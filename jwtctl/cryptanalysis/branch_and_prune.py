"""An RSA key from bits of p, q, d, dp and dq that are known here and there, such as those left in cooling memory.

The unknown bits are erased, not flipped: what is given as known must be right. From the least significant bit on, all
ways to continue the five numbers are kept that agree with their relations and with the known bits. If enough bits are
known, few do: when the known ones are spread evenly, 27 % of all five numbers, 42 % of p, q and d, 59 % of p and q.

Source: Heninger and Shacham, Reconstructing RSA private keys from random key bits, 2009.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.low_private_exponent import (
    MULTIPLIER_LIMIT,
    PrimesModuloExponent,
    private_exponent_multiples,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_PartialKey = tuple[int, int, int, int, int, int]

NAMES = ("p", "q", "d", "dp", "dq")
MAX_WIDTH = 1 << 16
"""So many partial keys are kept by default; one takes some 600 octets at 2048 bits."""


def reconstruct(
    n: int,
    e: int,
    known: Mapping[str, tuple[int, int]],
    *,
    prime_bits: int | None = None,
    max_width: int = MAX_WIDTH,
    stop: Callable[[], bool] = never,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[int, ...] | None:
    """The two factors of an odd n, descending, from scattered bits of the private key.

    If d has enough known bits in its upper half (see `private_exponent_multiples`), one tree is searched; else one for
    each k below e, and each gcd(p - 1, q - 1) that d may have been reduced by. If only dp or dq is known, one for each
    residue of p modulo e. What is known of dp and dq is of use only for e up to MULTIPLIER_LIMIT.

    Args:
        n: modulus.
        e: public exponent, odd.
        known: (mask, value) of the bits known of p, q, d, dp, dq; names may be missing. p and dp belong together.
        prime_bits: length of p; without it, both primes are half as long as n.
        max_width: how many partial keys are kept at most.
        stop: polled for each tree and for each bit.
        on_progress: is told the number of trees that were searched, and the bit that this one has reached.

    Returns:
        The factors; an empty tuple if nothing agrees with what is known; None if the search gave up, since it had to
        keep more than `max_width` partial keys, or `stop()` turned true: then nothing is proved.
    """
    if n < 9 or n % 2 == 0 or e < 3 or e % 2 == 0:
        return ()
    bits = {name: _Bits(*known.get(name, (0, 0))) for name in NAMES}
    first = prime_bits or (n.bit_length() + 1) // 2
    if not 1 < first < n.bit_length():
        return ()
    length = max(first, n.bit_length() + 1 - first)
    polls = _Polls(stop)
    for tree, multiples in enumerate(_multiples(n, e, bits, first, polls)):
        levels = _Tree(n, e, bits, multiples).levels(length)
        for i, level in enumerate(levels, 2):
            if on_progress:
                on_progress(tree, i)
            if len(level) > max_width or polls():
                return None
        for p, *_ in level:
            if 1 < p < n and n % p == 0:
                return max(p, n // p), min(p, n // p)
    return None if polls.stopped else ()


class _Bits(NamedTuple):
    mask: int
    value: int

    def agree(self, value: int, count: int) -> bool:
        """Whether the lowest bits may be those of a value."""
        return not (self.value ^ value) & self.mask & ((1 << count) - 1)

    def at(self, i: int) -> int | None:
        """The bit at place i, None if it is not known; below the number there are zeros."""
        if i < 0:
            return 0
        return self.value >> i & 1 if self.mask >> i & 1 else None


class _Polls:
    """Asks `stop`, and remembers that it was true."""

    def __init__(self, stop: Callable[[], bool]) -> None:
        self._stop, self.stopped = stop, False

    def __call__(self) -> bool:
        self.stopped = self.stopped or self._stop()
        return self.stopped


class _Multiples(NamedTuple):
    """g·(e·d - 1) = k·φ(n), e·dp - 1 = kp·(p - 1) and e·dq - 1 = kq·(q - 1); 0 where a relation is not used."""

    k: int = 0
    g: int = 1
    kp: int = 0
    kq: int = 0


def _multiples(
    n: int, e: int, bits: Mapping[str, _Bits], prime_bits: int, stop: Callable[[], bool]
) -> Iterator[_Multiples]:
    """All multiples that agree with what is known of d at its top; each relation only if one of its bits is known."""
    mod_e = None
    if (bits["dp"].mask or bits["dq"].mask) and e <= MULTIPLIER_LIMIT:
        mod_e = PrimesModuloExponent(n, e)
    if bits["d"].mask:
        for k, g in private_exponent_multiples(n, e, bits["d"], stop, prime_bits=prime_bits):
            if stop():
                return
            if mod_e is None:
                yield _Multiples(k, g)
            else:
                yield from (_Multiples(k, g, *halves) for halves in _half_multiples(e, mod_e.pairs(k, g)))
    elif mod_e is not None:
        pairs = ((p, n * pow(p, -1, e) % e) for p in range(1, e) if math.gcd(p, e) == 1)
        yield from (_Multiples(0, 1, *halves) for halves in _half_multiples(e, pairs))
    else:
        yield _Multiples()


def _half_multiples(e: int, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """(kp, kq) from the primes modulo e: kp·(p - 1) ≡ -1."""
    for p, q in pairs:
        if math.gcd((1 - p) * (1 - q), e) == 1:
            yield pow(1 - p, -1, e), pow(1 - q, -1, e)


class _Tree:
    """All numbers that agree with the relations for given multiples, and with the known bits, modulo powers of two.

    A partial key that is known modulo 2^i is (p, q, r, x, y, z): r = (n - p·q) / 2^i, and x, y, z are the remainders of
    the relations of d, dp and dq, divided by their power of two likewise, x without what n alone contributes. d, dp and
    dq need not be kept: only these remainders say what their next bit must be.
    """

    def __init__(self, n: int, e: int, bits: Mapping[str, _Bits], multiples: _Multiples) -> None:
        self._n, self._bits = n, bits
        k, g, kp, kq = multiples
        # Bit i of p and q comes with bit i + shift of the other number.
        self._shift_d, self._shift_p, self._shift_q = _twos(k) - _twos(g), _twos(kp), _twos(kq)
        self._constant = g + k * (n + 1) if k else 0
        self._k, self._kp, self._kq = k >> _twos(k), kp >> self._shift_p, kq >> self._shift_q
        self._constant_shift = _twos(k)
        self._ged, self._ep, self._eq = g * e >> _twos(g) if k else 0, e if kp else 0, e if kq else 0
        self._e, self._multiples = e, multiples

    def levels(self, length: int) -> Iterator[list[_PartialKey]]:
        """The partial keys modulo 4, 8 … 2^length; an empty list is the last."""
        level = self._first(length)
        for i in range(1, length):
            level = self._next(level, i) if level else []
            yield level
            if not level:
                return

    def _first(self, length: int) -> list[_PartialKey]:
        """The one partial key modulo 2: all numbers are odd."""
        k, g, _, _ = self._multiples
        remainders = []
        for name, shift, own in (
            ("d", self._shift_d, self._ged),
            ("dp", self._shift_p, self._ep),
            ("dq", self._shift_q, self._eq),
        ):
            known = max(shift + 1, 0)
            value = pow(self._e, -1, 1 << known) if own else 0
            if own and not self._bits[name].agree(value, known):
                return []
            if name == "d":
                s = self._constant_shift + 1
                remainder = (self._constant - 2 * k - g * self._e * value >> s) - (self._constant >> s) if own else 0
            else:
                remainder = (1 - self._e * value) >> known if own else 0
            remainders.append(remainder)
        if not (self._bits["p"].agree(1, 1) and self._bits["q"].agree(1, 1)):
            return []
        x, y, z = remainders
        return [(1, 1, (self._n % (1 << length)) - 1 >> 1, x, y, z)]

    def _next(self, level: list[_PartialKey], i: int) -> list[_PartialKey]:
        K, KP, KQ, GED, EP, EQ = self._k, self._kp, self._kq, self._ged, self._ep, self._eq
        bit = 1 << i
        constant = self._constant >> (i + self._constant_shift) & 1
        # Which values of the bit of p are allowed, as a mask: bit 0 allows 0, bit 1 allows 1.
        of_p = _allowed(self._bits["p"].at(i))[0]
        of_q = _allowed(self._bits["q"].at(i))
        of_dp = _allowed(self._bits["dp"].at(i + self._shift_p) if EP else None)
        of_dq = _allowed(self._bits["dq"].at(i + self._shift_q) if EQ else None)
        d_bit = self._bits["d"].at(i + self._shift_d) if GED else None
        grown: list[_PartialKey] = []
        for p, q, r, rest, y, z in level:
            differ = r & 1
            d = (rest + constant ^ differ) & 1
            if d_bit is not None and d != d_bit:
                continue
            x = rest + constant - GED * d
            allowed = of_p & of_q[differ] & of_dp[y & 1] & of_dq[(z ^ differ) & 1]
            if allowed & 1:
                yy = (y - EP) >> 1 if y & 1 else y >> 1
                if differ:
                    grown.append((p, q | bit, (r - p) >> 1, (x - K) >> 1, yy, (z + KQ - EQ * (~z & 1)) >> 1))
                else:
                    grown.append((p, q, r >> 1, x >> 1, yy, (z - EQ * (z & 1)) >> 1))
            if allowed & 2:
                yy = (y + KP - EP * (~y & 1)) >> 1
                if differ:
                    grown.append((p | bit, q, (r - q) >> 1, (x - K) >> 1, yy, (z - EQ * (z & 1)) >> 1))
                else:
                    grown.append(
                        (p | bit, q | bit, (r - p - q - bit) >> 1, (x - 2 * K) >> 1, yy, (z + KQ - EQ * (~z & 1)) >> 1)
                    )
        return grown


def _allowed(known: int | None) -> tuple[int, int]:
    """For a bit that is that of p, and for its complement: which values of p's bit agree with a known value of it."""
    return (3, 3) if known is None else (1 << known, 1 << (known ^ 1))


def _twos(x: int) -> int:
    return (x & -x).bit_length() - 1 if x else 0
