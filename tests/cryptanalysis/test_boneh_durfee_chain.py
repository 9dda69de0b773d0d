import math

import pytest

from jwtctl.cryptanalysis.boneh_durfee import (
    SHAPES,
    Problem,
    direct_lattice,
    interval_count,
    y_bits,
)
from jwtctl.cryptanalysis.boneh_durfee_chain import scan_intervals, substitution
from jwtctl.cryptanalysis.lattice_plan import plan
from tests.cryptanalysis.weak_keys import Maker


def key_at(seed, bits, shape, guess_bits, *, form="phi", beyond=0):
    """A key whose e is as long as the bound allows, G, and the interval in which its p + q lies."""
    maker = Maker(seed)
    primes = maker.primes(bits)
    n = math.prod(primes)
    key = maker.key(primes, e_bits=Problem(n, n - 2, 1, shape, y_bits(n, guess_bits)).e_bits + beyond, form=form)
    index = (sum(primes) - 2 * math.isqrt(n)) >> (y_bits(n, guess_bits) + 1)
    return key, 1 if form == "phi" else key.gcd, index


@pytest.mark.parametrize("form", ["phi", "lambda"])
@pytest.mark.parametrize(
    ("bits", "shape", "guess_bits"), [(1024, SHAPES[1], 10), (1024, SHAPES[3], 9), (2048, SHAPES[2], 11)]
)
def test_the_root_is_met_where_it_is(bits, shape, guess_bits, form):
    key, G, index = key_at(f"chain {bits} {guess_bits} {form}", bits, shape, guess_bits, form=form)
    assert direct_lattice(key.n, key.d, shape, G=G) is None
    first, seen = max(index - 25, 0), []
    found = scan_intervals(
        key.n, key.d, shape, guess_bits, G=G, first=first, on_progress=lambda done, count: seen.append((done, count))
    )
    assert found == key.primes
    total = interval_count(key.n, guess_bits) - first
    # A d that is shorter than n has some slack, and then the root is met from intervals just before its own.
    assert index - first - 5 <= len(seen) <= index - first
    assert seen == [(done, total) for done in range(1, len(seen) + 1)]


def test_a_whole_scan():
    shape, guess_bits = SHAPES[0], 10
    key, G, index = key_at("whole", 1024, shape, guess_bits)
    assert index > 20
    assert scan_intervals(key.n, key.d, shape, guess_bits, G=G) == key.primes
    far, G, _ = key_at("whole", 1024, shape, guess_bits, beyond=5)
    seen = []
    assert scan_intervals(far.n, far.d, shape, guess_bits, G=G, on_progress=lambda done, _: seen.append(done)) is None
    assert seen == list(range(1, interval_count(far.n, guess_bits) + 1))


def test_intervals_that_do_not_hold_the_sum_give_nothing():
    shape, guess_bits = SHAPES[1], 10
    key, G, index = key_at("aside", 1024, shape, guess_bits)
    assert index > 20
    assert scan_intervals(key.n, key.d, shape, guess_bits, G=G, first=index - 19, count=18) is None
    assert scan_intervals(key.n, key.d, shape, guess_bits, G=G, first=index + 2, count=10) is None
    assert scan_intervals(key.n, key.d, shape, guess_bits, G=G, first=index, count=0) is None
    assert scan_intervals(key.n, key.d, shape, guess_bits, G=G, first=index, count=1) == key.primes


def test_it_stops_when_it_is_told_to():
    shape, guess_bits = SHAPES[0], 10
    key, G, index = key_at("stop", 1024, shape, guess_bits)
    seen = []
    scan_intervals(
        key.n, key.d, shape, guess_bits, G=G, first=index + 2,
        stop=lambda: len(seen) >= 3, on_progress=lambda done, _: seen.append(done),
    )  # fmt: skip
    assert seen == [1, 2, 3]
    assert scan_intervals(key.n, key.d, shape, guess_bits, stop=lambda: True) is None


@pytest.mark.parametrize("bits", [16, 24, 64, 100, 256])
def test_numbers_that_make_no_key_give_nothing_or_the_factors(bits):
    maker = Maker(f"no key {bits}")
    p, q = sorted(maker.primes(bits), reverse=True)
    n = p * q
    for d in (3, 65537, p, 3 * q, n - 2, n, n * n + 2, *(maker.random.getrandbits(bits) | 3 for _ in range(3))):
        for search in plan(n, d, 0.05):
            found = scan_intervals(n, d, search.shape, search.guess_bits, count=min(search.intervals, 4))
            assert found in {None, (p, q)}


def test_a_substitution_says_the_same_in_other_variables():
    shape, G, step = SHAPES[3], 6, -10
    x, y = 5, 7

    def values(y):
        u = G + x * y
        return [x**i * u**k * y**j for i, k, j in shape.monomials]

    there = substitution(shape, step, G)
    assert [sum(c * v for c, v in zip(row, values(y), strict=True)) for row in there] == values(y + step)


def last_sums(maker, bits):
    """Primes with a ratio just below the square root of two: their sum is at the end of the range."""
    p = maker.prime_near(maker.random.getrandbits(bits // 2 - 3) | 7 << (bits // 2 - 3))
    return [p, maker.prime_near(math.isqrt(p * p // 2) + (p >> 10))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "guess_bits", "e_bits"), [(SHAPES[3], 12, 562), (SHAPES[4], 10, 567), (SHAPES[6], 10, 573)]
)
def test_whole_scans_at_2048_bits(shape, guess_bits, e_bits):
    maker = Maker(f"scan {shape} {guess_bits}")
    key = maker.key(last_sums(maker, 2048), e_bits=e_bits, form="phi", top=4)
    assert Problem(key.n, key.n - 2, 1, shape, y_bits(key.n, guess_bits)).e_bits >= e_bits
    seen = []
    assert scan_intervals(key.n, key.d, shape, guess_bits, on_progress=lambda *now: seen.append(now)) == key.primes
    assert len(seen) > 0.95 * interval_count(key.n, guess_bits)
