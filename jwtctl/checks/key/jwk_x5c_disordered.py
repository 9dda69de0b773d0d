"""JWKs whose certificates do not follow each other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose import certificate
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkX5cDisordered(KeyCheck):
    """A certificate in a JWK's x5c is not followed by the one that certifies it.

    Why it matters:
        The array goes from the certificate of the key towards the root, each entry certified by the next. Verifiers
        that build the chain in this order, and many do, refuse one that is shuffled or has a stranger in it.

    What to do:
        Order the certificates: the leaf first, then the certificate of its issuer, and so on; the root may be left
        out.
    """

    id = "jwk-x5c-disordered"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 4.7",)
    proof = "the signatures of the certificates"

    def applies(self, key: Key, audit: Audit) -> bool:
        return len(certificate.stated_chain(key)) > 1

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for position, (encoding, issuer) in enumerate(pairwise(certificate.stated_chain(key))):
            # One finding tells enough: in a chain that was turned round, every entry is wrong.
            if encoding and issuer and certificate.is_issued_by(encoding, issuer) is False:
                yield self.finding(
                    key,
                    f"entry {position} of x5c was not issued by entry {position + 1}",
                    at=f"/x5c/{position + 1}",
                )
                return
