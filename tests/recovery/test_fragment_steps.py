"""Each step says what it needs and how far it goes, and what it gives is a factoring."""

import math

import pytest

from jwtctl.recovery.fragment_cases import cases_of
from jwtctl.recovery.fragment_steps import NEED_E, STEPS
from tests.recovery.leaks import ALL, MADE, P, high, leak

BY_METHOD = {step.method: step for step in STEPS}


def test_every_step_has_its_own_name_and_says_how_far_it_goes():
    assert len(BY_METHOD) == len(STEPS)
    assert all(step.bound for step in STEPS)
    assert set(BY_METHOD) >= NEED_E


@pytest.mark.parametrize(
    ("method", "known"),
    [
        ("stored-factors", leak("n", "p")),
        ("stored-factors", leak("p", "q")),
        ("shared-prime", leak("n", others=[{"n": hex(P * 3)}])),
        ("stored-exponents", leak("n", "e", "d")),
        ("crt-exponent", leak("n", "e", "dq")),
        ("primes-without-modulus", leak("e", "dp", "dq")),
        ("crt-exponent-unknown-e", leak("n", "dp", key={**ALL, "dp": pow(17, -1, P - 1)})),
        ("part-of-a-prime", leak("n", p_high=high(P, 300))),
    ],
)
def test_a_step_finds_the_primes_of_a_case_to_which_it_applies(method, known):
    (case,) = cases_of(known, None)
    step = BY_METHOD[method]
    assert step.applies(case)
    found = [candidate for candidate in step.search(case, lambda: False) if candidate.n == MADE.n]
    assert set(MADE.primes) in [set(candidate.factors) for candidate in found]
    assert all(math.prod(candidate.factors) == MADE.n for candidate in found)


def test_no_step_but_the_usual_exponents_applies_to_a_modulus_alone():
    (case,) = cases_of(leak("n"), None)
    assert [step.method for step in STEPS if step.applies(case)] == []
