"""What a team has decided about its keys, beyond what the standards say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from jwtctl.model.report import Role, Severity


@dataclass(frozen=True, slots=True)
class Ignore:
    """A finding that a team lives with, and why.

    Attributes:
        reason: in words; an entry without one is refused.
        id: of the check; empty for any.
        path: pattern of the source, `*` within a folder and `**` across folders; empty for any.
        kid: of the key; None for any.
        fingerprint: of the finding; empty for any.
        expires: last day on which the entry counts; None for good.
        line: of the policy file.
    """

    reason: str
    id: str = ""
    path: str = ""
    kid: str | None = None
    fingerprint: str = ""
    expires: date | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class PathRole:
    """Who holds the files of a pattern."""

    path: str
    role: Role


@dataclass(frozen=True, slots=True)
class Policy:
    """The decisions of one policy file; what is not decided is empty, or None.

    Attributes:
        source: path of the file; empty if there is none.
        algorithms: the `alg` values that keys may be for.
        curves: names of curves that keys may be on.
        min_rsa_bits, min_oct_bits: smallest sizes in bits.
        required_members: JWK members that every key must have.
        max_keys: largest number of keys in one set.
        kid_format: `thumbprint`, `uuid`, or a regular expression that a kid must match as a whole.
        max_key_age: seconds.
        roles: who holds which files; the last matching pattern counts.
        severities: id of a check → its severity here.
        ignores: findings to leave out.
    """

    source: str = ""
    algorithms: tuple[str, ...] = ()
    curves: tuple[str, ...] = ()
    min_rsa_bits: int | None = None
    min_oct_bits: int | None = None
    required_members: tuple[str, ...] = ()
    max_keys: int | None = None
    kid_format: str = ""
    max_key_age: int | None = None
    roles: tuple[PathRole, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
