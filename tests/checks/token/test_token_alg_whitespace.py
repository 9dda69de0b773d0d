import pytest

from jwtctl.checks.token.token_alg_whitespace import TokenAlgWhitespace
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


@pytest.mark.parametrize("alg", ["RS256 ", "\tRS256", "rs256\n", "R S256", "RS256\0", "RS\u200b256", "\ufeffRS256"])
def test_a_known_name_with_what_nobody_sees(alg):
    (finding,) = run(TokenAlgWhitespace, token({"alg": alg}))
    assert finding.message == f"alg is {alg!r}, with characters that print nothing: it looks like 'RS256'"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/alg")


def test_another_name():
    (finding,) = run(TokenAlgWhitespace, token({"alg": "my own"}))
    assert finding.message == "alg is 'my own', with characters that print nothing"
    (finding,) = run(TokenAlgWhitespace, token({"alg": " " * 40_000}))
    assert len(finding.message) < 120


def test_names_that_print():
    assert run(TokenAlgWhitespace, token(), token({"alg": "rs256"}), token({"alg": ""})) == ()


def test_what_other_checks_speak_of():
    for alg in (" none", ["RS256 "], None):
        assert not applies(TokenAlgWhitespace, token({"alg": alg}))
    assert not applies(TokenAlgWhitespace, of("hello"))
