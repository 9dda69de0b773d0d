import pytest

from jwtctl.checks.token.token_kid_missing import TokenKidMissing
from jwtctl.jose.key import from_jwk
from jwtctl.model import Place, Severity
from tests.checks.material import EC, OKP
from tests.checks.token.material import applies, of, run, token


def key(members=EC, **more):
    return from_jwk(members | more, Place("key"))


KEYS = [key(kid="a"), key(kid="b"), key(OKP, kid="c")]


def test_several_keys_may_be_meant():
    (finding,) = run(TokenKidMissing, token({"alg": "ES256"}), keys=KEYS)
    assert finding.message == "there is no kid, and 2 trusted keys may be for ES256"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/header/kid")
    (finding,) = run(TokenKidMissing, token({"alg": "ES256", "kid": ""}), keys=KEYS)
    assert finding.message == "kid is empty, and 2 trusted keys may be for ES256"


def test_only_one_key_may_be_meant():
    assert run(TokenKidMissing, token({"alg": "Ed25519"}), keys=KEYS) == ()
    assert run(TokenKidMissing, token({"alg": ["ES256"]}), keys=KEYS) == ()
    assert run(TokenKidMissing, token({"alg": "ES256"}), keys=[key(kid="a"), key(kid="b", use="enc")]) == ()


def test_without_keys_nobody_can_tell():
    assert not applies(TokenKidMissing, token({"alg": "ES256"}))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "ES256", "kid": "k9"},
        {"alg": "ES256", "kid": None},
        {"alg": "ES256", "x5t#S256": "AAAA"},
        {"alg": "ES256", "typ": "dpop+jwt"},
    ],
)
def test_tokens_that_name_their_key(header):
    assert not applies(TokenKidMissing, token(header), keys=KEYS)


def test_what_is_no_jws():
    assert not applies(TokenKidMissing, of("hello"), keys=KEYS)
    assert not applies(TokenKidMissing, of("eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA"), keys=KEYS)
