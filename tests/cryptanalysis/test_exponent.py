import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis import exponent
from jwtctl.cryptanalysis.exponent import (
    baby_step_giant_step,
    common_exponents,
    continued_fraction,
    continued_fraction_bits,
    exponent_window,
    multipliers,
    satisfies,
)
from tests.cryptanalysis.weak_keys import Maker

FORMS = pytest.mark.parametrize("form", ["phi", "lambda"])


@pytest.fixture(scope="module")
def maker():
    return Maker("exponent")


@pytest.fixture(scope="module")
def rsa512():
    return Maker("exponent 512").primes(512)


@pytest.fixture(scope="module")
def rsa2048():
    return Maker("exponent 2048").primes(2048)


def usable(primes, exponents):
    return [e for e in exponents if math.gcd(e, math.prod(p - 1 for p in primes)) == 1]


@FORMS
def test_satisfies(maker, rsa512, form):
    key = maker.key(rsa512, e_bits=300, form=form)
    assert satisfies(key.n, key.e, key.d)
    assert satisfies(key.n, key.e + key.lam, key.d + 3 * key.lam)
    assert not satisfies(key.n, key.e + 2, key.d)
    assert not satisfies(key.n, 0, key.d)
    assert not satisfies(key.n, key.e, -key.d)


def test_satisfies_holds_for_bases_that_divide_n():
    key = Maker("small").key([5, 3], e=3)
    assert satisfies(key.n, key.e, key.d)


@FORMS
def test_common_exponents(maker, rsa512, form):
    wanted = [3, 5, 7, 17, 257, 65537, 65539, 2**20 - 1, 2**24 + 43, 2**31 - 1, 2**32 - 5, 2**32 + 15, 2**64 + 13]
    for e in usable(rsa512, wanted):
        key = maker.key(rsa512, e=e, form=form)
        assert common_exponents(key.n, key.d) == e
        assert common_exponents(key.n, key.d + 12345 * key.lam) == e


def test_the_negative_of_a_common_exponent(maker, rsa512):
    for positive in usable(rsa512, [3, 5, 65537, 2**32 + 15]):
        key = maker.key(rsa512, e=-positive)
        e = common_exponents(key.n, key.d)
        assert e is not None
        assert e % key.lam == -positive % key.lam


def test_an_exponent_of_one(rsa512):
    n, lam = math.prod(rsa512), math.lcm(*(p - 1 for p in rsa512))
    assert common_exponents(n, 1 + lam) == 1


def test_exponents_that_are_not_common(maker, rsa512):
    for e in usable(rsa512, [2**20 + 7, 2**20 + 9, 2**20 + 13, 2**32 + 2**12 + 1, 2**32 + 2**12 + 5])[:3]:
        key = maker.key(rsa512, e=e)
        assert common_exponents(key.n, key.d) is None


