"""One defect in several places is one finding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from jwtctl.model import Finding, Report, Subject


def together(report: Report) -> Report:
    """A report in which findings that say the same of the same key stand once, with all its places.

    Of secrets nothing is put together: what tells them apart is not shown (RFC 7638 section 7).
    """

    def of_one_key(finding: Finding) -> Hashable:
        key = (finding.subject.kid, finding.subject.thumbprint)
        return (*said(finding), *key) if finding.subject.thumbprint is not None else None

    return replace(report, findings=merged(report.findings, of_one_key))


def said(finding: Finding) -> tuple[Hashable, ...]:
    """What is equal for findings that say the same."""
    return finding.fingerprint, finding.message, finding.severity, finding.at


def merged(findings: Iterable[Finding], same: Callable[[Finding], Hashable]) -> tuple[Finding, ...]:
    """Findings for which `same` gives one value become the first of them, with the places of all; None stays apart."""
    found: dict[Hashable, tuple[Finding, dict[Hashable, Subject]]] = {}
    for number, finding in enumerate(findings):
        value = same(finding)
        subject = replace(finding.subject, also=())
        _, places = found.setdefault(number if value is None else value, (finding, {}))
        places.setdefault((subject.source, subject.index, subject.line), subject)
    return tuple(
        replace(finding, subject=replace(finding.subject, also=tuple(places.values())[1:]))
        for finding, places in found.values()
    )
