"""OpenSSH keys: `openssh-key-v1` private keys and one-line public keys, read and written.

Sources: PROTOCOL.key of OpenSSH, RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import key_encryption
from jwtctl.jose.algorithms import COORDINATE_OCTETS
from jwtctl.jose.key import MAX_INTEGER_OCTETS
from jwtctl.jose.key_der import USABLE, ec_point
from jwtctl.model import Key

if TYPE_CHECKING:
    from jwtctl.jose.key_encryption import Unlocker

_MAGIC = b"openssh-key-v1\0"
_CURVES = {"nistp256": "P-256", "nistp384": "P-384", "nistp521": "P-521"}
_SSH_CURVES = {crv: name for name, crv in _CURVES.items()}
PUBLIC_LINE = re.compile(
    r"(?:^|[ \t])((?:sk-)?(?:ssh-(?:rsa|dss|ed25519|ed448)|ecdsa-sha2-nistp\d{3})(?:-cert-v01)?(?:@openssh\.com)?)"
    r"[ \t]+([A-Za-z0-9+/]{16,}={0,2})(?=\s|$)",
    re.MULTILINE,
)
"""A public key anywhere in a line, as in `id_rsa.pub`, `authorized_keys` and `known_hosts`."""


@dataclass(slots=True)
class _Packet:
    """A run of SSH strings (RFC 4251 section 5), read from the front."""

    octets: bytes
    position: int = 0

    def number(self) -> int:
        return int.from_bytes(self._take(4), "big")

    def string(self) -> bytes:
        return self._take(self.number())

    def integer(self, name: str, defects: list[str]) -> int:
        octets = self.string()
        if len(octets) > MAX_INTEGER_OCTETS:
            raise KeyMaterialError(f"{name} is longer than {MAX_INTEGER_OCTETS} octets")
        if octets[:1] >= b"\x80":
            defects.append(f"{name} is written as a negative number")
        return int.from_bytes(octets, "big")

    def rest(self) -> bytes:
        return self.octets[self.position :]

    def _take(self, length: int) -> bytes:
        end = self.position + length
        if end > len(self.octets):
            raise KeyMaterialError(f"an OpenSSH key cut short: {end - len(self.octets)} octets are missing")
        taken = self.octets[self.position : end]
        self.position = end
        return taken


def read_private(octets: bytes, unlocker: Unlocker) -> Key:
    """Read the octets of an `OPENSSH PRIVATE KEY` block.

    Raises:
        KeyMaterialError: malformed, wrong or no passphrase, or a type that JOSE does not have.
    """
    if not octets.startswith(_MAGIC):
        raise KeyMaterialError("an OpenSSH private key without its magic octets")
    packet = _Packet(octets, len(_MAGIC))
    cipher, derivation = (packet.string().decode("ascii", "replace") for _ in range(2))
    options = packet.string()
    if (count := packet.number()) != 1:
        raise KeyMaterialError(f"an OpenSSH file of {count} keys, where one is expected")
    packet.string()
    section = packet.string()
    if cipher != "none":
        if derivation != "bcrypt":
            raise KeyMaterialError(f"an OpenSSH key with the unknown key derivation {derivation!r}")
        settings = _Packet(options)
        salt, rounds = settings.string(), settings.number()
        # The blocks of triple DES and, by decree, of ChaCha20 have 8 octets, all others 16.
        if len(section) % (16 if cipher.startswith("aes") else 8):
            raise KeyMaterialError("an OpenSSH key whose encrypted part is cut short")
        section = key_encryption.decrypt_openssh(cipher, salt, rounds, section, packet.rest(), unlocker=unlocker)
    inner = _Packet(section)
    if len(section) < 8 or inner.number() != inner.number():
        if cipher != "none":
            raise key_encryption.WrongPassphraseError("this OpenSSH key")
        raise KeyMaterialError("a damaged OpenSSH private key: its check numbers differ")
    return _private_fields(inner)


def read_public(kind: str, text: str) -> Key:
    """Read the type name and the base64 of a public key line.

    Raises:
        KeyMaterialError: malformed, or a type that JOSE does not have.
    """
    if "-cert-v01" in kind:
        raise KeyMaterialError(
            "this is an SSH certificate, which JOSE does not have", hint="give the public key that it certifies"
        )
    try:
        packet = _Packet(binascii.a2b_base64(text, strict_mode=True))
    except binascii.Error as err:
        raise KeyMaterialError("an OpenSSH public key cut short or not base64") from err
    inner = packet.string().decode("ascii", "replace")
    if inner != kind:
        raise KeyMaterialError(f"an OpenSSH line that says {kind!r} and holds {inner!r}")
    key = _public_fields(kind, packet, "OpenSSH public key")
    if packet.rest():
        raise KeyMaterialError("an OpenSSH public key with octets after its end")
    return key


def write_public(key: Key, comment: str) -> bytes:
    """Write the one-line form, with a newline.

    Raises:
        KeyMaterialError: for a type or curve that SSH does not have.
    """
    kind, fields = _public_parts(key)
    text = base64.b64encode(_string(kind.encode()) + fields).decode("ascii")
    words = _one_line(comment)
    return f"{kind} {text}{' ' + words if words else ''}\n".encode()


def _one_line(comment: str) -> str:
    # A comment is often a kid that somebody else chose: no line breaks, and nothing that moves a terminal's cursor.
    return " ".join("".join(character if character.isprintable() else " " for character in comment).split())


def write_private(key: Key, comment: str, passphrase: bytes | None) -> bytes:
    """Write the octets of an `OPENSSH PRIVATE KEY` block; the key must have all members of its kind.

    Raises:
        KeyMaterialError: for a type or curve that SSH does not have.
    """
    kind, fields = _public_parts(key)
    public = _string(kind.encode()) + fields
    if key.kty == "RSA":
        private = b"".join(_integer(key.numbers[name]) for name in ("n", "e", "d", "qi", "p", "q"))
    elif key.kty == "EC":
        private = fields + _integer(key.numbers["d"])
    else:
        private = fields + _string(key.octets["d"] + key.octets["x"])
    check = os.urandom(4)
    section = check + check + _string(kind.encode()) + private + _string(_one_line(comment).encode())
    section += bytes(range(1, 17))[: -len(section) % (16 if passphrase is not None else 8)]
    cipher, derivation, options = "none", "none", b""
    if passphrase is not None:
        cipher, salt, rounds, section = key_encryption.encrypt_openssh(section, passphrase)
        derivation, options = "bcrypt", _string(salt) + rounds.to_bytes(4, "big")
    header = _string(cipher.encode()) + _string(derivation.encode()) + _string(options)
    return _MAGIC + header + (1).to_bytes(4, "big") + _string(public) + _string(section)


def _private_fields(packet: _Packet) -> Key:
    kind = packet.string().decode("ascii", "replace")
    container = "OpenSSH private key"
    defects: list[str] = []
    if kind == "ssh-rsa":
        numbers = {name: packet.integer(name, defects) for name in ("n", "e", "d", "qi", "p", "q")}
        return Key("RSA", numbers=numbers, container=container, defects=tuple(defects))
    if kind == "ssh-ed25519":
        public, secret = packet.string(), packet.string()
        if len(public) != 32 or len(secret) != 64:
            raise KeyMaterialError("an OpenSSH Ed25519 key of the wrong length")
        if secret[32:] != public:
            defects.append("the public key stands there twice, and differs")
        octets = {"x": public, "d": secret[:32]}
        return Key("OKP", crv="Ed25519", octets=octets, container=container, defects=tuple(defects))
    key = _public_fields(kind, packet, container)
    found = list(key.defects)
    numbers = {**key.numbers, "d": packet.integer("d", found)}
    return Key("EC", crv=key.crv, numbers=numbers, container=container, defects=tuple(found))


def _public_fields(kind: str, packet: _Packet, container: str) -> Key:
    defects: list[str] = []
    if kind == "ssh-rsa":
        e, n = (packet.integer(name, defects) for name in ("e", "n"))
        return Key("RSA", numbers={"n": n, "e": e}, container=container, defects=tuple(defects))
    if kind == "ssh-ed25519":
        public = packet.string()
        if len(public) != 32:
            raise KeyMaterialError(f"an OpenSSH Ed25519 key of {len(public)} octets, not 32")
        return Key("OKP", crv="Ed25519", octets={"x": public}, container=container)
    if kind.startswith("ecdsa-sha2-") and (crv := _CURVES.get(kind.removeprefix("ecdsa-sha2-"))):
        packet.string()
        point = ec_point(packet.string(), crv, defects)
        return Key("EC", crv=crv, numbers=point, container=container, defects=tuple(defects))
    if kind.startswith("sk-"):
        raise KeyMaterialError(f"this is a key kept in a security token ({kind}), which JOSE does not have")
    if kind == "ssh-dss":
        raise KeyMaterialError("this is a DSA key, which JOSE does not have", hint=USABLE)
    raise KeyMaterialError(f"an OpenSSH key of the unknown type {kind!r}", hint=USABLE)


def _public_parts(key: Key) -> tuple[str, bytes]:
    if key.kty == "RSA":
        return "ssh-rsa", _integer(key.numbers["e"]) + _integer(key.numbers["n"])
    if key.kty == "EC" and key.crv in _SSH_CURVES:
        length = COORDINATE_OCTETS[key.crv]
        try:
            point = b"\x04" + b"".join(key.numbers[name].to_bytes(length, "big") for name in ("x", "y"))
        except OverflowError as err:
            raise KeyMaterialError(f"a coordinate is too large for a point on {key.crv}") from err
        name = _SSH_CURVES[key.crv]
        return f"ecdsa-sha2-{name}", _string(name.encode()) + _string(point)
    if key.crv == "Ed25519":
        return "ssh-ed25519", _string(key.octets["x"])
    raise KeyMaterialError(
        f"SSH has no keys of type {key.crv or key.alg or key.kty}", hint="write it with --to jwk or --to pem"
    )


def _string(octets: bytes) -> bytes:
    return len(octets).to_bytes(4, "big") + octets


def _integer(number: int) -> bytes:
    return _string(number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"")
