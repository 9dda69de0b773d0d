from jwtctl.checks.token.token_crit_dup import TokenCritDup
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def crit(value, **more):
    return token({"alg": "ES256", "crit": value, **more})


def test_a_name_that_stands_twice():
    (finding,) = run(TokenCritDup, crit(["b64", "exp", "b64"]))
    assert finding.message == "crit names 'b64' more than once"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/crit")


def test_names_that_stand_once():
    assert run(TokenCritDup, crit(["b64", "B64"]), crit([]), crit([1, 1]), crit("aa")) == ()


def test_tokens_without_crit():
    assert not applies(TokenCritDup, token())
    assert not applies(TokenCritDup, of("hello"))
