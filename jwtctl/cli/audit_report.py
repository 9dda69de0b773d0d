"""What `audit-keys` and `audit-tokens` have in common: policy, threshold, format, report and exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jwtctl.errors import UsageError
from jwtctl.model import Format, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jwtctl.model import Finding, Policy, Report


def policy(given: str | None) -> Policy:
    """The team's decisions, from --policy or from `jwtctl.toml` here or in a folder above."""
    from pathlib import Path

    from jwtctl.checks.base import all_checks
    from jwtctl.model import Policy
    from jwtctl.policy import policy_file

    path = Path(given) if given is not None else policy_file.find(Path.cwd())
    return Policy() if path is None else policy_file.read(path, {check.id for check in all_checks()})


def severity(word: str) -> Severity:
    """What --fail-on says; UsageError if it is none."""
    try:
        return Severity[word.upper()]
    except KeyError as err:
        raise UsageError(f"--fail-on {word!r} is not known", hint="info, low, medium, high or critical") from err


def format_of(word: str) -> Format:
    """What --format says; UsageError if it is none."""
    try:
        return Format(word)
    except ValueError as err:
        raise UsageError(
            f"--format {word!r} is not known", hint=", ".join(format_.value for format_ in Format)
        ) from err


def write(
    report: Report,
    written: Format,
    output: str | None,
    *,
    force: bool,
    color: bool,
    steps: Callable[[Finding], Sequence[str]] | None,
) -> None:
    """Write a report to standard output or -o FILE, 0600 if witnesses are in it.

    Args:
        report: what was found.
        written: in which format.
        output: the file; None for standard output.
        force: replace an existing file.
        color: for text on standard output.
        steps: how to recheck a finding, line by line, for --prove.
    """
    import importlib
    import io

    from jwtctl.cli.options import deliver

    renderer = importlib.import_module(f"jwtctl.render.{'json_v1' if written is Format.JSON else written.value}")
    out = io.StringIO()
    if written is Format.TEXT:
        shown = {"steps": steps} if steps is not None else {}
        renderer.report(report, out, color=color and output is None, **shown)
    elif written is Format.JSON:
        renderer.write(renderer.report(report), out)
    else:
        renderer.render(report, out)
    if output is None:
        sys.stdout.write(out.getvalue())
    else:
        secret = any(finding.witness for finding in report.findings)
        deliver(out.getvalue().encode(), output, private=secret, force=force)


def note_passed_over(passed_over: Mapping[str, int]) -> None:
    """Say how many files were not looked into, by reason."""
    if passed_over:
        from jwtctl.cli.options import say
        from jwtctl.render.text import counted

        reasons = (f"{counted(number, 'file')} {reason}" for reason, number in passed_over.items() if number)
        say("note", f"passed over: {'; '.join(reasons)}")


def exit_code(report: Report, threshold: Severity, *, accepted: bool) -> int:
    """The exit code of an audit, as the README's table has it.

    Args:
        report: what was found.
        threshold: the least severity that fails.
        accepted: whether what was found has just been accepted as a baseline.
    """
    if any(finding.id == "check-failed" for finding in report.findings):
        return 70
    if report.unreadable:
        from jwtctl.cli.trusted_keys import is_url

        return 4 if all(is_url(problem.place.source) for problem in report.unreadable) else 3
    return 1 if not accepted and any(finding.severity >= threshold for finding in report.findings) else 0
