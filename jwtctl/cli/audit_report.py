"""What `audit-keys` and `audit-tokens` have in common: policy, threshold, format, report and exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jwtctl.errors import UsageError
from jwtctl.model import Format, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from jwtctl.checks.suppression import Baseline
    from jwtctl.model import Finding, KeyProblem, Policy, Report


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


def known(baseline: str | None) -> Baseline | None:
    """What a --baseline file lists; None if none is given."""
    from jwtctl.checks import suppression
    from jwtctl.cli import files

    return None if baseline is None else suppression.read_baseline(files.read(baseline), baseline)


def progress_bar(total: int, *, before: str = "", quiet: bool) -> AbstractContextManager[Callable[[str], None]]:
    """A bar on a terminal, and nothing elsewhere."""
    from contextlib import nullcontext

    from jwtctl.render import progress

    return (
        progress.bar("auditing", total, before=before)
        if progress.is_wanted(quiet=quiet)
        else nullcontext(lambda _: None)
    )


def decided(report: Report, decisions: Policy, threshold: Severity, moment: float) -> Report:
    """A report as the policy has it on that day, with the severity that fails."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from jwtctl.checks import suppression

    today = datetime.fromtimestamp(moment, UTC).date()
    return replace(suppression.decided(report, decisions, today), fail_on=threshold)


def without_known(report: Report, listed: Baseline | None, write_to: str | None, *, force: bool) -> Report:
    """A report without what a baseline lists, after all of it has become a new baseline if one is to be written."""
    from jwtctl.checks import suppression

    if write_to is not None:
        from jwtctl.cli import files
        from jwtctl.cli.options import say

        files.write(write_to, suppression.baseline_document(report.findings), force=force)
        say("note", f"{write_to} lists what was found: from now on only new findings count")
    return report if listed is None else suppression.without_known(report, listed)


def say_what_was_left_out(unreadable: Iterable[KeyProblem], passed_over: Mapping[str, int]) -> None:
    """Say what could not be read, and how many files were not looked into, by reason."""
    from jwtctl.cli.options import say

    for problem in unreadable:
        say("error", f"{problem.place.source}: {problem.message}")
    if passed_over:
        from jwtctl.render.text import counted

        reasons = (f"{counted(number, 'file')} {reason}" for reason, number in passed_over.items() if number)
        say("note", f"passed over: {'; '.join(reasons)}")


def say_what_was_not_searched(report: Report, keys: int) -> None:
    """Say which checks did less than they can because there were many keys."""
    from jwtctl.checks.effort import MOST_KEYS, Effort
    from jwtctl.cli.options import say
    from jwtctl.render.text import left_out

    usual = ", --no-deep those of milliseconds" if keys > MOST_KEYS[Effort.USUAL] else ""
    for words in left_out(report):
        say("note", f"{words}: --deep makes all{usual}")


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
