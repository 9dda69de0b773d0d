"""Findings as workflow commands of GitHub Actions, which shows them beside the lines they are about.

Source: GitHub, Workflow commands for GitHub Actions, section Setting an error message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.render.safe import printable, quoted

if TYPE_CHECKING:
    from typing import TextIO

    from jwtctl.model import Finding, Report, Subject

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "notice", "info": "notice"}


def render(result: Report, out: TextIO) -> None:
    """Write one workflow command per finding and place, and per unreadable input, then a summary line."""
    for finding in result.findings:
        for subject in (finding.subject, *finding.subject.also):
            out.write(_annotation(finding, subject))
    for problem in result.unreadable:
        out.write(f"::error file={_property(problem.place.source)},title=unreadable::{_message(problem.message)}\n")
    out.write(f"jwtctl: findings: {len(result.findings)}, subjects: {result.subjects}\n")


def _annotation(finding: Finding, subject: Subject) -> str:
    properties = [f"file={_property(subject.source)}", f"line={subject.line or 1}"]
    properties.append(f"title={_property(f'{finding.id} ({finding.severity.word})')}")
    which = f" (kid {quoted(subject.kid, 100)})" if subject.kid is not None else ""
    level = _LEVELS[finding.severity.word]
    return f"::{level} {','.join(properties)}::{_message(finding.message + which)}\n"


def _message(text: str) -> str:
    # `printable` leaves no line break, so no text can begin a command of its own; the runner decodes %.
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
