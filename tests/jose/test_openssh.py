"""Odd and broken OpenSSH keys; that those of ssh-keygen are read is shown in test_key_formats."""

import base64

import pytest

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import generate, key_encryption, openssh
from jwtctl.model import Key

MAGIC = b"openssh-key-v1\0"


def string(octets):
    return len(octets).to_bytes(4, "big") + octets


def public(kind, *fields):
    return kind, base64.b64encode(b"".join(map(string, (kind.encode(), *fields)))).decode()


def private(*, cipher=b"none", derivation=b"none", options=b"", count=1, section=b""):
    head = MAGIC + string(cipher) + string(derivation) + string(options) + count.to_bytes(4, "big")
    return head + string(b"") + string(section)


def read_private(octets):
    return openssh.read_private(octets, key_encryption.Unlocker(b"secret"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("ssh-rsa", "AAAAA"), "cut short or not base64"),
        (("ssh-rsa", "AAAAB3Nz"), "cut short: 5 octets are missing"),
        (public("ssh-rsa", b"\1"), "cut short"),
        (("ssh-rsa", public("ssh-ed25519", bytes(32))[1]), "says 'ssh-rsa' and holds 'ssh-ed25519'"),
        (public("ssh-ed25519", bytes(31)), "Ed25519 key of 31 octets"),
        (public("ssh-ed25519", bytes(32), b"x"), "octets after its end"),
        (public("ssh-rsa", b"\1" * 140_000, b"\3"), "e is longer than"),
        (public("ecdsa-sha2-nistp256", b"nistp256", b"\4"), "a public point of 1 octets"),
        (public("ecdsa-sha2-nistp999", b"nistp999", b"\4"), "unknown type 'ecdsa-sha2-nistp999'"),
        (public("ssh-ed448", bytes(57)), "unknown type 'ssh-ed448'"),
    ],
)
def test_public_lines_that_are_no_key(line, message):
    with pytest.raises(KeyMaterialError, match=message):
        openssh.read_public(*line)


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"ssh", "without its magic octets"),
        (MAGIC, "cut short: 4 octets"),
        (private(count=2), "a file of 2 keys|an OpenSSH file of 2 keys"),
        (private(section=b""), "check numbers differ"),
        (private(section=b"abcdabce"), "check numbers differ"),
        (private(section=bytes(8) + string(b"ssh-ed25519") + string(b"") + string(b"")), "of the wrong length"),
        (private(cipher=b"aes256-ctr", derivation=b"md5"), "unknown key derivation 'md5'"),
        (private(cipher=b"aes256-ctr", derivation=b"bcrypt", section=b"x"), "cut short"),
        (
            private(cipher=b"rot13", derivation=b"bcrypt", options=string(b"salt") + b"\0\0\0\1", section=bytes(16)),
            "'rot13', which is not supported",
        ),
        (
            private(cipher=b"aes256-ctr", derivation=b"bcrypt", options=string(b"s") + b"\xff" * 4, section=bytes(16)),
            "rounds of key derivation, beyond the limit",
        ),
        (
            private(cipher=b"aes256-ctr", derivation=b"bcrypt", options=string(b"s") + b"\0" * 4, section=bytes(16)),
            "0 rounds of key derivation",
        ),
        (
            private(cipher=b"aes256-ctr", derivation=b"bcrypt", options=string(b"") + b"\0\0\0\1", section=bytes(16)),
            "wrong passphrase",
        ),
    ],
    ids=range(12),
)
def test_private_files_that_are_no_key(octets, message):
    with pytest.raises(KeyMaterialError, match=message):
        read_private(octets)


def test_what_is_odd_is_told():
    key = openssh.read_public(*public("ssh-rsa", b"\3", b"\xf1"))
    assert (key.numbers, key.defects) == ({"n": 0xF1, "e": 3}, ("n is written as a negative number",))
    section = bytes(8) + b"".join(map(string, (b"ssh-ed25519", bytes(32), bytes(63) + b"\1", b"")))
    assert read_private(private(section=section)).defects == ("the public key stands there twice, and differs",)


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_a_comment_stays_on_one_line(alg):
    key = generate.generate(alg)
    line = openssh.write_public(key, "a\nssh-rsa AAAA\r\n\tb")
    assert line.count(b"\n") == 1
    assert line.endswith(b" a ssh-rsa AAAA b\n")
    assert read_private(openssh.write_private(key, "", None)).octets == key.octets


def test_a_coordinate_too_large_for_its_curve():
    with pytest.raises(KeyMaterialError, match="too large for a point on P-256"):
        openssh.write_public(Key("EC", crv="P-256", numbers={"x": 1 << 256, "y": 0}), "")
