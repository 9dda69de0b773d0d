"""Findings as newline-delimited JSON, one document per line, for `jq`, log collectors and databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.render import json_v1

if TYPE_CHECKING:
    from typing import TextIO

    from jwtctl.model import Report


def render(result: Report, out: TextIO) -> None:
    """Write one line per finding and per unreadable input, then one with the summary.

    Their schemas are `jwtctl.finding/1`, `jwtctl.unreadable/1` and `jwtctl.summary/1`; otherwise the lines are what
    `jwtctl.report/1` has inside.
    """
    report = json_v1.report(result)
    for finding in report["findings"]:
        json_v1.line({"schema": "jwtctl.finding/1", **finding}, out)
    for problem in report["unreadable"]:
        json_v1.line({"schema": "jwtctl.unreadable/1", **problem}, out)
    ending = {name: report[name] for name in ("fixed", "left_out")}
    json_v1.line({"schema": "jwtctl.summary/1", **report["summary"], **ending}, out)
