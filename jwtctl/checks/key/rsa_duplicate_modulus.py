"""RSA moduli that stand in several places under different names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jwtctl.checks.base import EstateCheck
from jwtctl.keysets.identity import at, short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaDuplicateModulus(EstateCheck):
    """One RSA key is in use in several places under different names or issuers.

    Why it matters:
        Whoever holds the private half signs for all of them: a token of the test system passes in production if the
        key is all that is checked, and a key that was withdrawn in one place lives on in the other. Two names for one
        key also mean a rotation that changed the kid and not the key.

    What to do:
        Make one key for each issuer and each environment (`jwtctl keygen RS256`), and a new key for each rotation.
    """

    id = "rsa-duplicate-modulus"
    severity = Severity.HIGH
    cites = ("RFC 8725 section 3.9", "RFC 7517 section 4.5", "NIST SP 800-57 part 1 section 5.2")
    proof = "the same n"

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return sum(key.kty == "RSA" for key in keys) > 1

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        first: dict[tuple[int, int], Key] = {}
        for key in (key for key in keys if key.kty == "RSA" and key.numbers.get("n")):
            # With another e it is rsa-common-modulus, and in the same set jwks-duplicate-key.
            other = first.setdefault((key.numbers["n"], key.numbers.get("e", 0)), key)
            if other.place.source == key.place.source:
                continue
            here, there = _issuer(key, audit), _issuer(other, audit)
            if here and there and here != there:
                yield self.finding(key, f"the key of another issuer, {at(other.place)}", at="/n", of=there)
            elif key.kid is not None and other.kid is not None and key.kid != other.kid:
                yield self.finding(
                    key,
                    f"the same key as at {at(other.place)}, which calls it {short(other.kid, 60)!r}",
                    at="/kid",
                    severity=Severity.MEDIUM,
                    of=other.kid,
                )


def _issuer(key: Key, audit: Audit) -> str:
    """Scheme, host and port of the URL that a key came from; empty for files."""
    home = audit.home_of(key)
    return "://".join(urlsplit(home.source)[:2]) if home and home.published else ""
