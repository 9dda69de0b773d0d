"""Keys inside configuration of every kind, and the line on which each stands."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.jose import embedded_keys, key_writing
from jwtctl.jose.generate import generate
from jwtctl.jose.key import named, thumbprint, to_jwk
from tests.checks.material import private_rsa

EC = named(generate("ES256"), "ec-1")
RSA = private_rsa()
PEM = key_writing.write((EC,), "pem", private=True).decode()
RSA_PEM = key_writing.write((RSA,), "pem", private=False).decode()
DER = key_writing.write((EC,), "der", private=False)
JWK = json.dumps(to_jwk(EC, private=True))
PRETTY = json.dumps(to_jwk(EC, private=True), indent=2)


def indented(text, by=4):
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


def b64(octets):
    return base64.b64encode(octets if isinstance(octets, bytes) else octets.encode()).decode()


def found(text):
    return [(key.place.line, thumbprint(key)) for key in embedded_keys.read(text.encode(), "config")]


EC_PRINT, RSA_PRINT = thumbprint(EC), thumbprint(RSA)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"signing:\n  key: |\n{indented(PEM)}  other: 1\n", 3),
        (f"A=1\nKEY='{PEM}'\n", 2),
        ("A=1\nKEY=" + PEM.replace("\n", "\\n") + "\n", 2),
        (json.dumps({"a": 1, "key": PEM}, indent=1), 3),
        (f"apiVersion: v1\nkind: Secret\ndata:\n  tls.key: {b64(PEM)}\n", 4),
        (f"apiVersion: v1\nkind: Secret\ndata:\n  jwk: {b64(JWK)}\n", 4),
        (f"data:\n  twice: {b64(b64(PEM))}\n", 2),
        (f"publicKey: {b64(DER)}\n", 1),
        (f"public-key = '{base64.urlsafe_b64encode(DER).rstrip(b'=').decode()}'", 1),
        (f"x\n\nJWK={JWK}\n", 3),
        (f"key: '{JWK}'\n", 1),
        (f"const key = {PRETTY};\n", 1),
        (json.dumps({"deep": [{"x": {"jwk": to_jwk(EC, private=False)}}]}, indent=1), 5),
        (json.dumps({"jwk": JWK}), 1),
        (json.dumps({"config": json.dumps({"jwk": JWK})}), 1),
        (f"# comment\nname {{ key {{ x: {JWK} }} }}\n", 2),
    ],
)
def test_a_key_in_a_file(text, line):
    assert found(text) == [(line, EC_PRINT)]


def test_several_keys_are_numbered_in_their_order():
    text = f"a: {JWK}\nb: |\n{indented(RSA_PEM)}\nc: {b64(PEM)}\n"
    keys = embedded_keys.read(text.encode(), "config")
    assert [thumbprint(key) for key in keys] == [EC_PRINT, RSA_PRINT, EC_PRINT]
    assert [key.place.index for key in keys] == [0, 1, 2]
    assert {key.place.source for key in keys} == {"config"}


def test_a_key_set_inside_a_document():
    document = {"oidc": {"jwks": {"keys": [to_jwk(EC, private=False), to_jwk(RSA, private=False)]}}}
    assert [print_ for _, print_ in found(json.dumps(document, indent=2))] == [EC_PRINT, RSA_PRINT]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        '{"kty": "RSA"}',
        '"kty": "RSA"',
        "{" * 1000 + '"kty": 1',
        f"eyJhbGciOiJIUzI1NiJ9.{b64(JWK)}.c2lnbmF0dXJl",
        b64(b"x" * 500),
        b64(b"\x30" * 500),
        "A" * 100_000,
    ],
)
def test_what_is_no_key_is_passed_over(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"a":[' + "1," * 200_000 + '"kty":' * 100_000,
        '{"kty":' * 140_000,
        '{"kty":{' * 100_000,
        "-----BEGIN PRIVATE KEY-----" * 39_000,
        '"\\"kty' * 140_000,
        (b64(b'{"kty":' * 20) + "\n") * 4000,
        "{" * 500_000 + '"kty":1' * 70_000,
    ],
    ids=range(7),
)
def test_a_megabyte_of_almost_keys_ends(text):
    """Each took minutes, or more, before there was a bound on it."""
    assert found(text[: 1 << 20]) == []


def test_a_file_of_nothing_but_base64_takes_linear_time():
    assert found((b64(bytes(range(48))) + "\n") * 32_000) == []


@settings(deadline=None)
@given(st.text(st.sampled_from('{}[]":\\,-kty \nBEGINA0MIIB=/+'), max_size=200))
def test_any_text(text):
    found(text)
