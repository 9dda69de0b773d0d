"""HMAC secrets that stand in a list of common ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.checks.common_secrets import explanation_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OctDictionary(KeyCheck):
    """A symmetric key is a common word or password.

    Why it matters:
        One token is enough to try words offline, hundreds of millions each second on one graphics card. A secret from
        a list of ten thousand is found at once, and so is one that was hashed, encoded or filled up afterwards: the
        tools try that too.

    What to do:
        Treat every token under this secret as forged, and make a secret from a random generator
        (`jwtctl keygen HS256`). This list is short: a secret that is not on it may stand on a longer one.
    """

    id = "oct-dictionary"
    severity = Severity.CRITICAL
    cites = ("RFC 8725 section 3.5", "CWE-521")
    proof = "how it is made from a word of a list"

    def applies(self, key: Key, audit: Audit) -> bool:
        # A password that goes through PBES2 is meant to be one.
        return key.is_symmetric and key.bits > 0 and not (key.alg or "").startswith("PBES2-")

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if how := explanation_of(key.octets["k"]):
            yield self.finding(key, f"the secret is {how}", at="/k")
