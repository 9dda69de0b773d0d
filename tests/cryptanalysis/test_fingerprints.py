import math
import random

import gmpy2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis.fingerprints import (
    ROCA_GENERATOR,
    ROCA_PRIMES,
    VARIANT_PRIMES,
    _logarithms,
    _selective,
    quadratic_residue,
    roca,
)
from tests.cryptanalysis.weak_keys import Maker

# The products of RSALib (Nemec and others 2017, table 1) up to keys of 960, 1952 and 3936 bits.
PRODUCTS = {512: 167, 1024: 353, 2048: 701}
LEAST = math.prod(ROCA_PRIMES)


@pytest.fixture(scope="module")
def maker():
    return Maker("fingerprints")


@pytest.mark.parametrize(("bits", "last"), PRODUCTS.items())
def test_moduli_of_the_form_of_rsalib(maker, bits, last):
    product = int(gmpy2.primorial(last))
    n = math.prod(maker.power_prime(bits // 2, ROCA_GENERATOR, product) for _ in range(2))
    found = roca(n)
    assert found is not None
    assert (found.generator, found.modulus) == (ROCA_GENERATOR, LEAST)
    assert pow(found.generator, found.exponent, found.modulus) == n % LEAST


def test_the_group_is_that_of_the_paper():
    order = math.lcm(*(len(_logarithms(prime)) for prime in ROCA_PRIMES))
    # The order of 65537 that the detector of the authors uses.
    assert order == 2454106387091158800
    units = math.prod(prime - 1 for prime in ROCA_PRIMES)
    assert units // order > 1 << 154


def test_one_wrong_residue_is_enough():
    """Every power passes; changed modulo one prime to a number that is no power, it fails."""
    power = pow(ROCA_GENERATOR, 10**15 + 3, LEAST)
    assert roca(power).exponent == 10**15 + 3
    for prime in ROCA_PRIMES:
        others = LEAST // prime
        step = others * pow(others, -1, prime)
        for residue in set(range(prime)) - set(_logarithms(prime)):
            assert roca((power + step * (residue - power)) % LEAST) is None


def test_residues_that_are_powers_but_not_of_one_exponent():
    """Modulo each prime a power, but with exponents that disagree modulo 4."""
    power = pow(ROCA_GENERATOR, 4, LEAST)
    prime = next(prime for prime in ROCA_PRIMES if len(_logarithms(prime)) % 4 == 0)
    others = LEAST // prime
    changed = (power + others * pow(others, -1, prime) * (pow(ROCA_GENERATOR, 5, prime) - power)) % LEAST
    assert roca(changed) is None


def test_the_filter_turns_nearly_everything_away():
    word, powers = _selective()
    assert word < 1 << 63
    assert math.prod(len(allowed) / (prime - 1) for prime, allowed in powers) < 1e-6


def test_sound_moduli_have_no_fingerprint(maker):
    for _ in range(20):
        n = math.prod(maker.primes(1024))
        assert roca(n) is None
        assert not quadratic_residue(n)


@given(st.integers(-5, 10**6))
def test_small_numbers_are_no_trouble(n):
    found = roca(n)
    assert found is None or pow(ROCA_GENERATOR, found.exponent, LEAST) == n % LEAST
    assert quadratic_residue(n) == all(pow(n, (p - 1) // 2, p) == 1 for p in VARIANT_PRIMES)


def test_every_second_modulus_of_another_base_is_a_square():
    product, rng = int(gmpy2.primorial(701)), random.Random(1)
    moduli = [pow(65539, rng.getrandbits(200), product) * pow(65539, rng.getrandbits(200), product) for _ in range(200)]
    assert 70 < sum(map(quadratic_residue, moduli)) < 130
    assert not any(map(roca, moduli))


def test_the_variant_uses_the_48_primes_above_three():
    assert list(VARIANT_PRIMES) == [p for p in range(5, 230) if gmpy2.is_prime(p)]
    assert len(VARIANT_PRIMES) == 48
