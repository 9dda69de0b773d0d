"""Tokens whose signature no trusted key made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_key import is_right
from jwtctl.checks.token_audit import right_under
from jwtctl.jose import algorithms
from jwtctl.jose.header_keys import header_jwk
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken, Key


class TokenSignatureWrong(TokenCheck):
    """The signature of a token is right under none of the trusted keys, or of a DPoP proof under its own.

    Why it matters:
        The token was forged, altered or cut on its way, or made by another issuer or with a key that the key set does
        not hold. A service that accepts it does not verify, or verifies with other keys than it should.

    What to do:
        Find out who made the token and who accepts it. `jwtctl verify` says for one token what is wrong; if the issuer
        has changed its key, fetch its key set again.
    """

    id = "token-signature-wrong"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 5.2", "RFC 8725 section 3.3", "RFC 9449 section 4.3")
    proof = "the signature, verified under the issuer's key"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        # What has no signature, or has an algorithm that no key is for, is told by other checks.
        return token.token is not None and bool(token.token.signature) and bool(_keys(token, audit))

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        keys, own = _keys(token, audit), audit.profile_of(token) == "dpop"
        if not own and audit.verified_with(token) is not None:
            return
        right = is_right if own else right_under
        if all(right(token, key) is False for key in keys):
            count = f"{len(keys)} trusted keys" if len(keys) > 1 else "trusted key"
            under = "its own jwk" if own else f"the {count} that it may be of"
            yield self.finding(token, f"its {token.alg} signature is wrong under {under}", at="/signature")


def _keys(token: GivenToken, audit: TokenAudit) -> tuple[Key, ...]:
    if not isinstance(token.alg, str) or token.alg not in algorithms.SIGNATURES:
        return ()
    keys = (header_jwk(token),) if audit.profile_of(token) == "dpop" else audit.keys_for(token)
    return tuple(key for key in keys if key is not None and token.alg in algorithms.usable_with(key))
