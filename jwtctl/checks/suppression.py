"""What a team decided about findings: other severities, findings that it lives with, and a baseline to start from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from jwtctl.errors import PolicyError
from jwtctl.jose import json_object
from jwtctl.model import CheckInfo, Confidence, Finding, Severity, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from jwtctl.model import Ignore, Policy, Report

SCHEMA = "jwtctl.baseline/1"
MAX_FINDINGS = 1_000_000

EXPIRED = CheckInfo(
    "ignore-expired",
    Severity.MEDIUM,
    "An ignore entry of the policy has expired",
    "The team lived with a finding for a time that is over; meanwhile the finding counts again.",
    "Mend what the entry hides and delete it, or decide anew and give it another date.",
    ("NIST SP 800-53 revision 5 control CA-5",),
    "the entry and its date",
)


class Known(NamedTuple):
    """A finding of a baseline: the id of its check, and where the key stood."""

    id: str
    source: str
    kid: str | None = None

    @property
    def words(self) -> str:
        """The finding and its place."""
        return f"{self.id} in {self.source}" + (f", kid '{self.kid}'" if self.kid is not None else "")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings that were there when somebody drew a line, by fingerprint."""

    findings: Mapping[str, Known]


def decided(report: Report, policy: Policy, today: date) -> Report:
    """A report as the policy has it: severities overridden, ignored findings left out, expired entries added.

    Args:
        report: what the checks found.
        policy: what the team decided.
        today: the day by which entries expire.
    """
    severities = policy.severities
    findings = [replace(each, severity=severities.get(each.id, each.severity)) for each in report.findings]
    live = [entry for entry in policy.ignores if entry.expires is None or today <= entry.expires]
    kept = [each for each in findings if not any(matches(entry, each) for entry in live)]
    expired = [_expired(entry, policy.source) for entry in policy.ignores if entry not in live]
    return replace(
        report,
        findings=tuple(sorted((*kept, *expired), key=lambda each: -each.severity)),
        suppressed=report.suppressed + len(findings) - len(kept),
        rules={
            id_: replace(rule, severity=severities.get(id_, rule.severity))
            for id_, rule in {**report.rules, **({EXPIRED.id: EXPIRED} if expired else {})}.items()
        },
    )


def matches(entry: Ignore, finding: Finding) -> bool:
    """Whether an ignore entry is about a finding: everything that it states must fit. Failed checks are never ignored."""
    return (
        finding.id != "check-failed"
        and entry.id in {"", finding.id}
        and entry.fingerprint in {"", finding.fingerprint}
        and entry.kid in {None, finding.subject.kid}
        and (
            not entry.path or all(is_at(entry.path, place.source) for place in (finding.subject, *finding.subject.also))
        )
    )


def is_at(pattern: str, source: str) -> bool:
    """Whether a source fits a pattern: `*` and `?` within a folder, `**` across folders, from any folder on.

    `services/**` fits `services/a/key.pem` and `./services/key.pem`, and `*.jwk` any JWK file.
    """
    return _compiled(pattern).search(source.removeprefix("./")) is not None


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    words = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.removeprefix("./"))
    body = "".join(words[part] if part in words else re.escape(part) for part in parts)
    start = r"\A" if pattern.startswith("/") else r"(?:\A|/)"
    return re.compile(start + body + r"\Z", re.DOTALL)


def without_known(report: Report, baseline: Baseline) -> Report:
    """A report without the findings of a baseline, which names those that are gone for good.

    Of a check that was not made this time, or not whole, or failed, and of a file that could not be read, nothing is
    known to be gone.
    """
    found = {finding.fingerprint for finding in report.findings}
    made = {EXPIRED.id, *report.rules} - {*report.left_out}
    unread = {problem.place.source for problem in report.unreadable}
    kept = tuple(
        each for each in report.findings if each.fingerprint not in baseline.findings or each.id == "check-failed"
    )
    return replace(
        report,
        findings=kept,
        suppressed=report.suppressed + len(report.findings) - len(kept),
        fixed=tuple(
            known.words
            for fingerprint, known in sorted(baseline.findings.items())
            if known.id in made and known.source not in unread and not {fingerprint, f"check-failed:{known.id}"} & found
        ),
    )


def baseline_document(findings: Iterable[Finding]) -> bytes:
    """A baseline of some findings, `jwtctl.baseline/1`: sorted, one line each, so that changes are easy to review."""
    lines = {
        finding.fingerprint: {
            "fingerprint": finding.fingerprint,
            "id": finding.id,
            "source": finding.subject.source,
            "kid": finding.subject.kid,
        }
        for finding in findings
        if finding.id != "check-failed"
    }
    entries = ",\n".join(f"  {json.dumps(lines[fingerprint])}" for fingerprint in sorted(lines))
    return f'{{"schema": "{SCHEMA}", "findings": [\n{entries}\n]}}\n'.encode()


def read_baseline(octets: bytes, source: str) -> Baseline:
    """Read what `baseline_document` wrote.

    Raises:
        PolicyError: naming the file and the entry that is wrong.
    """
    try:
        document, repeated = json_object.parse_object(octets)
    except ValueError as err:
        raise PolicyError(f"'{source}' is no baseline: {err}") from err
    entries = document.get("findings")
    if document.get("schema") != SCHEMA or repeated or not isinstance(entries, list):
        raise PolicyError(f"'{source}' is no baseline of schema '{SCHEMA}'", hint="--write-baseline FILE makes one")
    if len(entries) > MAX_FINDINGS:
        raise PolicyError(f"'{source}' lists more than {MAX_FINDINGS:,} findings")
    return Baseline(dict(_entry(entry, number, source) for number, entry in enumerate(entries)))


def _entry(entry: Any, number: int, source: str) -> tuple[str, Known]:
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(name), str) for name in ("fingerprint", "id", "source")
    ):
        raise PolicyError(f"'{source}': entry {number} needs a fingerprint, an id and a source")
    kid = entry.get("kid")
    return entry["fingerprint"], Known(entry["id"], entry["source"], kid if isinstance(kid, str) else None)


def _expired(entry: Ignore, source: str) -> Finding:
    about = entry.id or entry.path or entry.kid or entry.fingerprint
    return Finding(
        EXPIRED.id,
        EXPIRED.severity,
        Confidence.CERTAIN,
        f"the entry for '{about}' expired on {entry.expires}; its reason was: {entry.reason}",
        Subject(source, line=entry.line),
        cites=EXPIRED.cites,
        fingerprint=f"{EXPIRED.id}:{entry.id}:{entry.path}:{entry.kid}:{entry.fingerprint}",
    )
