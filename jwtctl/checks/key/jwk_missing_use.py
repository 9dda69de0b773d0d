"""JWKs without use and key_ops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkMissingUse(KeyCheck):
    """A JWK says neither use nor key_ops.

    Why it matters:
        A key that signs should not also decrypt. OpenID Connect requires use as soon as a set holds keys for both,
        and without it a verifier may pick an encryption key to check a signature.

    What to do:
        Add "use": "sig" (or "enc"). `jwtctl keygen` writes it.
    """

    id = "jwk-missing-use"
    severity = Severity.LOW
    cites = ("RFC 7517 section 4.2", "OpenID Connect Discovery 1.0 section 3")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.is_jwk

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if key.use is None and key.key_ops is None:
            yield self.finding(key, "neither use nor key_ops")
