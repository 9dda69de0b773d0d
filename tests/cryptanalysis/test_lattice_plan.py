import math
from itertools import pairwise

import pytest

from jwtctl.cryptanalysis.boneh_durfee import SHAPES, Problem, interval_count, y_bits
from jwtctl.cryptanalysis.boneh_durfee_chain import scan_intervals
from jwtctl.cryptanalysis.lattice_plan import plan, predicted_bits, predicted_seconds
from tests.cryptanalysis.weak_keys import Maker


@pytest.fixture(scope="module")
def primes():
    return Maker("plan").primes(1024)


@pytest.mark.parametrize("budget", [0.1, 1, 60, 3600])
@pytest.mark.parametrize("bits", [512, 1024, 2048, 4096])
def test_a_plan_goes_from_cheap_to_dear_and_ever_further(bits, budget):
    n = 3 << bits - 2 | 1
    searches = plan(n, n - 2, budget)
    bounds, seconds = [s.e_bits for s in searches], [s.seconds for s in searches]
    assert searches
    assert bounds == sorted(set(bounds))
    assert all(1.5 * a <= b for a, b in pairwise(seconds))
    assert sum(seconds) <= min(budget, 3 * seconds[-1])
    for search in searches:
        assert search.e_bits == predicted_bits(n, n - 2, search.shape, search.guess_bits)
        assert search.seconds == predicted_seconds(n, search.shape, search.guess_bits)
        assert search.intervals == interval_count(n, search.guess_bits)


def test_a_budget_for_nothing():
    n = 3 << 2046 | 1
    assert plan(n, n - 2, 0.001) == ()
    assert len(plan(n, n - 2, 600)) > len(plan(n, n - 2, 1))


def test_what_is_planned_for_some_budgets_at_2048_bits():
    """The reach that is stated in words."""
    n = 3 << 2046 | 1
    for budget, e_bits in ((1, 560), (10, 570), (100, 577), (1000, 580)):
        assert plan(n, n - 2, budget)[-1].e_bits >= e_bits


def test_predictions_are_those_of_the_search(primes):
    n = math.prod(primes)
    assert predicted_bits(n, n // 2, SHAPES[1], 4, G=2) == Problem(n, n // 2, 2, SHAPES[1], y_bits(n, 4)).e_bits
    assert predicted_seconds(n, SHAPES[2], 9) > predicted_seconds(n, SHAPES[1], 9) > predicted_seconds(n, SHAPES[1])


@pytest.mark.parametrize("form", ["phi", "lambda"])
def test_a_plan_finds_the_longest_exponent_that_it_promises(primes, form):
    n = math.prod(primes)
    last = plan(n, n - 2, 0.2)[-1]
    key = Maker(f"promise {form}").key(primes, e_bits=last.e_bits, form=form)
    G = 1 if form == "phi" else key.gcd
    found = (scan_intervals(n, key.d, s.shape, s.guess_bits, G=G) for s in plan(n, key.d, 0.4, G=G))
    assert next(filter(None, found)) == key.primes
