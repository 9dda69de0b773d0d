"""RSA signatures that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.algorithms import LARGEST_RSA_BITS, SIGNATURES
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_SHORTEST = 1024


class TokenRsaSigShape(TokenCheck):
    """An RSA signature has the wrong length, or is a number that no signature is.

    Why it matters:
        A signature is exactly as long as the modulus, leading zeros included, and below it. 0, 1 and n - 1 are their
        own powers under every exponent: who sends them tries out a verifier. A verifier that takes s + n, or s without
        its zeros, accepts several spellings of one token.

    What to do:
        Sign with a library that writes I2OSP(s, k) (RFC 8017 section 4.1). Make sure that verifiers refuse others
        (`jwtctl verify` does). A finding with confidence "heuristic" goes by the length alone, since no key was given.
    """

    id = "token-rsa-sig-shape"
    severity = Severity.HIGH
    cites = ("RFC 8017 sections 8.1.2 and 8.2.2",)
    proof = "s, and n where there is a key; the length alone is a heuristic"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return _is_rsa(token) and token.token is not None and bool(token.token.signature)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        signature = token.token.signature if token.token is not None else b""
        octets, s = len(signature), int.from_bytes(signature, "big")
        # Leading zeros of a modulus are not part of it, whatever its file has.
        moduli = {key.numbers["n"] for key in audit.keys_for(token) if key.kty == "RSA" and key.numbers.get("n", 0) > 1}
        fitting = {n for n in moduli if (n.bit_length() + 7) // 8 == octets}
        if s < 2:
            yield self.finding(token, f"s is {s}, which no {token.alg} signature is", at="/signature")
        elif moduli and not fitting:
            wanted = " or ".join(str(length) for length in sorted({(n.bit_length() + 7) // 8 for n in moduli}))
            yield self.finding(token, f"a signature of {octets} octets, where the key has {wanted}", at="/signature")
        elif fitting and all(s >= n - 1 for n in fitting):
            what = "n - 1" if s + 1 in fitting else "not below the modulus"
            yield self.finding(token, f"s is {what}, which no {token.alg} signature is", at="/signature")
        elif not moduli and (octets % 8 or not _SHORTEST <= 8 * octets <= LARGEST_RSA_BITS):
            yield self.finding(
                token,
                f"a signature of {octets} octets, which is the length of no usual RSA modulus",
                at="/signature",
                confidence=Confidence.HEURISTIC,
            )


def _is_rsa(token: GivenToken) -> bool:
    return isinstance(token.alg, str) and token.alg in SIGNATURES and SIGNATURES[token.alg].kty == "RSA"
