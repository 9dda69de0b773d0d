import pytest

from jwtctl.checks.token.token_crit_empty import TokenCritEmpty
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def crit(value, **more):
    return token({"alg": "ES256", "crit": value, **more})


@pytest.mark.parametrize(
    ("value", "message", "at"),
    [
        ([], "crit is an empty array", ""),
        (None, "crit is a JSON null, not an array", ""),
        ("b64", "crit is a JSON string, not an array", ""),
        ({"b64": True}, "crit is a JSON object, not an array", ""),
        (["b64", 1, None], "entry 1 of crit is a JSON number, not a string", "/1"),
        ([""], "entry 0 of crit is empty", "/0"),
    ],
)
def test_what_is_no_list_of_names(value, message, at):
    (finding,) = run(TokenCritEmpty, crit(value))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, f"/header/crit{at}")


def test_a_list_of_names():
    assert run(TokenCritEmpty, crit(["b64"]), crit(["a", "a", "alg"])) == ()


def test_tokens_without_crit():
    assert not applies(TokenCritEmpty, token())
    assert not applies(TokenCritEmpty, of("hello"))
