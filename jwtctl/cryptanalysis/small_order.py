"""Public keys on curves with a cofactor that lie, wholly or partly, in a small subgroup."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gmpy2 import mpz

from jwtctl.cryptanalysis.edwards import multiply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.cryptanalysis.edwards import EdwardsCurve, Point


class MontgomeryCurve(NamedTuple):
    """v² = u³ + A·u² + u modulo a prime p; the orders of the curve and of its twist divide by 2^cofactor_bits at most."""

    p: int
    A: int
    cofactor_bits: int


MONTGOMERY_CURVES: Mapping[str, MontgomeryCurve] = {
    "X25519": MontgomeryCurve(2**255 - 19, 486662, 3),
    "X448": MontgomeryCurve(2**448 - 2**224 - 1, 156326, 2),
}
"""By their names in JOSE. Source: RFC 7748 sections 4.1 and 4.2."""

_LARGEST_COFACTOR = 8


def order(curve: EdwardsCurve, point: Point) -> int | None:
    """The order of a point: 1, 2, 4 or 8 for the small ones, n as it should be; None for another multiple of n.

    Takes 1 ms on Ed25519 and 4 ms on Ed448. The point must be one of the curve, as `edwards.decode` gives them.
    """
    orders = (1, 2, 4, _LARGEST_COFACTOR, curve.n)
    return next((order_ for order_ in orders if multiply(curve, order_, point) == (0, 1)), None)


def has_small_order(curve: MontgomeryCurve, u: int) -> bool:
    """Whether a u-coordinate, of the curve or of its twist, is that of a point whose order divides the cofactor.

    Such a key makes every key agreement give zero. Source: RFC 7748 section 6, and Montgomery 1987 for the doubling.
    """
    p, X, Z = curve.p, mpz(u) % curve.p, mpz(1)
    for _ in range(curve.cofactor_bits):
        squares = X * X + Z * Z
        X, Z = (X * X - Z * Z) ** 2 % p, 4 * X * Z * (squares + curve.A * X * Z) % p
    return bool(Z == 0)
