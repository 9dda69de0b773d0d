"""ML-DSA signatures that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.algorithms import ML_DSA_OCTETS
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenAkpSigLength(TokenCheck):
    """An ML-DSA signature has the wrong length, or the key that it names is of another algorithm.

    Why it matters:
        Each parameter set has signatures of one length, and a key of type AKP is for the one algorithm that it states.
        Anything else cannot verify: the token was cut, mislabelled, or made to try out a verifier.

    What to do:
        Have the issuer write the alg of its key into the header, and sign with a library that knows RFC 9964. Look for
        what cuts long tokens: an ML-DSA-87 signature alone takes 6,170 characters, more than some headers and cookies
        may have.
    """

    id = "token-akp-sig-length"
    severity = Severity.HIGH
    cites = ("RFC 9964", "FIPS 204 section 4")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        known = isinstance(token.alg, str) and token.alg in ML_DSA_OCTETS
        return known and token.token is not None and bool(token.token.signature)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        octets = len(token.token.signature) if token.token is not None else 0
        if octets != (length := ML_DSA_OCTETS[token.alg][1]):
            yield self.finding(
                token, f"a signature of {octets:,} octets, where {token.alg} has {length:,}", at="/signature"
            )
        stated = {key.alg for key in audit.keys_for(token) if key.kty == "AKP" and key.kid is not None}
        if "kid" in token.header and stated and token.alg not in stated:
            names = " or ".join(sorted(short(str(alg)) for alg in stated))
            yield self.finding(
                token, f"alg is {token.alg}, but the key that its kid names is for {names}", at="/header/alg"
            )
