"""HMAC secrets that are the text of a public key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import key_formats
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OctIsPublicKey(KeyCheck):
    """A symmetric key is the text of a public key.

    Why it matters:
        A public key is known to everybody, so everybody can sign with this "secret". It comes from configuration that
        gives a public key to an HS256 verifier, and it is what the algorithm-confusion attack hopes for: an attacker
        signs with the text of the public key and writes HS256 into the header.

    What to do:
        Verify with the asymmetric algorithm that the public key is for, and let the verifier accept only that one. If
        HMAC is wanted, make a secret (`jwtctl keygen HS256`).
    """

    id = "oct-is-public-key"
    severity = Severity.CRITICAL
    cites = ("RFC 8725 section 2.1", "CVE-2022-29217")
    proof = "the public key whose text it is"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "oct" and key.bits > 0

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        try:
            inner = key_formats.read(key.octets["k"], "k", passphrase=None)
        except KeyMaterialError:
            return
        public = [each for each in inner.keys if not each.is_private]
        if public:
            yield self.finding(key, f"the secret is the text of a public key ({public[0].container})", at="/k")
