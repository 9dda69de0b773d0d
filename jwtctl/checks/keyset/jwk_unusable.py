"""Entries of a key set that are no usable key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.jose.algorithms import COORDINATE_OCTETS, OKP_OCTETS
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeyProblem, KeySet

_KNOWN_TYPES = {"RSA", "EC", "OKP", "oct", "AKP"}


class JwkUnusable(KeySetCheck):
    """An entry of a key set, or a part of a key file, cannot be used as a key.

    Why it matters:
        RFC 7517 tells verifiers to pass over what they do not understand, and some refuse the whole set instead: then
        one bad entry makes every token invalid. A type or curve that is merely unknown here may be fine elsewhere.

    What to do:
        Correct or remove the entry; the message says what is wrong with it.
    """

    id = "jwk-unusable"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 5",)

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return bool(key_set.problems)

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        for problem in key_set.problems:
            yield self.finding(
                problem, short(problem.message), severity=Severity.INFO if _is_merely_unknown(problem) else None
            )


def _is_merely_unknown(problem: KeyProblem) -> bool:
    kty, crv = problem.members.get("kty"), problem.members.get("crv")
    if not isinstance(kty, str):
        return False
    if kty not in _KNOWN_TYPES:
        return True
    curves = {"EC": COORDINATE_OCTETS, "OKP": OKP_OCTETS}.get(kty)
    return curves is not None and isinstance(crv, str) and crv not in curves
