import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis import ladder
from jwtctl.cryptanalysis.ladder import recover_exponent
from jwtctl.errors import InputError
from tests.cryptanalysis.weak_keys import Maker

FORMS = pytest.mark.parametrize("form", ["phi", "lambda"])


@pytest.fixture(scope="module")
def maker():
    return Maker("ladder")


@pytest.fixture(scope="module")
def rsa512():
    return Maker("ladder 512").primes(512)


def recover(n, d, **options):
    """Under a clock that ticks once at every look."""
    return recover_exponent(n, d, clock=itertools.count().__next__, **options)


def assert_whole(result, key, method):
    assert result.recovered
    assert result.method == method
    assert (result.n, result.d) == (key.n, key.d)
    assert result.e == key.e % key.lam
    assert result.factors == key.primes
    assert [a.found for a in result.attempts] == [False] * (len(result.attempts) - 1) + [True]
    assert result.attempts[-1].method == method
    assert all(a.seconds == 1 and a.bound for a in result.attempts)


@FORMS
def test_a_stored_exponent(maker, rsa512, form):
    key = maker.key(rsa512, e_bits=500, form=form)
    assert_whole(recover(key.n, key.d, e=key.e), key, "stored-exponent")
    assert recover(key.n, key.d, e=key.e).notes == ()


def test_a_stored_exponent_that_is_not_the_least(maker, rsa512):
    key = maker.key(rsa512, e=65539)
    result = recover(key.n, key.d, e=key.e + 2 * key.lam)
    assert_whole(result, key, "stored-exponent")
    assert "equivalent" in result.notes[0]


@FORMS
def test_stored_primes(maker, rsa512, form):
    key = maker.key(rsa512, e_bits=500, form=form)
    for given_primes in ({"p": rsa512[0]}, {"q": rsa512[1]}, {"p": rsa512[0], "q": rsa512[1]}):
        assert_whole(recover(key.n, key.d, **given_primes), key, "stored-factors")


def test_a_prime_that_leaves_a_composite_cofactor_is_not_enough(maker):
    key = maker.key(maker.primes(768, 3), e_bits=700)
    assert not recover(key.n, key.d, p=key.primes[0]).recovered
    assert_whole(recover(key.n, key.d, p=key.primes[0], q=key.primes[2]), key, "stored-factors")


@FORMS
def test_common_exponents(maker, rsa512, form):
    key = maker.key(rsa512, e=65539, form=form)
    assert_whole(recover(key.n, key.d), key, "common-exponents")


def test_the_negative_of_a_common_exponent(maker, rsa512):
    key = maker.key(rsa512, e=-65539)
    result = recover(key.n, key.d)
    assert_whole(result, key, "common-exponents")
    assert result.notes == ("e is the negative of a short exponent of 17 bits modulo lambda(n)",)


@FORMS
@pytest.mark.parametrize(("bits", "count", "e_bits"), [(512, 2, 128), (2048, 2, 512), (768, 3, 127), (768, 4, 95)])
def test_continued_fraction(maker, bits, count, e_bits, form):
    primes = maker.primes(bits, count)
    while maker.key(primes, e_bits=9).gcd > 1 << count:
        primes = maker.primes(bits, count)
    key = maker.key(primes, e_bits=e_bits, form=form)
    assert_whole(recover(key.n, key.d), key, "continued-fraction")


def test_small_factor(maker):
    key = maker.key([31337, 65521, maker.prime(256)], e_bits=250)
    assert_whole(recover(key.n, key.d), key, "small-factor")


def test_fermat(maker):
    p = maker.prime(256)
    key = maker.key([p, maker.prime_near(p + (1 << 130))], e_bits=500)
    assert_whole(recover(key.n, key.d), key, "fermat")


