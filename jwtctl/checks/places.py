"""One key in several files is one subject with several places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from jwtctl.model import Finding, Report


def together(report: Report) -> Report:
    """A report in which findings that say the same of the same key stand once, with all its places.

    Of secrets nothing is put together: what tells them apart is not shown (RFC 7638 section 7).
    """
    merged: dict[Hashable, Finding] = {}
    for number, finding in enumerate(report.findings):
        subject = finding.subject
        same: Hashable = number
        if subject.thumbprint is not None:
            same = (finding.fingerprint, finding.message, finding.severity, finding.at, subject.kid, subject.thumbprint)
        if same in merged:
            first = merged[same].subject
            place = replace(subject, also=())
            if (place.source, place.index) != (first.source, first.index):
                merged[same] = replace(merged[same], subject=replace(first, also=(*first.also, place)))
        else:
            merged[same] = finding
    return replace(report, findings=tuple(merged.values()))
