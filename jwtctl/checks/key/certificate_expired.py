"""Keys whose certificate has expired."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose import certificate
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class CertificateExpired(KeyCheck):
    """A certificate that comes with a key has expired.

    Why it matters:
        Verifiers that check the certificate refuse the key, from one day to the next. If none does, the end that its
        issuer set to the key passes unseen, and the certificate vouches for nothing any more.

    What to do:
        Renew the certificate, best with a new key, and publish both before the old ones end. If no reader looks at
        certificates, publish the bare key.
    """

    id = "certificate-expired"
    severity = Severity.MEDIUM
    cites = ("RFC 5280 section 4.1.2.5", "RFC 7517 section 4.7")
    proof = "the certificate itself"

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(key.certificates) and audit.now is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for position, found in certificate.readable(key):
            if audit.now is not None and found.not_after < audit.now:
                day = datetime.fromtimestamp(found.not_after, UTC).date()
                yield self.finding(key, f"certificate {position + 1} of the chain expired on {day}", of=str(position))
