"""An RSA key from bits of p, q, d, dp and dq that are known here and there, such as those left in cooling memory.

The unknown bits are erased, not flipped: what is given as known must be right. From the least significant bit on, all
ways to continue the five numbers are kept that agree with their relations and with the known bits. If enough bits are
known, few do: when the known ones are spread evenly, 27 % of all five numbers, 42 % of p, q and d, 59 % of p and q.

Source: Heninger and Shacham, Reconstructing RSA private keys from random key bits, 2009.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.cryptanalysis.factoring import never, pair
from jwtctl.cryptanalysis.low_private_exponent import (
    MULTIPLIER_LIMIT,
    PrimesModuloExponent,
    multiples_are_few,
    private_exponent_multiples,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_VALUES = ((), (0,), (1,), (0, 1))
_PartialKey = tuple[int, int, int, int, int, int]

NAMES = ("p", "q", "d", "dp", "dq")
MAX_WIDTH = 1 << 16
"""So many partial keys are kept by default; one takes up to 700 octets at 2048 bits."""


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

    One tree is searched if d has enough known bits in its upper half, see `private_exponent_multiples`, or if only p and
    q have known bits; else one for each k below e, and each g that d may have been reduced by, or for each residue of p
    modulo e. Bits of dp and dq are left aside if e is above MULTIPLIER_LIMIT, those of d if there are too many k.

    Args:
        n: modulus.
        e: public exponent, odd.
        known: (mask, value) of the bits known of p, q, d, dp, dq; names may be missing. p and dp belong together.
        prime_bits: length of p; without it, both primes are half as long as n.
        max_width: how many partial keys are kept at most, but for twice as many for a moment.
        stop: polled for each tree and for each bit.
        on_progress: is told the number of trees that were searched, and how many bits of this one are done.

    Returns:
        The factors; an empty tuple if no key agrees with what is known, and with what is assumed of the lengths and of
        d; None if the search gave up, since it had to keep more than `max_width` partial keys, or `stop()` turned true:
        then nothing is proved.
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
            if found := pair(p, n):
                return found
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
    if bits["d"].mask and multiples_are_few(n, e, bits["d"], prime_bits=prime_bits):
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
        """The one partial key modulo 2, if it agrees with what is known: all numbers are odd."""
        lowest = {"p": (1, 1), "q": (1, 1)}
        for name, shift, factor in (
            ("d", self._shift_d, self._ged),
            ("dp", self._shift_p, self._ep),
            ("dq", self._shift_q, self._eq),
        ):
            known = max(shift + 1, 0) if factor else 0
            lowest[name] = pow(self._e, -1, 1 << known), known
        if not all(self._bits[name].agree(*number) for name, number in lowest.items()):
            return []
        k, g, *_ = self._multiples
        d, dp, dq = (self._e * lowest[name][0] for name in ("d", "dp", "dq"))
        s = self._constant_shift + 1
        x = ((self._constant - 2 * k - g * d) >> s) - (self._constant >> s)
        return [
            (1, 1, self._n % (1 << length) >> 1, x, (1 - dp) >> (self._shift_p + 1), (1 - dq) >> (self._shift_q + 1))
        ]

    def _next(self, level: list[_PartialKey], i: int) -> list[_PartialKey]:
        """All that can be made of the partial keys modulo 2^i by the bits at place i."""
        K, KP, KQ, GED, EP, EQ = self._k, self._kp, self._kq, self._ged, self._ep, self._eq
        bit = 1 << i
        constant = self._constant >> (i + self._constant_shift) & 1
        # Which values of the bit of p are allowed, as a mask: bit 0 allows 0, bit 1 allows 1.
        of_p = _allowed(self._bits["p"].at(i))[0]
        of_q = _allowed(self._bits["q"].at(i))
        of_dp = _allowed(self._bits["dp"].at(i + self._shift_p) if EP else None)
        of_dq = _allowed(self._bits["dq"].at(i + self._shift_q) if EQ else None)
        known_d = self._bits["d"].at(i + self._shift_d) if GED else None
        grown: list[_PartialKey] = []
        for p, q, r, rest, y, z in level:
            differ = r & 1
            x = rest + constant
            d = (x ^ differ) & 1
            allowed = of_p & of_q[differ] & of_dp[y & 1] & of_dq[(z ^ differ) & 1]
            if not allowed or known_d not in {None, d}:
                continue
            x -= GED * d
            for a in _VALUES[allowed]:
                b = a ^ differ
                both = (q if a else 0) + (p if b else 0) + (bit if a and b else 0)
                grown.append(
                    (
                        p | bit if a else p,
                        q | bit if b else q,
                        (r - both) >> 1,
                        (x - K * (a + b)) >> 1,
                        (y + KP * a - EP * ((y ^ a) & 1)) >> 1,
                        (z + KQ * b - EQ * ((z ^ b) & 1)) >> 1,
                    )
                )
        return grown


def _allowed(known: int | None) -> tuple[int, int]:
    """For a bit that is that of p, and for its complement: which values of p's bit agree with a known value of it."""
    return (3, 3) if known is None else (1 << known, 1 << (known ^ 1))


def _twos(x: int) -> int:
    return (x & -x).bit_length() - 1 if x else 0
