"""RSA public exponents below 65537."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaExponentLow(KeyCheck):
    """An RSA public exponent is valid, but below 65537.

    Why it matters:
        With e = 3, a verifier that reads PKCS#1 v1.5 padding carelessly accepts a signature that is the cube root of
        a chosen number: this was CVE-2006-4339 in OpenSSL and, eight years later, CVE-2014-1568 in NSS. A verifier
        that compares the padding octet by octet is safe; the key does not know which one it meets. FIPS 186-5 asks
        for more than 2^16.

    What to do:
        Take 65537 for the next key (`jwtctl keygen RS256` does). There is no need to drop this one in a hurry.
    """

    id = "rsa-exponent-low"
    severity = Severity.LOW
    cites = ("FIPS 186-5 section A.1.1", "CVE-2006-4339", "CVE-2014-1568")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA" and "e" in key.numbers

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        e = key.numbers["e"]
        if 3 <= e < 1 << 16 and e % 2:
            yield self.finding(key, f"an exponent of {e}, where FIPS 186-5 asks for more than 65536", at="/e")
