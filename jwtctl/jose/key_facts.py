"""What there is to say about a key to a person who looks at it, without any secret."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms, base64url, certificate
from jwtctl.jose.key import describe, thumbprint, thumbprint_uri
from jwtctl.jose.key_der import RSA_MEMBERS

if TYPE_CHECKING:
    from jwtctl.model import Key


def facts(key: Key) -> dict[str, Any]:
    """Describe a key.

    Returns:
        Names and JSON values, in the order in which they are to be shown; what is unknown is left out. No secret
        number is in it, and for an HMAC secret no thumbprint, which would let anyone test guesses of it.
    """
    found: dict[str, Any] = {
        "key": describe(key),
        "container": key.container,
        "kid": key.kid,
        "alg": key.alg,
        "use": key.use,
        "key_ops": list(key.key_ops) if key.key_ops is not None else None,
        "usable_with": list(algorithms.usable_with(key)),
        "thumbprint": None if key.is_symmetric else thumbprint(key),
        "thumbprint_uri": None if key.is_symmetric else thumbprint_uri(key),
    }
    if key.kty == "RSA":
        exponent = key.numbers.get("e")
        long = exponent is not None and exponent.bit_length() > 64
        found["exponent"] = None if exponent is None else f"{exponent.bit_length()} bits" if long else str(exponent)
        found["members"] = [name for name in (*RSA_MEMBERS, "oth") if name in key.numbers or name in key.members]
    if key.certificates:
        found["certificates"] = [_certificate(der) for der in key.certificates]
    found["defects"] = list(key.defects)
    return {name: value for name, value in found.items() if value not in (None, [])}


def _certificate(encoding: bytes) -> dict[str, str]:
    try:
        found = certificate.read(encoding)
    except KeyMaterialError as err:
        return {"error": err.message}
    return {
        "subject": found.subject,
        "issuer": found.issuer,
        "not_before": datetime.fromtimestamp(found.not_before, UTC).isoformat(),
        "not_after": datetime.fromtimestamp(found.not_after, UTC).isoformat(),
        "sha256": base64url.decode(certificate.thumbprint(encoding, "sha256")).hex(),
    }
