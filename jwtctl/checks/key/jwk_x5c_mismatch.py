"""JWKs whose certificate is for another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import certificate
from jwtctl.jose.key import thumbprint
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkX5cMismatch(KeyCheck):
    """The first certificate of a JWK's x5c is for another key.

    Why it matters:
        A verifier that takes the key from the certificate and one that takes it from the JWK's own members accept
        different tokens, and a certificate that was checked vouches for a key that nobody uses. RFC 7517 wants the
        first certificate to hold the key of the JWK.

    What to do:
        Put the certificate of this key first in x5c, or leave x5c out: a JWK needs none. `jwtctl key show KEY` names
        the certificates and the thumbprint of the key.
    """

    id = "jwk-x5c-mismatch"
    severity = Severity.HIGH
    cites = ("RFC 7517 section 4.7",)
    proof = "the key in the certificate"

    def applies(self, key: Key, audit: Audit) -> bool:
        return certificate.stated_chain(key)[:1] not in {(), (None,)}

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        try:
            leaf = certificate.read(certificate.stated_chain(key)[0] or b"")
        except KeyMaterialError:
            # jwk-x5c-malformed speaks of it.
            return
        if leaf.key is None:
            yield self.finding(key, "the first certificate is for a key of a kind that no JWK is", at="/x5c/0")
        elif leaf.key.kty != key.kty:
            yield self.finding(key, f"the first certificate is for a key of type {leaf.key.kty}", at="/x5c/0")
        elif (stated := thumbprint(key)) and stated != thumbprint(leaf.key):
            yield self.finding(key, f"the first certificate is for another {key.kty} key", at="/x5c/0")
