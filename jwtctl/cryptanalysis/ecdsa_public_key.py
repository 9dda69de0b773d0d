"""The public key behind an ECDSA signature: two candidates from one signature, one from two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.weierstrass import add, multiply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.cryptanalysis.weierstrass import Curve, Point


def ecdsa_public_keys(curve: Curve, z: int, r: int, s: int) -> tuple[tuple[int, int], ...]:
    """All public keys, as points (x, y), under which (r, s) is a signature of the digest z.

    Two of them in general, up to four where r is so small that r + order is an x-coordinate too, which one signature
    in 2^32 is on P-256 and fewer on the other curves; none if r is no x-coordinate at all, or r or s is out of range.

    Args:
        curve: whose p is 3 modulo 4.
        z: the digest, cut to the length of the order.
        r: first half of the signature.
        s: second half.

    Source: SEC 1 version 2.0, section 4.1.6.
    """
    if not (0 < r < curve.n and 0 < s < curve.n):
        return ()
    inverse = gmpy2.invert(r, curve.n)
    on_generator = multiply(curve, int(-z * inverse % curve.n))
    factor = int(s * inverse % curve.n)
    found = []
    for point in _points_with(curve, r):
        key = add(curve, multiply(curve, factor, point), on_generator)
        if key is not None:
            found.append((int(key[0]), int(key[1])))
    return tuple(found)


def _points_with(curve: Curve, r: int) -> Iterator[Point]:
    for x in map(mpz, range(r, curve.p, curve.n)):
        square = (x * x * x + curve.a * x + curve.b) % curve.p
        y = gmpy2.powmod(square, (curve.p + 1) // 4, curve.p)
        if y * y % curve.p == square:
            yield x, y
            yield x, -y % curve.p
