"""Keys that stand in a standard or a tutorial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.checks.published import publication_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class KeyPublished(KeyCheck):
    """A key was taken from a standard, a tutorial or a tool, where everybody can read it.

    Why it matters:
        The private half of such a key stands beside the public one, in a text that anybody can open. Whoever knows it,
        and attackers try these keys first, signs tokens that your services accept. It happens when an example is
        copied to make something run, and stays.

    What to do:
        Treat every token under this key as forged, and make a new key (`jwtctl keygen ES256`). Take no key from a text,
        a web page or an answer, not even for a test that may grow up. Where only the public half was published, find
        out why your key set trusts a stranger's key.
    """

    id = "key-published"
    severity = Severity.CRITICAL
    cites = ("CWE-321", "RFC 9500 section 1", "NIST SP 800-57 part 1 section 5.3.5")
    proof = "the text where it stands"

    def applies(self, key: Key, audit: Audit) -> bool:
        return not key.is_symmetric

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        found = publication_of(key)
        if found and found.whole:
            yield self.finding(
                key,
                f"this key is published with its private half, in {found.source}, so everybody can sign with it",
                witness={"published_in": found.source},
            )
        elif found:
            yield self.finding(
                key,
                f"this is the public key of an example, in {found.source}: its private half is a stranger's",
                severity=Severity.HIGH,
                witness={"published_in": found.source},
            )