def unlike(bits):
    """Primes whose ratio is just below 2, the least favourable ones."""
    maker = Maker(f"unlike {bits}")
    p = maker.prime_near((1 << bits // 2) - maker.random.getrandbits(bits // 2 - 10))
    return [p, maker.prime_near(p // 2 + (p >> 12))]


@FORMS
@pytest.mark.parametrize("like", [True, False])
def test_every_short_exponent_up_to_the_bound_that_is_stated(rsa512, form, like):
    primes = rsa512 if like else unlike(512)
    phi = math.prod(p - 1 for p in primes)
    assert phi // math.lcm(*(p - 1 for p in primes)) in multipliers(math.prod(primes))

    @settings(deadline=None, max_examples=60)
    @given(st.integers(3, (1 << continued_fraction_bits(math.prod(primes), 1)) - 1))
    def found(e):
        if math.gcd(e, phi) == 1:
            key = Maker("").key(primes, e=e, form=form)
            assert continued_fraction(key.n, key.d) == e

    found()


@FORMS
@pytest.mark.parametrize("bits", [512, 1024])
def test_the_longest_exponents_of_the_bound_and_beyond(maker, bits, form):
    primes = unlike(bits)
    n = math.prod(primes)
    reach = continued_fraction_bits(n, 1)
    for _ in range(5):
        key = maker.key(primes, e_bits=reach, top=20, form=form)
        assert continued_fraction(n, key.d) == key.e
        far = maker.key(primes, e_bits=reach + 6, form=form)
        assert continued_fraction(n, far.d) is None


@FORMS
def test_the_bound_at_2048_bits(maker, rsa2048, form):
    key = maker.key(rsa2048, e_bits=514, top=20, form=form)
    assert continued_fraction_bits(key.n, key.d) == 514
    assert continued_fraction(key.n, key.d) == key.e
    assert continued_fraction(key.n, maker.key(rsa2048, e_bits=522, form=form).d) is None
    assert continued_fraction(key.n, maker.key(rsa2048, e_bits=2040, form=form).d) is None


@FORMS
@pytest.mark.parametrize("count", [3, 4])
def test_three_and_four_primes(maker, count, form):
    primes = maker.primes(768, count)
    while maker.key(primes, e_bits=9).gcd not in [k << (count - 1) for k in exponent.SMOOTH]:
        primes = maker.primes(768, count)
    n = math.prod(primes)
    reach = continued_fraction_bits(n, 1, count)
    assert 0 <= reach - 768 // (2 * count) <= 2
    for e_bits in (5, 40, reach - 4, reach):
        key = maker.key(primes, e_bits=e_bits, form=form)
        assert continued_fraction(n, key.d) == key.e
    assert continued_fraction(n, maker.key(primes, e_bits=reach + 12, form=form).d) is None


def test_five_primes(maker):
    """No centre is known for them: n itself stands for φ."""
    key = maker.key(maker.primes(1000, 5), e_bits=90, form="phi")
    assert continued_fraction(key.n, key.d) == key.e


@FORMS
def test_primes_of_unlike_length(maker, form):
    primes = [maker.prime(600), maker.prime(168)]
    key = maker.key(primes, e_bits=168 // 2 - 4, form=form)
    assert continued_fraction(key.n, key.d) == key.e
    assert continued_fraction(key.n, maker.key(primes, e_bits=168 // 2 + 6, form=form).d) is None


@pytest.mark.parametrize("g_bits", [8, 25, 69])
def test_primes_with_a_large_common_divisor(maker, g_bits):
    """G beyond the multipliers costs d mod λ half its length, and d mod φ nothing."""
    common = maker.prime(g_bits)
    primes = [maker.prime_with(384, 2 * common), maker.prime_with(384, 2 * common)]
    reach = continued_fraction_bits(math.prod(primes), 1)
    full = maker.key(primes, e_bits=reach, form="phi")
    assert continued_fraction(full.n, full.d) == full.e
    loss = 0 if full.gcd in multipliers(full.n) else full.gcd.bit_length() // 2 + 1
    key = maker.key(primes, e_bits=reach - loss)
    assert continued_fraction(key.n, key.d) == key.e
    assert continued_fraction(key.n, maker.key(primes, e_bits=reach + 8).d) is None


@pytest.mark.parametrize("extra", [0, 40, 200])
def test_a_d_that_was_not_reduced(maker, rsa512, extra):
    key = maker.key(rsa512, e_bits=10)
    d = key.d + key.lam * (maker.random.getrandbits(extra) if extra else 0)
    reach = continued_fraction_bits(key.n, d)
    assert abs(reach - (130 - max(0, d.bit_length() - 511) / 2)) <= 1.5
    short = maker.key(rsa512, e_bits=reach)
    d = short.d + short.lam * (d // key.lam)
    assert continued_fraction(short.n, d) == short.e


@pytest.mark.parametrize("d", [2, 3, 65537, 2**512])
def test_a_short_or_even_d_gives_nothing(maker, d):
    n = math.prod(maker.primes(512))
    assert continued_fraction(n, d) is None
    assert common_exponents(n, d) is None


def test_baby_step_giant_step(maker, rsa512):
    for e_bits in (5, 17, 24):
        key = maker.key(rsa512, e_bits=e_bits)
        d = key.d + key.lam * (1 << 700)
        assert baby_step_giant_step(key.n, d, 24) == key.e
    longer = maker.key(rsa512, e=usable(rsa512, range(2**25 + 1, 2**25 + 99, 2))[0])
    assert baby_step_giant_step(longer.n, longer.d, 24) is None


def test_more_giant_steps_than_baby_steps(maker, rsa512, monkeypatch):
    monkeypatch.setattr(exponent, "_MAX_BABY_STEPS", 100)
    key = maker.key(rsa512, e_bits=20)
    assert baby_step_giant_step(key.n, key.d, 20) == key.e


@pytest.mark.parametrize("shift", [0, 1, 200, 480])
def test_exponent_window(maker, rsa512, shift):
    key = maker.key(rsa512, e_bits=505)
    gap = ((1 << 18) - 1) << shift
    assert exponent_window(key.n, key.d, key.e & ~gap, shift, 18) == key.e
    assert exponent_window(key.n, key.d, (key.e & ~gap) ^ (2 << (shift + 20)), shift, 18) is None


def test_searches_stop_when_told(maker, rsa512):
    key = maker.key(rsa512, e_bits=20)
    assert baby_step_giant_step(key.n, key.d, 20, stop=lambda: True) is None
    assert continued_fraction(key.n, key.d, stop=lambda: True) is None
    polls = iter([False] * 5)
    assert baby_step_giant_step(key.n, maker.key(rsa512, e_bits=500).d, 50, stop=lambda: next(polls, True)) is None
