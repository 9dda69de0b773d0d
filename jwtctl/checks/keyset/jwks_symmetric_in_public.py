"""Symmetric keys in key sets that are for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.model import Key, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeyProblem, KeySet


class JwksSymmetricInPublic(KeySetCheck):
    """A public key set holds a symmetric key.

    Why it matters:
        Who verifies with an HMAC secret can also sign with it. In a key set that others fetch, it is no secret: every
        reader can mint tokens that the issuer's services accept.

    What to do:
        Take the key out (`jwtctl jwks public FILE --drop-symmetric`) and replace it wherever it is used. For tokens
        that others verify, sign with an asymmetric key. If the file is the issuer's own store and nobody else reads
        it, say `--role issuer`.
    """

    id = "jwks-symmetric-in-public"
    severity = Severity.CRITICAL
    cites = ("RFC 7517 section 9.2", "OpenID Connect Discovery 1.0 section 3")

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return audit.is_public_set(key_set)

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        where = "a key set that was fetched" if key_set.published else "a public key set"
        remark = "" if key_set.published else " (--role issuer says that this is the issuer's own store)"
        entries: tuple[Key | KeyProblem, ...] = (*key_set.keys, *key_set.problems)
        for entry in entries:
            symmetric = entry.is_symmetric if isinstance(entry, Key) else entry.members.get("kty") == "oct"
            if symmetric:
                yield self.finding(entry, f"a symmetric key in {where}: whoever reads it can sign{remark}", at="/k")
