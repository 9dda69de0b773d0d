"""An audit of tokens: every check over each token and over all of them, each one contained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jwtctl.checks.audit import FAILED, run, worst_first
from jwtctl.checks.base import CorpusCheck, TokenCheck
from jwtctl.checks.places import merged, said
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms
from jwtctl.jose.key import thumbprint
from jwtctl.model import Policy, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jwtctl.checks.base import Check
    from jwtctl.model import Finding, GivenToken, Key, KeyProblem, KeySet

PROFILES = {
    "access-token": "at+jwt",
    "id-token": "",
    "logout-token": "logout+jwt",
    "dpop": "dpop+jwt",
    "security-event": "secevent+jwt",
}
"""What a token may be for, and the media type that says so, if one does (RFC 9068, OpenID Connect, RFC 9449, RFC 8417)."""


@dataclass(slots=True)
class TokenAudit:
    """What a check of tokens may use beyond its subject.

    Attributes:
        clock: monotonic seconds.
        now: Unix time by which tokens are judged.
        tokens: everything that was given.
        key_sets: the keys that the tokens should verify with; without any, checks that need the key do not apply.
        words: secrets to try for HMACs besides those that are always tried.
        profile: one of PROFILES; by default the media type of a token says what it is for.
        policy: what the team decided.
        budget: seconds that searches over all tokens may take together.
        keys: every trusted key.
        ran_out: whether a search was told to stop, so that what it did not find may be there.
    """

    clock: Callable[[], float]
    now: float
    tokens: Sequence[GivenToken] = ()
    key_sets: Sequence[KeySet] = ()
    words: Sequence[bytes] = ()
    profile: str = ""
    policy: Policy = field(default_factory=Policy)
    budget: float = 10
    keys: tuple[Key, ...] = field(init=False)
    ran_out: bool = False
    _deadline: float | None = None
    _verified: dict[str, Key | None] = field(default_factory=dict)
    _thumbprints: set[str | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.keys = tuple(key for key_set in self.key_sets for key in key_set.keys)

    def profile_of(self, token: GivenToken) -> str:
        """What a token is for: as the caller says, or as its `typ` does; empty if neither does."""
        if self.profile:
            return self.profile
        stated = media_type_of(token)
        return next((name for name, media_type in PROFILES.items() if media_type and media_type == stated), "")

    def keys_for(self, token: GivenToken) -> tuple[Key, ...]:
        """The trusted keys that a token may be of: those of its kid, or all if it names none."""
        kid = token.header.get("kid")
        # A kid may be any JSON value, of which some have no hash.
        return tuple(key for key in self.keys if kid is None or key.kid is None or key.kid == kid)

    def verified_with(self, token: GivenToken) -> Key | None:
        """The trusted key under which the signature of a token is right, by its own algorithm."""
        if token.text not in self._verified:
            # The key that its kid names comes first: of many keys mostly one is tried.
            kid = token.header.get("kid")
            keys = sorted(self.keys, key=lambda key: key.kid != kid)
            self._verified[token.text] = next((key for key in keys if right_under(token, key)), None)
        return self._verified[token.text]

    def trusts(self, key: Key) -> bool:
        """Whether a key is one of the trusted ones, by its thumbprint (RFC 7638)."""
        if not self._thumbprints:
            self._thumbprints.update(map(thumbprint, self.keys))
        print_ = thumbprint(key)
        return print_ is not None and print_ in self._thumbprints

    def stop(self) -> Callable[[], bool]:
        """A signal that turns true when the time for searches is over; all of them share it, from the first on."""
        if self._deadline is None:
            self._deadline = self.clock() + self.budget

        def stop() -> bool:
            self.ran_out = self.ran_out or self.clock() > (self._deadline or 0)
            return self.ran_out

        return stop


def right_under(token: GivenToken, key: Key) -> bool | None:
    """Whether the signature of a token is right under a key; None if its algorithm or the key does not admit of a try."""
    if token.token is None or token.alg not in algorithms.usable_with(key):
        return None
    try:
        return algorithms.verify(token.alg, key, token.token.signing_input, token.token.signature)
    except KeyMaterialError:
        return None


def media_type_of(token: GivenToken) -> str:
    """The `typ` of a token in lower case and without `application/` (RFC 7515 section 4.1.9); empty if it has none."""
    typ = token.header.get("typ")
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else ""


def is_untyped(token: GivenToken) -> bool:
    """Whether a token does not say what it is for: it has no `typ`, or `JWT`."""
    return media_type_of(token) in {"", "jwt"}


def audit_tokens(
    checks: Sequence[Check],
    given: TokenAudit,
    *,
    unreadable: Iterable[KeyProblem] = (),
    on_token: Callable[[GivenToken], None] = lambda _: None,
) -> Report:
    """Run checks over tokens.

    Args:
        checks: the checks to make.
        given: the tokens and what checks may use.
        unreadable: inputs that could not be read, to be reported with the rest.
        on_token: told of each token before it is looked at, for a progress bar.

    Returns:
        The report. What is wrong in the same way with several tokens of one issuer, key and kind is one finding with
        several places. A check that raised is in it as a finding `check-failed`; the others went on.
    """
    findings: list[Finding] = []
    skipped = 0
    about_one = [check for check in checks if isinstance(check, TokenCheck)]
    for token in given.tokens:
        on_token(token)
        for check in about_one:
            skipped += run(check, check.applies, check.find, token, given, findings)
    for about_all in (check for check in checks if isinstance(check, CorpusCheck)):
        skipped += run(about_all, about_all.applies, about_all.find, given.tokens, given, findings)
    return Report(
        findings=tuple(sorted(merged(findings, said), key=worst_first)),
        subjects=len(given.tokens),
        checks=len(checks),
        not_applicable=skipped,
        unreadable=tuple(unreadable),
        rules={check.id: check.info() for check in checks} | {FAILED.id: FAILED},
        about="tokens",
        now=given.now,
    )
