"""Encrypted tokens with an ephemeral key that attacks whoever decrypts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.cryptanalysis.small_order import MONTGOMERY_CURVES, has_small_order
from jwtctl.cryptanalysis.weierstrass import CURVES, require_point
from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose.algorithms import OKP_OCTETS
from jwtctl.jose.key import from_jwk
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenJweEpk(TokenCheck):
    """The ephemeral key of a JWE is not sound: off its curve, of small order, missing, or private.

    Why it matters:
        A point off the curve lies on another one, of small order; each token that a service decrypts with it tells a
        part of its private key, until all of it is known. A point of small order makes the shared secret known to
        everybody. And with the private half of epk everybody can read the token.

    What to do:
        Find out who sends such tokens: no library makes them. Make sure that what decrypts checks that a point is on
        its curve (NIST SP 800-56A section 5.6.2.3), and if it did not, replace its key.
    """

    id = "token-jwe-epk"
    severity = Severity.CRITICAL
    cites = ("RFC 8725 section 3.4", "CVE-2017-16007", "RFC 7748 section 6")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.is_jwe and isinstance(token.alg, str) and token.alg.startswith("ECDH-ES")

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        stated = token.header.get("epk")
        try:
            key = from_jwk(stated if isinstance(stated, dict) else {}, token.place)
        except KeyMaterialError as err:
            problem = err.message if isinstance(stated, dict) else "there is none"
            yield self.finding(token, f"epk is no key: {short(problem)}", at="/header/epk", severity=Severity.HIGH)
            return
        crv, x = str(key.crv), key.octets.get("x", b"")
        if key.is_private:
            yield self.finding(token, "epk holds its private half, with which anybody decrypts", at="/header/epk")
        if key.kty == "EC" and {"x", "y"} <= key.numbers.keys():
            try:
                require_point(CURVES[crv], (key.numbers["x"], key.numbers["y"]))
            except InputError:
                yield self.finding(token, f"epk is no point of {crv}", at="/header/epk")
        elif crv in MONTGOMERY_CURVES:
            yield from self._montgomery(token, crv, x)
        elif not key.is_private:
            yield self.finding(
                token,
                f"epk is a key of type {key.kty}{f' on {crv}' * bool(key.crv)}, with which no secret is agreed",
                at="/header/epk",
                severity=Severity.HIGH,
            )

    def _montgomery(self, token: GivenToken, crv: str, x: bytes) -> Iterator[Finding]:
        if len(x) != OKP_OCTETS[crv]:
            message = f"x of epk has {len(x)} octets, where {crv} has {OKP_OCTETS[crv]}"
            yield self.finding(token, message, at="/header/epk", severity=Severity.HIGH)
            return
        curve = MONTGOMERY_CURVES[crv]
        # The last bit of an X25519 key is not part of the number (RFC 7748 section 5).
        u = int.from_bytes(x, "little") & ((1 << curve.p.bit_length()) - 1)
        if has_small_order(curve, u):
            yield self.finding(
                token, f"epk is a point of small order on {crv}: the shared secret is 0", at="/header/epk"
            )
