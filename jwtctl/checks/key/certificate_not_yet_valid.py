"""Keys whose certificate is for the future."""

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


class CertificateNotYetValid(KeyCheck):
    """A certificate that comes with a key is not valid yet.

    Why it matters:
        Until its day comes, verifiers that check the certificate refuse the key and every token under it. A day far
        ahead mostly means that the clock of the machine that issued it, or of this one, is wrong.

    What to do:
        Compare the clocks. Publish a key with its certificate when it is valid; a key for the next rotation may stand
        in a key set before that, as long as nothing is signed with it.
    """

    id = "certificate-not-yet-valid"
    severity = Severity.MEDIUM
    cites = ("RFC 5280 section 4.1.2.5", "RFC 7517 section 4.7")
    proof = "the certificate itself"

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(key.certificates) and audit.now is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for position, found in certificate.readable(key):
            if audit.now is not None and found.not_before > audit.now:
                day = datetime.fromtimestamp(found.not_before, UTC).date()
                yield self.finding(
                    key, f"certificate {position + 1} of the chain is not valid before {day}", of=str(position)
                )
