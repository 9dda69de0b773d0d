"""What is written is read back: by us, by cryptography, by jwcrypto, by openssl and by ssh-keygen."""

import json
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto import jwe, jwk

from jwtctl.errors import KeyMaterialError, UsageError
from jwtctl.jose import generate, key_formats, key_writing
from jwtctl.jose.base64url import encode
from jwtctl.jose.key import public_half, thumbprint
from jwtctl.model import Key

SECRET = b"correct horse"
ALGORITHMS = ("RS256", "ES256", "ES384", "ES512", "ES256K", "Ed25519", "Ed448", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87")
KEYS = {alg: generate.generate(alg, size=2048 if alg == "RS256" else None) for alg in ALGORITHMS}
KEYS |= {crv: generate.generate("ECDH-ES", crv=crv) for crv in ("X25519", "X448")}
SSH = ("RS256", "ES256", "ES384", "ES512", "Ed25519")


def back(octets, passphrase=None) -> Key:
    (key,) = key_formats.read(octets, "FILE", passphrase=passphrase).keys
    return key


def _only(names, *mappings):
    return [{name: value for name, value in sorted(mapping.items()) if name in names} for mapping in mappings]


@pytest.mark.parametrize("form", key_writing.FORMS)
@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("name", KEYS)
def test_written_keys_come_back(name, private, form):
    key = KEYS[name]
    if form == "ssh" and name not in SSH:
        with pytest.raises(KeyMaterialError, match="SSH has no keys of type"):
            key_writing.write([key], form, private=private)
        return
    found = back(key_writing.write([key], form, private=private))
    assert thumbprint(found) == thumbprint(key)
    assert found.is_private == private
    assert not found.defects
    if private:
        secrets = {"d", "p", "q", "qi", "priv"}
        assert _only(secrets, found.numbers, found.octets) == _only(secrets, key.numbers, key.octets)


@pytest.mark.parametrize("name", KEYS)
def test_cryptography_reads_our_pem(name):
    private = serialization.load_pem_private_key(key_writing.write([KEYS[name]], "pem", private=True), None)
    public = serialization.load_pem_public_key(key_writing.write([KEYS[name]], "pem", private=False))
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert private.public_key().public_bytes(*form) == public.public_bytes(*form)
    assert public.public_bytes(*form) == key_writing.write([KEYS[name]], "der", private=False)
    ours = key_writing.write([KEYS[name]], "der", private=True)
    theirs = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert ours == theirs


@pytest.mark.parametrize("name", ["RS256", "Ed25519"])
def test_openssl_reads_our_encrypted_pem(name):
    pem = key_writing.write([KEYS[name]], "pem", private=True, passphrase=SECRET)
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    opened = subprocess.run(
        ["openssl", "pkey", "-passin", "pass:correct horse", "-pubout"], input=pem, capture_output=True, check=True
    )
    assert opened.stdout == key_writing.write([KEYS[name]], "pem", private=False)
    assert thumbprint(back(pem, SECRET)) == thumbprint(KEYS[name])
    if name == "Ed25519":
        sealed = key_writing.write([KEYS[name]], "der", private=True, passphrase=SECRET)
        assert serialization.load_der_private_key(sealed, SECRET).private_bytes_raw() == KEYS[name].octets["d"]


@pytest.mark.parametrize(
    ("name", "passphrase"), [*((name, None) for name in SSH), ("RS256", SECRET), ("ES256", SECRET)]
)
def test_ssh_keygen_reads_our_keys(name, passphrase, tmp_path):
    path = tmp_path / "id"
    path.touch(mode=0o600)
    path.write_bytes(key_writing.write([KEYS[name]], "ssh", private=True, passphrase=passphrase, comment="a\nb  c"))
    argv = ["ssh-keygen", "-y", "-P", (passphrase or b"").decode(), "-f", path]
    line = subprocess.run(argv, capture_output=True, check=True).stdout
    written = key_writing.write([KEYS[name]], "ssh", private=False, comment="a b c")
    assert line.split()[:2] == written.split()[:2]
    assert written.endswith(b" a b c\n")
    assert thumbprint(back(path.read_bytes(), passphrase)) == thumbprint(KEYS[name])


def test_jwcrypto_opens_our_encrypted_jwk(monkeypatch):
    monkeypatch.setattr("jwcrypto.jwa.default_max_pbkdf2_iterations", 1 << 20)
    sealed = key_writing.write([KEYS["ES256"]], "jwk", private=True, passphrase=SECRET)
    token = jwe.JWE()
    token.deserialize(sealed.decode().strip(), jwk.JWK(kty="oct", k=encode(SECRET)))
    assert jwk.JWK.from_json(token.payload).thumbprint() == thumbprint(KEYS["ES256"])
    assert token.jose_header["cty"] == "jwk+json"
    found = back(sealed, SECRET)
    assert (found.container, found.numbers) == ("JWE-wrapped JWK", KEYS["ES256"].numbers)


def test_a_jwk_of_an_openssh_key_has_all_crt_numbers():
    key = back(key_writing.write([KEYS["RS256"]], "ssh", private=True))
    assert "dp" not in key.numbers
    assert back(key_writing.write([key], "jwk", private=True)).numbers == KEYS["RS256"].numbers
    two_numbers = Key("RSA", numbers={"n": 143, "d": 7})
    assert back(key_writing.write([two_numbers], "jwk", private=True)).numbers == two_numbers.numbers


def test_several_keys_in_one_file():
    keys = [KEYS["RS256"], KEYS["Ed25519"]]
    for form in ("jwks", "pem"):
        found = key_formats.read(key_writing.write(keys, form, private=True), "FILE")
        assert [thumbprint(key) for key in found.keys] == [thumbprint(key) for key in keys]
    lines = key_writing.write(keys, "ssh", private=False)
    assert [key.kty for key in key_formats.read(lines, "FILE").keys] == ["RSA", "OKP"]


def test_secrets():
    key = generate.generate("HS256")
    assert json.loads(key_writing.write([key], "jwk", private=True))["k"] == encode(key.octets["k"])
    assert back(key_writing.write([key], "jwks", private=True)).octets == key.octets
    for form in ("pem", "der", "ssh"):
        for private in (True, False):
            with pytest.raises(KeyMaterialError, match="no PEM, DER or OpenSSH form"):
                key_writing.write([key], form, private=private)
    with pytest.raises(KeyMaterialError, match="no public half"):
        key_writing.write([key], "jwk", private=False)


def test_no_private_number_in_public_output():
    for key in KEYS.values():
        jwk_text = json.loads(key_writing.write([key], "jwk", private=False))
        assert not {"d", "p", "q", "dp", "dq", "qi", "priv", "k"} & jwk_text.keys()


def _reversed_key() -> Key:
    numbers = KEYS["RS256"].numbers
    phi = (numbers["p"] - 1) * (numbers["q"] - 1)
    d = 0x10001
    return Key("RSA", numbers={"n": numbers["n"], "e": pow(d, -1, phi), "d": d})


def test_a_reversed_key_is_written_and_completed():
    key = _reversed_key()
    found = back(key_writing.write([key], "pem", private=True))
    assert {name: found.numbers[name] for name in ("n", "e", "d")} == key.numbers
    assert {found.numbers["p"], found.numbers["q"]} == {KEYS["RS256"].numbers[name] for name in "pq"}
    assert found.numbers["qi"] * found.numbers["q"] % found.numbers["p"] == 1
    assert back(key_writing.write([key], "ssh", private=True)).numbers["e"] == key.numbers["e"]
    assert back(key_writing.write([key], "der", private=False)).numbers["e"] == key.numbers["e"]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"n": 143, "d": 7}, "states no public exponent"),
        ({"n": 143, "e": 7}, "the public half of a key"),
        ({"n": 143, "e": 7, "p": 13}, "no d"),
        ({"n": 143, "e": 7, "d": 7}, "do not belong together"),
        ({"n": 143, "e": 1, "d": 1}, "do not belong together"),
        ({"n": 0, "e": 7, "d": 7}, "do not belong together"),
        ({"n": 1, "e": 7, "d": 7}, "do not belong together"),
        ({"n": 1 << 20000, "e": 7, "d": 7}, "too large to derive"),
        ({"n": 143, "e": 7, "d": 1 << 40000}, "too large to derive"),
        ({"n": 143, "e": 7, "d": 103, "p": 1, "q": 143}, "a factor below 2"),
        ({"n": 121, "e": 7, "d": 103, "p": 11, "q": 11}, "not coprime"),
    ],
    ids=range(11),
)
def test_rsa_keys_that_cannot_be_written_whole(numbers, message):
    with pytest.raises(KeyMaterialError, match=message):
        key_writing.write([Key("RSA", numbers=numbers)], "pem", private=True)


