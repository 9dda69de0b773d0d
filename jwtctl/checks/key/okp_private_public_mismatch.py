"""Ed25519, Ed448, X25519 and X448 private keys that carry the public key of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.errors import KeyMaterialError
from jwtctl.jose.key import complete_public
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OkpPrivatePublicMismatch(KeyCheck):
    """The public half of an Edwards or Montgomery key does not belong to its private half.

    Why it matters:
        The hash in an EdDSA signature covers the public key. A signer that takes it from the file, and not from d,
        makes two signatures with one nonce if the same message is ever signed with another x; the two give the
        private key to whoever sees both. PyJWT did not compare the halves before 2.15.1 (CVE-2026-102275). Even with
        a careful signer, tokens do not verify under the x that gets published.

    What to do:
        Find out which half is the wanted one. If it is d, leave x out and let `jwtctl key convert KEY` derive it. If
        tokens were signed with the wrong x, replace the key.
    """

    id = "okp-private-public-mismatch"
    severity = Severity.CRITICAL
    cites = ("RFC 8032 section 5.1.6", "RFC 8037 section 2", "CVE-2026-102275")
    proof = "the public half, made again from d"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "OKP" and "d" in key.octets

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        try:
            public = complete_public(key._replace(octets={"d": key.octets["d"]})).octets["x"]
        except KeyMaterialError:
            length = len(key.octets["d"])
            yield self.finding(
                key, f"d has {length} octets, which is no private key of {key.crv}", at="/d", severity=Severity.HIGH
            )
            return
        if key.octets.get("x", public) != public:
            signs = str(key.crv).startswith("Ed")
            yield self.finding(
                key, f"x does not belong to d on {key.crv}", at="/x", severity=None if signs else Severity.HIGH
            )
