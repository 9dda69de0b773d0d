import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from jwtctl.checks.token.token_ecdsa_sig_shape import TokenEcdsaSigShape
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.jose.algorithms import private_key
from jwtctl.jose.generate import generate
from jwtctl.model import Severity
from tests.checks.token.material import applies, made_token, of, run, signed_token, token

N = CURVES["P-256"].n


@pytest.mark.parametrize(("alg", "octets"), [("ES256", 64), ("ES384", 96), ("ES512", 132), ("ES256K", 64)])
def test_der(alg, octets):
    key = private_key(generate(alg))
    given = made_token({"alg": alg}, lambda message: key.sign(message, ec.ECDSA(hashes.SHA256())))
    (finding,) = run(TokenEcdsaSigShape, given)
    assert finding.message == f"r and s in DER, where {alg} has {octets} octets, r and s"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/signature")


@pytest.mark.parametrize("signature", [b"x" * 63, b"x" * 65, b"\x30\x03\x02\x01\x01", b"0"])
def test_wrong_lengths(signature):
    (finding,) = run(TokenEcdsaSigShape, token({"alg": "ES256"}, signature=signature))
    assert finding.message == f"a signature of {len(signature)} octets, where ES256 has 64 octets, r and s"


@pytest.mark.parametrize(
    ("r", "s", "messages"),
    [
        (0, 0, ["r is 0, which no ES256 signature has", "s is 0, which no ES256 signature has"]),
        (1, 0, ["s is 0, which no ES256 signature has"]),
        (N, N - 1, ["r is not below the order of P-256, as each is in ES256"]),
        (1, 2**256 - 1, ["s is not below the order of P-256, as each is in ES256"]),
        (1, N - 1, []),
        (N - 1, 1, []),
    ],
)
def test_numbers_out_of_range(r, s, messages):
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    findings = run(TokenEcdsaSigShape, token({"alg": "ES256"}, signature=signature))
    assert sorted(finding.message for finding in findings) == messages


def test_sound_signatures():
    for alg in ("ES256", "ES384", "ES512", "ES256K"):
        assert run(TokenEcdsaSigShape, signed_token(generate(alg), alg)) == ()


def test_where_it_has_no_say():
    assert not applies(TokenEcdsaSigShape, token({"alg": "RS256"}))
    assert not applies(TokenEcdsaSigShape, token({"alg": {}}))
    assert not applies(TokenEcdsaSigShape, token({"alg": "ES256"}, signature=b""))
    assert not applies(TokenEcdsaSigShape, of("hello"))
