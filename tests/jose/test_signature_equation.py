import pytest

from jwtctl.cryptanalysis.ecdsa_public_key import ecdsa_public_keys
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.errors import TokenError
from jwtctl.jose import algorithms, base64url, generate, json_object
from jwtctl.jose.signature_equation import EcdsaEquation, RsaEquation, equation_of
from jwtctl.jose.token import parse


@pytest.fixture(scope="module")
def rsa():
    return generate.generate("RS256", size=2048)


def signed(alg, key, claims=None):
    header = base64url.encode(json_object.encode({"alg": alg}))
    signing_input = f"{header}.{base64url.encode(json_object.encode(claims or {'sub': 'a'}))}"
    return parse(f"{signing_input}.{base64url.encode(algorithms.sign(alg, key, signing_input.encode()))}")


def with_signature(alg, octets):
    return parse(f"{base64url.encode(json_object.encode({'alg': alg}))}.e30.{base64url.encode(octets)}")


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_an_rsa_signature_raised_to_e_is_the_padded_digest(alg, rsa):
    equation = equation_of(signed(alg, rsa))
    assert isinstance(equation, RsaEquation)
    assert pow(equation.s, rsa.numbers["e"], rsa.numbers["n"]) == equation.m
    assert equation.octets == 256


@pytest.mark.parametrize("alg", ["ES256", "ES384", "ES512", "ES256K"])
def test_an_ecdsa_signature_leads_to_its_key(alg):
    key = generate.generate(alg)
    equation = equation_of(signed(alg, key))
    assert isinstance(equation, EcdsaEquation)
    assert equation.crv == key.crv
    points = ecdsa_public_keys(CURVES[equation.crv], equation.z, equation.r, equation.s)
    assert (key.numbers["x"], key.numbers["y"]) in points


@pytest.mark.parametrize(
    ("alg", "reason"),
    [
        ("PS256", "salted"),
        ("PS512", "salted"),
        ("HS256", "no public key"),
        ("EdDSA", "hash the public key together"),
        ("Ed25519", "hash the public key together"),
        ("Ed448", "hash the public key together"),
        ("ML-DSA-65", "hashes the public key together"),
        ("none", "not signed"),
        ("NonE", "not signed"),
        ("RS257", "no registered"),
        (None, "no registered"),
        (["RS256"], "no registered"),
    ],
)
def test_other_algorithms_are_told_why_they_have_none(alg, reason):
    with pytest.raises(TokenError, match=reason):
        equation_of(with_signature(alg, bytes(range(1, 65))))


@pytest.mark.parametrize(
    ("alg", "octets", "reason"),
    [
        ("RS256", b"", "a signature of 0 bytes is too short"),
        ("RS256", b"\1" * 61, "61 bytes is too short"),
        ("RS512", b"\1" * 64, "64 bytes is too short for RS512"),
        ("RS256", bytes(256), "is 0"),
        ("RS256", b"\1" * 2049, "at most 2,048"),
        ("ES256", b"\1" * 63, "63 bytes, where one over P-256 has 64"),
        ("ES512", b"\1" * 64, "where one over P-521 has 132"),
        ("ES256", bytes(32) + b"\1" * 32, "r or s"),
        ("ES256", b"\1" * 32 + bytes(32), "r or s"),
    ],
)
def test_what_cannot_be_a_signature_is_refused(alg, octets, reason):
    with pytest.raises(TokenError, match=reason):
        equation_of(with_signature(alg, octets))
