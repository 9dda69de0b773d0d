"""RSA moduli beyond 8192 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LARGEST_SEARCHED_BITS
from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaModulusHuge(KeyCheck):
    """An RSA modulus is longer than 8192 bits.

    Why it matters:
        Every verification costs time that grows with the square of the length, and whoever chooses the key makes
        others pay it: Go's TLS refuses RSA keys above 8192 bits since CVE-2023-29409, and OpenSSL refuses moduli
        above 16384 bits altogether. The extra length protects nobody.

    What to do:
        Replace the key by one of 3072 or 4096 bits (`jwtctl keygen RS256 --size 4096`). Have services refuse larger
        keys from strangers.
    """

    id = "rsa-modulus-huge"
    severity = Severity.LOW
    cites = ("CVE-2023-29409", "OpenSSL OPENSSL_RSA_MAX_MODULUS_BITS")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if key.bits > LARGEST_SEARCHED_BITS:
            yield self.finding(
                key,
                f"a modulus of {key.bits} bits, which OpenSSL refuses; it was not searched for weak factors or exponents",
                at="/n",
                severity=Severity.MEDIUM,
            )
        elif key.bits > 8192:
            yield self.finding(key, f"a modulus of {key.bits} bits, where 8192 are the most that is of use", at="/n")
