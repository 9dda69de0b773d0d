"""Private keys in the hands of those who only verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Role, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class PrivateKeyAtVerifier(KeyCheck):
    """A service that only verifies tokens holds a private key.

    Why it matters:
        The point of asymmetric signatures is that a verifier cannot sign. A service with the private key can mint
        tokens for every other service, and so can everybody who breaks into it, reads its image or finds its backup.

    What to do:
        Give the service the public half (`jwtctl key public KEY`), or let it fetch the issuer's key set. Then replace
        the key, since it has been where it should not be.
    """

    id = "private-key-at-verifier"
    severity = Severity.CRITICAL
    cites = ("RFC 7517 section 9.2", "NIST SP 800-57 part 1 section 5.1.1")

    def applies(self, key: Key, audit: Audit) -> bool:
        return audit.role_of(key.place.source) is Role.VERIFIER and not key.is_symmetric

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if key.is_private:
            yield self.finding(key, f"a verifier holds a private key ({key.kty}, {key.container})")
