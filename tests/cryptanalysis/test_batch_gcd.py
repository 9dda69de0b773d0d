import itertools
import math
import os
import random
import signal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis import batch_gcd
from jwtctl.cryptanalysis.batch_gcd import (
    large_common_divisors,
    shared_factors,
    shared_with_product,
    with_common_factor,
)
from tests.cryptanalysis.weak_keys import Maker

POOL = [101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 2**61 - 1, 2**89 - 1]


@pytest.fixture(scope="module")
def maker():
    return Maker("batch gcd")


@given(st.sets(st.tuples(st.sampled_from(POOL), st.sampled_from(POOL)).filter(lambda pq: pq[0] > pq[1])))
def test_moduli_of_two_primes_against_their_construction(pairs):
    expected = {p * q: (p, q) for p, q in pairs if any({p, q} & set(other) for other in pairs if other != (p, q))}
    assert shared_factors(p * q for p, q in pairs) == expected


@given(st.lists(st.integers(-3, 5000)))
def test_any_integers_against_all_pairs(moduli):
    distinct = {n for n in moduli if n > 1}
    found = shared_factors(moduli)
    assert set(found) == {n for n in distinct if any(math.gcd(n, m) > 1 for m in distinct - {n})}
    for n, factors in found.items():
        assert math.prod(factors) == n
        assert min(factors) > 1
        assert list(factors) == sorted(factors, reverse=True)
        if len(factors) == 1:
            assert any(m % n == 0 for m in distinct - {n})


@given(st.lists(st.integers(2, 2**70), min_size=1, max_size=40), st.integers(0, 2**3000))
def test_scaled_remainders(moduli, x):
    levels = batch_gcd._product_tree([batch_gcd.mpz(n) for n in moduli])
    product = math.prod(moduli)
    assert batch_gcd._cofactor_sum(levels) == sum(product // n for n in moduli)
    assert batch_gcd._remainders(batch_gcd.mpz(x), levels) == [x % n for n in moduli]


@given(st.lists(st.integers(2, 5000), min_size=1, max_size=30), st.lists(st.integers(2, 5000), max_size=30))
def test_a_product_of_earlier_days(moduli, earlier):
    product = math.prod(earlier)
    expected = {n: math.gcd(n, product) for n in moduli if math.gcd(n, product) > 1}
    assert shared_with_product(moduli, product) == expected


@given(st.lists(st.integers(-3, 5000), max_size=30), st.integers(1, 2**200))
def test_those_with_a_factor_in_common_with_another_one_or_a_known_number(moduli, known):
    distinct = {n for n in moduli if n > 1}
    expected = {n for n in distinct if math.gcd(n, known * math.prod(distinct - {n})) > 1}
    assert with_common_factor(moduli, known) == expected


@given(st.lists(st.integers(2, 3000), min_size=2, max_size=40, unique=True))
def test_each_with_the_product_of_the_others(numbers):
    product = math.prod(numbers)
    expected = [math.gcd(n, product // n) for n in numbers]
    assert batch_gcd._shared_with_the_others([batch_gcd.mpz(n) for n in numbers]) == expected


def test_another_process_finds_the_same(maker, monkeypatch):
    monkeypatch.setattr(batch_gcd, "_WORTH_A_PROCESS", 0)
    pool = [maker.prime(128) for _ in range(8)]
    moduli = [p * q for p, q in combinations(pool, 2)] + [math.prod(maker.primes(256)) for _ in range(5)]
    maker.random.shuffle(moduli)
    assert shared_factors(moduli, jobs=2) == shared_factors(moduli)
    assert len(shared_factors(moduli, jobs=2)) == 28
    assert large_common_divisors(moduli, 120, jobs=2) == large_common_divisors(moduli, 120)


def test_ctrl_c_is_left_to_the_caller(maker, monkeypatch):
    half, caller = batch_gcd._half, os.getpid()

    def interrupted(*args, **options):
        if os.getpid() != caller:
            signal.raise_signal(signal.SIGINT)
        return half(*args, **options)

    monkeypatch.setattr(batch_gcd, "_WORTH_A_PROCESS", 0)
    monkeypatch.setattr(batch_gcd, "_half", interrupted)
    p, q, r = (maker.prime(64) for _ in range(3))
    assert with_common_factor([p * q, p * r], jobs=2) == {p * q, p * r}


def test_real_sizes(maker):
    """One shared prime, a ring in which every modulus shares both its primes, and healthy moduli around them."""
    p, q, r = (maker.prime(512) for _ in range(3))
    ring = [maker.prime(256) for _ in range(20)]
    rings = {a * b: tuple(sorted((a, b), reverse=True)) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)}
    healthy = [math.prod(maker.primes(512)) for _ in range(20)]
    expected = rings | {p * x: tuple(sorted((p, x), reverse=True)) for x in (q, r)}
    moduli = healthy + list(expected)
    maker.random.shuffle(moduli)
    assert shared_factors(moduli) == expected
    assert shared_factors(healthy) == {}


def test_every_pair_of_a_pool(maker):
    """The worst case for pairs: each prime stands in many moduli, and every modulus shares both."""
    pool = [maker.prime(128) for _ in range(12)]
    expected = {p * q: (max(p, q), min(p, q)) for p, q in combinations(pool, 2)}
    assert shared_factors(expected) == expected


def test_three_primes(maker):
    p, q, r, s, t = sorted((maker.prime(128) for _ in range(5)), reverse=True)
    u = maker.prime(128)
    assert shared_factors([p * q * r, p * s, q * t, u]) == {p * q * r: (p, q, r), p * s: (p, s), q * t: (q, t)}


@pytest.mark.parametrize("moduli", [[], [15], [15, 15], [0, 15], [1, 15], [-15, 15], [15, 77]])
def test_nothing_shared(moduli):
    assert shared_factors(moduli) == {}


def test_a_modulus_that_divides_another_is_reported_unsplit():
    assert shared_factors([15, 105]) == {15: (15,), 105: (15, 7)}


def test_large_common_divisors():
    rng = random.Random(11)
    part, other = (rng.getrandbits(140) | 1 << 139 | 1 for _ in range(2))
    numbers = [rng.getrandbits(300) | 1 for _ in range(20)]
    with_part = [part * (rng.getrandbits(200) | 1) for _ in range(3)]
    with_other = [other * (rng.getrandbits(200) | 1) for _ in range(2)]
    found = large_common_divisors([*numbers, *with_part, *with_other, with_part[0], 0, 1])
    assert set(found) == {*with_part, *with_other}
    for number, (divisor, partner) in found.items():
        assert partner != number
        assert number % divisor == partner % divisor == 0
        assert divisor.bit_length() > 128


def test_a_number_that_is_related_to_a_related_one_only():
    rng = random.Random(13)
    links = [rng.getrandbits(140) | 1 << 139 | 1 for _ in range(28)]
    chain = [a * b for a, b in itertools.pairwise(links)]
    found = large_common_divisors(chain)
    assert set(found) == set(chain)
    assert all(n % divisor == other % divisor == 0 and n != other for n, (divisor, other) in found.items())


def test_common_divisors_that_are_not_large():
    rng = random.Random(12)
    part = rng.getrandbits(100) | 1 << 99 | 1
    numbers = [part * (rng.getrandbits(200) | 1) for _ in range(3)]
    assert large_common_divisors(numbers) == {}
    assert set(large_common_divisors(numbers, bits=90)) == set(numbers)
    assert large_common_divisors(numbers[:1]) == large_common_divisors([]) == {}
