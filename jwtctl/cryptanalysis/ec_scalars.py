"""Private scalars that come out of public points, because they are short, regular, or near to each other.

Points are looked up by the low 64 bits of their x coordinate, so that a point and its negative are one entry.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.weierstrass import add, belongs, combination, multiples, multiply, sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jwtctl.cryptanalysis.weierstrass import Curve, Point

WORD_BITS = 32
"""Bits of the word in `word_forms`."""
_MAX_BABY_STEPS = 1 << 18
_BATCH = 512
_LOW = (1 << 64) - 1
_NEAR = 1 << 8
_BLOCK = 256


def word_forms(curve: Curve) -> Mapping[str, int]:
    """The shapes of a private scalar of which only one word is not fixed, each as the number that the word multiplies.

    `short`: below 2^32. `high`: the word stands at the top of a number as long as n, and zeros follow. `repeated`: the
    word fills the number again and again, as often as it fits whole.
    """
    length = curve.n.bit_length()
    return {
        "short": 1,
        "high": 1 << (length - WORD_BITS),
        "repeated": sum(1 << shift for shift in range(0, length - WORD_BITS + 1, WORD_BITS)),
    }


def short_scalars(
    curve: Curve,
    points: Sequence[Point],
    bits: int,
    multipliers: Iterable[int] = (1,),
    *,
    stop: Callable[[], bool] = never,
) -> Mapping[Point, tuple[int, int]]:
    """Private scalars of the form multiplier·x modulo n with x < 2^bits.

    Baby steps and giant steps: √(2^(bits + 1)·t) in all, 2 µs each at 256 bits, where t is the number of points times
    that of multipliers. The baby steps, 150 octets each, are shared and no more than 2^18: for t above 32 at 32 bits
    the time grows with t, by 20 ms each.

    Args:
        curve: the curve.
        points: affine points of the curve.
        bits: length of x.
        multipliers: not divisible by n; `word_forms` has some.
        stop: true when time is up; what comes after is missing from the answer.

    Returns:
        For each point that has such a scalar, the multiplier and x.

    Source: Shanks, Class number, a theory of factorization, and genera, 1971.
    """
    inverses = {multiplier: pow(multiplier, -1, curve.n) for multiplier in multipliers}
    balanced = math.isqrt((len(points) * len(inverses) << bits) // 2)
    steps = _steps(curve, min(balanced, _MAX_BABY_STEPS), stop)
    found = {}
    for point in points:
        for multiplier, inverse in inverses.items():
            target = combination(curve, [(inverse, point)])
            for x in _logarithms(steps, target, 1 << bits, stop) if target else ():
                if x > 0 and belongs(curve, x * multiplier % curve.n, point):
                    found[point] = multiplier, x
                    break
            if point in found:
                break
    return found


class _Steps(NamedTuple):
    """What all points of a curve share.

    Attributes:
        curve: the curve.
        baby: i for the low bits of the x coordinate of i·G.
        giants: multiples of 2·len(baby) + 1, for one batch.
    """

    curve: Curve
    baby: Mapping[int, int]
    giants: Sequence[Point]


def _steps(curve: Curve, count: int, stop: Callable[[], bool]) -> _Steps:
    """As many baby steps as `count`, rounded up to whole batches."""
    offsets = multiples(curve, curve.generator, _BATCH)
    baby = {int(x & _LOW): i for i, (x, _) in enumerate(offsets, start=1)}
    width = 2 * _BATCH + 1
    stride = multiply(curve, width)
    centre, middle = stride, width
    while centre and len(baby) < count and not stop():
        baby.setdefault(int(centre[0] & _LOW), middle)
        for distance, pair in enumerate(sums(curve, centre, offsets), start=1):
            if pair:
                baby.setdefault(int(pair[0] & _LOW), middle + distance)
                baby.setdefault(int(pair[1] & _LOW), middle - distance)
        centre, middle = add(curve, centre, stride), middle + width
    return _Steps(curve, baby, multiples(curve, multiply(curve, 2 * len(baby) + 1), _BATCH))


def _logarithms(steps: _Steps, target: Point, count: int, stop: Callable[[], bool]) -> Iterator[int]:
    """Candidates x with x·G = target, among them the right one if it is below `count`.

    The giant steps go out from a centre c·G, and the centre goes through the range: target - (c ± j·width)·G is looked
    up among the baby steps.
    """
    curve, baby, giants = steps
    size = len(baby)
    width = 2 * size + 1
    middle = len(giants) * width + size
    stride = (2 * len(giants) + 1) * width
    centre, back = add(curve, target, multiply(curve, -middle)), multiply(curve, -stride)
    for c in range(middle, count + stride, stride):
        if stop():
            return
        if centre is None:
            yield c
            return
        yield from _around(c, baby.get(int(centre[0] & _LOW)))
        for j, pair in enumerate(sums(curve, centre, giants), start=1):
            if pair is None:
                yield from (c + j * width, c - j * width)
                continue
            yield from _around(c - j * width, baby.get(int(pair[0] & _LOW)))
            yield from _around(c + j * width, baby.get(int(pair[1] & _LOW)))
        centre = add(curve, centre, back)


def _around(c: int, distance: int | None) -> Iterator[int]:
    if distance is not None:
        yield c + distance
        yield c - distance


class Relation(NamedTuple):
    """How two private scalars hang together: first ≡ sign·second + difference modulo n."""

    first: Point
    second: Point
    sign: int
    difference: int


def close_scalars(
    curve: Curve, points: Sequence[Point], bits: int, *, stop: Callable[[], bool] = never
) -> Iterator[Relation]:
    """Pairs of points whose private scalars differ, or add up to n, by less than 2^bits; each proved.

    Every point is surrounded by its near neighbours, and the others come in giant steps: 2^(bits - 9) steps of 2 µs
    for each point while there are no more than 256 points, and as much again for each further 256. A point is paired
    with at most one earlier one. `stop()` ends it.

    Args:
        curve: the curve.
        points: different points.
        bits: more than 9.
        stop: true when time is up.
    """
    near = multiples(curve, curve.generator, _NEAR)
    step = 2 * _NEAR + 1
    giants = multiples(curve, multiply(curve, step), (1 << bits) // step + 1)
    for start in range(0, len(points), _BLOCK):
        block = points[start : start + _BLOCK]
        neighbours: dict[int, tuple[int, int]] = {}
        for index, point in enumerate(block):
            if stop():
                return
            neighbours.setdefault(int(point[0] & _LOW), (index, 0))
            for distance, pair in enumerate(sums(curve, point, near), start=1):
                for x in pair or ():
                    neighbours.setdefault(int(x & _LOW), (index, distance))
        for index, point in enumerate(points[start:], start):
            if stop():
                return
            for other, guess in _guesses(curve, point, giants, neighbours, step):
                if start + other < index and (relation := _proved(curve, point, block[other], guess)):
                    yield relation
                    break


def _guesses(
    curve: Curve, point: Point, giants: Sequence[Point], neighbours: Mapping[int, tuple[int, int]], step: int
) -> Iterator[tuple[int, int]]:
    """The index of another point, and what may be their difference but for signs."""
    hit = neighbours.get(int(point[0] & _LOW))
    if hit:
        yield hit
    for number, pair in enumerate(sums(curve, point, giants), start=1):
        for x in pair or ():
            hit = neighbours.get(int(x & _LOW))
            if hit:
                other, distance = hit
                yield other, number * step + distance
                yield other, number * step - distance


def _proved(curve: Curve, first: Point, second: Point, guess: int) -> Relation | None:
    """The relation that a guess stands for; each of the four is added up."""
    for sign in (1, -1):
        mirrored = (second[0], second[1] * sign % curve.p)
        for difference in (guess, -guess):
            if add(curve, mirrored, multiply(curve, difference)) == first:
                return Relation(first, second, sign, difference)
    return None
