import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jwtctl.checks.token.token_hs_public_key_secret import TokenHsPublicKeySecret
from jwtctl.jose.algorithms import public_key
from jwtctl.jose.generate import generate
from jwtctl.jose.key import public_half, thumbprint, to_jwk
from jwtctl.jose.self_signed import self_signed
from jwtctl.model import Severity
from tests.checks.token.material import NOON, applies, hs_token, run, signed_token, token

RSA = public_half(generate("RS256")._replace(kid="r1"))


def written(key, encoding, form):
    """By OpenSSL, not by what the check has."""
    return public_key(key).public_bytes(getattr(Encoding, encoding), getattr(PublicFormat, form))


PEM = written(RSA, "PEM", "SubjectPublicKeyInfo")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (PEM, "PEM of its SubjectPublicKeyInfo"),
        (PEM.rstrip(), "PEM of its SubjectPublicKeyInfo, without the last line end"),
        (PEM.replace(b"\n", b"\r\n"), "PEM of its SubjectPublicKeyInfo, with CRLF"),
        (PEM.replace(b"\n", b""), "PEM of its SubjectPublicKeyInfo, in one line"),
        (written(RSA, "PEM", "PKCS1"), "PEM of its PKCS#1"),
        (written(RSA, "DER", "SubjectPublicKeyInfo"), "DER of its SubjectPublicKeyInfo"),
        (written(RSA, "DER", "PKCS1"), "DER of its PKCS#1"),
        (written(RSA, "OpenSSH", "OpenSSH"), "OpenSSH line, without the last line end"),
        (json.dumps(to_jwk(RSA, private=False)).encode(), "JWK"),
        (json.dumps({"keys": [to_jwk(RSA, private=False)]}, separators=(",", ":")).encode(), "JWK Set"),
        (json.dumps(to_jwk(RSA, private=False), indent=2, sort_keys=True).encode(), "JWK"),
        (to_jwk(RSA, private=False)["n"].encode(), "modulus in base64url"),
    ],
)
def test_texts_of_a_trusted_key(text, what):
    (finding,) = run(TokenHsPublicKeySecret, hs_token(text), keys=[generate("ES256"), RSA])
    assert finding.message == f"its HS256 MAC is right under a public text of 'r1' of '-': {what}"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/signature")
    assert finding.witness == {
        "text": what,
        "sha256_of_text": hashlib.sha256(text).hexdigest(),
        "jkt": thumbprint(RSA),
    }


@pytest.mark.parametrize("alg", ["ES256", "ES512", "Ed25519", "ML-DSA-44"])
def test_keys_of_other_types(alg):
    key = generate(alg)
    text = written(key, "PEM", "SubjectPublicKeyInfo")
    assert len(run(TokenHsPublicKeySecret, hs_token(text, "HS512"), keys=[key])) == 1
    assert run(TokenHsPublicKeySecret, hs_token(text, "HS512"), keys=[generate(alg)]) == ()


def test_all_tokens_under_one_text_and_no_other():
    tokens = [hs_token(PEM, claims={"n": number}, line=number) for number in range(5)]
    (finding,) = run(
        TokenHsPublicKeySecret, *tokens, hs_token(b"x" * 32, claims={"long": "x" * 50}, line=9), keys=[RSA]
    )
    assert len(finding.subject.also) == 4


def test_the_key_in_the_header_of_the_token_itself():
    key = generate("ES256")
    jwk = to_jwk(key, private=False)
    given = hs_token(written(key, "PEM", "SubjectPublicKeyInfo"), header={"jwk": jwk})
    (finding,) = run(TokenHsPublicKeySecret, given)
    assert finding.message == (
        "its HS256 MAC is right under a public text of the key that its jwk holds: PEM of its SubjectPublicKeyInfo"
    )
    assert finding.at == "/header/jwk"
    assert run(TokenHsPublicKeySecret, hs_token(b"x" * 32, header={"jwk": jwk})) == ()
    assert run(TokenHsPublicKeySecret, hs_token(b"x" * 32, header={"jwk": {"kty": "RSA", "n": 3}})) == ()


def test_the_certificate_in_the_header_of_the_token_itself():
    certificate, _ = self_signed(["localhost"], NOON - 60, NOON + 60)
    encoding = base64.b64decode(b"".join(certificate.split(b"\n")[1:-2]))
    chain = [base64.b64encode(encoding).decode(), 7, "AAAA"]
    (finding,) = run(TokenHsPublicKeySecret, hs_token(certificate, header={"x5c": chain}))
    assert finding.message.endswith("the key that its x5c holds: PEM of its certificate")
    assert run(TokenHsPublicKeySecret, hs_token(b"x" * 32, header={"x5c": ["AAAA", None]})) == ()


def test_a_secret_that_is_no_public_key():
    assert run(TokenHsPublicKeySecret, hs_token(PEM + b"x"), keys=[RSA, generate("HS256")]) == ()
    ticking = iter(range(10))
    assert run(TokenHsPublicKeySecret, hs_token(PEM), keys=[RSA], clock=lambda: float(next(ticking)), budget=0.5) == ()


def test_where_it_has_no_say():
    private = generate("ES256")
    assert not applies(TokenHsPublicKeySecret, [hs_token(b"x" * 32)])
    assert not applies(TokenHsPublicKeySecret, [signed_token(private, "ES256"), token()], keys=[RSA])
    assert applies(TokenHsPublicKeySecret, [token(), hs_token(b"x" * 32)], keys=[RSA])


def test_an_attack_among_tokens_of_the_issuer_that_it_took_for_a_model():
    honest = [hs_token(b"k" * 32, claims={"iss": "i", "sub": name}) for name in ("a", "bb", "ccc")]
    attack = hs_token(PEM, claims={"iss": "i", "sub": "somebody else entirely"}, line=9)
    (finding,) = run(TokenHsPublicKeySecret, *honest, attack, keys=[RSA])
    assert (finding.subject.line, finding.subject.also) == (9, ())
