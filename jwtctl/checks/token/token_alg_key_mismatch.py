"""Tokens whose algorithm none of the issuer's keys is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose import algorithms
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken, Key


class TokenAlgKeyMismatch(TokenCheck):
    """The alg of a token does not fit the key that it names, or any trusted key.

    Why it matters:
        A verifier that lets the token choose the algorithm uses a key for something it was not made for. With HS256 and
        an RSA key the public key becomes the HMAC secret, and everybody has that. Verifiers that do it right refuse the
        token.

    What to do:
        If the issuer made the token, correct alg or the key set. If not, it is an attempt at algorithm confusion: see
        that verifiers take the algorithm from the key.
    """

    id = "token-alg-key-mismatch"
    severity = Severity.HIGH
    cites = ("RFC 8725 section 3.1", "RFC 7517 section 4.4")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        known = isinstance(token.alg, str) and token.alg in algorithms.SIGNATURES
        # A DPoP proof is of the client's key.
        return bool(audit.keys) and token.token is not None and known and audit.profile_of(token) != "dpop"

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        keys = audit.keys_for(token)
        if not keys or any(token.alg in algorithms.usable_with(key) for key in keys):
            return
        which = f"the key {short(keys[0].kid, 80)!r}" if len(keys) == 1 and keys[0].kid else "any trusted key"
        reason = _reason(algorithms.SIGNATURES[token.alg], keys)
        yield self.finding(token, f"alg is {token.alg!r}, which does not fit {which}: {reason}", at="/header/alg")


def _reason(algorithm: algorithms.Algorithm, keys: Sequence[Key]) -> str:
    alike = [key for key in keys if key.kty == algorithm.kty]
    if not alike:
        types = sorted({key.kty for key in keys})
        confusion = ", as in algorithm confusion" if algorithm.family == "hmac" else ""
        return f"it takes a key of type {algorithm.kty}, not {' or '.join(types)}{confusion}"
    fitting = [key for key in alike if not algorithm.crvs or key.crv in algorithm.crvs]
    if not fitting:
        return f"it takes a key on {' or '.join(algorithm.crvs)}, not {' or '.join(sorted({str(key.crv) for key in alike}))}"
    stated = sorted({key.alg for key in fitting if key.alg is not None})
    if not stated:
        return "the file of the key limits it to others"
    return f"the key is for {' or '.join(repr(short(alg, 40)) for alg in stated[:5])}"
