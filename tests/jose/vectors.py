"""The published vectors in tests/vectors, and one private key for each algorithm that is made of them."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.jose.key import complete_public, from_jwk, public_half
from jwtctl.model import Key, Place

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


@functools.cache
def rfc(number: int) -> dict[str, Any]:
    """The vectors of one RFC by section."""
    found: dict[str, Any] = json.loads((VECTORS / f"rfc{number}.json").read_text(encoding="utf-8"))
    return found


def jwk(members: dict[str, Any], **changed: Any) -> Key:
    """Read a JWK with some members set or (None) left out."""
    merged = {name: value for name, value in {**members, **changed}.items() if value is not None}
    return from_jwk(merged, Place("key.jwk"))


def octets(text: str) -> bytes:
    """Decode base64url by other code than ours."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text(data: bytes) -> str:
    """Encode base64url by other code than ours."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def taken_apart(jws: str) -> tuple[bytes, bytes]:
    """The signing input and the signature of a compact JWS."""
    signing_input, _, signature = jws.rpartition(".")
    return signing_input.encode(), octets(signature)


@functools.cache
def private_key(alg: str) -> Key:
    """A private key for an algorithm: a published one, or on the two curves without one, a hash of the curve's name."""
    algorithm = SIGNATURES[alg]
    if alg == "Ed448":
        vector = rfc(8032)["7.4"][0]
        members = {name: text(bytes.fromhex(vector[where])) for name, where in (("x", "public"), ("d", "secret"))}
        return jwk({"kty": "OKP", "crv": "Ed448", **members})
    if algorithm.kty == "AKP":
        vector = rfc(9964)["A"][alg]
        return jwk({"kty": "AKP", "alg": alg, "pub": vector["pub"], "priv": text(bytes(32))})
    if alg in {"ES384", "ES256K"}:
        (crv,) = algorithm.crvs
        return complete_public(jwk({"kty": "EC", "crv": crv, "d": text(hashlib.sha256(crv.encode()).digest())}))
    if algorithm.kty == "OKP":
        return jwk(rfc(8037)["A.1"])
    return jwk(rfc(7515)[{"oct": "A.1", "RSA": "A.2", "EC": "A.4" if alg == "ES512" else "A.3"}[algorithm.kty]]["key"])


@functools.cache
def verification_key(alg: str) -> Key:
    """The key that a verifier holds: the public half, or the secret itself."""
    key = private_key(alg)
    return key if key.is_symmetric else public_half(key)


def published() -> list[Any]:
    """Every published compact JWS, each with its RFC and section, private key and public key."""
    found = [(f"RFC 7515 {section}", rfc(7515)[section]["jws"], rfc(7515)[section]["key"]) for section in _SIGNED]
    keys = rfc(7520)["keys"]
    found += [
        (f"RFC 7520 {section}", rfc(7520)["jws"][section]["compact"], keys[rfc(7520)["jws"][section]["private"]])
        for section in ("4.1", "4.2", "4.3", "4.4")
    ]
    found.append(("RFC 7797 4.1", rfc(7797)["4.1"]["jws"], rfc(7797)["key"]))
    found.append(("RFC 8037 A.4", rfc(8037)["A.4"]["jws"], rfc(8037)["A.1"]))
    found += [
        (f"RFC 9964 {alg}", vector["jws"], {"kty": "AKP", "alg": alg, "pub": vector["pub"], "priv": text(bytes(32))})
        for alg, vector in rfc(9964)["A"].items()
    ]
    return found


_SIGNED = ("A.1", "A.2", "A.3", "A.4")
