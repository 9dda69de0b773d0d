"""Tokens that live too long, or whose dates make no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.required_claims import kind_of
from jwtctl.jose.token import LAST_DATE, numeric_date
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

HOUR, DAY = 3600, 86_400
CLOCK_SKEW = 300
"""Seconds by which clocks may differ before a date in the future is told."""

# Longest lifetimes in seconds above which a token is good practice no more, and breaks a SHOULD. Of ID tokens and of
# tokens that do not say what they are for (keys for programs, refresh tokens) no standard gives a number.
_LIMITS: Mapping[str, tuple[float, float]] = {
    "access-token": (HOUR, DAY),
    "id-token": (DAY, 30 * DAY),
    "logout-token": (120, DAY),
    "dpop": (HOUR, DAY),
    "": (DAY, 30 * DAY),
}


class TokenLifetime(TokenCheck):
    """A token lives long, or its dates contradict each other or the clock.

    Why it matters:
        A bearer token that leaks is good until it expires, and cannot be called back. RFC 6750 asks for an hour or less. A
        date in milliseconds lies tens of thousands of years ahead: such a token never expires.

    What to do:
        Have the issuer write dates in seconds, and short lifetimes with a refresh token beside them (`jwtctl sign --ttl
        15m`). Verifiers limit what they accept: `jwtctl verify --max-ttl 1h`.
    """

    id = "token-lifetime"
    severity = Severity.MEDIUM
    cites = ("RFC 7519 section 2", "RFC 6750 section 5.3", "OpenID Connect Back-Channel Logout 1.0 section 2.4")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return any(name in token.claims for name in ("exp", "nbf", "iat"))

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        dates: dict[str, float] = {}
        for name in ("exp", "nbf", "iat"):
            value = token.claims.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if (date := numeric_date(value)) is None:
                wrong = "before 1970" if value <= LAST_DATE else "beyond the year 9999: is it in milliseconds?"
                yield self.finding(token, f"{name} is {wrong}", at=f"/claims/{name}")
                continue
            dates[name] = date
            if date % 1:
                message = f"{name} has a fraction, which some libraries refuse or cut off"
                yield self.finding(token, message, at=f"/claims/{name}", severity=Severity.INFO)
        yield from self._against_each_other(token, dates, audit)

    def _against_each_other(
        self, token: GivenToken, dates: Mapping[str, float], audit: TokenAudit
    ) -> Iterator[Finding]:
        if (ahead := dates.get("iat", audit.now) - audit.now) > CLOCK_SKEW:
            yield self.finding(token, f"it was issued {_about(ahead)} in the future", at="/claims/iat")
        if "exp" not in dates:
            return
        begins = [name for name in ("iat", "nbf") if name in dates]
        since = begins[0] if begins else "now"
        lifetime = dates["exp"] - dates.get(since, audit.now)
        if begins and lifetime <= 0:
            yield self.finding(token, f"exp is not after {since}: it was never valid", at="/claims/exp")
        elif "nbf" in dates and dates["exp"] <= dates["nbf"]:
            yield self.finding(token, "exp is not after nbf: it was never valid", at="/claims/exp")
        limits = _LIMITS.get(kind_of(token, audit))
        if limits and lifetime > limits[0]:
            least = "" if begins else "at least "
            yield self.finding(
                token,
                f"it lives {least}{_about(lifetime)}: more than {_about(limits[0])} is long for its kind",
                at="/claims/exp",
                severity=Severity.MEDIUM if lifetime > limits[1] else Severity.LOW,
            )


def _about(seconds: float) -> str:
    """A duration in words that are equal for tokens of one issuer, though each is some seconds older."""
    for unit, length in (("day", DAY), ("hour", HOUR), ("minute", 60)):
        if (count := round(seconds / length)) > 1 or (count and unit == "minute"):
            return f"{count:,} {unit}{'s' if count > 1 else ''}"
    return f"{seconds:.0f} seconds"
