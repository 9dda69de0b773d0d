"""RSA numbers that are written with leading zeros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose import base64url
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_DER_DEFECT = re.compile(r"(n|e|d|p|q|dp|dq|qi) (is padded with zero octets|is written as a negative number)")
_NAMES = ("n", "e", "d", "p", "q", "dp", "dq", "qi")


class RsaEncodingNoncanonical(KeyCheck):
    """A number of an RSA key is not written in the one way that its format has for it.

    Why it matters:
        RFC 7518 wants the octets of n and e without leading zeros, and DER wants an INTEGER as short as it can be and
        with a zero in front only if its top bit is set. Another spelling is the same key with another text: it has
        another RFC 7638 thumbprint in programs that hash what they read, escapes blocklists, and is refused by strict
        readers. A number without the zero in front is negative in DER.

    What to do:
        Write the key again: `jwtctl key convert KEY --to jwk`.
    """

    id = "rsa-encoding-noncanonical"
    severity = Severity.LOW
    cites = ("RFC 7518 section 6.3.1.1", "RFC 7638 section 7", "X.690 section 8.3.2, 2021")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for name in _NAMES:
            # Padding and foreign letters are jwk-noncanonical-b64.
            written = key.members.get(name, "")
            # A zero octet begins with six zero bits.
            octets = base64url.decode_lenient(written) if written.lstrip()[:1] == "A" else b""
            zeros = len(octets) - len(octets.lstrip(b"\0"))
            if zeros and octets != b"\0":
                yield self.finding(key, f"{name} is written with {zeros} leading zero octets", at=f"/{name}")
        for defect in key.defects:
            if match := _DER_DEFECT.fullmatch(defect):
                yield self.finding(key, defect, at=f"/{match[1]}")
