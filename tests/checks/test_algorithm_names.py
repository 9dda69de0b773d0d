"""Names of algorithms, and what is taken for them."""

import pytest

from jwtctl.checks.algorithm_names import REGISTERED, taken_for, visible
from jwtctl.jose.algorithms import SIGNATURES


@pytest.mark.parametrize("name", ["rs256", "Rs256", "R\u017f256", "\uff32\uff33\uff12\uff15\uff16", "RS256"])
def test_what_folds_to_a_registered_name(name):
    assert taken_for(name) == "RS256"


@pytest.mark.parametrize("name", ["RS255", "RS-256", "", "rs256 ", "\u0420S256"])
def test_what_does_not(name):
    assert taken_for(name) == ""


def test_what_prints_nothing():
    assert visible(" R\tS\u200b2\x005\ufeff6\n") == "RS256"


def test_no_two_names_fold_to_one():
    assert {taken_for(name) for name in REGISTERED} == REGISTERED
    assert SIGNATURES.keys() < REGISTERED
