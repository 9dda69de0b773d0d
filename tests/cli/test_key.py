"""`jwtctl key show|public|convert|thumbprint`."""

from __future__ import annotations

import json
import subprocess

import pytest

# RFC 7638 section 3.1, and RFC 8037 appendix A.3.
RFC7638 = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
    "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
    "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}
RFC7638_THUMBPRINT = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
RFC8037 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("key", "thumbprint"), [(RFC7638, RFC7638_THUMBPRINT), (RFC8037, RFC8037_THUMBPRINT)], ids=["RFC 7638", "RFC 8037"]
)
def test_published_thumbprints(run, key, thumbprint):
    text = json.dumps(key)
    assert run("key", "thumbprint", "-", stdin=text) == (0, f"{thumbprint}\n", "")
    uri = f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{thumbprint}\n"
    assert run("key", "thumbprint", "-", "--uri", stdin=text).out == uri


def test_other_hashes(run):
    text = json.dumps(RFC8037)
    assert [len(run("key", "thumbprint", "-", "--hash", f"sha{bits}", stdin=text).out) for bits in (256, 384, 512)] == [
        44,
        65,
        87,
    ]
    code, _, err = run("key", "thumbprint", "-", "--hash", "md5", stdin=text)
    assert code == 2
    assert err == "jwtctl: error: --hash 'md5' is not known\njwtctl: hint: sha256, sha384 or sha512\n"


def test_a_key_without_public_exponent_has_no_thumbprint(run):
    text = json.dumps({"kty": "RSA", "n": RFC7638["n"], "d": "AQAB"})
    code, out, err = run("key", "thumbprint", "-", stdin=text)
    assert (code, out) == (3, "")
    assert "an RSA key without its public exponent has no thumbprint" in err


def test_what_a_key_is(run):
    assert run("key", "show", "-", stdin=json.dumps(RFC7638)).out.splitlines() == [
        "RSA 2048 bits, public",
        "  container: JWK",
        "  kid: 2011-04-29",
        "  alg: RS256",
        "  usable with: RS256",
        f"  thumbprint: {RFC7638_THUMBPRINT}",
        f"  thumbprint uri: urn:ietf:params:oauth:jwk-thumbprint:sha-256:{RFC7638_THUMBPRINT}",
        "  exponent: 65537",
        "  members: n, e",
    ]


def test_what_a_key_is_as_json(run):
    (key,) = json.loads(run("key", "show", "-", "--json", stdin=json.dumps(RFC8037)).out).pop("keys")
    assert key == {
        "key": "OKP Ed25519, public",
        "container": "JWK",
        "usable_with": ["Ed25519", "EdDSA"],
        "thumbprint": RFC8037_THUMBPRINT,
        "thumbprint_uri": f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{RFC8037_THUMBPRINT}",
    }


@pytest.mark.parametrize("name", ["rsa", "ec", "ed", "hmac"])
def test_no_secret_is_shown(run, made, name):
    secrets = [
        value
        for member, value in json.loads((made / f"{name}.jwk").read_bytes()).items()
        if member in {"d", "p", "q", "dp", "dq", "qi", "k"}
    ]
    for argv in ((), ("--json",)):
        out = run("key", "show", made / f"{name}.jwk", *argv).out
        assert not [secret for secret in secrets if secret in out]
    assert ("thumbprint" in run("key", "show", made / f"{name}.jwk").out) == (name != "hmac")


