"""JWKs whose certificates are base64 of another kind."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose import certificate
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkX5cNoncanonicalB64(KeyCheck):
    """A certificate in a JWK's x5c is not encoded in standard base64.

    Why it matters:
        Everything else in a JWK is base64url without padding; x5c alone is standard base64, with padding and without
        line breaks. Strict libraries refuse anything else, and with it the key.

    What to do:
        Encode the DER of the certificate with `base64 -w0`, or join the lines of its PEM form.
    """

    id = "jwk-x5c-noncanonical-b64"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 4.7", "RFC 4648 section 4")

    def applies(self, key: Key, audit: Audit) -> bool:
        return any(certificate.stated_chain(key))

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for position, encoding in enumerate(certificate.stated_chain(key)):
            text, right = key.members["x5c"][position], base64.b64encode(encoding or b"").decode()
            if encoding and text != right:
                yield self.finding(key, f"entry {position} of x5c is {_defect(text, right)}", at=f"/x5c/{position}")


def _defect(text: str, right: str) -> str:
    if re.search(r"\s", text):
        return "base64 with white space inside"
    if "-" in text or "_" in text:
        return "base64url, where standard base64 is required"
    same = text.rstrip("=") == right.rstrip("=")
    return "base64 with wrong padding" if same else "base64 with unused bits set"
