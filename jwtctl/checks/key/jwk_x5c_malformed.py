"""JWKs whose x5c holds no certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import certificate
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkX5cMalformed(KeyCheck):
    """The x5c member of a JWK holds something else than certificates.

    Why it matters:
        Libraries that look at x5c fail on the key, or on the whole set: then every token of the issuer is refused.
        Others pass over it, so that the fault stays until somebody uses a stricter one.

    What to do:
        x5c is an array of strings, each one DER certificate in standard base64: the lines of a PEM certificate between
        BEGIN and END, joined. Leave the member out if nobody needs it.
    """

    id = "jwk-x5c-malformed"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 4.7",)

    def applies(self, key: Key, audit: Audit) -> bool:
        return "x5c" in key.members

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        chain = certificate.stated_chain(key)
        if not chain:
            what = "an empty array" if key.members["x5c"] == [] else "no array of strings"
            yield self.finding(key, f"x5c is {what}", at="/x5c")
        for position, encoding in enumerate(chain):
            at = f"/x5c/{position}"
            if encoding is None:
                yield self.finding(key, f"entry {position} of x5c is not base64", at=at)
                continue
            try:
                certificate.read(encoding)
            except KeyMaterialError as err:
                yield self.finding(key, f"entry {position} of x5c is {err.message}", at=at)
