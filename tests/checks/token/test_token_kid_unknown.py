import pytest

from jwtctl.checks.token.token_kid_unknown import TokenKidUnknown
from jwtctl.jose import sign
from jwtctl.jose.key import from_jwk
from jwtctl.model import Place, Severity
from tests.checks.material import EC, OKP
from tests.checks.token.material import applies, of, run, token


def key(members=EC, **more):
    return from_jwk(members | more, Place("key"))


KEYS = [key(kid="K-1/="), key(OKP, kid="b")]


def test_a_name_that_no_key_has():
    (finding,) = run(TokenKidUnknown, token({"alg": "ES256", "kid": "k9"}), keys=KEYS)
    assert finding.message == "no trusted key is called 'k9'"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/header/kid")


@pytest.mark.parametrize("kid", ["k-1/=", " K-1/=", "K-1_"])
def test_a_name_that_is_nearly_right(kid):
    (finding,) = run(TokenKidUnknown, token({"alg": "ES256", "kid": kid}), keys=KEYS)
    assert finding.message == f"no trusted key is called {kid!r}, only 'K-1/='"


def test_a_token_of_a_trusted_key_under_another_name():
    signed = of(sign.sign({"sub": "a"}, KEYS[0], header={"kid": "old"}))
    (finding,) = run(TokenKidUnknown, signed, keys=KEYS)
    assert (
        finding.message == "no trusted key is called 'old', though the signature is right under the one called 'K-1/='"
    )


def test_a_name_that_is_known_or_that_keys_do_not_have():
    assert run(TokenKidUnknown, token({"alg": "ES256", "kid": "b"}), keys=KEYS) == ()
    assert run(TokenKidUnknown, token({"alg": "ES256", "kid": "k9"}), keys=[*KEYS, key()]) == ()


def test_what_names_no_key_of_the_issuer():
    assert not applies(TokenKidUnknown, token())
    for header in ({"alg": "ES256"}, {"alg": "ES256", "kid": 1}, {"alg": "ES256", "kid": ""}):
        assert not applies(TokenKidUnknown, token(header), keys=KEYS)
    assert not applies(TokenKidUnknown, token({"alg": "ES256", "kid": "a", "typ": "dpop+jwt"}), keys=KEYS)
    assert not applies(TokenKidUnknown, of("eyJraWQiOiJhIn0..AAAA.AAAA.AAAA"), keys=KEYS)
