"""RSA keys in which the public and the private exponent changed places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LONGEST_ORDINARY_EXPONENT, is_searched, is_short
from jwtctl.checks.base import KeyCheck
from jwtctl.checks.proof import hexadecimal
from jwtctl.model import Confidence, Role, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaRolesReversed(KeyCheck):
    """The private exponent was handed out, and the public one is used to sign.

    Why it matters:
        Some systems sign with e and give (n, d) to the services that verify, in the belief that e is now the secret.
        But e is 65537, or another number that is tried in a second, and any e shorter than a quarter of the modulus
        comes out of (n, d) by one continued fraction (Wiener 1990). With both exponents the modulus is factored too.
        So every service, and everybody who gets hold of its key, can sign tokens that all others accept.

    What to do:
        Treat every token under this key as forged. Make a new key (`jwtctl keygen RS256`), keep d with the issuer, and
        hand out (n, e). `jwtctl recover KEY` shows what this key gives away. A finding with confidence "heuristic"
        means that no e was found within the time limit; that does not show the key to be safe.
    """

    id = "rsa-roles-reversed"
    severity = Severity.CRITICAL
    cites = ("RFC 8017 section 3", "Wiener 1990, IEEE Transactions on Information Theory 36(3)")
    proof = "d: m^(e·d) = m modulo n, and p·q = n; from the length of e alone a heuristic"

    def applies(self, key: Key, audit: Audit) -> bool:
        return is_searched(key) and key.numbers.keys() >= {"n"}

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        e, d = key.numbers.get("e", 0), key.numbers.get("d", 0)
        if not _is_ordinary(e):
            yield from self._long_public(key, e, audit)
        elif d and not e:
            yield from self._private_alone(key, d, audit)

    def _long_public(self, key: Key, e: int, audit: Audit) -> Iterator[Finding]:
        bits = e.bit_length()
        pair = audit.pair_of(key)
        if pair and (_is_ordinary(pair.partner) or not is_short(pair.n, pair.partner)):
            yield self.finding(
                key,
                f"the exponent of {bits} bits is undone by {_named(pair.partner)}, so whoever has this key can sign",
                at="/e",
                witness=pair.witness(given="d", partner="e"),
            )
        elif not pair and 2 * bits > key.bits:
            yield self.finding(
                key,
                f"an exponent of {bits} bits looks like a private one that was published as e; what undoes it was not found",
                at="/e",
                severity=Severity.HIGH,
                confidence=Confidence.HEURISTIC,
            )

    def _private_alone(self, key: Key, d: int, audit: Audit) -> Iterator[Finding]:
        if _is_ordinary(d):
            yield self.finding(
                key,
                f"d is {d}, which anybody tries first: it is a public exponent, and the secret one is elsewhere",
                at="/d",
                witness=hexadecimal(d=d),
                confidence=Confidence.HEURISTIC,
            )
        elif audit.role_of(key.place.source) is not Role.ISSUER and not {"p", "q"} & key.numbers.keys():
            yield self._for_verifiers(key, d, audit)

    def _for_verifiers(self, key: Key, d: int, audit: Audit) -> Finding:
        if pair := audit.partner_of(key.numbers["n"], d):
            return self.finding(
                key,
                f"n and d alone are stated, and d is undone by {_named(pair.partner)}, so whoever has this key can sign",
                at="/d",
                witness=pair.witness(given="d", partner="e"),
            )
        return self.finding(
            key,
            "n and d alone are stated, as if d were for verifiers and e the secret; no e was found",
            at="/d",
            severity=Severity.HIGH,
            confidence=Confidence.HEURISTIC,
        )


def _is_ordinary(exponent: int) -> bool:
    return exponent.bit_length() <= LONGEST_ORDINARY_EXPONENT


def _named(exponent: int) -> str:
    return str(exponent) if _is_ordinary(exponent) else f"a number of {exponent.bit_length()} bits"