def test_a_certificate_is_described(run, made, tmp_path):
    run("key", "convert", made / "rsa.jwk", "--to", "pem", "-o", tmp_path / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-new", "-key", tmp_path / "key.pem", "-subj", "/CN=id.example", "-out", tmp_path / "c"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    out = run("key", "show", tmp_path / "c").out
    assert "  container: X.509 certificate\n" in out
    assert "    subject: CN=id.example\n" in out
    (key,) = json.loads(run("key", "show", tmp_path / "c", "--json").out)["keys"]
    assert list(key["certificates"][0]) == ["subject", "issuer", "not_before", "not_after", "sha256"]


def test_entries_that_cannot_be_read_are_warned_of(run, made):
    entries = [json.loads((made / "ec.pub.jwk").read_bytes()), {"kty": "X"}, 7]
    code, out, err = run("key", "show", "-", stdin=json.dumps({"keys": entries}))
    assert code == 0
    assert out.startswith("EC P-256, public\n")
    assert err.startswith("jwtctl: warning: -: entry 1: ")
    assert "jwtctl: warning: -: entry 2: " in err


@pytest.mark.parametrize("name", ["rsa", "ec", "ed"])
def test_the_public_half(run, made, name):
    private, public = json.loads((made / f"{name}.jwk").read_bytes()), (made / f"{name}.pub.jwk").read_text()
    assert run("key", "public", made / f"{name}.jwk") == (0, public, "")
    assert run("key", "public", made / f"{name}.pub.jwk").out == public
    half = json.loads(public)
    assert half.items() <= private.items()
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(half)


def test_a_secret_has_no_public_half(run, made):
    code, out, err = run("key", "public", made / "hmac.jwk")
    assert (code, out) == (3, "")
    assert err.startswith("jwtctl: error: an HMAC secret has no public half\njwtctl: hint: ")


def test_the_public_half_of_a_set_is_a_set(run, made):
    for form in ("jwk", "jwks"):
        assert len(json.loads(run("key", "public", made / "jwks.json", "--to", form).out)["keys"]) == 3
    assert run("key", "public", made / "jwks.json", "--to", "pem").out.count("BEGIN PUBLIC KEY") == 3
    assert json.loads(run("key", "public", made / "jwks.json", "--kid", "ec-1").out)["kid"] == "ec-1"
    assert run("key", "public", made / "jwks.json", "--to", "der").code == 2


@pytest.mark.parametrize("name", ["rsa", "ec", "ed"])
@pytest.mark.parametrize("form", ["jwk", "jwks", "pem", "der", "ssh"])
def test_conversion_loses_no_number(run, made, name, form, tmp_path):
    assert run("key", "convert", made / f"{name}.jwk", "--to", form, "-o", tmp_path / "key") == (0, "", "")
    before = json.loads((made / f"{name}.jwk").read_bytes())
    after = json.loads(run("key", "convert", tmp_path / "key").out)
    labels = {"kid", "use", "alg"}
    assert {k: v for k, v in after.items() if k not in labels} == {k: v for k, v in before.items() if k not in labels}


def test_conversion_keeps_a_public_key_public(run, made):
    out = run("key", "convert", made / "ec.pub.jwk", "--to", "pem").out
    assert out.startswith("-----BEGIN PUBLIC KEY-----\n")
    code, _, err = run("key", "convert", made / "ec.pub.jwk", "--to", "pem", "--new-passphrase-file", "/dev/null")
    assert code == 2
    assert "a public key is not encrypted" in err


def test_a_passphrase_is_changed(run, made, tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).write_text(f"{name} secret\n")
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    assert (
        run("key", "convert", made / "ed.jwk", "--to", "pem", "--new-passphrase-file", tmp_path / "old", "-o", old).code
        == 0
    )
    change = ("--passphrase-file", tmp_path / "old", "--new-passphrase-file", tmp_path / "new")
    assert run("key", "convert", old, "--to", "pem", *change, "-o", new).code == 0
    assert run("key", "show", new, "--passphrase-file", tmp_path / "old").code == 3
    assert run("key", "show", new, "--passphrase-file", tmp_path / "new").code == 0


@pytest.mark.parametrize(
    ("form", "code", "message"),
    [("pem", 3, "HMAC secret"), ("der", 3, "HMAC secret"), ("ssh", 3, "HMAC secret"), ("x", 2, "unknown form 'x'")],
)
def test_forms_that_a_key_does_not_have(run, made, form, code, message):
    outcome = run("key", "convert", made / "hmac.jwk", "--to", form)
    assert outcome[:2] == (code, "")
    assert message in outcome.err


def test_what_is_no_key_is_named(run, made, tmp_path):
    run("key", "convert", made / "rsa.jwk", "--to", "pem", "-o", tmp_path / "key.pem")
    request = subprocess.run(
        ["openssl", "req", "-new", "-key", tmp_path / "key.pem", "-subj", "/CN=x"], check=True, capture_output=True
    ).stdout
    for octets, what in ((request, "certificate request (PKCS#10)"), (b"", "empty"), (b"hello", "no key of any known format"),
                         (b'{"a": 1}', "kty"), (b"\1" * 100, "no key")):  # fmt: skip
        code, out, err = run("key", "show", "-", stdin=octets)
        assert (code, out) == (3, "")
        assert what in err, (octets, err)


def test_hostile_names_stay_text(run, made):
    key = {**json.loads((made / "ec.pub.jwk").read_bytes()), "kid": "a\nssh-rsa AAAA evil\x1b[31m\u202e\x7f\x9b[bold]"}
    text = json.dumps(key)
    for argv in (("show",), ("show", "--json"), ("public",), ("convert",), ("public", "--to", "ssh"), ("thumbprint",)):
        code, out, err = run("key", argv[0], "-", *argv[1:], stdin=text)
        assert (code, err) == (0, "")
        assert out.replace("\n", "").isprintable()
    assert json.loads(run("key", "public", "-", stdin=text).out)["kid"] == key["kid"]
    assert run("key", "public", "-", "--to", "ssh", stdin=text).out.count("\n") == 1
