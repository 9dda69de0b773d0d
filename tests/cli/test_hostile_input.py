"""Every command against what nobody should ever have sent it: one clear answer, no traceback, nothing half-written."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import NOON

ESCAPES = "\x1b[31m\x1b]0;title\x07[red]bold[/red]\u202eevil\u2066\u200b\x00\x9b31m\r\n::error::x\u2028"
DEEP = b"[" * 200_000 + b"]" * 200_000
LARGE = b"A" * 10_000_000
_NOISE = random.Random("hostile input")

INPUTS = {
    "nothing": b"",
    "white space": b" \n\t\r\n",
    "noise": _NOISE.randbytes(2000),
    "noise after 0x30": b"\x30\x82\x05\x00" + _NOISE.randbytes(2000),
    "NULs": b"\0" * 1000,
    "escapes": ESCAPES.encode(),
    "invalid UTF-8": b"\xff\xfe{\x00}\x00",
    "byte order mark": b'\xef\xbb\xbf{"kty":"oct","k":"AA"}',
    "10 MB": LARGE,
    "10 MB token": b"e30." + LARGE + b".AA",
    "10 MB of dots": b"." * 10_000_000,
    "deep JSON": DEEP,
    "deep JWK": b'{"kty":"RSA","n":' + DEEP + b"}",
    "deep token": b"W1tb" * 100_000 + b".e30.AA",
    "a long number": b'{"kty":' + b"9" * 1_000_000 + b"}",
    "NaN": b'{"kty":NaN}',
    "duplicate members": b'{"kty":"oct","kty":"RSA","k":"AA"}',
    "nested keys": b'{"keys":[{"keys":[{"keys":[]}]}]}',
    "keys of every type": b'{"keys":[null,1,"x",[],{},{"kty":1},{"kty":"RSA"},{"kty":"EC","crv":"P-256"}]}',
    "hostile members": json.dumps({"kty": ESCAPES, ESCAPES: ESCAPES, "kid": ESCAPES}).encode(),
    "hostile kid": json.dumps({"kty": "oct", "k": "AAAA" * 20, "kid": ESCAPES}).encode(),
    "no leak": b'{"schema":"jwtctl.leak/1"}',
    "hostile leak": b'{"schema":"jwtctl.leak/1","n":"0x0","d":"0x0","e":"0x0"}',
    "PEM of nothing": b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "PEM of noise": b"-----BEGIN RSA PRIVATE KEY-----\nAAAAAAAA\n-----END RSA PRIVATE KEY-----\n",
    "PEM without end": b"-----BEGIN RSA PRIVATE KEY-----\nMIIB",
    "many PEM heads": b"-----BEGIN PRIVATE KEY-----\n" * 20_000,
    "OpenSSH of noise": b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
    "SSH line": b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ" + ESCAPES.encode(),
    "HTML": b"<!doctype html><script>alert(1)</script>",
}


def commands(path):
    """One invocation of every command that reads something, the input in a file."""
    return {
        "key show": ("key", "show", path),
        "key public": ("key", "public", path),
        "key convert": ("key", "convert", path, "--to", "pem"),
        "key thumbprint": ("key", "thumbprint", path),
        "sign": ("sign", "--key", path),
        "sign claims": ("sign", "--key", "HMAC", "--claims", f"@{path}"),
        "decode": ("decode", f"@{path}"),
        "verify": ("verify", f"@{path}", "--key", "EC", "--at", NOON),
        "verify key": ("verify", "e30.e30.AA", "--key", path),
        "verify jwks": ("verify", "e30.e30.AA", "--jwks", path),
        "verify secret": ("verify", "e30.e30.AA", "--secret-file", path),
        "verify batch": ("verify", "--batch", path, "--key", "EC"),
        "jwks diff": ("jwks", "diff", path, "EC"),
        "jwks merge": ("jwks", "merge", path, "EC"),
        "jwks public": ("jwks", "public", path),
        "audit-keys": ("audit-keys", path, "--budget", "1s"),
        "audit-tokens": ("audit-tokens", f"@{path}", "--key", "EC", "--at", NOON, "--budget", "1s"),
        "audit-tokens scan": ("audit-tokens", "--scan", path, "--at", NOON, "--budget", "1s"),
        "audit-tokens key": ("audit-tokens", "e30.e30.AA", "--key", path, "--at", NOON),
        "audit-tokens wordlist": ("audit-tokens", "e30.e30.AA", "--wordlist", path, "--at", NOON, "--budget", "1s"),
        "recover": ("recover", path, "--budget", "1s"),
    }


NAMES = tuple(commands(""))


@pytest.fixture
def attack(run, made, tmp_path):
    """Run one command over some octets and hold the outcome against what every command promises."""

    def attack_(name, octets):
        path = tmp_path / "input"
        path.write_bytes(octets)
        known = {"EC": made / "ec.pub.jwk", "HMAC": made / "hmac.jwk"}
        argv = [known.get(word, word) for word in commands(path)[name]]
        code, out, err = run(*argv)
        assert code in {0, 1, 2, 3}, err
        assert "Traceback" not in err
        assert "a bug in jwtctl" not in err
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", out + err)
        assert not re.search(r"^::", out + err, re.MULTILINE)
        assert code in {0, 1} or err.startswith(("jwtctl: error: ", "jwtctl: warning: "))
        assert len(err) < 20_000
        assert [entry.name for entry in tmp_path.iterdir()] == ["input"]
        return code

    return attack_


@pytest.mark.parametrize("octets", INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize("name", NAMES)
def test_what_nobody_should_send(attack, name, octets):
    attack(name, octets)


def test_what_is_no_key_is_exit_3(attack):
    for name in (
        "key show",
        "key convert",
        "sign",
        "verify key",
        "verify jwks",
        "jwks public",
        "audit-keys",
        "recover",
    ):
        for kind in ("nothing", "noise", "escapes", "10 MB", "deep JSON", "PEM of nothing", "HTML"):
            assert attack(name, INPUTS[kind]) == 3, (name, kind)


@pytest.mark.parametrize("name", ["key show", "key convert", "sign", "verify key", "audit-keys", "recover"])
def test_keys_cut_short(attack, run, made, tmp_path_factory, name):
    pem = run("key", "convert", made / "rsa.jwk", "--to", "pem").out.encode()
    folder = tmp_path_factory.mktemp("whole")
    run("key", "convert", made / "rsa.jwk", "--to", "der", "-o", folder / "der")
    for whole in (pem, (folder / "der").read_bytes(), (made / "rsa.jwk").read_bytes()):
        for end in range(1, len(whole) - 2, len(whole) // 12):
            attack(name, whole[:end])


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(octets=st.binary(max_size=300), name=st.sampled_from(NAMES))
def test_any_octets(attack, octets, name):
    attack(name, octets)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_a_good_file_with_a_few_octets_changed(attack, made, data, name):
    whole = bytearray((made / data.draw(st.sampled_from(["rsa.jwk", "ec.jwk", "jwks.json", "hmac.jwk"]))).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    attack(name, bytes(whole))


def test_hostile_words_on_the_command_line(run):
    for argv in (
        (ESCAPES,),
        ("decode", ESCAPES),
        ("decode", "x" * 2_000_000),
        ("key", "show", ESCAPES.replace("\x00", "")),
        ("verify", "a.b.c", "--jwks", f"https://{ESCAPES}"),
        ("verify", "a.b.c", "--issuer", "x" * 100_000),
        ("keygen", ESCAPES),
        ("explain", ESCAPES),
        ("audit-keys", "--select", ESCAPES, "x"),
        ("sign", "--claim", ESCAPES, "--secret", "hex:00"),
        ("jwks", "fetch", "http://[::1"),
    ):
        code, out, err = run(*argv)
        assert code in {2, 3, 4}
        assert out == ""
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066\u2028]", err)
        assert "a bug in jwtctl" not in err
