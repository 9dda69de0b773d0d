from jwtctl.checks.token.token_alg_missing import TokenAlgMissing
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def test_no_alg():
    (finding,) = run(TokenAlgMissing, token({"typ": "JWT"}))
    assert (finding.message, finding.severity, finding.at) == ("the header has no alg", Severity.HIGH, "/header/alg")
    assert len(run(TokenAlgMissing, token({}))) == 1
    assert len(run(TokenAlgMissing, of("eyJlbmMiOiJBIn0..AAAA.AAAA.AAAA"))) == 1


def test_an_empty_alg():
    (finding,) = run(TokenAlgMissing, token({"alg": ""}))
    assert finding.message == "alg is empty"


def test_any_other_alg():
    assert run(TokenAlgMissing, token(), token({"alg": None}), token({"alg": "x"}), token({"alg": "none"})) == ()


def test_what_is_no_token():
    assert not applies(TokenAlgMissing, of("hello"))
    assert not applies(TokenAlgMissing, of("eyJlbmMiOiJBIn0.AAAA"))
