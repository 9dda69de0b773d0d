import pytest
from cryptography.hazmat.primitives.asymmetric import x448, x25519

from jwtctl.checks.token.token_jwe_epk import TokenJweEpk
from jwtctl.jose import base64url
from jwtctl.jose.generate import generate
from jwtctl.jose.key import public_half, to_jwk
from jwtctl.model import Severity
from tests.checks.token.material import applies, jwe, run, token


def point(x, y, crv="P-256"):
    return {"kty": "EC", "crv": crv, "x": base64url.encode_integer(x, 32), "y": base64url.encode_integer(y, 32)}


def montgomery(octets, crv="X25519"):
    return {"kty": "OKP", "crv": crv, "x": base64url.encode(octets)}


def found(epk):
    return run(TokenJweEpk, jwe({"alg": "ECDH-ES", "enc": "A128GCM", "epk": epk}))


def test_a_point_off_its_curve():
    for epk in (point(1, 1), point(0, 0), point(2**256 - 1, 1), point(1, 1, "secp256k1")):
        (finding,) = found(epk)
        assert finding.message == f"epk is no point of {epk['crv']}"
        assert (finding.severity, finding.at) == (Severity.CRITICAL, "/header/epk")


@pytest.mark.parametrize(
    ("octets", "crv"),
    [(bytes(32), "X25519"), (b"\1" + bytes(31), "X25519"), (bytes(56), "X448"), (bytes(31) + b"\x80", "X25519")],
)
def test_a_point_of_small_order(octets, crv):
    (finding,) = found(montgomery(octets, crv))
    assert finding.message == f"epk is a point of small order on {crv}: the shared secret is 0"
    assert finding.severity is Severity.CRITICAL


def test_a_private_one():
    (finding,) = found(to_jwk(generate("ES256"), private=True))
    assert finding.message == "epk holds its private half, with which anybody decrypts"


@pytest.mark.parametrize(
    ("epk", "message"),
    [
        (None, "epk is no key: there is none"),
        ([], "epk is no key: there is none"),
        ({"kty": "EC"}, "epk is no key: this EC JWK has no x member"),
        (montgomery(b"x"), "x of epk has 1 octets, where X25519 has 32"),
        (montgomery(bytes(32), "Ed25519"), "epk is a key of type OKP on Ed25519, with which no secret is agreed"),
        ({"kty": "RSA", "n": "AQ", "e": "AQ"}, "epk is a key of type RSA, with which no secret is agreed"),
    ],
)
def test_what_is_no_key_for_it(epk, message):
    (finding,) = found(epk)
    assert (finding.message, finding.severity) == (message, Severity.HIGH)


def test_sound_keys():
    sound = [to_jwk(public_half(generate(alg)), private=False) for alg in ("ES256", "ES384", "ES512")]
    sound.append(montgomery(x25519.X25519PrivateKey.generate().public_key().public_bytes_raw()))
    sound.append(montgomery(x448.X448PrivateKey.generate().public_key().public_bytes_raw(), "X448"))
    for epk in sound:
        assert found(epk) == ()


def test_where_it_has_no_say():
    assert not applies(TokenJweEpk, jwe({"alg": "RSA-OAEP", "epk": {}}))
    assert not applies(TokenJweEpk, jwe({"alg": None}))
    assert not applies(TokenJweEpk, token({"alg": "ECDH-ES"}))
