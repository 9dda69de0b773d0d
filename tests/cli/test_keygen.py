"""`jwtctl keygen`: a key of every algorithm, in every format, under the right name and mode."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

MEMBERS = {
    "RSA": ["kty", "n", "e", "d", "p", "q", "dp", "dq", "qi", "kid", "use", "alg"],
    "EC": ["kty", "crv", "x", "y", "d", "kid", "use", "alg"],
    "OKP": ["kty", "crv", "x", "d", "kid", "use", "alg"],
    "oct": ["kty", "k", "kid", "use", "alg"],
    "AKP": ["kty", "pub", "priv", "kid", "use", "alg"],
}


@pytest.mark.parametrize(
    ("argv", "kty", "crv", "use"),
    [
        (("PS384", "--size", "2048"), "RSA", None, "sig"),
        (("RSA-OAEP-256", "--size", "2048"), "RSA", None, "enc"),
        (("ES256",), "EC", "P-256", "sig"),
        (("ES384",), "EC", "P-384", "sig"),
        (("ES512",), "EC", "P-521", "sig"),
        (("ES256K",), "EC", "secp256k1", "sig"),
        (("Ed25519",), "OKP", "Ed25519", "sig"),
        (("Ed448",), "OKP", "Ed448", "sig"),
        (("EdDSA",), "OKP", "Ed25519", "sig"),
        (("EdDSA", "--crv", "Ed448"), "OKP", "Ed448", "sig"),
        (("HS256",), "oct", None, "sig"),
        (("HS512",), "oct", None, "sig"),
        (("ML-DSA-44",), "AKP", None, "sig"),
        (("ML-DSA-87",), "AKP", None, "sig"),
        (("ECDH-ES",), "EC", "P-256", "enc"),
        (("ECDH-ES+A256KW", "--crv", "X25519"), "OKP", "X25519", "enc"),
        (("A256KW",), "oct", None, "enc"),
        (("dir", "--size", "512"), "oct", None, "enc"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else value or "",
)
def test_every_kind_of_key(run, argv, kty, crv, use):
    code, out, err = run("keygen", *argv)
    key = json.loads(out)
    assert code == 0
    assert list(key) == MEMBERS[kty]
    assert (key["kty"], key.get("crv"), key["use"], key["alg"]) == (kty, crv, use, argv[0])
    described = run("key", "show", "-", stdin=out).out.splitlines()[0]
    assert err == f"jwtctl: note: made a key: {described}, alg {argv[0]}, kid {key['kid']}\n"
    assert run("keygen", *argv, "-q").err == ""


def test_rsa_keys_have_3072_bits(run):
    outcome = run("keygen", "RS256")
    assert outcome.err.startswith("jwtctl: note: made a key: RSA 3072 bits, private, alg RS256, kid ")
    assert json.loads(outcome.out)["e"] == "AQAB"


def test_kids(run):
    def kid(*argv):
        return json.loads(run("keygen", "Ed25519", *argv).out)["kid"]

    out = run("keygen", "Ed25519").out
    assert json.loads(out)["kid"] == run("key", "thumbprint", "-", stdin=out).out.strip()
    assert re.fullmatch(r"[\w-]{43}", kid("--kid", "thumbprint"))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", kid("--kid", "uuid"))
    assert kid("--kid", "2030-01 ключ") == "2030-01 ключ"


@pytest.mark.parametrize(
    ("argv", "error"),
    [
        (("RS256", "--size", "1024"), "RS256 needs an RSA key of at least 2048 bits, not 1024 (RFC 7518 section 3.3)"),
        (("RS256", "--size", "512", "--insecure-size"), "an RSA key of 512 bits cannot be made: 1024 is the least"),
        (("RS256", "--size", "99999999999999999999"), "an RSA key of 99999999999999999999 bits is beyond the limit"),
        (("RS256", "--size", "2049"), "an RSA key of 2049 bits: a multiple of 8 is expected"),
        (("RS256", "--size", "-1"), "an RSA key of -1 bits cannot be made"),
        (("RS256", "--crv", "P-256"), "RS256 keys are on no curve"),
        (("HS256", "--size", "128"), "HS256 needs a secret of at least 256 bits, not 128 (RFC 7518 section 3.2)"),
        (("HS256", "--size", "0", "--insecure-size"), "a secret of 0 bits: a multiple of 8 from 8 to 65536"),
        (("ES256", "--size", "256"), "ES256 keys have one size"),
        (("ES256", "--crv", "P-384"), "ES256 keys cannot be on curve 'P-384'"),
        (("A128KW", "--size", "256"), "A128KW keys have 128 bits, not 256"),
        (("none",), "'none' takes no key"),
        (("nOnE",), "'none' takes no key"),
        (("rs256",), "unknown algorithm 'rs256'"),
        (("A256GCM",), "A256GCM is a content encryption (enc), not an alg"),
        (("RSA1_5",), "RSA1_5 is open to Bleichenbacher's attack"),
        (("ES256", "--kid", ""), "the kid is empty"),
        (("ES256", "--use", "both"), "use 'both' is not known"),
        (("ES256", "--to", "xml"), "unknown form 'xml'"),
        (("HS256", "--to", "pem"), "an HMAC secret has no PEM, DER or OpenSSH form"),
        (("Ed448", "--to", "ssh"), "SSH has no keys of type Ed448"),
        (("\x1b[31m",), r"unknown algorithm '\x1b[31m'"),
    ],
)
def test_what_is_refused(run, argv, error):
    code, out, err = run("keygen", *argv)
    assert (code, out) == (2, "")
    assert err.startswith(f"jwtctl: error: {error}")


@pytest.mark.parametrize(("alg", "size"), [("RS256", 1024), ("HS256", 64)])
def test_insecure_sizes_need_their_name(run, alg, size):
    assert run("keygen", alg, "--size", size).code == 2
    out = run("keygen", alg, "--size", size, "--insecure-size").out
    assert f"{size} bits" in run("key", "show", "-", stdin=out).out


@pytest.mark.parametrize("alg", ["RS256", "ES512", "ES256K", "Ed25519", "Ed448"])
def test_openssl_reads_what_is_made(run, alg, tmp_path):
    size = ("--size", "2048") if alg == "RS256" else ()
    for form in ("pem", "der"):
        path, public = tmp_path / f"key.{form}", tmp_path / f"public.{form}"
        assert run("keygen", alg, *size, "--to", form, "-o", path, "--public-out", public).code == 0
        for file, options in ((path, ("-check",)), (public, ("-pubin", "-pubcheck"))):
            done = subprocess.run(
                ["openssl", "pkey", "-in", file, "-inform", form, "-noout", *options], capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
@pytest.mark.parametrize("alg", ["RS256", "ES256", "Ed25519"])
def test_ssh_keygen_reads_what_is_made(run, alg, tmp_path):
    size = ("--size", "2048") if alg == "RS256" else ()
    path = tmp_path / "id"
    argv = ("--to", "ssh", "-o", path, "--public-out", tmp_path / "id.pub", "--kid", "ops@example")
    assert run("keygen", alg, *size, *argv).code == 0
    done = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, check=True)
    assert done.stdout.split() == (tmp_path / "id.pub").read_bytes().split()
    assert done.stdout.split()[2] == b"ops@example"


@pytest.mark.parametrize(
    ("form", "start"),
    [("pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----"), ("ssh", "-----BEGIN OPENSSH PRIVATE KEY-----"), ("jwk", "eyJ")],
)
def test_encrypted_keys(run, monkeypatch, tmp_path, form, start):
    monkeypatch.setenv("PASS", "open sesame")
    path = tmp_path / "key"
    assert run("keygen", "Ed25519", "--to", form, "--passphrase-file", "env:PASS", "-o", path).code == 0
    assert path.read_text().startswith(start)
    assert run("key", "show", path).code == 3
    assert run("key", "show", path, "--passphrase-file", "env:PASS").out.startswith("OKP Ed25519, private\n")


def test_an_empty_passphrase_encrypts_nothing(run, monkeypatch):
    monkeypatch.setenv("PASS", "")
    outcome = run("keygen", "Ed25519", "--passphrase-file", "env:PASS")
    assert outcome == (2, "", "jwtctl: error: the passphrase is empty\n")


def test_a_key_set(run):
    (key,) = json.loads(run("keygen", "ES256", "--to", "jwks").out)["keys"]
    assert list(key) == MEMBERS["EC"]


def test_a_secret_has_no_public_half(run, tmp_path):
    code, out, err = run("keygen", "HS256", "-o", tmp_path / "key", "--public-out", tmp_path / "public")
    assert (code, out) == (2, "")
    assert "an HMAC secret has no public half" in err
    assert not list(tmp_path.iterdir())


def test_a_use_that_the_algorithm_does_not_have_is_made_and_warned_of(run):
    code, out, err = run("keygen", "ES256", "--use", "enc")
    assert (code, json.loads(out)["use"]) == (0, "enc")
    assert "warning: ES256 is for use sig: verifiers and jwtctl refuse this key for it\n" in err
    assert "warning" not in run("keygen", "ES256", "--use", "sig").err
    assert run("keygen", "ES256", "--use", "enc", "-q").err == ""
