from jwtctl.checks.token.token_crit_unknown import TokenCritUnknown
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def crit(value, **more):
    return token({"alg": "ES256", "crit": value, **more})


def test_extensions_that_nobody_knows():
    (finding,) = run(TokenCritUnknown, crit(["exp", "http://x.example/y", "exp", "b64", "sigT"], exp=1, b64=False))
    assert finding.message == "crit names 'exp', 'http://x.example/y', which no standard describes"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/crit")


def test_extensions_that_few_know():
    (finding,) = run(TokenCritUnknown, crit(["sigT", "sigD", "ppt"]))
    assert finding.message == (
        "crit names 'sigT', 'sigD', 'ppt', which only verifiers for ETSI TS 119 182-1, RFC 8225 section 8 know"
    )
    assert finding.severity is Severity.INFO


def test_what_other_checks_speak_of():
    for value in (["b64"], ["alg"], [], ["b64", "alg", 1], "exp", None):
        assert run(TokenCritUnknown, crit(value)) == ()
    # Of the header of a JWE enc is a standard part.
    assert run(TokenCritUnknown, of("eyJlbmMiOiJBIiwiY3JpdCI6WyJlbmMiXX0..AAAA.AAAA.AAAA")) == ()
    assert len(run(TokenCritUnknown, crit(["enc"]))) == 1


def test_a_list_as_long_as_a_header_can_be():
    (finding,) = run(TokenCritUnknown, crit([f"a{number}" for number in range(5000)]))
    assert finding.message == "crit names 'a0', 'a1', 'a2' and 4997 more, which no standard describes"


def test_tokens_without_crit():
    assert not applies(TokenCritUnknown, token())
    assert not applies(TokenCritUnknown, of("hello"))
