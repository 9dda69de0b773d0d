"""Keys and key sets in which a member name stands twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck, KeySetCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Key, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeySet

_PREFIX = "duplicate member "


class JwkDuplicateMember(KeyCheck, KeySetCheck):
    """A member name stands twice in one object of a JWK or JWK Set.

    Why it matters:
        Some parsers take the first value, some the last, some refuse. Two programs that read this file may so work
        with two different keys, or one sees a kid or alg that the other does not. RFC 7517 says that names must be
        unique.

    What to do:
        Find out which value is meant and remove the other. A generator that writes such JSON joins texts instead of
        objects.
    """

    id = "jwk-duplicate-member"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 4", "RFC 8259 section 4")

    def applies(self, subject: Key | KeySet, audit: Audit) -> bool:
        return subject.is_jwk if isinstance(subject, Key) else bool(subject.members)

    def find(self, subject: Key | KeySet, audit: Audit) -> Iterator[Finding]:
        for defect in subject.defects:
            if defect.startswith(_PREFIX):
                name = defect.removeprefix(_PREFIX)
                where = "this key" if isinstance(subject, Key) else "one object of this key set"
                yield self.finding(subject, f"{short(name)} stands more than once in {where}", of=name)
