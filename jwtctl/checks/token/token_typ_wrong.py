"""Tokens that say that they are something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.explicit_type import NAMES, expected_type
from jwtctl.checks.token_audit import PROFILES, media_type_of
from jwtctl.jose.json_object import kind_of
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_OTHERS = {media_type: name for name, media_type in PROFILES.items() if media_type}


class TokenTypWrong(TokenCheck):
    """The typ of a token is not the one of its kind.

    Why it matters:
        typ keeps tokens of one kind from passing for another. "JWT" says nothing in this respect, and the type of
        another kind of token is refused where the standard is followed, or gets the token accepted where it does not
        belong.

    What to do:
        Write the type that is defined: at+jwt for access tokens, logout+jwt, dpop+jwt, secevent+jwt. Verifiers then
        demand it (`jwtctl verify --typ at+jwt`).
    """

    id = "token-typ-wrong"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.11", "RFC 7515 section 4.1.9", "RFC 9068 section 2.1", "RFC 9449 section 4.2")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None and token.header.get("typ", "") != ""

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        typ, media_type = token.header["typ"], media_type_of(token)
        if not isinstance(typ, str):
            yield self.finding(token, f"typ is a JSON {kind_of(typ)}, not a string", at="/header/typ")
            return
        expected = expected_type(token, audit)
        if expected is not None and media_type not in _accepted(expected.media_type):
            yield self.finding(
                token,
                f"typ is {short(typ, 60)!r}, where {expected.what} has {expected.media_type!r}",
                at="/header/typ",
                severity=expected.severity,
                confidence=expected.confidence,
            )
        elif audit.profile == "id-token" and media_type in _OTHERS:
            yield self.finding(
                token, f"typ is {typ!r}: this is {NAMES[_OTHERS[media_type]]}, no ID token", at="/header/typ"
            )


def _accepted(media_type: str) -> set[str]:
    # A logout token is a security event token with a type of its own (RFC 8417 section 2.3 leaves that to profiles).
    return {media_type, "logout+jwt"} if media_type == "secevent+jwt" else {media_type}
