"""Which claims a token must have, by what it is for, and how bad it is if one is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.token_audit import media_type_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_HIGH, _MEDIUM, _LOW, _INFO = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO

KINDS: Mapping[str, tuple[str, Mapping[str, Severity]]] = {
    "access-token": (
        "RFC 9068 section 2.2",
        {"exp": _HIGH, "aud": _MEDIUM, "iss": _MEDIUM, "sub": _MEDIUM, "iat": _MEDIUM, "jti": _MEDIUM},
    ),
    "id-token": (
        "OpenID Connect Core 1.0 section 2",
        {"exp": _HIGH, "aud": _MEDIUM, "iss": _MEDIUM, "sub": _MEDIUM, "iat": _MEDIUM},
    ),
    "logout-token": (
        "OpenID Connect Back-Channel Logout 1.0 section 2.4",
        {"exp": _MEDIUM, "aud": _MEDIUM, "iss": _MEDIUM, "iat": _MEDIUM, "jti": _MEDIUM},
    ),
    "dpop": ("RFC 9449 section 4.2", {"iat": _HIGH, "jti": _HIGH}),
    "security-event": ("RFC 8417 section 2.2", {"iss": _MEDIUM, "iat": _MEDIUM, "jti": _MEDIUM, "aud": _LOW}),
    "kb+jwt": ("RFC 9901 section 4.3", {"aud": _MEDIUM, "iat": _MEDIUM}),
    "oauth-authz-req+jwt": (
        "RFC 9101 section 4 and FAPI 1.0 Advanced section 5.2.2",
        {"iss": _MEDIUM, "aud": _MEDIUM, "exp": _LOW, "nbf": _LOW},
    ),
}
"""What asks for claims, and how bad it is when one is absent; by profile, or by media type where that is none."""

# RFC 7519 section 4.1 requires nothing; RFC 8725 sections 3.8 and 3.9 ask for iss and aud where issuers or services are
# several, which a token does not say.
_ANY: Mapping[str, Severity] = {
    "exp": _MEDIUM,
    "aud": _LOW,
    "iss": _LOW,
    "iat": _LOW,
    "sub": _INFO,
    "jti": _INFO,
    "nbf": _INFO,
}
_OTHER: Mapping[str, Severity] = {"exp": _LOW}


def kind_of(token: GivenToken, audit: TokenAudit) -> str:
    """The profile of a token, or its media type where no profile has it; empty for one that is only `JWT`."""
    media_type = media_type_of(token)
    return audit.profile_of(token) or (media_type if media_type != "jwt" else "")


class MissingClaim(TokenCheck):
    """Base of the checks for one absent claim each.

    Attributes:
        claim: its name.
        consequence: what its absence means, in words that follow "no exp: ".
    """

    claim: ClassVar[str]
    consequence: ClassVar[str]

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        """As any check: whether what the token is for says anything about the claim."""
        return self._severity(token, audit) is not None

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        """As any check: one finding if the claim is absent."""
        if self.claim not in token.claims:
            kind = KINDS.get(kind_of(token, audit))
            asked = f" ({kind[0]} asks for it)" if kind else ""
            yield self.finding(
                token,
                f"no {self.claim}: {self.consequence}{asked}",
                at="/claims",
                severity=self._severity(token, audit),
            )

    def _severity(self, token: GivenToken, audit: TokenAudit) -> Severity | None:
        if token.token is None or token.token.claims is None:
            return None
        kind = kind_of(token, audit)
        severities = KINDS[kind][1] if kind in KINDS else _OTHER if kind else _ANY
        return severities.get(self.claim)
