"""What is standard, what extends it, and what a token calls critical."""

import pytest

from jwtctl.checks.header_parameters import EXTENSIONS, critical, listed, standard
from tests.checks.token.material import of, token

JWE = of("eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA")


def test_standard_names_depend_on_what_a_token_is():
    assert "enc" in standard(JWE)
    assert "enc" not in standard(token())
    assert {"alg", "kid", "crit"} <= standard(token()) < standard(JWE)
    assert standard(JWE).isdisjoint(EXTENSIONS)


@pytest.mark.parametrize(
    ("crit", "names"),
    [(["a", "a", 1, None, "b"], ("a", "a", "b")), ([], ()), ("exp", ()), ({"exp": 1}, ()), (None, ())],
)
def test_what_is_called_critical(crit, names):
    assert critical(token({"alg": "ES256", "crit": crit})) == names
    assert critical(token()) == ()


def test_names_in_words():
    assert listed(["a"]) == "'a'"
    assert listed(["a", "b\n", "c"]) == "'a', 'b\\n', 'c'"
    assert listed(["x" * 1000, *"abcd"]) == f"'{'x' * 60}…', 'a', 'b' and 2 more"
