import pytest

from jwtctl.checks.key.ec_coordinate_length import EcCoordinateLength
from jwtctl.jose.base64url import decode, encode
from jwtctl.jose.generate import generate
from jwtctl.jose.key import to_jwk
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OKP, applies, jwk, rsa_members, run, silent, the_finding


@pytest.mark.parametrize("name", ["x", "y", "d"])
def test_one_octet_more_or_less(name):
    octets = decode(EC[name])
    finding = the_finding(run(EcCoordinateLength, jwk(EC | {name: encode(octets[1:])})))
    assert finding.message == f"{name} has 31 octets, where P-256 requires 32"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, f"/{name}")
    finding = the_finding(run(EcCoordinateLength, jwk(EC | {name: encode(b"\0" + octets)})))
    assert finding.message == f"{name} has 33 octets, where P-256 requires 32"


@pytest.mark.parametrize(("alg", "octets"), [("ES384", 48), ("ES512", 66), ("ES256K", 32)])
def test_the_length_of_each_curve(alg, octets):
    members = to_jwk(generate(alg), private=True)
    assert silent(EcCoordinateLength, jwk(members))
    short = jwk(members | {"x": encode(decode(members["x"])[:-1])})
    assert the_finding(run(EcCoordinateLength, short)).message.startswith(f"x has {octets - 1} octets")


def test_leading_zeros_that_are_kept():
    assert silent(EcCoordinateLength, jwk(EC | {"d": encode(bytes(31) + b"\1")}))


def test_other_keys_and_other_formats():
    assert not applies(EcCoordinateLength, jwk(OKP))
    assert not applies(EcCoordinateLength, jwk(rsa_members()))
    assert not applies(EcCoordinateLength, Key("EC", "P-256", {"x": 1, "y": 1}, container="PEM"))
