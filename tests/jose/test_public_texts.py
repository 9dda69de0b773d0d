import pytest

from jwtctl.jose import key_formats
from jwtctl.jose.generate import generate
from jwtctl.jose.key import public_half, thumbprint
from jwtctl.jose.public_texts import public_texts
from jwtctl.model import Key


@pytest.mark.parametrize("alg", ["RS256", "ES256", "ES512", "Ed25519", "Ed448", "ML-DSA-44"])
def test_whole_forms_are_the_key_again(alg):
    key = generate(alg)
    read = 0
    for text, what in public_texts(key):
        usual = what.partition(",")[0]
        if usual.startswith(("DER", "PEM", "JWK", "OpenSSH")) and "as text" not in what and "in one line" not in what:
            (again,) = key_formats.read(text, what).keys
            assert thumbprint(again) == thumbprint(public_half(key)), what
            assert not again.is_private
            read += 1
    assert read > 50


def test_nothing_private_is_in_any_text():
    key = generate("RS256")
    octets = key.numbers["d"].to_bytes(384, "big")
    assert not any(octets[100:200] in text or b'"d"' in text for text, _ in public_texts(key))


def test_the_jwk_as_it_was_written_is_one_of_them():
    members = {"use": "sig", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "crv": "Ed25519", "kty": "OKP"}
    (key,) = key_formats.read(str(members).replace("'", '"').encode(), "k").keys
    assert (str(members).replace("'", '"').encode(), "JWK") in set(public_texts(key))


@pytest.mark.parametrize(
    "key",
    [
        Key("oct", octets={"k": b"secret"}),
        Key("RSA", numbers={"n": 15, "d": 3}),
        Key("EC", "P-256", {"x": 1 << 300, "y": 1}),
        Key("EC", "P-256", {"x": 1}),
        Key("AKP", octets={"pub": b""}, alg="ML-DSA-1"),
    ],
)
def test_what_has_no_public_half(key):
    assert list(public_texts(key)) == []
