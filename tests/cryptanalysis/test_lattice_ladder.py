"""Which lattices are tried for a key, in which order, and that together they find what they promise."""

import math
import time

import pytest

from jwtctl.cryptanalysis import lattice_ladder
from jwtctl.cryptanalysis.boneh_durfee import interval_count
from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.ladder import Lattices, recover_exponent
from tests.cryptanalysis.weak_keys import Maker

LATTICES = {"boneh-durfee", "boneh-durfee-chain"}


def whole(key, **options):
    found = recover_exponent(key.n, key.d, clock=time.monotonic, lattices=Lattices(**options))
    return found, [attempt.method for attempt in found.attempts]


def key_of(bits, e_bits, form="phi", gcd=None):
    """A key whose e lies beyond every other step, with p + q low in its range, so that a scan meets it soon."""
    maker = Maker(f"lattice ladder {bits} {e_bits} {form} {gcd}")
    while True:
        primes = maker.primes(bits)
        low = sum(primes) - 2 * math.isqrt(math.prod(primes)) < math.isqrt(math.prod(primes)) // 5000
        if low and math.gcd(primes[0] - 1, primes[1] - 1) == (gcd or math.gcd(primes[0] - 1, primes[1] - 1)):
            return maker.key(primes, e_bits=e_bits, form=form)


@pytest.mark.parametrize(("form", "gcd"), [("phi", None), ("lambda", 2), ("lambda", 4), ("lambda", 6)])
def test_a_short_exponent_is_found_however_d_was_reduced(form, gcd):
    key = key_of(1024, 271, form, gcd)
    found, methods = whole(key, seconds=2)
    assert found.factors == key.primes
    assert found.e == key.e
    assert methods[-1] in LATTICES


def test_the_chain_finds_what_no_direct_lattice_does():
    key = key_of(1024, 286)
    found, methods = whole(key, seconds=30)
    assert found.factors == key.primes
    assert methods[-1] == "boneh-durfee-chain"


def test_a_miss_says_what_it_excludes_and_that_this_is_no_proof():
    key = key_of(1024, 400)
    found, methods = whole(key, seconds=0.5)
    assert not found.recovered
    assert LATTICES & set(methods)
    (heuristic,) = [note for note in found.notes if note.startswith("heuristic: ")]
    assert "e is not up to 28" in heuristic
    assert "if d was taken modulo phi(n)" in heuristic
    assert "not proved" in heuristic


def test_lattices_are_left_out_unless_they_are_paid_for():
    found, methods = whole(key_of(1024, 400))
    assert not LATTICES & set(methods)
    assert not [note for note in found.notes if note.startswith("heuristic")]


@pytest.mark.parametrize("reason", ["time", "memory", "crash"])
def test_what_was_cut_short_is_not_excluded(reason):
    key = key_of(1024, 400)
    calls = []

    def run(label, parts):
        calls.append((label, len(parts)))
        return None, reason

    found, _ = whole(key, seconds=20, run=run)
    assert calls
    (unfinished,) = [note for note in found.notes if note.startswith("not finished: ")]
    assert unfinished.count(f"({reason})") == len(calls)
    assert not [attempt for attempt in found.attempts if attempt.bound in dict(calls)]


def test_without_flint_the_rest_is_still_done(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "flint", None)
    found, methods = whole(key_of(1024, 400), seconds=1)
    assert methods[-1] == "p-minus-1"
    (unfinished,) = [note for note in found.notes if note.startswith("not finished: ")]
    assert "pip install 'jwtctl[lattice]'" in unfinished


def test_rungs_are_dearer_and_reach_further_one_after_another():
    key = key_of(1024, 400)
    for seconds in (0.1, 1, 20, 300):
        rungs = lattice_ladder.rungs(key.n, key.d, seconds)
        assert [rung.search.seconds for rung in rungs] == sorted(rung.search.seconds for rung in rungs)
        assert sum(rung.search.seconds for rung in rungs) <= 1.3 * seconds
        for G in {rung.G for rung in rungs}:
            reach = [rung.search.e_bits for rung in rungs if rung.G == G and not rung.wide]
            assert reach == sorted(set(reach))
    assert max(rung.search.e_bits for rung in lattice_ladder.rungs(key.n, key.d, 300)) >= 290


def test_one_multiple_serves_the_usual_gcds():
    for gcd in (2, 4, 6, 10):
        key = key_of(1024, 271, "lambda", gcd)
        gcds = [rung.G for rung in lattice_ladder.rungs(key.n, key.d, 10)]
        assert any(G % gcd == 0 for G in gcds)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("each", [1, 4])
@pytest.mark.parametrize("intervals", [1, 2, 7, 8, 1000])
def test_every_interval_is_dealt_once(workers, each, intervals):
    blocks = [block for own in lattice_ladder.dealt(intervals, workers, each) for block in own]
    assert sorted(number for first, count in blocks for number in range(first, first + count)) == list(range(intervals))


def test_a_long_scan_is_split_and_its_parts_find_the_same():
    key = key_of(1024, 289)
    rung = next(r for r in lattice_ladder.rungs(key.n, key.d, 100) if r.search.e_bits >= 289)
    told = []
    parts = rung.parts(key.n, key.d, 2, never)
    assert len(parts) == 2
    assert parts[0](told.append) == key.primes
    assert all(done <= total <= interval_count(key.n, rung.search.guess_bits) for done, total in told)
    assert len(rung.parts(key.n, key.d, 1, never)) == 1
