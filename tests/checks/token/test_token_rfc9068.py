import pytest

from jwtctl.checks.token.token_rfc9068 import TokenRfc9068
from jwtctl.model import Severity
from tests.checks.token.material import access, applies, of, run, token


@pytest.mark.parametrize(
    ("changes", "message", "at"),
    [
        (
            {"client_id": None},
            "no client_id: nobody can tell for which client it was issued (RFC 9068 section 2.2 asks for it)",
            "/claims",
        ),
        ({"scope": ["a", "b"]}, "scope is a JSON array, not one string with spaces", "/claims/scope"),
        ({"scope": "a  b"}, "scope is no list of scopes with single spaces between them", "/claims/scope"),
        ({"scope": ""}, "scope is empty: a token without scopes leaves it out", "/claims/scope"),
        ({"acr": 2}, "acr is a JSON number, not a string", "/claims/acr"),
        ({"amr": "pwd"}, "amr is no array of strings", "/claims/amr"),
    ],
)
def test_breaches(changes, message, at):
    (finding,) = run(TokenRfc9068, access(**changes))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.MEDIUM, at)


def test_sound_ones():
    assert run(TokenRfc9068, access(), access(scope="read:a,b https://x.example/y", amr=["pwd"], acr="2")) == ()


def test_a_long_scope_is_read_once():
    assert len(run(TokenRfc9068, access(scope="a " * 200_000))) == 1


def test_other_tokens():
    assert not applies(TokenRfc9068, token())
    assert not applies(TokenRfc9068, of("hello"), profile="access-token")
    assert applies(TokenRfc9068, token(), profile="access-token")
