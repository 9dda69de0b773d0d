import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from jwtctl.checks.key.ec_point_invalid import EcPointInvalid
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.jose.algorithms import curve
from jwtctl.jose.base64url import encode_integer
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OKP, applies, jwk, public, public_rsa, run, silent, the_finding


def point(crv, x, y):
    return Key("EC", crv=crv, numbers={"x": x, "y": y})


def test_a_point_off_the_curve():
    numbers = jwk(EC).numbers
    finding = the_finding(run(EcPointInvalid, point("P-256", numbers["x"], numbers["y"] ^ 1)))
    assert finding.message == "(x, y) does not satisfy the equation of P-256"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/y")


def test_a_point_on_another_curve():
    numbers = jwk(EC).numbers
    assert the_finding(run(EcPointInvalid, point("secp256k1", numbers["x"], numbers["y"]))).at == "/y"


def test_coordinates_beyond_the_field():
    numbers, p = jwk(EC).numbers, CURVES["P-256"].p
    finding = the_finding(run(EcPointInvalid, point("P-256", numbers["x"] + p, numbers["y"])))
    assert (finding.message, finding.at) == ("x not below the prime of P-256", "/x")
    finding = the_finding(run(EcPointInvalid, jwk(public(EC), x=encode_integer(1 << 600), y=encode_integer(p))))
    assert finding.message == "x and y not below the prime of P-256"


def test_the_point_at_infinity_as_zeros():
    finding = the_finding(run(EcPointInvalid, point("P-384", 0, 0)))
    assert (finding.message, finding.at) == ("x and y are 0, which stands for no point of P-384", "/x")


@pytest.mark.parametrize("crv", ["P-256", "P-384", "P-521", "secp256k1"])
def test_points_that_a_library_computed_are_on_the_curve_and_so_are_their_negatives(crv):
    for scalar in (1, 2, 12345678901234567890):
        numbers = ec.derive_private_key(scalar, curve(crv)).public_key().public_numbers()
        assert silent(EcPointInvalid, point(crv, numbers.x, numbers.y))
        assert silent(EcPointInvalid, point(crv, numbers.x, CURVES[crv].p - numbers.y))
        assert not silent(EcPointInvalid, point(crv, numbers.y, numbers.x))


def test_keys_without_a_point_are_left_alone():
    assert not applies(EcPointInvalid, Key("EC", crv="P-256", numbers={"d": 1}))
    assert not applies(EcPointInvalid, jwk(OKP))
    assert not applies(EcPointInvalid, public_rsa())
