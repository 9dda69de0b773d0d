from jwtctl.checks.token.token_crit_member_absent import TokenCritMemberAbsent
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def crit(value, **more):
    return token({"alg": "ES256", "crit": value, **more})


def test_a_name_that_is_not_there():
    (finding,) = run(TokenCritMemberAbsent, crit(["b64", "exp", "sub"], b64=False))
    assert finding.message == "crit names 'exp', 'sub', which the header does not have"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/crit")


def test_names_that_are_there():
    assert run(TokenCritMemberAbsent, crit(["b64", "exp"], b64=False, exp=None)) == ()
    assert run(TokenCritMemberAbsent, crit(["alg"]), crit([""]), crit([]), crit("exp")) == ()


def test_tokens_without_crit():
    assert not applies(TokenCritMemberAbsent, token())
    assert not applies(TokenCritMemberAbsent, of("hello"))
