"""`jwtctl audit-tokens`."""

import time
from typing import Annotated

import typer

from jwtctl.cli.audit_options import (
    BaselineOption,
    FailOnOption,
    IgnoreOption,
    PolicyOption,
    ReportFormatOption,
    SelectOption,
    WriteBaselineOption,
)
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
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: FailOnOption = "medium",
    budget: Annotated[
        str, typer.Option(help="Time for searches over all tokens together.", metavar="DURATION")
    ] = "30s",
    policy: PolicyOption = None,
    baseline: BaselineOption = None,
    write_baseline: WriteBaselineOption = None,
    no_gitignore: Annotated[
        bool, typer.Option("--no-gitignore", help="Scan also files that .gitignore leaves out.")
    ] = False,
    format_: ReportFormatOption = "text",
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
    known = audit_report.known(baseline)
    moment, seconds = now(at), duration(budget, "--budget")
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
    with audit_report.progress_bar(len(given.tokens), quiet=quiet) as next_:
        context = TokenAudit(
            time.monotonic,
            moment,
            given.tokens,
            key_sets,
            words,
            profile or "",
            decisions,
            seconds,
        )
        report = audit(checks, context, unreadable=given.unreadable, on_token=lambda token: next_(token.place.source))
    report = audit_report.decided(report, decisions, threshold, moment)
    report = audit_report.without_known(report, known, write_baseline, force=force)
    audit_report.write(report, written, output, force=force, color=wants_color(color), steps=None)
    if context.ran_out:
        say("warning", f"searches were cut off after {budget}: a longer --budget looks further")
    if not quiet:
        audit_report.say_what_was_left_out(given.unreadable, given.passed_over)
    return audit_report.exit_code(report, threshold, accepted=write_baseline is not None)


COMMANDS = (audit_tokens,)
