"""The reversed signer, as anybody can run it who knows n and the signing exponent: one modular power.

This is no way to sign tokens: it exists to prove that a recovered exponent mints what the victim accepts.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms, base64url, json_object
from jwtctl.model import Key

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGEST_INFO = {
    256: bytes.fromhex("3031300d060960864801650304020105000420"),
    384: bytes.fromhex("3041300d060960864801650304020205000430"),
    512: bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""DER of DigestInfo up to the digest (RFC 8017 section 9.2, note 1)."""


def emsa_pkcs1_v1_5(message: bytes, hash_bits: int, octets: int) -> int:
    """The padded digest that an RS256, RS384 or RS512 signature raises to a power (RFC 8017 section 9.2).

    Args:
        message: the signing input.
        hash_bits: 256, 384 or 512.
        octets: length of the modulus.

    Raises:
        KeyMaterialError: if the modulus is too short to hold the digest.
    """
    digest_info = _DIGEST_INFO[hash_bits] + hashlib.new(f"sha{hash_bits}", message).digest()
    padding = octets - len(digest_info) - 3
    if padding < 8:
        raise KeyMaterialError(f"a modulus of {octets} bytes is too short for an RS{hash_bits} signature")
    return int.from_bytes(b"\x00\x01" + b"\xff" * padding + b"\x00" + digest_info, "big")


def forge(claims: Mapping[str, Any], header: Mapping[str, Any], *, n: int, exponent: int, hash_bits: int = 256) -> str:
    """Mint a token with nothing but a modulus and the exponent that signs.

    Args:
        claims: the payload.
        header: header parameters besides `alg`.
        n: modulus.
        exponent: the signing exponent, secret e of the reversed scheme.
        hash_bits: 256, 384 or 512 for RS256, RS384, RS512.

    Raises:
        KeyMaterialError: if the modulus is too short.
    """
    parameters = {"alg": f"RS{hash_bits}", "typ": "JWT", **header}
    signing_input = f"{base64url.encode(json_object.encode(parameters))}.{base64url.encode(json_object.encode(claims))}"
    octets = (n.bit_length() + 7) // 8
    signature = pow(emsa_pkcs1_v1_5(signing_input.encode(), hash_bits, octets), exponent, n)
    return f"{signing_input}.{base64url.encode(signature.to_bytes(octets, 'big'))}"


def accepts(text: str, *, n: int, exponent: int, hash_bits: int = 256) -> bool:
    """Tell whether a service that verifies RS256 with (n, exponent) accepts a token's signature.

    Asked of `cryptography`; where OpenSSL refuses so long an exponent (see `algorithms.public_key`), computed.
    """
    signing_input, _, encoded = text.rpartition(".")
    signature = base64url.decode(encoded)
    service = Key("RSA", numbers={"n": n, "e": exponent})
    try:
        return algorithms.verify(f"RS{hash_bits}", service, signing_input.encode(), signature)
    except KeyMaterialError:
        padded = emsa_pkcs1_v1_5(signing_input.encode(), hash_bits, (n.bit_length() + 7) // 8)
        return pow(int.from_bytes(signature, "big"), exponent, n) == padded


def accepts_edwards(key: Key, message: bytes, signature: bytes) -> bool:
    """Tell whether OpenSSL accepts an EdDSA signature, under keys too that `algorithms.verify` refuses to use.

    Raises:
        KeyMaterialError: if it does not take the key.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        public = algorithms.public_key(key)
    except ValueError as err:
        raise KeyMaterialError(f"this is no {key.crv} public key") from err
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True
