from unittest import mock

import pytest

from jwtctl.checks.token.token_signature_wrong import TokenSignatureWrong
from jwtctl.jose import algorithms
from jwtctl.jose.generate import generate
from jwtctl.jose.key import from_jwk, public_half, to_jwk
from jwtctl.model import Key, Place, Severity
from tests.checks.token.material import applies, hs_token, of, run, signed_token, token

ALGS = ("RS256", "PS384", "ES256", "ES512", "Ed25519", "ML-DSA-44")
KEYS = {alg: generate(alg)._replace(kid=alg) for alg in ALGS}
PUBLIC = [public_half(key) for key in KEYS.values()]


@pytest.mark.parametrize("alg", ALGS)
def test_a_token_of_another_key(alg):
    given = signed_token(generate(alg)._replace(kid=alg), alg)
    (finding,) = run(TokenSignatureWrong, given, keys=PUBLIC)
    assert finding.message == f"its {alg} signature is wrong under the trusted key that it may be of"
    assert (finding.severity, finding.at, finding.subject.kid) == (Severity.HIGH, "/signature", alg)


def test_an_altered_token_without_a_kid():
    head, _, signature = signed_token(KEYS["ES256"]._replace(kid=None), "ES256").text.split(".")
    (finding,) = run(TokenSignatureWrong, of(f"{head}.e30.{signature}"), keys=[*PUBLIC, generate("ES256")])
    assert finding.message == "its ES256 signature is wrong under the 2 trusted keys that it may be of"


@pytest.mark.parametrize("alg", ALGS)
def test_right_signatures(alg):
    assert run(TokenSignatureWrong, signed_token(KEYS[alg], alg), keys=PUBLIC) == ()
    assert run(TokenSignatureWrong, signed_token(KEYS[alg]._replace(kid=None), alg), keys=PUBLIC) == ()
    secret = generate("HS256")
    assert run(TokenSignatureWrong, hs_token(secret.octets["k"]), keys=[secret]) == ()
    assert len(run(TokenSignatureWrong, hs_token(b"x"), keys=[secret])) == 1


def test_a_dpop_proof_is_judged_by_the_key_that_it_brings():
    key = generate("ES256")
    header = {"typ": "dpop+jwt", "jwk": to_jwk(public_half(key), private=False)}
    assert run(TokenSignatureWrong, signed_token(key, "ES256", header=header), keys=PUBLIC) == ()
    (finding,) = run(TokenSignatureWrong, signed_token(generate("ES256"), "ES256", header=header))
    assert finding.message == "its ES256 signature is wrong under its own jwk"
    assert len(run(TokenSignatureWrong, signed_token(key, "ES256", header={**header, "typ": "JWT"}), keys=PUBLIC)) == 1


def test_a_dpop_key_that_costs_too_much_is_not_tried():
    key = from_jwk({"kty": "RSA", "n": "_" * 1366, "e": "_" * 600}, Place("token"))
    header = {"alg": "RS256", "typ": "dpop+jwt", "jwk": to_jwk(key, private=False)}
    with mock.patch.object(algorithms, "verify") as verify:
        assert run(TokenSignatureWrong, token(header)) == ()
    assert verify.call_count == 0


def test_a_key_that_cannot_be_used_says_nothing():
    broken = Key("EC", "P-256", {"x": 1, "y": 1})
    assert run(TokenSignatureWrong, token({"alg": "ES256"}), keys=[broken]) == ()


def test_where_it_has_no_say():
    given = signed_token(KEYS["ES256"], "ES256")
    assert applies(TokenSignatureWrong, given, keys=PUBLIC)
    assert not applies(TokenSignatureWrong, given)
    assert not applies(TokenSignatureWrong, given, keys=[PUBLIC[0]])
    for header in (
        {"alg": "none"},
        {"alg": "es256"},
        {"alg": []},
        {"alg": "ES256", "kid": "k9"},
        {"alg": "ES256", "kid": [{}]},
    ):
        assert not applies(TokenSignatureWrong, token(header), keys=PUBLIC)
    assert not applies(TokenSignatureWrong, token({"alg": "ES256"}, signature=b""), keys=PUBLIC)
    assert not applies(TokenSignatureWrong, of("hello"), keys=PUBLIC)
