"""What the verification of a token came to."""

# Without postponed annotations: typing would compile those of named tuples from their text, at every start.
from collections.abc import Mapping
from typing import Any, NamedTuple

_NOTHING: Mapping[str, Any] = {}


class CheckResult(NamedTuple):
    """One line of a verdict: what was expected, what was there, and whether that is fine."""

    name: str
    ok: bool
    expected: str = ""
    got: str = ""
    detail: str = ""


class KeyRef(NamedTuple):
    """Which key a verdict or a finding speaks of."""

    kid: str | None = None
    thumbprint: str | None = None
    alg: str | None = None


class Verdict(NamedTuple):
    """The outcome of verifying one token: every check made, and nothing implied beyond them."""

    checks: tuple[CheckResult, ...]
    header: Mapping[str, Any] = _NOTHING
    claims: Mapping[str, Any] | None = None
    payload: bytes = b""
    key: KeyRef | None = None

    @property
    def valid(self) -> bool:
        """True only if at least the signature was checked and no check failed."""
        return any(check.name == "signature" and check.ok for check in self.checks) and all(c.ok for c in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of the failed checks, in order, each once."""
        return tuple(dict.fromkeys(check.name for check in self.checks if not check.ok))
