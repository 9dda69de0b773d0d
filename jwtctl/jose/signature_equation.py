"""The numbers that a token's signature ties together, for those algorithms where anybody can compute them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.errors import KeyMaterialError, TokenError
from jwtctl.jose import forge
from jwtctl.jose.algorithms import COORDINATE_OCTETS, LARGEST_RSA_BITS, SIGNATURES, is_none

if TYPE_CHECKING:
    from jwtctl.model import Token


class RsaEquation(NamedTuple):
    """RS256, RS384, RS512: s^e = m modulo n, or m^e = s where the issuer exchanged the exponents.

    Attributes:
        m: the message representative, EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
        s: the signature.
        octets: length of the signature, and so of n.
    """

    m: int
    s: int
    octets: int


class EcdsaEquation(NamedTuple):
    """ES256, ES384, ES512, ES256K: r is the x-coordinate of (z·G + r·Q) / s, modulo the order of the curve.

    Attributes:
        z: the digest as a number; it is nowhere longer than the order.
        r, s: the halves of the signature.
        crv: JOSE name of the curve.
    """

    z: int
    r: int
    s: int
    crv: str


_CLOSED = {
    "rsa-pss": "EMSA-PSS is salted: what was raised to the power depends on a salt that only the public key uncovers",
    "hmac": "an HMAC has no public key, and gives nothing away but to a guess of the whole secret",
    "eddsa": "Ed25519 and Ed448 hash the public key together with the message: only who knows the key can compute it",
    "ml-dsa": "ML-DSA hashes the public key together with the message: only who knows the key can compute it",
}


def equation_of(token: Token) -> RsaEquation | EcdsaEquation:
    """The equation that the signature of a token satisfies under the key that made it.

    Raises:
        TokenError: if the algorithm has none that can be computed from the token alone, and why; or if the signature
            cannot be one of its algorithm (its length, a zero in it).
    """
    alg = token.header.get("alg")
    if is_none(alg):
        raise TokenError("alg 'none': the token is not signed, so no key is behind it")
    if not isinstance(alg, str) or alg not in SIGNATURES:
        raise TokenError(f"alg {repr(alg)[:100]} is no registered signature algorithm")
    algorithm = SIGNATURES[alg]
    if algorithm.family in _CLOSED:
        raise TokenError(f"{alg}: {_CLOSED[algorithm.family]}")
    if algorithm.family == "ecdsa":
        return _ecdsa(token, algorithm.crvs[0], algorithm.hash_bits)
    octets = len(token.signature)
    s = int.from_bytes(token.signature, "big")
    if 8 * octets > LARGEST_RSA_BITS:
        raise TokenError(f"a signature of {octets:,} bytes, where {alg} has at most {LARGEST_RSA_BITS // 8:,}")
    if octets and s == 0:
        raise TokenError(f"the signature is 0, which no {alg} signature is")
    try:
        m = forge.emsa_pkcs1_v1_5(token.signing_input, algorithm.hash_bits, octets)
    except KeyMaterialError as err:
        raise TokenError(f"a signature of {octets} bytes is too short for {alg}") from err
    return RsaEquation(m, s, octets)


def _ecdsa(token: Token, crv: str, hash_bits: int) -> EcdsaEquation:
    octets = COORDINATE_OCTETS[crv]
    if len(token.signature) != 2 * octets:
        raise TokenError(f"a signature of {len(token.signature)} bytes, where one over {crv} has {2 * octets}")
    r, s = (int.from_bytes(half, "big") for half in (token.signature[:octets], token.signature[octets:]))
    if r == 0 or s == 0:
        raise TokenError("r or s of the signature is 0, which no ECDSA signature has")
    z = int.from_bytes(hashlib.new(f"sha{hash_bits}", token.signing_input).digest(), "big")
    return EcdsaEquation(z, r, s, crv)
