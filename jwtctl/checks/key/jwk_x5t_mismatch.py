"""JWKs whose certificate thumbprint is that of another certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose import base64url, certificate
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_HASHES = {"x5t": ("sha1", 20), "x5t#S256": ("sha256", 32)}


class JwkX5tMismatch(KeyCheck):
    """A certificate thumbprint in a JWK is wrong.

    Why it matters:
        x5t and x5t#S256 name the certificate of the key by its hash, and verifiers look keys up by it. A wrong one
        finds no key or another one, and tokens that are bound to a certificate (RFC 8705) are refused.

    What to do:
        It is base64url of the hash of the whole certificate in DER, not of its hexadecimal text and not of the key:
        `openssl x509 -in CERT -outform DER | openssl sha256 -binary | basenc --base64url`, without padding.
    """

    id = "jwk-x5t-mismatch"
    severity = Severity.HIGH
    cites = ("RFC 7517 section 4.8", "RFC 7517 section 4.9")
    proof = "the hash, made again"

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(_HASHES.keys() & key.members.keys())

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        leaf = next(iter(certificate.stated_chain(key)), None)
        for name, (hash_name, octets) in _HASHES.items():
            if name not in key.members:
                continue
            stated = _decoded(key.members[name])
            right = base64url.decode(certificate.thumbprint(leaf, hash_name)) if leaf else None
            if stated is None:
                yield self.finding(key, f"{name} is no base64url text", at=f"/{name}")
            elif _unhex(stated) == right and right:
                yield self.finding(key, f"{name} is the hexadecimal text of the hash, encoded again", at=f"/{name}")
            elif len(stated) != octets:
                yield self.finding(
                    key, f"{name} has {len(stated)} octets, which is no {hash_name.upper()} hash", at=f"/{name}"
                )
            elif right and stated != right:
                yield self.finding(key, f"{name} is not the hash of the first certificate in x5c", at=f"/{name}")


def _decoded(value: object) -> bytes | None:
    try:
        return base64url.decode_lenient(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _unhex(octets: bytes) -> bytes | None:
    try:
        return bytes.fromhex(octets.decode("ascii").replace(":", ""))
    except ValueError:
        return None
