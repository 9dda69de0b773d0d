import math
import sys

import gmpy2
import pytest

from jwtctl.cryptanalysis.boneh_durfee import (
    SHAPES,
    USUAL_GCD,
    Problem,
    Shape,
    direct_lattice,
    factor_near,
    factors_of_sum,
    gcd_candidates,
    interval_centre,
    interval_count,
    y_bits,
)
from jwtctl.cryptanalysis.exponent import continued_fraction_bits
from jwtctl.errors import MissingExtraError
from tests.cryptanalysis.weak_keys import Maker

FORMS = pytest.mark.parametrize("form", ["phi", "lambda"])


def reach(n, shape):
    """The bound for a d that is not much shorter than n."""
    return Problem(n, n - 2, 1, shape, y_bits(n)).e_bits


def gcd_of(key, form):
    return 1 if form == "phi" else key.gcd


def test_shapes_are_ever_larger_and_reach_ever_further():
    n = math.prod(Maker("shapes").primes(2048))
    assert [shape.dimension for shape in SHAPES] == [8, 10, 14, 18, 27, 32, 38, 44, 50, 57]
    bounds = [reach(n, shape) for shape in SHAPES]
    assert bounds == sorted(bounds)
    for shape in SHAPES:
        assert len(set(shape.monomials)) == shape.dimension
        assert list(shape.y_shifts) == sorted(set(shape.y_shifts))


