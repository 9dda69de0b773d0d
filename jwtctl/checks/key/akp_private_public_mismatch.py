"""ML-DSA private keys that carry the public key of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.errors import KeyMaterialError
from jwtctl.jose.algorithms import ML_DSA_OCTETS
from jwtctl.jose.key import complete_public
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class AkpPrivatePublicMismatch(KeyCheck):
    """The public half of an ML-DSA key does not belong to its seed.

    Why it matters:
        Tokens that are signed with the seed do not verify under the pub that stands beside it, and pub is what gets
        published. Mostly two keys were mixed up by hand, or alg was changed: the same seed makes another key for each
        parameter set.

    What to do:
        Find out which half is the wanted one. If it is priv, leave pub out and let `jwtctl key convert KEY` derive it;
        otherwise restore the private key from a good copy.
    """

    id = "akp-private-public-mismatch"
    severity = Severity.HIGH
    cites = ("RFC 9964 section 3", "FIPS 204 section 5.1")
    proof = "the public half, made again from the seed"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "AKP" and key.alg in ML_DSA_OCTETS and {"pub", "priv"} <= key.octets.keys()

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        try:
            public = complete_public(key._replace(octets={"priv": key.octets["priv"]})).octets["pub"]
        except KeyMaterialError:
            # akp-length speaks of a seed that is none.
            return
        if key.octets["pub"] != public:
            yield self.finding(key, f"pub does not belong to priv for {key.alg}", at="/pub")
