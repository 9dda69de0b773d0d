"""The public key behind an ECDSA signature: two candidates from one signature, one from two.

Affine coordinates and plain double-and-add: everything here is public, so no step need take the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import gmpy2
from gmpy2 import mpz

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Curve(NamedTuple):
    """y² = x³ + a·x + b modulo the prime p, with p ≡ 3 modulo 4; (x, y) generates its points, of the prime `order`."""

    p: int
    a: int
    b: int
    order: int
    x: int
    y: int


# SEC 2 version 2.0, sections 2.4.1, 2.4.2, 2.5.1 and 2.6.1; NIST SP 800-186 section 3.2.1 for the P curves.
CURVES: Mapping[str, Curve] = {
    "P-256": Curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        -3,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    "P-384": Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        -3,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    "P-521": Curve(
        2**521 - 1,
        -3,
        0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
        0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
        0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
        0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
    ),
    "secp256k1": Curve(
        2**256 - 2**32 - 977,
        0,
        7,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
        0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
        0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
    ),
}

_Point = tuple[mpz, mpz] | None
"""None is the neutral element."""


def ecdsa_public_keys(curve: Curve, z: int, r: int, s: int) -> tuple[tuple[int, int], ...]:
    """All public keys, as points (x, y), under which (r, s) is a signature of the digest z.

    Two of them in general, up to four where r is so small that r + order is an x-coordinate too, which one signature
    in 2^32 is on P-256 and fewer on the other curves; none if r is no x-coordinate at all, or r or s is out of range.

    Args:
        curve: of cofactor 1.
        z: the digest, cut to the length of the order.
        r: first half of the signature.
        s: second half.

    Source: SEC 1 version 2.0, section 4.1.6.
    """
    if not (0 < r < curve.order and 0 < s < curve.order):
        return ()
    inverse = gmpy2.invert(r, curve.order)
    on_generator = _multiple(curve, -z * inverse % curve.order, (mpz(curve.x), mpz(curve.y)))
    found = []
    for point in _points_with(curve, r):
        key = _sum(curve, _multiple(curve, s * inverse % curve.order, point), on_generator)
        if key is not None:
            found.append((int(key[0]), int(key[1])))
    return tuple(found)


def _points_with(curve: Curve, r: int) -> Iterator[tuple[mpz, mpz]]:
    for x in map(mpz, range(r, curve.p, curve.order)):
        square = (x * x * x + curve.a * x + curve.b) % curve.p
        y = gmpy2.powmod(square, (curve.p + 1) // 4, curve.p)
        if y * y % curve.p == square:
            yield x, y
            yield x, -y % curve.p


def _sum(curve: Curve, one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 != x2:
        slope = (y2 - y1) * gmpy2.invert(x2 - x1, curve.p) % curve.p
    elif y1 == y2:
        # The order is odd, so no point has y = 0.
        slope = (3 * x1 * x1 + curve.a) * gmpy2.invert(2 * y1, curve.p) % curve.p
    else:
        return None
    x = (slope * slope - x1 - x2) % curve.p
    return x, (slope * (x1 - x) - y1) % curve.p


def _multiple(curve: Curve, factor: int, point: tuple[mpz, mpz]) -> _Point:
    total: _Point = None
    for bit in f"{int(factor):b}":
        total = _sum(curve, total, total)
        if bit == "1":
            total = _sum(curve, total, point)
    return total
