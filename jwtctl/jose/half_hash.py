"""The hash by which an ID token names a token or a code that was issued with it."""

from __future__ import annotations

import hashlib

from jwtctl.jose import base64url
from jwtctl.jose.algorithms import SIGNATURES


def half_hash(text: str, alg: str, crv: str | None = None) -> str | None:
    """The left half of the hash that belongs to an algorithm, as in `at_hash` (OpenID Connect Core 1.0 section 3.1.3.6).

    Args:
        text: the access token or code.
        alg: of the ID token's header.
        crv: of its key, which tells for `EdDSA`.

    Returns:
        Base64url; None where no hash belongs to the algorithm: for ML-DSA none is agreed on.
    """
    algorithm, octets = SIGNATURES.get(alg), text.encode("utf-8", "surrogatepass")
    if algorithm is not None and algorithm.family == "eddsa":
        is_448 = "Ed448" in {alg, crv}
        digest = hashlib.shake_256(octets).digest(114) if is_448 else hashlib.sha512(octets).digest()
    elif algorithm is not None and algorithm.hash_bits:
        digest = hashlib.new(f"sha{algorithm.hash_bits}", octets).digest()
    else:
        return None
    return base64url.encode(digest[: len(digest) // 2])
