"""What an audit found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.model.key import KeyProblem


class Severity(IntEnum):
    """How bad a finding is, in ascending order.

    CRITICAL is a proven loss of the private key, HIGH a broken MUST or a proven break, MEDIUM a broken SHOULD, LOW
    good practice, INFO merely notable.
    """

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The lower-case name, as it stands in options and in JSON."""
        return self.name.lower()


class Confidence(Enum):
    """How sure a finding is: proved with a witness, or only likely."""

    CERTAIN = "certain"
    HEURISTIC = "heuristic"


class Role(Enum):
    """Who is supposed to hold the audited files."""

    AUTO = "auto"
    ISSUER = "issuer"
    VERIFIER = "verifier"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about; `also` are the other places of the same key."""

    source: str
    index: int | None = None
    line: int | None = None
    kid: str | None = None
    thumbprint: str | None = None
    also: tuple[Subject, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect, stated no more strongly than it was proved.

    Attributes:
        id: the check's public id, `rsa-modulus-small`.
        message: one sentence about this subject, with the numbers that matter, lower case, no full stop.
        at: JSON pointer (RFC 6901) into the key, `/n`, or an empty string.
        witness: the few values with which anyone can recheck a claimed break; integers as `0x…` strings.
        cites: sources of the rule.
        fingerprint: stable across runs, file moves and reordering.
    """

    id: str
    severity: Severity
    confidence: Confidence
    message: str
    subject: Subject
    at: str = ""
    witness: Mapping[str, Any] = field(default_factory=dict)
    cites: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """What renderers need to know about a check: the rule behind a finding, and in words what proves one."""

    id: str
    severity: Severity
    title: str
    why: str
    remedy: str
    cites: tuple[str, ...]
    proof: str


@dataclass(frozen=True, slots=True)
class InventoryKey:
    """A key that was looked at, as a report lists it; nothing secret.

    Attributes:
        source, index, kid: where it stands, and its name.
        kind: `RSA`, `EC`, `OKP`, `oct` or `AKP`.
        description: its kind with size or curve, `RSA 2048`, `P-256`.
        alg: what it is for, if it says so.
        private: whether the private half is there.
        since: Unix time from which on it is or was valid, if anything says so.
    """

    source: str
    index: int | None
    kid: str | None
    kind: str
    description: str
    alg: str | None
    private: bool
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of an audit.

    Attributes:
        findings: worst first, then by place.
        subjects: number of keys and key sets, or of tokens, looked at.
        checks: number of checks that were available.
        not_applicable: number of (check, subject) pairs in which the check did not apply.
        suppressed: number of findings left out by the policy or a baseline.
        unreadable: inputs that could not be read, with the reason; they make the exit 3.
        rules: description of every check that was available, by id.
        fail_on: the least severity that makes the audit fail.
        fixed: what a baseline still lists though it was not found again, in words.
        inventory: every key that was looked at, in order.
        left_out: ids of checks that searched less than they can, or not at all, because there were many keys.
        about: what was audited.
        now: Unix time of the audit, from which ages are told; None if it does not matter.
    """

    findings: tuple[Finding, ...]
    subjects: int
    checks: int
    not_applicable: int = 0
    suppressed: int = 0
    unreadable: tuple[KeyProblem, ...] = ()
    rules: Mapping[str, CheckInfo] = field(default_factory=dict)
    fail_on: Severity = Severity.MEDIUM
    fixed: tuple[str, ...] = ()
    inventory: tuple[InventoryKey, ...] = ()
    left_out: tuple[str, ...] = ()
    about: Literal["keys", "tokens"] = "keys"
    now: float | None = None

    @property
    def by_severity(self) -> dict[str, int]:
        """How many findings there are of each severity, the worst first."""
        return {each.word: sum(found.severity == each for found in self.findings) for each in reversed(Severity)}
