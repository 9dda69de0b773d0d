import json

import pytest

from jwtctl.checks.token.token_secret import TokenSecret
from jwtctl.model import Confidence, Severity
from tests.checks.material import EC, OCT
from tests.checks.token.material import ACCESS, ID, applies, jwe, of, proof, run, token

LIKE = "it carries what looks like "


@pytest.mark.parametrize(
    ("claims", "message", "at"),
    [
        ({"password": "hunter2!"}, LIKE + "a password", "/claims/password"),
        (
            {"user": {"https://x.example/clientSecret": "abcdef"}},
            LIKE + "a secret",
            "/claims/user/https:~1~1x.example~1clientSecret",
        ),
        ({"x": ["$2b$12$" + "a" * 53]}, LIKE + "a hash of a password", "/claims/x/0"),
        ({"x": "key AKIA" + "A" * 16}, LIKE + "an access key of AWS", "/claims/x"),
        ({"x": "ghp_" + "a" * 36}, LIKE + "a token of GitHub", "/claims/x"),
        ({"x": "-----BEGIN EC PRIVATE KEY-----\nMHc"}, LIKE + "a private key", "/claims/x"),
        ({"db": "postgres://app:hunter2@db/x"}, LIKE + "a URL with a password", "/claims/db"),
        ({"refresh_token": "abcdef"}, LIKE + "another token", "/claims/refresh_token"),
    ],
)
def test_secrets(claims, message, at):
    (finding,) = run(TokenSecret, token(claims=claims))
    assert (finding.message, finding.at) == (message, at)
    assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.HEURISTIC)


def test_a_private_jwk():
    for jwk in (EC, OCT):
        (finding,) = run(TokenSecret, token(claims={"cnf": {"jwk": jwk}}))
        assert (finding.message, finding.severity) == ("it carries a private key as a JWK", Severity.CRITICAL)
        assert finding.confidence == Confidence.CERTAIN
    # token-embedded-jwk tells of this one.
    assert run(TokenSecret, token({"alg": "ES256", "jwk": EC})) == ()


def test_an_inner_address_and_several_places():
    (finding,) = run(TokenSecret, token(claims={"iss": "http://10.1.2.3:8080/auth", "ip": "192.168.0.9"}))
    assert finding.message == "it names an address inside a private network, in 2 places"
    assert finding.severity == Severity.LOW


def test_an_ephemeral_key_is_told_by_the_check_for_it():
    assert run(TokenSecret, jwe({"alg": "ECDH-ES", "enc": "A128GCM", "epk": EC})) == ()
    assert len(run(TokenSecret, jwe({"alg": "dir", "enc": "A128GCM", "epk": EC}))) == 1


def test_nothing_of_the_secret_is_told():
    (finding,) = run(TokenSecret, token(claims={"password": "hunter2!"}))
    assert "hunter2" not in json.dumps([finding.message, finding.at, dict(finding.witness)])


def test_harmless_values():
    claims = {
        "amr": ["pwd"],
        "pwd_url": "https://x.example/change",
        "password": None,
        "has_password": True,
        "password_changed_at": 1,
        "ip": "8.8.8.8",
        "v": "999.1.2.3",
        "key": {"kty": "EC"},
        "url": "https://x.example:443/@alice",
    }
    assert run(TokenSecret, token(claims=claims), token(claims=ACCESS), token(claims=ID), proof()) == ()


def test_no_token():
    assert not applies(TokenSecret, of("hello"))
