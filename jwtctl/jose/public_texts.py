"""The texts in which a public key is handed out: what a verifier may have as an HMAC secret, by mistake or by attack."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, der, key_der, openssh
from jwtctl.jose.algorithms import COORDINATE_OCTETS
from jwtctl.jose.key import public_half, to_jwk
from jwtctl.jose.key_writing import pem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.model import Key

MAX_CERTIFICATES = 4

_REQUIRED = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x"), "AKP": ("alg", "pub")}


def public_texts(key: Key) -> Iterator[tuple[bytes, str]]:
    """Every usual text of a public key, each with what it is in words; the same octets may come twice.

    That is SubjectPublicKeyInfo, PKCS#1, and the certificates that the key came with, in DER, in PEM with every kind of
    line end, and in bare base64; the line of OpenSSH; JWK and JWK Set, spaced and ordered in the usual ways; the raw
    octets. About 150 of them.

    Args:
        key: public or private; an HMAC secret and what lacks a number gives none of its own.
    """
    for number, certificate in enumerate(key.certificates[:MAX_CERTIFICATES]):
        name = "certificate" if number == 0 else f"certificate {number + 1} of its chain"
        yield from _binary(certificate, "CERTIFICATE", name)
    try:
        public = public_half(key)
        yield from _binary(key_der.write_public(public), "PUBLIC KEY", "SubjectPublicKeyInfo")
    except (KeyMaterialError, KeyError):
        return
    if public.kty == "RSA":
        numbers = (der.encode_integer(public.numbers[name]) for name in ("n", "e"))
        yield from _binary(der.encode(der.SEQUENCE, *numbers), "RSA PUBLIC KEY", "PKCS#1")
    yield from _jwks(public)
    yield from _raw(public)
    try:
        for comment in dict.fromkeys(("", key.kid or "")):
            yield from _ended(openssh.write_public(public, comment), "OpenSSH line")
    except KeyMaterialError:
        return


def _binary(encoding: bytes, label: str, name: str) -> Iterator[tuple[bytes, str]]:
    yield encoding, f"DER of its {name}"
    for width in (64, 76, 1 << 20):
        text = pem(label, encoding, width)
        yield from _ended(text, f"PEM of its {name}")
        body = b"\n".join(text.split(b"\n")[1:-2])
        yield from _ended(body + b"\n", f"base64 of its {name}")
    yield base64url.encode(encoding).encode(), f"base64url of its {name}"


def _ended(text: bytes, name: str) -> Iterator[tuple[bytes, str]]:
    """A text that ends in LF, with every kind of line end and with or without the last."""
    for end, how in ((b"\n", ""), (b"\r\n", ", with CRLF"), (b"\r", ", with CR"), (b"\\n", ", with \\n as text")):
        turned = text.replace(b"\n", end)
        yield turned, name + how
        yield turned.removesuffix(end), f"{name}{how}, without the last line end"
    yield text + b"\n", f"{name}, with an empty line after it"
    yield text.replace(b"\n", b""), f"{name}, in one line"
    yield text.replace(b"\n", b" "), f"{name}, in one line with spaces"


def _jwks(public: Key) -> Iterator[tuple[bytes, str]]:
    whole = to_jwk(public, private=False)
    # The order in which it was written comes first; thumbprints are made of the required members in order (RFC 7638).
    written = {name: whole[name] for name in (*public.members, *whole) if name in whole}
    required = {name: whole[name] for name in ("kty", *_REQUIRED[public.kty]) if name in whole}
    for jwk in (written, whole, required):
        for ordered in (jwk, dict(sorted(jwk.items()))):
            yield from _json(ordered, "JWK")
            yield from _json({"keys": [ordered]}, "JWK Set")


def _json(value: Mapping[str, Any], name: str) -> Iterator[tuple[bytes, str]]:
    for separators, indent in (((",", ":"), None), ((", ", ": "), None), ((",", ": "), 2), ((",", ": "), 4)):
        text = json.dumps(value, ensure_ascii=False, separators=separators, indent=indent)
        octets = text.encode("utf-8", "surrogatepass")
        yield octets, f"{name}"
        yield octets + b"\n", f"{name}, with a line end"


def _raw(public: Key) -> Iterator[tuple[bytes, str]]:
    if public.kty == "RSA":
        modulus = public.numbers["n"]
        octets = {"modulus": modulus.to_bytes((modulus.bit_length() + 7) // 8, "big")}
    elif public.kty == "EC":
        length = COORDINATE_OCTETS[public.crv or ""]
        x, y = (public.numbers[name].to_bytes(length, "big") for name in ("x", "y"))
        octets = {"point": b"\4" + x + y, "point without its first octet": x + y, "x": x}
    else:
        octets = {"raw octets": public.octets["x" if public.kty == "OKP" else "pub"]}
    for name, value in octets.items():
        yield value, name
        yield base64url.encode(value).encode(), f"{name} in base64url"
        yield base64.b64encode(value), f"{name} in base64"
        yield value.hex().encode(), f"{name} in hexadecimal"
        yield value.hex().upper().encode(), f"{name} in hexadecimal"
