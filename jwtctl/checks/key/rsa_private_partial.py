"""RSA private keys with some of their numbers missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_CRT = ("p", "q", "dp", "dq", "qi")


class RsaPrivatePartial(KeyCheck):
    """An RSA private key leaves numbers out.

    Why it matters:
        A private key without e, or without d, is refused by most libraries, and the others guess. RFC 7518 wants e
        in every RSA JWK, and either all of p, q, dp, dq and qi or none of them. A key with none of them
        works where the reader factors n first or signs the slow way, and is refused elsewhere. Such files come from
        programs that keep only a modulus and an exponent (Java's RSAPrivateKeySpec), which is also how keys with
        exchanged roles are stored.

    What to do:
        Write the key out in full: `jwtctl recover KEY --private-out FILE` computes what is missing from n, e and d. If e is
        not known, `jwtctl recover KEY` says whether it can be found, and if it can, others can find it too.
    """

    id = "rsa-private-partial"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 6.3.1", "RFC 7518 section 6.3.2", "RFC 8017 section A.1.2")

    def applies(self, key: Key, audit: Audit) -> bool:
        # A leak document states what leaked: it is meant to be partial.
        return key.kty == "RSA" and key.is_private and key.container != "leak JSON"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        stated = {name for name, number in key.numbers.items() if number}
        essential = [name for name in ("e", "d") if name not in stated]
        # OpenSSH's format has no room for dp and dq.
        wanted = ("p", "q", "qi") if "OpenSSH" in key.container else _CRT
        missing = [name for name in wanted if name not in stated]
        if essential:
            yield self.finding(key, f"a private key without {' and '.join(essential)}", at=f"/{essential[0]}")
        elif missing and len(missing) < len(wanted):
            there = [name for name in wanted if name in stated]
            yield self.finding(
                key,
                f"a private key with {', '.join(there)} but without {', '.join(missing)}",
                at=f"/{missing[0]}",
            )
        elif missing:
            yield self.finding(key, f"a private key without {', '.join(missing)}", at="/p", severity=Severity.MEDIUM)
