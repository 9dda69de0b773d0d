"""Tokens of one kind that pass for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import CorpusCheck
from jwtctl.checks.token_audit import is_untyped
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_OF_ID_TOKENS = ("nonce", "at_hash", "c_hash", "s_hash")
_OF_ACCESS_TOKENS = ("scope", "scp", "client_id")


class TokenCrossJwt(CorpusCheck):
    """A token can be taken for one of another kind.

    Why it matters:
        Tokens of one issuer are signed with the same keys. A service that takes any of them with the right aud accepts an
        ID token, which a client holds only to know the user, as a right to act for the user; or a client takes an access
        token for a log-in.

    What to do:
        Have the issuer type access tokens (typ at+jwt), give each service an aud of its own that is never a client_id, and
        verifiers compare both (`jwtctl verify --typ at+jwt --aud NAME`).
    """

    id = "token-cross-jwt"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.12", "RFC 9068 section 5")
    proof = "the tokens themselves; in part a heuristic"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        return any(map(_is_untyped, tokens))

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        for_log_in: set[tuple[str, str]] = set()
        accesses: list[tuple[GivenToken, set[tuple[str, str]]]] = []
        for token in filter(_is_untyped, tokens):
            of_id, of_access = (
                [name for name in names if name in token.claims] for names in (_OF_ID_TOKENS, _OF_ACCESS_TOKENS)
            )
            if of_id and of_access:
                yield self.finding(
                    token,
                    f"it has {of_id[0]} like an ID token and {of_access[0]} like an access token, and no typ that tells which",
                    at="/header/typ",
                    confidence=Confidence.HEURISTIC,
                )
            elif of_id:
                for_log_in |= _audiences(token)
            elif of_access:
                accesses.append((token, _audiences(token)))
        for token, audiences in accesses:
            if audiences & for_log_in:
                yield self.finding(
                    token,
                    "an access token with the issuer and aud of an ID token, and no typ that tells them apart",
                    at="/claims/aud",
                    confidence=Confidence.HEURISTIC,
                )


def _is_untyped(token: GivenToken) -> bool:
    return bool(token.claims) and is_untyped(token)


def _audiences(token: GivenToken) -> set[tuple[str, str]]:
    issuer, audience = token.claims.get("iss"), token.claims.get("aud")
    if not isinstance(issuer, str):
        return set()
    return {
        (issuer, entry) for entry in (audience if isinstance(audience, list) else [audience]) if isinstance(entry, str)
    }
