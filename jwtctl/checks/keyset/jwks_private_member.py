"""Private keys in key sets that are for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.model import PRIVATE_MEMBERS, PRIVATE_NUMBERS, Key, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeyProblem, KeySet


class JwksPrivateMember(KeySetCheck):
    """A public key set holds private keys.

    Why it matters:
        A key set is fetched by whoever asks. With d, p, q or another private member in it, everybody can sign as the
        issuer, and caches, logs and archives keep the copy after the file has been corrected.

    What to do:
        Publish the public halves only: `jwtctl jwks public FILE`. Then replace every key that was in it: it cannot be
        made secret again. If the file is the issuer's own store and nobody else reads it, say `--role issuer`.
    """

    id = "jwks-private-member"
    severity = Severity.CRITICAL
    cites = ("RFC 7517 section 9.2", "OpenID Connect Discovery 1.0 section 3")

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return audit.is_public_set(key_set)

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        where = "a key set that was fetched" if key_set.published else "a public key set"
        remark = "" if key_set.published else " (--role issuer says that this is the issuer's own store)"
        entries: tuple[Key | KeyProblem, ...] = (*key_set.keys, *key_set.problems)
        for entry in entries:
            if names := _private_names(entry):
                yield self.finding(
                    entry,
                    f"{', '.join(names)} in {where}: whoever reads it has the private key{remark}",
                    at=f"/{names[0]}",
                )


def _private_names(entry: Key | KeyProblem) -> list[str]:
    if entry.members.get("kty") == "oct" or (isinstance(entry, Key) and entry.is_symmetric):
        # jwks-symmetric-in-public speaks of these.
        return []
    stated = set(entry.members)
    if isinstance(entry, Key):
        stated |= entry.numbers.keys() & PRIVATE_NUMBERS | entry.octets.keys()
    return sorted(stated & PRIVATE_MEMBERS)
