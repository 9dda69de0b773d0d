"""The EC keys of an audit as points that searches take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.cryptanalysis.weierstrass import CURVES, require_point
from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose.key import complete_public

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jwtctl.cryptanalysis.weierstrass import Point
    from jwtctl.model import Key


def holders(keys: Iterable[Key]) -> Mapping[str, Mapping[Point, Key]]:
    """For each curve its public points, each with the first key that has it; what is no point is left out."""
    found: dict[str, dict[Point, Key]] = {}
    for key in keys:
        if point := point_of(key):
            found.setdefault(str(key.crv), {}).setdefault(point, key)
    return found


def point_of(key: Key) -> Point | None:
    """The public point of an EC key, derived if need be; None for other keys and for numbers that are no point."""
    if key.kty != "EC" or key.crv is None or key.crv not in CURVES:
        return None
    try:
        numbers = complete_public(key).numbers
        point = numbers["x"], numbers["y"]
        require_point(CURVES[key.crv], point)
    except (KeyMaterialError, InputError, KeyError):
        return None
    return point
