import itertools
import random

import pytest

from jwtctl.cryptanalysis.ec_scalars import WORD_BITS, Relation, close_scalars, short_scalars, word_forms
from jwtctl.cryptanalysis.weierstrass import CURVES, multiply

P256 = CURVES["P-256"]
names = pytest.mark.parametrize("name", CURVES)


def drawn(name):
    return random.Random(f"ec scalars {name}")


def mirrored(curve, point):
    return point[0], -point[1] % curve.p


@names
@pytest.mark.parametrize("bits", [1, 8, 20])
def test_every_scalar_up_to_the_bound_and_none_of_those_that_are_far_beyond(name, bits):
    curve, source = CURVES[name], drawn(name)
    scalars = {1, (1 << bits) - 1, source.randrange(1, 1 << bits)}
    points = {multiply(curve, scalar): scalar for scalar in scalars}
    beyond = multiply(curve, 1 << 64)
    found = short_scalars(curve, [*points, beyond], bits)
    assert found == {point: (1, scalar) for point, scalar in points.items()}


@names
def test_thirty_two_bits_in_every_form(name):
    curve, source = CURVES[name], drawn(name)
    words = {"short": (1 << WORD_BITS) - 1, "high": source.randrange(1 << 31, 1 << 32), "repeated": 0xFFFFFFFF}
    points = {
        multiply(curve, multiplier * words[form]): (multiplier, words[form])
        for form, multiplier in word_forms(curve).items()
    }
    healthy = multiply(curve, source.randrange(curve.n))
    found = short_scalars(curve, [healthy, *points], WORD_BITS, word_forms(curve).values())
    assert found == points


def test_just_beyond_the_bound():
    """A search of 20 bits goes a little further than it says, but never as far as 24."""
    source = drawn("beyond")
    points = [multiply(P256, source.randrange(1 << 24, 1 << 25)) for _ in range(5)]
    assert short_scalars(P256, points, 20) == {}


def test_every_small_scalar_comes_out():
    """Baby steps, giant steps, centres and their meeting points, one after the other."""
    points = {multiply(P256, scalar): scalar for scalar in range(1, 3000, 31)}
    assert short_scalars(P256, list(points), 12) == {point: (1, scalar) for point, scalar in points.items()}


def test_scalars_around_every_border_of_the_search():
    wide = 2 * 512 + 1
    borders = [wide, 2 * wide, (2 * 512 + 1) * 1000]
    scalars = {border + offset for border in borders for offset in (-513, -512, -1, 0, 1, 512, 513)}
    points = {multiply(P256, scalar): scalar for scalar in scalars}
    assert short_scalars(P256, list(points), 21) == {point: (1, scalar) for point, scalar in points.items()}


@names
def test_the_shape_of_the_forms(name):
    curve = CURVES[name]
    forms = word_forms(curve)
    length = curve.n.bit_length()
    assert forms["short"] == 1
    assert (0xFFFFFFFF * forms["high"]).bit_length() == length
    text = f"{0x80000001 * forms['repeated']:x}"
    assert text == "80000001" * (length // 32)


def test_a_search_stops_when_it_is_told():
    calls = itertools.count()
    points = [multiply(P256, 5 << 30)]
    assert short_scalars(P256, points, 48, stop=lambda: next(calls) > 3) == {}
    assert next(calls) < 10
    assert list(close_scalars(P256, points * 2, 20, stop=lambda: True)) == []


@names
@pytest.mark.parametrize("sign", [1, -1])
def test_scalars_that_are_close(name, sign):
    curve, source = CURVES[name], drawn(name)
    for difference in (1, 255, 256, 257, 513, source.randrange(1 << 16), (1 << 16) - 1):
        scalar = source.randrange(curve.n)
        first, second = multiply(curve, scalar), multiply(curve, sign * (scalar - difference))
        strangers = [multiply(curve, source.randrange(curve.n)) for _ in range(2)]
        found = list(close_scalars(curve, [second, *strangers, first], 16))
        assert found == [Relation(first, second, sign, difference)]


def test_scalars_that_are_not_close_enough():
    source = drawn("far")
    scalar = source.randrange(P256.n)
    # One step of 513 is the most that a search of 16 bits goes beyond its bound.
    points = [multiply(P256, scalar), multiply(P256, scalar + (1 << 16) + 2 * 513)]
    assert list(close_scalars(P256, points, 16)) == []


def test_a_point_and_its_negative():
    point = multiply(P256, 123456789)
    assert list(close_scalars(P256, [point, mirrored(P256, point)], 10)) == [
        Relation(mirrored(P256, point), point, -1, 0)
    ]


def test_pairs_across_blocks_are_found_and_each_point_is_paired_once():
    source = drawn("blocks")
    scalars = [source.randrange(P256.n) for _ in range(258)]
    scalars += [scalars[0] + 5, scalars[1] + 300, scalars[257] + 7]
    points = [multiply(P256, scalar) for scalar in scalars]
    found = list(close_scalars(P256, points, 10))
    assert [(relation.first, relation.second, relation.difference) for relation in found] == [
        (points[258], points[0], 5),
        (points[259], points[1], 300),
        (points[260], points[257], 7),
    ]


def test_a_counter_gives_one_pair_for_each_further_key():
    points = [multiply(P256, (1 << 200) + number) for number in range(6)]
    found = list(close_scalars(P256, points, 10))
    assert len(found) == 5
    assert {relation.first for relation in found} == set(points[1:])


@pytest.mark.slow
@names
def test_three_hundred_random_points_are_neither_short_nor_close(name):
    curve, source = CURVES[name], drawn(f"many {name}")
    points = [multiply(curve, source.randrange(1, curve.n)) for _ in range(300)]
    assert short_scalars(curve, points, WORD_BITS, word_forms(curve).values()) == {}
    assert list(close_scalars(curve, points, 18)) == []
