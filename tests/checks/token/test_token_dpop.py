import hashlib

import pytest

from jwtctl.checks.token.token_dpop import TokenDpop
from jwtctl.checks.token.token_signature_wrong import TokenSignatureWrong
from jwtctl.jose import base64url
from jwtctl.jose.generate import generate
from jwtctl.jose.key import from_jwk, thumbprint
from jwtctl.model import Place, Severity
from tests.checks.material import EC, OCT
from tests.checks.token.material import access, of, proof, run, token

STRANGER = generate("ES256")


@pytest.mark.parametrize(
    ("given", "message", "at"),
    [
        (proof(htm=None), "no htm: the proof is good for any method", "/claims/htm"),
        (proof(htm="GET /"), "htm is no HTTP method: the proof is good for any method", "/claims/htm"),
        (proof(htu=None), "no htu: the proof is good for any request", "/claims/htu"),
        (proof(htu="/token"), "htu is no http or https URL: the proof is good for any request", "/claims/htu"),
        (proof(htu="https://[x"), "htu is no http or https URL: the proof is good for any request", "/claims/htu"),
        (proof(htu="https://x/a?b"), "htu has a query or a fragment, which servers do not compare", "/claims/htu"),
        (proof(ath="x"), "ath is no SHA-256 in base64url", "/claims/ath"),
        (proof({"jwk": None}), "no jwk: the proof names no key", "/header/jwk"),
        (proof({"jwk": []}), "jwk is no JSON object", "/header/jwk"),
        (proof({"alg": "RS256"}), "alg is 'RS256', which does not fit its own jwk", "/header/alg"),
    ],
)
def test_proofs_that_prove_nothing(given, message, at):
    (finding,) = run(TokenDpop, given)
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, at)


def test_a_wrong_signature_is_told_once_by_the_check_of_signatures():
    given = proof(signed_by=STRANGER)
    assert run(TokenDpop, given) == ()
    (finding,) = run(TokenSignatureWrong, given)
    assert (finding.message, finding.at) == ("its ES256 signature is wrong under its own jwk", "/signature")


def test_keys_that_others_have():
    (finding,) = run(TokenDpop, proof({"jwk": EC}))
    assert finding.message == "the jwk is private: the key is given away with each proof"
    assert finding.severity == Severity.CRITICAL
    findings = run(TokenDpop, proof({"alg": "HS256", "jwk": OCT}))
    assert [finding.at for finding in findings] == ["/header/jwk", "/header/alg"]
    (finding,) = run(TokenDpop, proof({"jwk": {"kty": "EC"}}))
    assert finding.message.startswith("jwk is no key: ")


def test_a_jti_that_was_used_before():
    (finding,) = run(TokenDpop, proof(), proof(htm="GET"))
    assert finding.message == "its jti was used by another proof under the same key"
    once = proof()
    assert run(TokenDpop, once, once, proof(key=STRANGER)) == ()


def test_an_access_token_of_another_key():
    for key, count in ((STRANGER, 1), (from_jwk(EC, Place("key")), 0)):
        bound = access(cnf={"jkt": thumbprint(key)})
        ath = base64url.encode(hashlib.sha256(bound.text.encode()).digest())
        findings = run(TokenDpop, bound, proof(ath=ath))
        assert len(findings) == count
        assert all(finding.witness["ath"] == ath for finding in findings)


def test_other_tokens():
    assert run(TokenDpop, token(), access(), of("hello")) == ()
    assert len(run(TokenDpop, token(), profile="dpop")) == 3
