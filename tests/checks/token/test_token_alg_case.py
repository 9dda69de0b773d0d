import pytest

from jwtctl.checks.token.token_alg_case import TokenAlgCase
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


@pytest.mark.parametrize(
    ("alg", "name"),
    [
        ("rs256", "RS256"),
        ("Hs256", "HS256"),
        ("ed25519", "Ed25519"),
        ("EDDSA", "EdDSA"),
        ("rsa-oaep", "RSA-OAEP"),
        ("H\u017f256", "HS256"),
        ("\uff32S256", "RS256"),
    ],
)
def test_another_spelling(alg, name):
    (finding,) = run(TokenAlgCase, token({"alg": alg}))
    assert finding.message == f"alg is {alg!r}, where the name is {name!r}"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/alg")


@pytest.mark.parametrize("alg", ["RS256", "Ed25519", "RS255", "my-own", "", "rs256 "])
def test_right_names_and_names_that_nobody_knows(alg):
    assert run(TokenAlgCase, token({"alg": alg})) == ()


def test_what_other_checks_speak_of():
    for alg in ("NONE", ["rs256"], None):
        assert not applies(TokenAlgCase, token({"alg": alg}))
    assert not applies(TokenAlgCase, of("hello"))
