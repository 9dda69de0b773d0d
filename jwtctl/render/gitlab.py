"""Findings as a GitLab code quality report, which merge requests show beside the lines.

Source: GitLab documentation, Code Quality, section Code Quality report format.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from jwtctl.render.safe import json_text, printable, quoted

if TYPE_CHECKING:
    from typing import TextIO

    from jwtctl.model import Finding, KeyProblem, Report, Subject

_SEVERITIES = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor", "info": "info"}


def render(result: Report, out: TextIO) -> None:
    """Write a JSON array with one issue per finding and place, and per input that could not be read."""
    places = [(finding, place) for finding in result.findings for place in (finding.subject, *finding.subject.also)]
    issues = [_issue(finding, place) for finding, place in places] + [
        _unreadable(problem) for problem in result.unreadable
    ]
    out.write(json_text(_distinct(issues)) + "\n")


def _issue(finding: Finding, subject: Subject) -> dict[str, Any]:
    which = f" (kid {quoted(subject.kid, 100)})" if subject.kid is not None else ""
    return {
        "description": printable(f"{finding.message}{which}"),
        "check_name": finding.id,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity.word],
        "location": _location(subject.source, subject.line),
    }


def _unreadable(problem: KeyProblem) -> dict[str, Any]:
    return {
        "description": printable(problem.message),
        "check_name": "unreadable",
        "fingerprint": f"unreadable:{printable(problem.place.source)}",
        "severity": "critical",
        "location": _location(problem.place.source, None),
    }


def _location(source: str, line: int | None) -> dict[str, Any]:
    return {"path": printable(source.removeprefix("./")), "lines": {"begin": line or 1}}


def _distinct(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """GitLab keeps one issue of each fingerprint, so the same key in a second file gets one with its place in it."""
    seen: set[str] = set()
    for issue in issues:
        if issue["fingerprint"] in seen:
            issue["fingerprint"] += f"@{issue['location']['path']}"
        seen.add(issue["fingerprint"])
        issue["fingerprint"] = hashlib.sha256(issue["fingerprint"].encode("utf-8", "surrogatepass")).hexdigest()
    return issues
