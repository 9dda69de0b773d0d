import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis.branch_and_prune import NAMES, reconstruct
from tests.cryptanalysis.weak_keys import Maker

FORMS = pytest.mark.parametrize("form", ["phi", "lambda"])
SHARES = [(NAMES, 0.27), (("p", "q", "d"), 0.42), (("p", "q"), 0.59)]


def members(key, *, swapped=False):
    p, q = key.primes[::-1] if swapped else key.primes
    return {"p": p, "q": q, "d": key.d, "dp": key.d % (p - 1), "dq": key.d % (q - 1)}


def fragments(maker, values, names, share):
    """Each bit of the named members with a probability of `share`."""
    known = {}
    for name in names:
        mask = sum(1 << i for i in range(values[name].bit_length()) if maker.random.random() < share)
        known[name] = mask, values[name] & mask
    return known


@FORMS
@pytest.mark.parametrize("bits", [1024, 2048])
@pytest.mark.parametrize(("names", "share"), SHARES)
def test_the_share_that_is_said_to_suffice(bits, names, share, form):
    maker = Maker(f"prune {bits} {form}")
    key = maker.usual_key(bits, e=257, form=form)
    for swapped in (False, True):
        known = fragments(maker, members(key, swapped=swapped), names, share)
        assert reconstruct(key.n, key.e, known) == key.primes


@pytest.mark.parametrize(("names", "share"), SHARES)
def test_a_smaller_share_is_given_up_and_never_called_impossible(names, share):
    maker = Maker("prune less")
    key = maker.usual_key(1024, e=17)
    known = fragments(maker, members(key), names, share * 0.6)
    assert reconstruct(key.n, key.e, known, max_width=1 << 12) is None


@pytest.mark.parametrize(("names", "share"), SHARES)
def test_a_bit_that_is_wrong_ends_in_a_proof_that_nothing_fits(names, share):
    maker = Maker("prune wrong")
    key = maker.usual_key(1024, e=17, form="phi")
    known = fragments(maker, members(key), names, share + 0.15)
    assert reconstruct(key.n, key.e, known) == key.primes
    mask, value = known["q"]
    known["q"] = mask, value ^ (mask & -mask)
    assert reconstruct(key.n, key.e, known) == ()


def test_the_width_is_the_bound():
    maker = Maker("prune width")
    key = maker.usual_key(1024)
    p, q = key.primes
    # The low eleven bits of both are unknown: 2^10 partial keys, each with one q, until the twelfth prunes.
    known = {name: ((1 << 512) - (1 << 11), value) for name, value in (("p", p), ("q", q))}
    assert reconstruct(key.n, key.e, known, max_width=1 << 10) == key.primes
    assert reconstruct(key.n, key.e, known, max_width=(1 << 10) - 1) is None


@pytest.mark.parametrize("name", ["p", "q", "d", "dp", "dq"])
@FORMS
def test_one_member_that_is_whole(name, form):
    key = Maker(f"prune one {form}").usual_key(512, e=17, form=form)
    for swapped in (False, True):
        assert reconstruct(key.n, key.e, {name: (-1, members(key, swapped=swapped)[name])}) == key.primes


@pytest.mark.parametrize(
    ("names", "share"),
    [(("d", "dp", "dq"), 0.45), (("p", "d"), 0.6), (("p", "dp"), 0.65), (("dp", "dq"), 0.65), (("q", "d", "dp"), 0.45)],
)
@pytest.mark.parametrize("e", [17, 35, 257])
def test_other_subsets(names, share, e):
    maker = Maker(f"prune subset {e}")
    key = maker.usual_key(1024, e=e)
    assert reconstruct(key.n, e, fragments(maker, members(key), names, share)) == key.primes


@FORMS
def test_without_the_upper_half_of_d_every_multiple_is_tried(form):
    maker = Maker(f"prune lower {form}")
    key = maker.usual_key(1024, e=257, form=form)
    known = fragments(maker, members(key), NAMES, 0.4)
    known["d"] = known["d"][0] % (1 << 500), known["d"][1]
    trees = set()
    assert reconstruct(key.n, key.e, known, on_progress=lambda tree, _: trees.add(tree)) == key.primes
    assert len(trees) > 1


def test_a_prime_of_another_length():
    maker = Maker("prune unequal")
    primes = [maker.prime(600), maker.prime(424)]
    key = maker.key(primes, e=maker.exponent(9, math.prod(p - 1 for p in primes)))
    for swapped in (False, True):
        known = fragments(maker, members(key, swapped=swapped), NAMES, 0.35)
        assert reconstruct(key.n, key.e, known, prime_bits=424 if swapped else 600) == key.primes
    assert reconstruct(key.n, key.e, known) in {(), None}


def test_an_exponent_too_large_for_all_multiples():
    maker = Maker("prune large e")
    key = maker.usual_key(1024, e=2**32 + 15)
    known = fragments(maker, members(key), ("p", "q", "dp", "dq"), 0.65)
    # dp and dq are left aside, p and q suffice.
    assert reconstruct(key.n, key.e, known) == key.primes
    # d too, while nothing is known of its top: with d alone nothing is proved.
    assert reconstruct(key.n, key.e, {"d": ((1 << 500) - 1, key.d)}, max_width=1 << 10) is None
    # The top of d names the multiple.
    known = fragments(maker, members(key), ("p", "q", "d"), 0.5)
    mask, value = known["d"][0] | ((1 << 64) - 1) << 960, key.d
    assert reconstruct(key.n, key.e, known | {"d": (mask, value)}) == key.primes


def test_searches_stop_when_told():
    maker = Maker("prune stop")
    key = maker.usual_key(1024, e=257)
    known = fragments(maker, members(key), NAMES, 0.5)
    assert reconstruct(key.n, key.e, known, stop=lambda: True) is None
    reached = []
    search = reconstruct(
        key.n, key.e, known, stop=lambda: len(reached) > 30, on_progress=lambda *step: reached.append(step)
    )
    assert search is None
    assert len(reached) == 31


NUMBERS = st.integers(-9, 1 << 70)
KNOWN = st.dictionaries(st.sampled_from(NAMES), st.tuples(NUMBERS | st.just(-1), NUMBERS))


@settings(deadline=None, max_examples=60)
@given(NUMBERS, st.integers(-3, 20) | NUMBERS.map(lambda e: e << 20 | 1), KNOWN, st.none() | st.integers(-3, 99))
def test_nonsense_gives_nothing_or_factors(n, e, known, prime_bits):
    for odd in (n, n | 1):
        factors = reconstruct(odd, e, known, prime_bits=prime_bits, max_width=64)
        assert not factors or math.prod(factors) == odd


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "share"), [*SHARES, (("p", "q", "dp", "dq"), 0.35), (("dp", "dq"), 0.6), (("p", "dp"), 0.6)]
)
def test_the_usual_exponent(names, share):
    for seed in range(4):
        maker = Maker(f"prune slow {seed}")
        key = maker.usual_key(2048)
        known = fragments(maker, members(key, swapped=seed % 2 == 1), names, share)
        assert reconstruct(key.n, key.e, known) == key.primes
