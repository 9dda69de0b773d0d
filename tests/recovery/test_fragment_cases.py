"""What is stated is believed, so contradictions in it are errors; usual exponents are tried where none is stated."""

from dataclasses import replace

import pytest

from jwtctl.errors import InputError
from jwtctl.jose.leak import LegibleBits
from jwtctl.recovery.fragment_cases import USUAL_EXPONENTS, cases_of
from tests.recovery.leaks import ALL, BITS, OTHER, P, Q, high, leak, low, masked

BAD = {
    **ALL,
    "p": OTHER.primes[0],
    "q": OTHER.primes[1],
    "d": OTHER.d,
    "dp": ALL["dp"] + 2,
    "dq": ALL["dq"] + 2,
    "qi": ALL["qi"] + 1,
}


@pytest.mark.parametrize(
    ("names", "bad", "message"),
    [
        ("ne", "p", "p does not divide n"),
        ("ne", "q", "q does not divide n"),
        ("ne", "d", "e and d do not belong together"),
        (("p", "d"), ("dp",), "dp and d do not belong together"),
        (("q", "d"), ("dq",), "dq and d do not belong together"),
        (("n", "e", "p"), ("dp",), "dp and e do not belong together"),
        (("p", "q"), ("qi",), "qi is not the inverse of q modulo p"),
    ],
)
def test_numbers_that_contradict_each_other_are_named(names, bad, message):
    with pytest.raises(InputError, match=message):
        cases_of(leak(*names, *bad, key={**ALL, **{name: BAD[name] for name in bad}}), None)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (leak("n", "p", "q", key={**ALL, "q": P}), "no two factors"),
        (leak("n", key={"n": P}), "n is prime"),
        (leak("n", key={"n": 2 * P * Q}), "n is even"),
        (leak("n", key={"n": 15}), "n has 4 bits"),
        (leak("n", p_low=low(P, 64), p_bits=BITS), "p_bits is 1024"),
        (leak("n", "e", key={"n": P * Q, "e": 1}), "e is even or too small"),
        (leak("n", "d", key={"n": P * Q, "d": 4}), "d is even or too small"),
        (leak("n", "d", key={"n": P * Q, "d": 1 << 6000 | 1}), "d is more than 5120 bits"),
        (leak("e", p_high=high(P, 100)), "without p_bits or n"),
        (leak("n", p_high=high(P, 512), p_bits=100), "more bits than p"),
        (leak("n", "p", p_low=low(Q, 512)), "not those of the p that is stated"),
        (leak("n", p_low=low(P, 64), known={"p": masked(P ^ 2, 255)}), "p_low contradicts"),
        (leak("n", known={"p": masked(1 << 6000, 1 << 6000)}), "bits are stated of p beyond"),
    ],
)
def test_what_can_be_no_rsa_key(known, message):
    with pytest.raises(InputError, match=message):
        cases_of(known, None)


def test_the_usual_exponents_are_those_that_agree_with_what_is_known_of_e():
    (case,) = cases_of(leak("n"), None)
    assert case.exponents == USUAL_EXPONENTS
    case = replace(case, known={"e": LegibleBits(0xFF, 0x11)})
    assert case.exponents == (17,)
    (case,) = cases_of(leak("n", "e"), None)
    assert case.exponents == (ALL["e"],)


def test_the_second_prime_has_what_the_first_leaves_of_the_modulus():
    (case,) = cases_of(leak("n", p_bits=400), None)
    assert (case.length_of("p"), case.length_of("q")) == (400, BITS - 400)
    (case,) = cases_of(leak("n"), None)
    assert (case.length_of("p"), case.length_of("q")) == (BITS // 2, BITS // 2)


def test_parts_of_one_number_are_put_together():
    (case,) = cases_of(leak("n", p_high=high(P, 10), p_low=low(P, 20)), None)
    bits = case.known["p"]
    assert bits.mask == (1 << 20) - 1 | ((1 << 10) - 1) << (BITS // 2 - 10)
    assert bits.value == P & bits.mask
