"""JWKs without an alg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkMissingAlg(KeyCheck):
    """A JWK does not say for which algorithm it is.

    Why it matters:
        A key is meant for one algorithm (RFC 8725 section 3.1). If the key does not say which, verifiers take it from
        the token, which its sender wrote: that is how a public RSA key was used as an HMAC secret in Hono
        (CVE-2026-22818) and in LibJWT (CVE-2026-44699).

    What to do:
        Add alg: RS256 or PS256 for RSA, ES256 for P-256, and so on. `jwtctl keygen` writes it.
    """

    id = "jwk-missing-alg"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 4.4", "RFC 8725 section 3.1", "CVE-2026-22818", "CVE-2026-44699")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.is_jwk

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if not key.alg:
            yield self.finding(key, f"no alg for this {key.kty} key")
