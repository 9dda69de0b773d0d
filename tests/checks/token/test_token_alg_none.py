import pytest

from jwtctl.checks.token.token_alg_none import TokenAlgNone
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", " none", "none\n"])
@pytest.mark.parametrize("signature", [b"", b"x"])
def test_none_in_any_spelling(alg, signature):
    (finding,) = run(TokenAlgNone, token({"alg": alg, "kid": "k1"}, signature=signature))
    assert finding.message == f"alg is {alg!r}: the token is not signed at all"
    assert (finding.severity, finding.at, finding.subject.kid) == (Severity.CRITICAL, "/header/alg", "k1")


def test_an_empty_signature():
    (finding,) = run(TokenAlgNone, token({"alg": "RS256"}, signature=b""))
    assert (finding.message, finding.at) == ("the signature is empty, though alg is 'RS256'", "/signature")


@pytest.mark.parametrize("alg", ["none" + " " * 40_000, "x" * 40_000, ["x"] * 9_000])
def test_a_long_alg_is_cut_short(alg):
    (finding,) = run(TokenAlgNone, token({"alg": alg}, signature=b""))
    assert len(finding.message) < 100


def test_signed_tokens():
    assert run(TokenAlgNone, token(), token({"alg": "nones"}), token({}), token({"alg": ["none"]})) == ()


def test_what_is_no_jws():
    assert not applies(TokenAlgNone, of("eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA"))
    assert not applies(TokenAlgNone, of("hello"))
