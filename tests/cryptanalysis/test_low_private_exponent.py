import math
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis import coppersmith
from jwtctl.cryptanalysis.low_private_exponent import (
    PrimesModuloExponent,
    factor_from_low_private_exponent,
    low_private_exponent_reach,
    private_exponent_multiples,
)
from tests.cryptanalysis.weak_keys import Maker

FORMS = pytest.mark.parametrize("form", ["phi", "lambda"])


def right_multiple(key):
    """(k, g) in lowest terms."""
    product = key.e * key.d - 1
    common = math.gcd(product, key.phi)
    return product // common, key.phi // common


def twos(x):
    return (x & -x).bit_length() - 1


def needed(key, dimension):
    """Low bits of d that suffice for this very key, by what `low_private_exponent_reach` says."""
    k, g = right_multiple(key)
    halves = twos((key.primes[0] - key.primes[1]) // 2)
    return low_private_exponent_reach(key.n.bit_length(), dimension) + twos(k) - twos(g) + halves


def top(key, bits):
    """The topmost bits of n's length of d."""
    size = key.n.bit_length()
    return ((1 << bits) - 1) << (size - bits), key.d


@FORMS
@pytest.mark.parametrize(("bits", "e"), [(1024, 3), (1024, 17), (1024, 257), (2048, 3), (2048, 17), (2048, 257)])
def test_the_low_bits_that_are_said_to_suffice_and_not_fewer(bits, e, form, monkeypatch):
    monkeypatch.setattr(coppersmith, "MAX_DIMENSION", 5)
    key = Maker(f"low {bits} {form}").usual_key(bits, e=e, form=form)
    known = needed(key, 5)
    low = key.d % (1 << known)
    assert factor_from_low_private_exponent(key.n, e, low, known) == key.primes
    assert factor_from_low_private_exponent(key.n, e, low ^ 64, known) == ()
    fewer = known - 3 - e.bit_length()
    assert factor_from_low_private_exponent(key.n, e, low % (1 << fewer), fewer) == ()


@FORMS
def test_a_few_bits_more_than_a_quarter(form):
    key = Maker(f"low quarter {form}").usual_key(1024, e=3, form=form)
    known = needed(key, 13)
    assert 256 < known < 256 + 30
    assert factor_from_low_private_exponent(key.n, 3, key.d, known) == key.primes


@FORMS
@pytest.mark.parametrize("bits", [1024, 2048])
def test_the_top_of_the_exponent_spares_the_search_for_the_multiple(bits, form, monkeypatch):
    monkeypatch.setattr(coppersmith, "MAX_DIMENSION", 9)
    key = Maker(f"low high {bits} {form}").usual_key(bits, form=form)
    known = needed(key, 9)
    progress = []
    search = [key.n, key.e, key.d % (1 << known), known, lambda: False, lambda *step: progress.append(step)]
    assert factor_from_low_private_exponent(*search, known_high=top(key, 40)) == key.primes
    assert max(total for _, total in progress) < 1000
    # One bit that is wrong, and the right multiple is passed over.
    mask, value = top(key, 40)
    assert factor_from_low_private_exponent(*search, known_high=(mask, value ^ 1 << (bits - 20))) == ()


def test_more_than_half_of_the_exponent_needs_no_lattice(monkeypatch):
    monkeypatch.setattr(coppersmith, "_small_roots", None)
    key = Maker("low half").usual_key(512, e=257)
    assert factor_from_low_private_exponent(key.n, key.e, key.d, 280) == key.primes
    assert factor_from_low_private_exponent(key.n, key.e, key.d ^ 1 << 200, 280) == ()


def test_an_exponent_that_is_not_prime():
    key = Maker("low 35").usual_key(1024, e=35)
    known = needed(key, 5)
    assert factor_from_low_private_exponent(key.n, 35, key.d, known) == key.primes
    assert factor_from_low_private_exponent(key.n, 35, key.d ^ 16, known) == ()


@FORMS
@pytest.mark.parametrize("e", [3, 17, 65537, 2**32 + 15])
def test_the_top_of_the_exponent_names_one_multiple(e, form):
    key = Maker(f"multiples {form}").usual_key(1024, e=e, form=form)
    found = list(private_exponent_multiples(key.n, e, top(key, e.bit_length() + 24)))
    assert right_multiple(key) in found
    assert len(found) < 5
    assert right_multiple(key) not in list(private_exponent_multiples(key.n, e, (top(key, 60)[0], key.d ^ 1 << 1000)))


def test_scattered_bits_of_the_upper_half_name_one_multiple():
    maker = Maker("multiples scattered")
    key = maker.usual_key(1024, e=4099)
    mask = sum(1 << i for i in range(1024) if maker.random.random() < 0.2)
    assert list(private_exponent_multiples(key.n, key.e, (mask, key.d & mask))) == [right_multiple(key)]
    # The lower half says nothing.
    lower = (1 << 480) - 1
    anything = list(private_exponent_multiples(key.n, 17, (lower, key.d)))
    assert anything == list(private_exponent_multiples(key.n, 17, (0, 0)))
    assert {(k, 1) for k in range(1, 17)} <= set(anything)


def test_a_prime_of_another_length():
    maker = Maker("multiples unequal")
    primes = [maker.prime(600), maker.prime(424)]
    key = maker.key(primes, e=maker.exponent(17, math.prod(p - 1 for p in primes)), form="phi")
    for length in (600, 424):
        found = private_exponent_multiples(key.n, key.e, top(key, 60), prime_bits=length)
        assert right_multiple(key) in list(found)


def test_too_many_multiples_are_refused():
    key = Maker("multiples many").usual_key(512, e=2**32 + 15)
    assert list(private_exponent_multiples(key.n, key.e, (0, 0))) == []
    assert factor_from_low_private_exponent(key.n, key.e, key.d, 300) == ()


@pytest.mark.parametrize("e", [3, 35, 257, 1155])
def test_the_primes_modulo_the_exponent(e):
    key = Maker(f"modulo {e}").usual_key(256, e=e)
    p, q = key.primes
    modulo = PrimesModuloExponent(key.n, e)
    k, g = right_multiple(key)
    assert modulo.possible(k, g)
    pairs = list(modulo.pairs(k, g))
    assert {(p % e, q % e), (q % e, p % e)} <= set(pairs)
    assert all(a * b % e == key.n % e for a, b in pairs)
    for other in range(1, e):
        if math.gcd(other, e) == 1 and not modulo.possible(other, g):
            assert list(modulo.pairs(other, g)) == []


def test_searches_stop_when_told():
    key = Maker("low stop").usual_key(1024)
    known = needed(key, 9)
    assert factor_from_low_private_exponent(key.n, key.e, key.d, known, stop=lambda: True) == ()
    polls = count()
    assert factor_from_low_private_exponent(key.n, key.e, key.d, known, stop=lambda: next(polls) >= 50) == ()
    assert next(polls) < 60
    assert len(list(private_exponent_multiples(key.n, key.e, (0, 0), stop=lambda: True))) < 1024


NUMBERS = st.integers(-9, 1 << 130)


@settings(deadline=None, max_examples=60)
@given(
    NUMBERS,
    st.integers(-3, 40) | NUMBERS.map(lambda e: e << 64 | 1),
    NUMBERS,
    st.integers(-3, 140),
    st.tuples(NUMBERS, NUMBERS),
)
def test_nonsense_gives_nothing_or_factors(n, e, low, known_bits, known_high):
    for odd in (n, n | 1, (low | 1) * (known_high[1] | 1)):
        factors = factor_from_low_private_exponent(odd, e, low, known_bits, known_high=known_high)
        assert not factors or math.prod(factors) == odd


@pytest.mark.slow
@FORMS
def test_the_usual_exponent(form):
    key = Maker(f"low slow {form}").usual_key(1024, form=form)
    known = needed(key, 5)
    assert factor_from_low_private_exponent(key.n, key.e, key.d % (1 << known), known) == key.primes


@pytest.mark.slow
def test_the_usual_exponent_of_2048():
    key = Maker("low slow 2048").usual_key(2048, form="phi")
    known = needed(key, 5)
    assert factor_from_low_private_exponent(key.n, key.e, key.d % (1 << known), known) == key.primes
