"""EC keys whose numbers are not written in full length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose import base64url
from jwtctl.jose.algorithms import COORDINATE_OCTETS
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class EcCoordinateLength(KeyCheck):
    """A coordinate of an EC key is not as long as its curve requires.

    Why it matters:
        RFC 7518 wants leading zeros kept, so that every coordinate of a curve has one length. A program that writes
        numbers without them makes a good key 127 times in 128, and then one that strict libraries refuse. The same key
        written in two lengths has two thumbprints where the text is hashed as it stands.

    What to do:
        Write the key again, `jwtctl key convert KEY --to jwk`, and correct the program that made it.
    """

    id = "ec-coordinate-length"
    severity = Severity.MEDIUM
    cites = ("RFC 7518 section 6.2.1.2", "RFC 7518 section 6.2.2.1")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "EC" and key.crv in COORDINATE_OCTETS and bool({"x", "y", "d"} & key.members.keys())

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        length = COORDINATE_OCTETS[str(key.crv)]
        for name in ("x", "y", "d"):
            if name in key.members:
                octets = len(base64url.decode_lenient(key.members[name]))
                if octets != length:
                    yield self.finding(
                        key, f"{name} has {octets} octets, where {key.crv} requires {length}", at=f"/{name}"
                    )
