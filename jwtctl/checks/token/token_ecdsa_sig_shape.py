"""ECDSA signatures that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.jose import der
from jwtctl.jose.algorithms import COORDINATE_OCTETS, SIGNATURES
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenEcdsaSigShape(TokenCheck):
    """An ECDSA signature has the wrong length or encoding, or numbers that no signature has.

    Why it matters:
        JOSE has r and s side by side, each as long as the order of the curve; DER is what OpenSSL and Java write, and
        verifiers that take both accept several spellings of one token. r = s = 0 was right for every key and message in
        Java 15 to 18. No sound signer makes any of these.

    What to do:
        Convert DER to r and s side by side before it is encoded, or sign with a JOSE library. Where r or s is 0 or not
        below the order, somebody tries out your verifier: make sure that it refuses (`jwtctl verify` does).
    """

    id = "token-ecdsa-sig-shape"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 3.4", "CVE-2022-21449", "FIPS 186-5 section 6.4.2")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return bool(_curve(token)) and token.token is not None and bool(token.token.signature)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        crv = _curve(token)
        signature = token.token.signature if token.token is not None else b""
        half = COORDINATE_OCTETS[crv]
        if len(signature) != 2 * half:
            shape = "r and s in DER" if _is_der(signature) else f"a signature of {len(signature)} octets"
            yield self.finding(token, f"{shape}, where {token.alg} has {2 * half} octets, r and s", at="/signature")
            return
        for name, octets in (("r", signature[:half]), ("s", signature[half:])):
            number = int.from_bytes(octets, "big")
            if number == 0:
                yield self.finding(token, f"{name} is 0, which no {token.alg} signature has", at="/signature", of=name)
            elif number >= CURVES[crv].n:
                yield self.finding(
                    token,
                    f"{name} is not below the order of {crv}, as each is in {token.alg}",
                    at="/signature",
                    of=name,
                )


def _curve(token: GivenToken) -> str:
    algorithm = SIGNATURES.get(token.alg) if isinstance(token.alg, str) else None
    return algorithm.crvs[0] if algorithm is not None and algorithm.family == "ecdsa" else ""


def _is_der(signature: bytes) -> bool:
    try:
        whole = der.read_one(signature)
        return whole.tag == der.SEQUENCE and len([part.unsigned() for part in whole.children()]) == 2
    except der.DerError:
        return False