def test_numbers_beyond_their_curve():
    big = Key("EC", crv="P-256", numbers={"x": 1 << 256, "y": 1, "d": 1})
    for form in ("pem", "ssh"):
        with pytest.raises(KeyMaterialError, match="too large"):
            key_writing.write([big], form, private=True)


def test_a_key_without_its_public_point_gets_it():
    key = KEYS["ES256"]
    bare = Key("EC", crv="P-256", numbers={"d": key.numbers["d"]})
    assert thumbprint(back(key_writing.write([bare], "pem", private=True))) == thumbprint(key)
    assert thumbprint(back(key_writing.write([bare], "ssh", private=False))) == thumbprint(key)


@pytest.mark.parametrize(
    ("keys", "form", "options", "message"),
    [
        ([], "pem", {}, "0 keys do not fit"),
        (["ES256", "ES384"], "jwk", {}, "2 keys do not fit into one jwk file"),
        (["ES256", "ES384"], "der", {}, "2 keys do not fit"),
        (["ES256", "ES384"], "ssh", {}, "2 keys do not fit"),
        (["ES256"], "xml", {}, "unknown form 'xml'"),
        (["ES256"], "pem", {"private": False, "passphrase": b"x"}, "a public key is not encrypted"),
        (["ES256"], "pem", {"passphrase": b""}, "the passphrase is empty"),
    ],
)
def test_what_does_not_go_together(keys, form, options, message):
    with pytest.raises(UsageError, match=message):
        key_writing.write([KEYS[name] for name in keys], form, **{"private": True, **options})


@settings(max_examples=60)
@given(st.lists(st.integers(min_value=0, max_value=1 << 600), min_size=8, max_size=8))
def test_any_rsa_numbers_are_written_and_read_as_they_are(values):
    names = ("n", "e", "d", "p", "q", "dp", "dq", "qi")
    numbers = dict(zip(names, (value + 2 for value in values), strict=True))
    assert back(key_writing.write([Key("RSA", numbers=numbers)], "pem", private=True)).numbers == numbers


def test_public_half_of_all_is_what_public_output_holds():
    for key in KEYS.values():
        found = back(key_writing.write([key], "der", private=False))
        half = public_half(key)
        assert (found.numbers, found.octets) == (half.numbers, half.octets)