@FORMS
@pytest.mark.parametrize(("bits", "shape"), [(1024, s) for s in SHAPES[:4]] + [(2048, s) for s in SHAPES[:3]])
def test_every_exponent_up_to_the_bound_and_none_beyond(bits, shape, form):
    maker = Maker(f"direct {bits} {shape} {form}")
    primes = maker.primes(bits)
    n = math.prod(primes)
    bound = reach(n, shape)
    for e_bits in (bound, bound - 2, bits // 4 + 4, bits // 5 + 2):
        key = maker.key(primes, e_bits=e_bits, form=form)
        problem = Problem(n, key.d, gcd_of(key, form), shape, y_bits(n))
        assert problem.e_bits >= bound - 1
        assert direct_lattice(n, key.d, shape, G=gcd_of(key, form)) == key.primes
    far = maker.key(primes, e_bits=bound + 8, form=form)
    assert direct_lattice(n, far.d, shape, G=gcd_of(far, form)) is None


@pytest.mark.parametrize(("shape", "e_bits"), [(SHAPES[0], 538), (SHAPES[3], 554)])
def test_the_bounds_that_are_stated_for_2048_bits(shape, e_bits):
    maker = Maker("stated")
    primes = maker.primes(2048)
    assert reach(math.prod(primes), shape) >= e_bits
    key = maker.key(primes, e_bits=e_bits, top=8, form="phi")
    assert direct_lattice(key.n, key.d, shape) == key.primes


def test_the_bound_lies_beyond_the_continued_fraction():
    n = math.prod(Maker("beyond").primes(1024))
    assert reach(n, SHAPES[0]) > continued_fraction_bits(n, n - 2) + 10


def primes_with_gcd(maker, bits, gcd):
    while True:
        primes = maker.primes(bits)
        if math.gcd(*(p - 1 for p in primes)) == gcd:
            return primes


@FORMS
@pytest.mark.parametrize("gcd", [2, 4, 6, 12])
def test_one_multiple_of_the_gcd_serves_many_keys(gcd, form):
    maker = Maker(f"usual gcd {gcd} {form}")
    shape = SHAPES[1]
    primes = primes_with_gcd(maker, 1024, gcd)
    n = math.prod(primes)
    bound = Problem(n, n // 2, USUAL_GCD, shape, y_bits(n)).e_bits
    assert Problem(n, n // 2, 2, shape, y_bits(n)).e_bits - 1 <= bound
    key = maker.key(primes, e_bits=bound - 1, form=form)
    assert direct_lattice(n, key.d, shape, G=USUAL_GCD) == key.primes


def test_a_gcd_that_divides_no_multiple_gives_nothing_near_the_bound():
    maker = Maker("unusual gcd")
    common = maker.prime(20)
    primes = [maker.prime_with(512, 2 * common) for _ in range(2)]
    key = maker.key(primes, e_bits=268)
    assert direct_lattice(key.n, key.d, SHAPES[1], G=USUAL_GCD) is None
    assert direct_lattice(key.n, key.d, SHAPES[1], G=key.gcd) == key.primes


def test_candidates_for_the_gcd_stop_where_d_is_too_long_for_them():
    n = math.prod(Maker("candidates").primes(512))
    assert gcd_candidates(n, n - 2) == [1]
    assert gcd_candidates(n, n // 3)[:2] == [1, 2]
    assert all((n - 1) % G == 0 and G <= 100 for G in gcd_candidates(n, n // 100))
    assert gcd_candidates(n, 5 * n) == [1]


@pytest.mark.parametrize("extra", [20, 60])
def test_a_d_that_was_not_reduced_costs_some_bits(extra):
    maker = Maker("long d")
    primes = maker.primes(1024)
    n = math.prod(primes)
    bound = Problem(n, n << extra, 1, SHAPES[1], y_bits(n)).e_bits
    assert reach(n, SHAPES[1]) - extra <= bound < reach(n, SHAPES[1])
    key = maker.key(primes, e_bits=bound, form="phi")
    assert direct_lattice(n, key.d + (key.phi << extra - 1), SHAPES[1]) == key.primes


def test_primes_with_a_ratio_up_to_two():
    maker = Maker("ratio")
    p = maker.prime_near(1 << 512)
    primes = [p, maker.prime_near(p // 2 + (p >> 12))]
    key = maker.key(primes, e_bits=reach(math.prod(primes), SHAPES[0]), form="phi")
    found = [direct_lattice(key.n, key.d, SHAPES[0], index=i) for i in range(5)]
    assert found[0] is None
    assert set(found) == {None, key.primes}


def test_intervals_cover_the_sums_of_primes_with_a_ratio_below_the_square_root_of_two():
    maker = Maker("intervals")
    p = maker.prime(512)
    for q in (p, maker.prime_near(math.isqrt(p * p // 2) + (p >> 10))):
        n = p * q
        for guess_bits in (0, 1, 7):
            count, half = interval_count(n, guess_bits), 1 << y_bits(n, guess_bits)
            assert 1 <= count <= 1 << guess_bits
            inside = [i for i in range(count) if abs(interval_centre(n, guess_bits, i) - (p + q)) <= half]
            assert len(inside) in {1, 2}


def test_only_the_right_interval_gives_the_factors():
    maker = Maker("near")
    primes = maker.primes(1024)
    n = math.prod(primes)
    problem = Problem(n, n - 2, 1, SHAPES[1], y_bits(n, 10))
    key = maker.key(primes, e_bits=problem.e_bits - 1, form="phi")
    problem = Problem(n, key.d, 1, SHAPES[1], y_bits(n, 10))
    half = 1 << problem.y_bits
    assert factor_near(problem, sum(primes) + half // 2) == key.primes
    assert factor_near(problem, sum(primes) - half) == key.primes
    assert factor_near(problem, sum(primes) + 9 * half) is None


@pytest.mark.parametrize("e_bits", [9, 17, 120, 256, 800])
def test_exponents_for_which_it_was_not_made(e_bits):
    maker = Maker("other")
    key = maker.key(maker.primes(1024), e_bits=e_bits, form="phi")
    assert direct_lattice(key.n, key.d, SHAPES[1]) in {None, key.primes}


@pytest.mark.parametrize("d", [3, 65537, 2**300 + 1, 2**1100 + 1])
def test_numbers_that_make_no_key_give_nothing(d):
    n = math.prod(Maker("no key").primes(1024))
    assert direct_lattice(n, d, SHAPES[0]) is None
    assert direct_lattice(int(gmpy2.next_prime(n)), d, SHAPES[0]) is None


def test_a_multiple_of_n_for_d_gives_nothing():
    n = math.prod(Maker("multiple").primes(512))
    assert direct_lattice(n, n, SHAPES[0]) is None
    assert direct_lattice(n, n * (n - 2), SHAPES[0]) is None


def test_factors_of_a_sum():
    assert factors_of_sum(77, 18) == (11, 7)
    for wrong in (0, 16, 17, 19, 78, -18):
        assert factors_of_sum(77, wrong) is None


def test_without_flint_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(MissingExtraError):
        direct_lattice(77, 13, Shape(3, (3,)))


@pytest.mark.slow
@FORMS
@pytest.mark.parametrize(("bits", "shape"), [(2048, SHAPES[4]), (2048, SHAPES[6]), (4096, SHAPES[4])])
def test_larger_lattices_reach_their_bounds(bits, shape, form):
    maker = Maker(f"larger {bits} {shape} {form}")
    primes = maker.primes(bits)
    bound = reach(math.prod(primes), shape)
    key = maker.key(primes, e_bits=bound, form=form)
    assert direct_lattice(key.n, key.d, shape, G=gcd_of(key, form)) == key.primes
    far = maker.key(primes, e_bits=bound + 8, form=form)
    assert direct_lattice(far.n, far.d, shape, G=gcd_of(far, form)) is None
