"""JWKs with members that are base64 of another kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_DEFECT = re.compile("(/[a-z]+): (.*base64.*)")


class JwkNoncanonicalB64(KeyCheck):
    """A number in a JWK is not encoded as base64url without padding.

    Why it matters:
        RFC 7515 knows one spelling: the URL-safe alphabet, no padding, no white space, unused bits zero. Strict
        libraries refuse the key, lenient ones accept it, and the same key has several texts, so that comparing or
        blocking keys by text fails.

    What to do:
        Write the key again: `jwtctl key convert KEY --to jwk`.
    """

    id = "jwk-noncanonical-b64"
    severity = Severity.MEDIUM
    cites = ("RFC 7515 section 2", "RFC 4648 section 3.5")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.is_jwk

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for defect in key.defects:
            if match := _DEFECT.fullmatch(defect):
                yield self.finding(key, f"{match[1][1:]} is {match[2]}", at=match[1])
