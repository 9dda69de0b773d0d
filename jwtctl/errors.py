"""Every error that jwtctl raises on purpose, with the exit code it ends in.

    JwtctlError
    ├── InputError             3   something given could not be read or understood
    │   ├── TokenError         3   a token
    │   ├── KeyMaterialError   3   a key or a key set
    │   └── PolicyError        3   a policy or baseline file
    ├── UsageError             2   options that do not go together
    ├── RemoteError            4   something remote could not be reached, or answered nonsense
    ├── VerificationError      1   the answer is no; carries every reason
    └── MissingExtraError      2   an optional part of jwtctl is not installed

Messages are lower case, without a full stop, and name the thing and where it stands; the hint says what to type
next. Exceptions of other libraries are translated where they are raised; none crosses a floor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class JwtctlError(Exception):
    """Base of all deliberate errors.

    Attributes:
        message: one line for people, not yet made safe for a terminal (`cli` does that).
        hint: what to do next, or an empty string.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(JwtctlError):
    """An input could not be read or understood."""

    exit_code = 3


class TokenError(InputError):
    """A token is malformed."""


class KeyMaterialError(InputError):
    """A key or key set is malformed, of a kind that cannot be used, or needs a passphrase."""


class PolicyError(InputError):
    """A policy or baseline file is wrong."""


class UsageError(JwtctlError):
    """Options contradict each other or one is missing."""

    exit_code = 2


class RemoteError(JwtctlError):
    """A server could not be reached, refused, or answered something unusable."""

    exit_code = 4


class VerificationError(JwtctlError):
    """A token was refused.

    Attributes:
        reasons: the names of all failed checks, in the order in which they were made.
    """

    exit_code = 1

    def __init__(self, message: str, *, reasons: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reasons = reasons


class MissingExtraError(JwtctlError):
    """An optional dependency is not installed."""

    exit_code = 2

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs an optional part that is not installed",
            hint=f"pip install 'jwtctl[{extra}]'",
        )


def did_you_mean(word: str, known: Iterable[str], *, at_most: int = 3) -> str:
    """A question that names what is spelt much like a word, whatever the case; empty if nothing is."""
    import difflib  # noqa: PLC0415 - only for an error

    folded = {name.lower(): name for name in known}
    wanted = word[:100].lower()
    close = [wanted] if wanted in folded else difflib.get_close_matches(wanted, folded, n=at_most)
    return f"did you mean {' or '.join(folded[name] for name in close)}?" if close else ""
