import pytest

from jwtctl.checks.key.ec_curve_weak import EcCurveWeak
from jwtctl.jose.generate import generate
from jwtctl.jose.key import from_jwks
from jwtctl.model import Severity
from tests.checks.material import EC, OKP, applies, jwk, public_rsa, run, silent, the_finding


def jwks(*curves):
    return from_jwks({"keys": [EC | {"crv": curve} for curve in curves]}, "jwks.json")


@pytest.mark.parametrize(
    ("curve", "bits"), [("P-192", 96), ("secp192k1", 96), ("brainpoolP160r1", 80), ("secp112r1", 56)]
)
def test_curves_that_are_too_small(curve, bits):
    finding = the_finding(run(EcCurveWeak, key_set=jwks("P-256", curve)))
    assert finding.message == f"{curve}, which falls after 2^{bits} steps"
    assert (finding.severity, finding.at, finding.subject.index) == (Severity.HIGH, "/crv", 1)


def test_secp256k1_is_only_noted():
    finding = the_finding(run(EcCurveWeak, generate("ES256K")))
    assert (finding.message, finding.severity) == ("secp256k1, which many services do not know", Severity.INFO)


def test_registered_curves_and_others_that_are_strong_enough():
    assert silent(EcCurveWeak, generate("ES256"), generate("ES384"), generate("ES512"))
    assert silent(EcCurveWeak, key_set=jwks("brainpoolP256r1", "P-224", "new"))
    odd = from_jwks({"keys": [EC | {"crv": 5}, {"kty": "oct", "crv": "P-192"}, 5]}, "jwks.json")
    assert silent(EcCurveWeak, key_set=odd)


def test_keys_without_a_curve():
    assert not applies(EcCurveWeak, jwk(OKP), public_rsa())
