"""RSA moduli below 2048 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaModulusSmall(KeyCheck):
    """An RSA modulus is shorter than 2048 bits.

    Why it matters:
        RFC 7518 requires at least 2048 bits for every RSA algorithm of JOSE. A modulus of 829 bits was factored in
        2020 by an academic team (RSA-250); 1024 bits must be assumed to be within reach of a state.

    What to do:
        Replace the key: `jwtctl keygen RS256` makes one of 3072 bits. Rotate it in before the old one is dropped.
    """

    id = "rsa-modulus-small"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 3.3", "NIST SP 800-57 part 1")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if key.bits < 2048:
            yield self.finding(
                key,
                f"a modulus of {key.bits} bits, where at least 2048 are required",
                at="/n",
                severity=Severity.CRITICAL if key.bits < 1024 else None,
            )
