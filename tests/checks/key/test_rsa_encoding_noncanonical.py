import pytest

from jwtctl.checks.key.rsa_encoding_noncanonical import RsaEncodingNoncanonical
from jwtctl.jose.base64url import decode, encode
from jwtctl.jose.key_formats import read
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, rsa, rsa_members, run, silent, the_finding


def padded(name, zeros):
    members = rsa_members()
    return {**members, name: encode(bytes(zeros) + decode(members[name]))}


@pytest.mark.parametrize(("name", "zeros"), [("n", 1), ("e", 1), ("e", 5)])
def test_leading_zeros_in_a_jwk(name, zeros):
    finding = the_finding(run(RsaEncodingNoncanonical, jwk(padded(name, zeros))))
    assert finding.message == f"{name} is written with {zeros} leading zero octets"
    assert (finding.severity, finding.at) == (Severity.LOW, f"/{name}")


def test_the_exponent_of_the_catalogue():
    assert the_finding(run(RsaEncodingNoncanonical, jwk(rsa_members(), e="AAEAAQ"))).at == "/e"
    assert silent(RsaEncodingNoncanonical, jwk(rsa_members(), e="AQAB"))


@pytest.mark.parametrize(
    ("n", "message"), [(b"\0\0\x81", "n is padded with zero octets"), (b"\x81", "n is written as a negative number")]
)
def test_integers_of_der(n, message):
    body = b"\x02" + bytes([len(n)]) + n + bytes.fromhex("0203010001")
    (key,) = read(b"\x30" + bytes([len(body)]) + body, "key.der").keys
    finding = the_finding(run(RsaEncodingNoncanonical, key))
    assert (finding.message, finding.at) == (message, "/n")


def test_canonical_keys():
    assert silent(RsaEncodingNoncanonical, jwk(rsa_members(private=True)))
    assert silent(RsaEncodingNoncanonical, rsa(15, 3, defects=("marked for RSAES-OAEP",)))
    assert silent(RsaEncodingNoncanonical, jwk(rsa_members(), n="AA"))


def test_padding_of_base64_is_for_another_check():
    assert silent(RsaEncodingNoncanonical, jwk(rsa_members(), e="AQAB="))


def test_other_types():
    assert not applies(RsaEncodingNoncanonical, jwk(EC))
