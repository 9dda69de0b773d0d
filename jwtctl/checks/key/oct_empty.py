"""HMAC secrets of no length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OctEmpty(KeyCheck):
    """A symmetric key is empty.

    Why it matters:
        HMAC takes an empty key without complaint, so everybody can make tokens that a careless verifier accepts.
        Empty secrets come from unset environment variables and empty configuration fields (CVE-2019-20933).

    What to do:
        Make a secret (`jwtctl keygen HS256`), and let the program refuse to start without one. Treat all tokens that
        were accepted so far as forged.
    """

    id = "oct-empty"
    severity = Severity.CRITICAL
    cites = ("RFC 7518 section 3.2", "CVE-2019-20933")
    proof = "the empty k"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "oct"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if not key.bits:
            yield self.finding(key, "the secret is empty, so everybody can sign", at="/k", witness={"k": ""})
