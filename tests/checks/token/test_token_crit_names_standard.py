from jwtctl.checks.token.token_crit_names_standard import TokenCritNamesStandard
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def crit(value, **more):
    return token({"alg": "ES256", "crit": value, **more})


def test_names_of_the_standard():
    (finding,) = run(TokenCritNamesStandard, crit(["b64", "alg", "jwk", "alg"]))
    assert finding.message == "crit names 'alg', 'jwk', of the standard itself"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/crit")


def test_names_of_encryption_are_standard_in_an_encrypted_token_only():
    assert len(run(TokenCritNamesStandard, of("eyJlbmMiOiJBIiwiY3JpdCI6WyJlbmMiXX0..AAAA.AAAA.AAAA"))) == 1
    assert run(TokenCritNamesStandard, crit(["enc"])) == ()


def test_other_names():
    assert run(TokenCritNamesStandard, crit(["b64", "exp", "ALG"]), crit([]), crit("alg")) == ()


def test_tokens_without_crit():
    assert not applies(TokenCritNamesStandard, token())
    assert not applies(TokenCritNamesStandard, of("hello"))
