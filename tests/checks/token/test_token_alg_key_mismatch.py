import pytest

from jwtctl.checks.token.token_alg_key_mismatch import TokenAlgKeyMismatch
from jwtctl.jose.key import from_jwk
from jwtctl.model import Place, Severity
from tests.checks.material import EC, OCT, OKP, public, rsa_members
from tests.checks.token.material import applies, of, run, token


def key(members, **more):
    return from_jwk(public(members) | more, Place("key"))


RSA = key(rsa_members(), kid="r")
KEYS = [RSA, key(EC, kid="e"), key(OKP, kid="o"), key(rsa_members(), kid="ps", alg="PS256")]


@pytest.mark.parametrize(
    ("alg", "kid", "message"),
    [
        ("HS256", "r", "the key 'r': it takes a key of type oct, not RSA, as in algorithm confusion"),
        ("HS256", None, "any trusted key: it takes a key of type oct, not EC or OKP or RSA, as in algorithm confusion"),
        ("ES256", "r", "the key 'r': it takes a key of type EC, not RSA"),
        ("ES384", "e", "the key 'e': it takes a key on P-384, not P-256"),
        ("Ed448", "o", "the key 'o': it takes a key on Ed448, not Ed25519"),
        ("RS256", "ps", "the key 'ps': the key is for 'PS256'"),
    ],
)
def test_an_algorithm_that_does_not_fit(alg, kid, message):
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    (finding,) = run(TokenAlgKeyMismatch, token(header), keys=KEYS)
    assert finding.message == f"alg is {alg!r}, which does not fit {message}"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/alg")


def test_a_key_that_its_file_limits():
    limited = RSA._replace(kid=None, limited_to=("PS256",))
    (finding,) = run(TokenAlgKeyMismatch, token({"alg": "RS256"}), keys=[limited])
    assert finding.message.endswith("any trusted key: the file of the key limits it to others")


@pytest.mark.parametrize(
    ("alg", "kid"),
    [
        ("RS256", "r"),
        ("PS512", "r"),
        ("ES256", "e"),
        ("EdDSA", "o"),
        ("Ed25519", "o"),
        ("PS256", "ps"),
        ("RS256", None),
    ],
)
def test_one_that_fits(alg, kid):
    assert run(TokenAlgKeyMismatch, token({"alg": alg, "kid": kid}), keys=KEYS) == ()
    assert run(TokenAlgKeyMismatch, token({"alg": "HS256"}), keys=[from_jwk(OCT, Place("key"))]) == ()


def test_what_other_checks_speak_of():
    assert run(TokenAlgKeyMismatch, token({"alg": "HS256", "kid": "x"}), keys=KEYS) == ()
    assert run(TokenAlgKeyMismatch, token({"alg": "HS256", "kid": ["r"]}), keys=KEYS) == ()
    assert not applies(TokenAlgKeyMismatch, token())
    for header in ({}, {"alg": "none"}, {"alg": ["HS256"]}, {"alg": "HS256", "typ": "dpop+jwt"}):
        assert not applies(TokenAlgKeyMismatch, token(header), keys=KEYS)
    assert not applies(TokenAlgKeyMismatch, of("hello"), keys=KEYS)
