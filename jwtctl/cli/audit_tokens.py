"""`jwtctl audit-tokens`."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from jwtctl.cli.options import (
    AtOption,
    CaFileOption,
    ColorOption,
    ForceOption,
    InsecureHttpOption,
    JsonOption,
    OutputOption,
    PassphraseOption,
    QuietOption,
    TimeoutOption,
    duration,
    now,
    say,
    wants_color,
    warner,
)
from jwtctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


def audit_tokens(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="A token, @FILE or FILE with one token per line, or -; with --scan what is to be searched for tokens.",
            metavar="[TOKEN|FILE]…",
            show_default=False,
        ),
    ] = None,
    *,
    scan: Annotated[
        bool, typer.Option("--scan", help="Search files and directories for tokens: logs, sources, captures.")
    ] = False,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", "-k", help="A key of the issuer: a path, - or env:NAME.", metavar="KEY"),
    ] = None,
    jwks: Annotated[str | None, typer.Option(help="The issuer's key set.", metavar="FILE|URL")] = None,
    profile: Annotated[
        str | None,
        typer.Option(help="What the tokens are for: access-token, id-token, logout-token, dpop or security-event."),
    ] = None,
    wordlist: Annotated[
        str | None, typer.Option(help="HMAC secrets to try besides the usual ones, one per line.", metavar="FILE")
    ] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only this check.", metavar="ID")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Leave this check out.", metavar="ID")] = None,
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="Exit 1 at this severity or above: info, low, medium, high, critical.")
    ] = "medium",
    budget: Annotated[
        str, typer.Option(help="Time for searches over all tokens together.", metavar="DURATION")
    ] = "30s",
    policy: Annotated[
        str | None,
        typer.Option(help="The team's decisions; by default jwtctl.toml here or in a folder above.", metavar="FILE"),
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Only findings that are not in this file count.", metavar="FILE")
    ] = None,
    write_baseline: Annotated[
        str | None,
        typer.Option("--write-baseline", help="Accept what is found now: write it to a file, exit 0.", metavar="FILE"),
    ] = None,
    no_gitignore: Annotated[
        bool, typer.Option("--no-gitignore", help="Scan also files that .gitignore leaves out.")
    ] = False,
    format_: Annotated[
        str, typer.Option("--format", help="text, json, ndjson, sarif, junit, github, gitlab or html.")
    ] = "text",
    json: JsonOption = False,
    output: OutputOption = None,
    force: ForceOption = False,
    passphrase: PassphraseOption = None,
    at: AtOption = None,
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    color: ColorOption = "auto",
    quiet: QuietOption = False,
) -> int:
    """Audit tokens.

    How they are made, what they give away, what would break them; with --key or --jwks also whether they are what they should be under the issuer's keys. Nothing that a token names is
    fetched. Exit 0 if nothing at or above --fail-on was found, 1 if something was, 3 if an input could not be read.

    Example: jwtctl audit-tokens @tokens.txt --jwks jwks.json --profile access-token
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from jwtctl.checks import suppression
    from jwtctl.checks.base import TOKEN_KINDS, all_checks, selected
    from jwtctl.checks.token_audit import PROFILES, TokenAudit
    from jwtctl.checks.token_audit import audit_tokens as audit
    from jwtctl.cli import audit_report, files, token_sources, trusted_keys

    files.must_be_free(output, write_baseline, force=force)
    threshold = audit_report.severity(fail_on)
    written = audit_report.format_of("json" if json else format_)
    if profile is not None and profile not in PROFILES:
        raise UsageError(f"--profile {profile!r} is not known", hint=", ".join(PROFILES))
    checks = selected(all_checks(TOKEN_KINDS), select or (), ignore or ())
    decisions = audit_report.policy(policy)
    known = suppression.read_baseline(files.read(baseline), baseline) if baseline is not None else None
    moment = now(at)
    key_sets = (
        trusted_keys.gather(
            keys=key or (),
            jwks=jwks,
            issuer=None,
            secret=None,
            passphrase=files.passphrase_from(passphrase),
            fetching=trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file),
            warn=warner(quiet=quiet),
        )
        if key or jwks
        else ()
    )
    words = token_sources.words(wordlist) if wordlist is not None else ()
    given = token_sources.gather(sources or ["-"], scan=scan, gitignore=not no_gitignore)
    with _progress(len(given.tokens), quiet=quiet) as next_:
        context = TokenAudit(
            time.monotonic,
            moment,
            given.tokens,
            key_sets,
            words,
            profile or "",
            decisions,
            duration(budget, "--budget"),
        )
        report = audit(checks, context, unreadable=given.unreadable, on_token=lambda token: next_(token.place.source))
    today = datetime.fromtimestamp(moment, UTC).date()
    report = replace(suppression.decided(report, decisions, today), fail_on=threshold)
    if write_baseline is not None:
        files.write(write_baseline, suppression.baseline_document(report.findings), force=force)
        say("note", f"{write_baseline} lists what was found: from now on only new findings count")
    if known is not None:
        report = suppression.without_known(report, known)
    audit_report.write(report, written, output, force=force, color=wants_color(color), steps=None)
    if context.ran_out:
        say("warning", f"searches were cut off after {budget}: a longer --budget looks further")
    if not quiet:
        for problem in given.unreadable:
            say("error", f"{problem.place.source}: {problem.message}")
        audit_report.note_passed_over(given.passed_over)
    return audit_report.exit_code(report, threshold, accepted=write_baseline is not None)


def _progress(tokens: int, *, quiet: bool) -> "AbstractContextManager[Callable[[str], None]]":
    from contextlib import nullcontext

    from jwtctl.render import progress

    return progress.bar("auditing", tokens) if progress.is_wanted(quiet=quiet) else nullcontext(lambda _: None)


COMMANDS = (audit_tokens,)
