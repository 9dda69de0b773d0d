"""ECDSA private keys from signatures whose nonces were not random, by one signature or by many.

s·k = z + r·x modulo n, where z is the digest as an integer, cut to the length of n, and x the private key.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import gmpy2

from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.hidden_number import Relation
from jwtctl.cryptanalysis.weierstrass import (
    Curve,
    Point,
    add,
    belongs,
    combination,
    multiples,
    multiply,
    require_point,
    sums,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_MAX_BABY_STEPS = 1 << 20
_OFFSETS = 1 << 10
_WORD = (1 << 64) - 1


class Signature(NamedTuple):
    """A digest cut to the length of the order, and the two numbers of its signature."""

    z: int
    r: int
    s: int


def nonce_points(
    curve: Curve, public: Point, signatures: Iterable[Signature], stop: Callable[[], bool] = never
) -> list[tuple[Signature, Point]]:
    """The signatures that hold under the public key, each with its k·G; 0.3 ms each for 256 bits.

    What is done with signatures takes those that hold: a single other one spoils a lattice.

    Raises:
        InputError: if the public key is not a point of the curve.
    """
    require_point(curve, public)
    held = []
    for signature in signatures:
        if stop():
            break
        z, r, s = signature
        if 0 < r < curve.n and 0 < s < curve.n:
            inverse = gmpy2.invert(s, curve.n)
            point = combination(curve, [(int(z * inverse), curve.generator), (int(r * inverse), public)])
            if point and point[0] % curve.n == r:
                held.append((signature, point))
    return held


def relations(curve: Curve, signatures: Iterable[Signature]) -> list[Relation]:
    """The nonces as functions of the private key, k = (r/s)·x + z/s."""
    inverses = ((z, r, gmpy2.invert(s, curve.n)) for z, r, s in signatures)
    return [Relation(int(r * inverse % curve.n), int(z * inverse % curve.n)) for z, r, inverse in inverses]


def secret(curve: Curve, signature: Signature, nonce: int) -> int:
    """The private key that goes with a signature and its nonce."""
    z, r, s = signature
    return int((s * nonce - z) * gmpy2.invert(r, curve.n) % curve.n)


def reused_nonce(
    curve: Curve, public: Point, signatures: Iterable[Signature], stop: Callable[[], bool] = never
) -> int | None:
    """The private key if two different digests were signed with one nonce, or with k and -k: if two r are equal.

    One pass over a table of r; None if there is none or `stop()` turns true.
    Source: fail0verflow, Console hacking 2010: PS3 epic fail, 27C3.
    """
    seen: dict[int, Signature] = {}
    for second in signatures:
        if stop():
            return None
        first = seen.setdefault(second.r, second)
        for sign in (1, -1):
            difference = (first.s - sign * second.s) % curve.n
            if difference:
                nonce = int((first.z - second.z) * gmpy2.invert(difference, curve.n))
                if belongs(curve, x := secret(curve, first, nonce), public):
                    return x
    return None


def derived_nonce(
    curve: Curve,
    public: Point,
    signatures: Sequence[Signature],
    candidates: Sequence[int] = (),
    stop: Callable[[], bool] = never,
) -> int | None:
    """The private key x if a nonce is something that is known, or x, or both together.

    A nonce of ±x, ±c, ±(x + c), ±(x - c) or ±c·x is found for every c among the candidates, the digest of the same
    signature, the coordinates of the public key and of the generator, and the r of the signature before.

    Args:
        curve: the curve.
        public: the public key.
        signatures: that hold under it.
        candidates: numbers that the caller thinks of: digests of the message, issue times in any unit, counters.
        stop: polled for each candidate and for each signature: either takes 1 ms for 256 bits.

    Raises:
        InputError: if the public key is not a point of the curve.
    """
    require_point(curve, public)
    known: dict[int, tuple[int, int]] = {}
    for c in dict.fromkeys((0, *public, *curve.generator, *candidates)):
        if stop():
            return None
        known.update(_nonces_of(curve, public, c))
    previous = 0
    for signature in signatures:
        if stop():
            return None
        z, r, s = signature
        of_its_own = (guess for c in (z, previous) for guess in _nonces_of(curve, public, c))
        for guessed, (u, v) in chain([(r, known[r])] if r in known else (), of_its_own):
            if guessed == r:
                for sign in (1, -1):
                    divisor = (sign * s * u - r) % curve.n
                    x = int((z - sign * s * v) * gmpy2.invert(divisor, curve.n) % curve.n) if divisor else 0
                    if belongs(curve, x, public):
                        return x
        previous = r
    return None


def _nonces_of(curve: Curve, public: Point, c: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """For nonces u·x + v the r that they give, with u and v."""
    for u, v in ((0, c), (1, c), (1, -c), (c, 0)):
        if point := combination(curve, [(u, public), (v, curve.generator)]):
            yield int(point[0] % curve.n), (u, v)


def small_nonce(
    curve: Curve,
    public: Point,
    signatures: Iterable[Signature],
    bits: int = 20,
    *,
    multiplier: int = 1,
    stop: Callable[[], bool] = never,
) -> int | None:
    """The private key if a nonce is ±multiplier·m modulo n with 0 ≤ m < 2^bits.

    About 2^(bits/2 + 1) steps of 1.5 µs for one signature at 256 bits, fewer for each of many, and up to 2^20 table
    entries of 150 octets. None if there is no such nonce or `stop()` turns true.

    Args:
        curve: the curve.
        public: the public key.
        signatures: that hold under it; others are passed over.
        bits: of the unknown factor of the nonce.
        multiplier: the known factor: 2^j for nonces that end with j zeros.
        stop: polled every 2000 steps.

    Raises:
        InputError: if the public key is not a point of the curve.

    Source: Shanks, Class number, a theory of factorization, and genera, 1971.
    """
    targets = nonce_points(curve, public, signatures, stop)
    if not targets or multiplier % curve.n == 0:
        return None
    size = min(max(math.isqrt(len(targets) << bits), _OFFSETS), _MAX_BABY_STEPS)
    table, reach = _baby_steps(curve, multiplier, size, stop)
    # The nonce is giant·i + multiplier·j with |j| ≤ reach: k·G less giant·i·G is in the table, up to the sign.
    giant = (2 * reach + 1) * multiplier
    last = (1 << bits) // (2 * reach + 1) + 1
    offsets = multiples(curve, multiply(curve, giant), min(last, _OFFSETS))
    width = 2 * len(offsets) + 1
    stride = multiply(curve, giant * width)
    back = multiply(curve, -giant * width)
    ahead: list[Point | None] = [point for _, point in targets]
    behind = ahead
    for first in range(0, last + len(offsets) + 1, width):
        for sign, centres in ((1, ahead), (-1, behind))[: 2 if first else 1]:
            for (signature, _), centre in zip(targets, centres, strict=True):
                if stop():
                    return None
                for shift, x in _around(curve, centre, offsets):
                    if (j := table.get(x)) is None:
                        continue
                    i = sign * first + shift
                    for nonce in (j * multiplier - i * giant, -j * multiplier - i * giant):
                        if belongs(curve, x := secret(curve, signature, nonce), public):
                            return x
        ahead = [add(curve, centre, stride) for centre in ahead]
        behind = [add(curve, centre, back) for centre in behind]
    return None


def _baby_steps(curve: Curve, multiplier: int, size: int, stop: Callable[[], bool]) -> tuple[dict[int, int], int]:
    """The j of 0 … reach by what `_around` says of j·multiplier·G, and that reach, which is at least `size`."""
    offsets = multiples(curve, multiply(curve, multiplier), _OFFSETS)
    width = 2 * _OFFSETS + 1
    stride = multiply(curve, multiplier * width)
    table: dict[int, int] = {}
    centre, reach = None, -_OFFSETS - 1
    while reach < size and not stop():
        reach += width
        for shift, x in _around(curve, centre, offsets):
            table.setdefault(x, abs(reach - _OFFSETS + shift))
        centre = add(curve, centre, stride)
    return table, max(reach, 0)


def _around(curve: Curve, centre: Point | None, offsets: Sequence[Point]) -> Iterator[tuple[int, int]]:
    """(i, x) where x are the low 64 bits of the x coordinate of centre + i·offset, or -1 for infinity."""
    yield 0, int(centre[0] & _WORD) if centre else -1
    pairs = sums(curve, centre, offsets) if centre else ((x, x) for x, _ in offsets)
    for i, pair in enumerate(pairs, 1):
        yield i, int(pair[0] & _WORD) if pair else -1
        yield -i, int(pair[1] & _WORD) if pair else -1
