import pytest
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, x25519

from jwtctl.checks.key import okp_low_order
from jwtctl.checks.key.okp_low_order import OkpLowOrder
from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES, decode
from jwtctl.jose.generate import generate
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OKP, applies, jwk, public_rsa, run, silent, the_finding
from tests.cryptanalysis.test_small_order import ED25519_ORDERS, X25519_SMALL


def okp(crv, x):
    return Key("OKP", crv, octets={"x": x})


def encoded(x, y, octets):
    return (y | (x & 1) << (8 * octets - 1)).to_bytes(octets, "little")


@pytest.mark.parametrize(("encoding", "expected"), ED25519_ORDERS.items())
def test_every_point_of_small_order_on_ed25519_comes_with_a_forged_signature(encoding, expected):
    finding = the_finding(run(OkpLowOrder, okp("Ed25519", bytes.fromhex(encoding))))
    assert finding.message == f"x is a point of order {expected} on Ed25519, so everybody can sign without any secret"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/x")
    public = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(encoding))
    public.verify(bytes.fromhex(finding.witness["signature"]), finding.witness["message"].encode())


def test_points_of_order_four_on_ed448():
    for x in (1, EDWARDS_CURVES["Ed448"].p - 1):
        octets = encoded(x, 0, 57)
        finding = the_finding(run(OkpLowOrder, okp("Ed448", octets)))
        assert finding.message == "x is a point of order 4 on Ed448, so everybody can sign without any secret"
        assert finding.severity is Severity.CRITICAL
        public = ed448.Ed448PublicKey.from_public_bytes(octets)
        public.verify(bytes.fromhex(finding.witness["signature"]), finding.witness["message"].encode())


def test_the_two_points_on_ed448_that_openssl_refuses_prove_nothing():
    for y, expected in ((1, 1), (EDWARDS_CURVES["Ed448"].p - 1, 2)):
        finding = the_finding(run(OkpLowOrder, okp("Ed448", encoded(0, y, 57))))
        assert finding.message == f"x is a point of order {expected} on Ed448"
        assert (finding.severity, finding.witness) == (Severity.HIGH, {})


def test_without_a_forgery_the_finding_claims_none(monkeypatch):
    monkeypatch.setattr(okp_low_order, "_TRIES", 0)
    finding = the_finding(run(OkpLowOrder, okp("Ed25519", bytes(32))))
    assert (finding.message, finding.severity) == ("x is a point of order 4 on Ed25519", Severity.HIGH)
    assert finding.witness == {}


@pytest.mark.parametrize("encoding", X25519_SMALL)
@pytest.mark.parametrize("last_bit", [0, 0x80])
def test_shared_secrets_of_zero(encoding, last_bit):
    octets = bytes.fromhex(encoding)
    octets = octets[:-1] + bytes([octets[-1] | last_bit])
    finding = the_finding(run(OkpLowOrder, okp("X25519", octets)))
    assert finding.message == "x is a point of small order on X25519: every shared secret is zero"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/x")


def test_x448():
    assert the_finding(run(OkpLowOrder, okp("X448", bytes(56)))).severity is Severity.HIGH
    assert silent(OkpLowOrder, okp("X448", b"\x05" + bytes(55)))


def test_a_key_with_a_small_part():
    curve = EDWARDS_CURVES["Ed25519"]
    x, y = decode(curve, jwk(OKP).octets["x"])
    mixed = encoded(-x % curve.p, -y % curve.p, 32)
    finding = the_finding(run(OkpLowOrder, okp("Ed25519", mixed)))
    assert finding.message == "x has a part of small order on Ed25519: verifiers disagree"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/x")


def test_sound_keys_and_what_is_no_point_at_all():
    assert silent(OkpLowOrder, jwk(OKP))
    for alg, crv in (("Ed448", None), ("ECDH-ES", "X25519"), ("ECDH-ES", "X448")):
        assert silent(OkpLowOrder, generate(alg, crv=crv))
    base = x25519.X25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert silent(OkpLowOrder, okp("X25519", base))
    assert silent(OkpLowOrder, okp("Ed25519", b"\xff" * 32))


def test_other_keys_have_no_cofactor():
    assert not applies(OkpLowOrder, jwk(EC))
    assert not applies(OkpLowOrder, public_rsa())
    assert not applies(OkpLowOrder, okp("Ed25519", bytes(31)))
    assert not applies(OkpLowOrder, Key("OKP", "Ed25519", octets={"d": bytes(32)}))
