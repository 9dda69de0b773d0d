"""Points of a·x² + y² = 1 + d·x²·y² modulo p as integers, for attacks: nothing here takes constant time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import gmpy2
from gmpy2 import mpz

if TYPE_CHECKING:
    from collections.abc import Mapping

Point = tuple[int, int]
"""Affine coordinates; (0, 1) is the neutral one."""


class EdwardsCurve(NamedTuple):
    """A complete Edwards curve modulo a prime p with the base point (x, y) of prime order n."""

    p: int
    a: int
    d: int
    n: int
    x: int
    y: int


_P25519 = 2**255 - 19

EDWARDS_CURVES: Mapping[str, EdwardsCurve] = {
    "Ed25519": EdwardsCurve(
        p=_P25519,
        a=-1,
        d=-121665 * pow(121666, -1, _P25519) % _P25519,
        n=2**252 + 27742317777372353535851937790883648493,
        x=15112221349535400772501151409588531511454012693041857206046113283949847762202,
        y=46316835694926478169428394003475163141307993866256225615783033603165251855960,
    ),
    "Ed448": EdwardsCurve(
        p=2**448 - 2**224 - 1,
        a=1,
        d=-39081,
        n=2**446 - 13818066809895115352007386748515426880336692474882178609894547503885,
        x=224580040295924300187604334099896036246789641632564134246125461686950415467406032909029192869357953282578032075146446173674602635247710,
        y=298819210078481492676017930443930673437544040154080242095928241372331506189835876003536878655418784733982303233503462500531545062832660,
    ),
}
"""By their names in JOSE. Source: RFC 8032 sections 5.1 and 5.2."""


def decode(curve: EdwardsCurve, octets: bytes) -> Point | None:
    """The point that a public key or R encodes, or None. Source: RFC 8032 sections 5.1.3 and 5.2.3."""
    size = curve.p.bit_length() // 8 + 1
    p, y = curve.p, int.from_bytes(octets, "little")
    sign, y = y >> (8 * size - 1), y & ((1 << (8 * size - 1)) - 1)
    if len(octets) != size or y >= p:
        return None
    square = mpz((y * y - 1) * gmpy2.invert(curve.d * y * y - curve.a, p) % p)
    # 5 modulo 8 for Ed25519, 3 modulo 4 for Ed448.
    x = gmpy2.powmod(square, (p + 3) // 8 if p % 8 == 5 else (p + 1) // 4, p)
    if x * x % p != square:
        x = x * gmpy2.powmod(2, (p - 1) // 4, p) % p
    if x * x % p != square or (x == 0 and sign):
        return None
    return int(p - x if x % 2 != sign else x), y


def multiply(curve: EdwardsCurve, scalar: int, point: Point | None = None) -> Point:
    """A multiple of a point, of the base point unless one is given; scalar ≥ 0."""
    x, y = point or (curve.x, curve.y)
    p, total, power = curve.p, (mpz(0), mpz(1), mpz(1)), (mpz(x), mpz(y), mpz(1))
    while scalar:
        if scalar & 1:
            total = _add(curve, total, power)
        power = _add(curve, power, power)
        scalar >>= 1
    X, Y, Z = total
    inverse = gmpy2.invert(Z, p)
    return int(X * inverse % p), int(Y * inverse % p)


def _add(curve: EdwardsCurve, first: tuple[mpz, mpz, mpz], second: tuple[mpz, mpz, mpz]) -> tuple[mpz, mpz, mpz]:
    """The sum of any two points in projective coordinates.

    Source: Bernstein, Birkner, Joye, Lange, Peters, Twisted Edwards curves, 2008, section 6.
    """
    p = curve.p
    (X, Y, Z), (U, V, W) = first, second
    A = Z * W % p
    B = A * A % p
    C, D = X * U % p, Y * V % p
    E = curve.d * C * D % p
    F, G = B - E, B + E
    return (
        A * F * ((X + Y) * (U + V) - C - D) % p,
        A * G * (D - curve.a * C) % p,
        F * G % p,
    )