def test_prime_ratio(maker):
    p = maker.prime(256)
    key = maker.key([p, maker.prime_near(p * 7 // 5)], e_bits=500)
    assert_whole(recover(key.n, key.d), key, "prime-ratio")


def test_p_minus_1(maker):
    key = maker.key([maker.smooth_neighbour(256, 1000, 1), maker.prime(256)], e_bits=500)
    assert_whole(recover(key.n, key.d), key, "p-minus-1")


def test_baby_step_giant_step(maker, rsa512, monkeypatch):
    monkeypatch.setattr(ladder, "GIANT_STEP_BITS", 24)
    key = maker.key(rsa512, e_bits=24, top=3)
    key = key._replace(d=key.d + (key.lam << 600))
    assert_whole(recover(key.n, key.d), key, "baby-step-giant-step")


def test_a_huge_public_exponent_takes_the_place_of_d(maker, rsa512):
    """What a key set publishes when the roles were exchanged: its `e` is handed in as d."""
    ordinary = maker.key(rsa512, e=65539)
    assert recover(ordinary.n, ordinary.d).e == 65539


def test_what_a_miss_says(maker, rsa512):
    key = maker.key(rsa512, e_bits=500)
    steps = []
    result = recover(key.n, key.d, on_step=steps.append)
    assert not result.recovered
    assert (result.n, result.e, result.d, result.factors) == (key.n, None, key.d, ())
    assert result.attempts == tuple(steps)
    assert [a.method for a in result.attempts] == [
        "common-exponents", "continued-fraction", "small-factor", "fermat", "prime-ratio", "p-minus-1",
    ]  # fmt: skip
    proved, unknown, wrong, warning = result.notes
    assert proved.startswith("proved: ")
    assert "130 bits" in proved
    assert "2^20" in proved
    assert unknown.startswith("unknown: ")
    assert wrong.startswith("wrong all the same: (n, d) is a public key")
    assert warning == "this does not show that the key is safe"


def test_an_ordinary_public_key_is_named_as_such(rsa512):
    result = recover(math.prod(rsa512), 65539)
    assert not result.recovered
    assert "ordinary public key" in result.notes[-2]


def test_a_stopped_search_claims_nothing_it_did_not_finish(maker, rsa512):
    key = maker.key(rsa512, e_bits=500)
    result = recover(key.n, key.d, stop=lambda: True)
    assert result.attempts == ()
    assert not any(note.startswith("proved") for note in result.notes)
    assert result.notes[0].startswith("not finished: common-exponents, continued-fraction")
    polls = iter([False] * 4)
    result = recover(key.n, key.d, stop=lambda: next(polls, True))
    assert [a.method for a in result.attempts] == ["common-exponents"]
    assert "continued-fraction" in result.notes[1]


def test_a_step_that_takes_too_long_is_cut_short_and_the_next_one_is_made(maker, rsa512):
    key = maker.key(rsa512, e_bits=500)
    ticks = iter(range(10**9))
    told = []
    result = recover_exponent(key.n, key.d, clock=lambda: next(ticks), step_seconds=30, on_step=told.append)
    assert tuple(told) == result.attempts
    methods = [attempt.method for attempt in result.attempts]
    assert "continued-fraction" not in methods
    assert "small-factor" in methods
    assert any(note.startswith("not finished: continued-fraction") for note in result.notes)


P, Q = 2**89 - 1, 2**107 - 1
N = P * Q


@pytest.mark.parametrize(
    ("n", "d", "options", "message"),
    [
        (2 * P * Q, 5, {}, "n is even"),
        (P, 5, {}, "n is prime"),
        (P**2, 5, {}, "n is a perfect power"),
        (N**3, 5, {}, "n is a perfect power"),
        (15, 3, {}, "n has 4 bits"),
        (0, 3, {}, "n has 0 bits"),
        (-N, 3, {}, "n has 196 bits"),
        ((1 << 20_000) + 1, 3, {}, "n has 20001 bits"),
        (N, 1, {}, "d is too small"),
        (N, 0, {}, "d is too small"),
        (N, -5, {}, "d is too small"),
        (N, 6, {}, "d is even"),
        (N, (N << 4096) + 1, {}, "d is 4096 bits or more longer"),
        (N, 5, {"e": 0}, "e is too small"),
        (N, 5, {"e": 4}, "e is even"),
        (N, 5, {"e": (N << 4096) + 1}, "e is 4096 bits or more longer"),
        (N, 5, {"e": 7}, "e and d do not belong together"),
        (N, 5, {"p": 7}, "p does not divide n"),
        (N, 5, {"p": 0}, "p does not divide n"),
        (N, 5, {"p": N}, "p does not divide n"),
        (N, 5, {"p": P, "q": P}, "q does not divide n"),
        (N, 3, {"p": P}, "d has a divisor in common"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input_is_named(n, d, options, message):
    with pytest.raises(InputError, match=message):
        recover(n, d, **options)


@pytest.mark.parametrize("e_and_primes", [(), ("e",), ("p",)])
def test_no_number_reaches_a_message(maker, rsa512, e_and_primes):
    key = maker.key(rsa512, e_bits=500)
    options = {"e": key.e, "p": key.primes[0]}
    result = recover(key.n, key.d, **{name: options[name] for name in e_and_primes})
    text = " ".join([repr(result), *result.notes, *(a.bound for a in result.attempts)])
    assert not any(str(number) in text for number in (key.n, key.e, key.d, *key.primes))


@settings(deadline=None, max_examples=150)
@given(st.integers(1 << 15, 1 << 40), st.integers(0, 1 << 60), st.none() | st.integers(0, 1 << 20))
def test_any_integers_give_a_proved_answer_or_an_input_error(n, d, e):
    try:
        result = recover(n, d, e=e)
    except InputError:
        return
    if result.recovered:
        assert math.prod(result.factors) == n
        assert all(pow(m, result.e * d, n) == m for m in (7, 11, 13, 17) if math.gcd(m, n) == 1)
