"""Findings as a JUnit test report: one test case per check, which fails if it found something that counts.

Source: junit-10.xsd of the Jenkins xUnit plug-in, which most build services read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from jwtctl.render.safe import printable, quoted
from jwtctl.render.text import counted

if TYPE_CHECKING:
    from typing import TextIO

    from jwtctl.model import CheckInfo, Finding, KeyProblem, Report

_SKIPPED = '<skipped message="because there were many keys: --deep makes all searches"/>'


def render(result: Report, out: TextIO) -> None:
    """Write one test suite; findings below the report's threshold are told without failing their check.

    A check that found nothing and was left out, in whole or in part, is skipped: it did not pass.
    """
    by_check: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_check.setdefault(finding.id, []).append(finding)
    failed = {id_ for id_, found in by_check.items() if any(each.severity >= result.fail_on for each in found)}
    skipped = {*result.left_out} - by_check.keys()
    cases = [
        (id_, _SKIPPED if id_ in skipped else _told(result.rules[id_], by_check.get(id_, []), failed=id_ in failed))
        for id_ in sorted(result.rules)
    ]
    cases += [(f"reading {problem.place.source}", _error(problem)) for problem in result.unreadable]
    command = f"audit-{result.about}"
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="jwtctl {command}">\n')
    out.write(
        f'<testsuite name="jwtctl {command}" tests="{len(cases)}" failures="{len(failed)}" '
        f'errors="{len(result.unreadable)}" skipped="{len(skipped)}">\n'
    )
    for name, body in cases:
        head = f'<testcase name={_attribute(name)} classname="jwtctl.{command}"'
        out.write(f"{head}>{body}</testcase>\n" if body else f"{head}/>\n")
    out.write("</testsuite>\n</testsuites>\n")


def _told(rule: CheckInfo, found: list[Finding], *, failed: bool) -> str:
    if not found:
        return ""
    told = escape("\n".join(_line(finding) for finding in found))
    if not failed:
        return f"<system-out>{told}</system-out>"
    worst = max(found, key=lambda each: each.severity)
    message = worst.message if len(found) == 1 else f"{len(found)} findings, the worst: {worst.message}"
    body = f"{told}\n\n{escape(f'What to do: {rule.remedy}')}"
    return f"<failure type={_attribute(worst.severity.word)} message={_attribute(message)}>{body}</failure>"


def _line(finding: Finding) -> str:
    subject = finding.subject
    line = f":{subject.line}" if subject.line is not None else ""
    kid = f", kid {quoted(subject.kid, 100)}" if subject.kid is not None else ""
    sure = "" if finding.confidence.value == "certain" else " (heuristic)"
    also = f" (also in {counted(len(subject.also), 'other place')})" if subject.also else ""
    return f"{printable(subject.source)}{line}{kid}: {finding.severity.word}{sure}: {printable(finding.message)}{also}"


def _error(problem: KeyProblem) -> str:
    return f'<error type="unreadable" message={_attribute(problem.message)}/>'


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
