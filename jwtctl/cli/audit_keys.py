"""`jwtctl audit-keys`."""

import time
from typing import TYPE_CHECKING, Annotated

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
    wants_color,
)
from jwtctl.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jwtctl.checks.effort import Effort
    from jwtctl.cryptanalysis.blocklist import Blocklist
    from jwtctl.model import Finding, KeySet


def audit_keys(
    sources: Annotated[
        list[str],
        typer.Argument(help="Files, directories, URLs or issuers, or -.", metavar="PATH_OR_URL…"),
    ],
    *,
    role: Annotated[
        Role, typer.Option(help="Who holds these files: a verifier should hold no private key.")
    ] = Role.AUTO,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: FailOnOption = "medium",
    budget: Annotated[str, typer.Option(help="Time for searches, per key.", metavar="DURATION")] = "10s",
    policy: PolicyOption = None,
    baseline: BaselineOption = None,
    write_baseline: WriteBaselineOption = None,
    deep: Annotated[
        bool | None,
        typer.Option(
            "--deep/--no-deep",
            help="Tenths of a second of searches for each RSA key, or milliseconds; by default what so many keys allow.",
        ),
    ] = None,
    blocklist: Annotated[
        str | None,
        typer.Option(help="Known private keys, the blocklist.dat of badkeys; nothing is downloaded.", metavar="FILE"),
    ] = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="Show how to recheck each finding at a Python prompt.")
    ] = False,
    seen: Annotated[
        str | None,
        typer.Option(
            help="Compare with the RSA keys of all earlier audits, which this file remembers.", metavar="FILE"
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one for each processor if there are many keys.")
    ] = None,
    allow_keyless: Annotated[
        bool, typer.Option("--allow-keyless", help="Pass over named files without any key, as in a directory.")
    ] = False,
    no_gitignore: Annotated[
        bool, typer.Option("--no-gitignore", help="Look also at files that .gitignore leaves out.")
    ] = False,
    format_: ReportFormatOption = "text",
    json: JsonOption = False,
    output: OutputOption = None,
    force: ForceOption = False,
    passphrase: PassphraseOption = None,
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    color: ColorOption = "auto",
    quiet: QuietOption = False,
) -> int:
    """Audit keys and key sets.

    Directories are walked; shared primes are looked for among everything given. Exit 0 if nothing at or above
    --fail-on was found, 1 if something was, 3 if an input could not be read, 4 if only URLs.

    Example: jwtctl audit-keys keys/ https://id.example/jwks.json --role verifier
    """
    from jwtctl.checks import places
    from jwtctl.checks.audit import Audit, audit
    from jwtctl.checks.base import KEY_KINDS, all_checks, selected
    from jwtctl.checks.shared_work import usual_jobs
    from jwtctl.cli import audit_report, files, key_sources, seen_keys, trusted_keys

    files.must_be_free(output, write_baseline, force=force)
    threshold = audit_report.severity(fail_on)
    written = audit_report.format_of("json" if json else format_)
    checks = selected(all_checks(KEY_KINDS), select or (), ignore or ())
    decisions = audit_report.policy(policy)
    known = audit_report.known(baseline)
    with seen_keys.alone(seen):
        earlier = seen_keys.recall(seen)
        moment = now()
        fetching = trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file)
        seconds = duration(budget, "--budget")
        given = key_sources.gather(
            sources,
            files.passphrase_from(passphrase),
            fetching,
            gitignore=not no_gitignore,
            allow_keyless=allow_keyless,
        )
        count = sum(len(key_set.keys) for key_set in given.key_sets)
        processes = jobs if jobs is not None else usual_jobs(count)
        with audit_report.progress_bar(count, before="comparing them with each other", quiet=quiet) as next_:
            report = audit(
                checks,
                Audit(
                    role,
                    time.monotonic,
                    seconds,
                    given.key_sets,
                    moment,
                    decisions,
                    _effort(deep=deep),
                    _blocklist(blocklist) if blocklist is not None else None,
                    seen=earlier,
                    jobs=processes,
                ),
                unreadable=given.unreadable,
                on_key=lambda key: next_(key.place.source),
            )
        report = audit_report.decided(places.together(report), decisions, threshold, moment)
        report = audit_report.without_known(report, known, write_baseline, force=force)
        steps = _rechecker(given.key_sets) if prove else None
        audit_report.write(report, written, output, force=force, color=wants_color(color), steps=steps)
        seen_keys.remember(seen, earlier, given.key_sets)
    if not quiet:
        audit_report.say_what_was_left_out(given.unreadable, given.passed_over)
        if deep is None:
            audit_report.say_what_was_not_searched(report, count)
    return audit_report.exit_code(report, threshold, accepted=write_baseline is not None)


def _effort(*, deep: bool | None) -> "Effort | None":
    from jwtctl.checks.effort import Effort

    return {None: None, False: Effort.USUAL, True: Effort.DEEP}[deep]


def _blocklist(path: str) -> "Blocklist":
    import mmap
    from pathlib import Path

    from jwtctl.cryptanalysis.blocklist import Blocklist
    from jwtctl.errors import InputError
    from jwtctl.jose import json_object

    try:
        with Path(path).open("rb") as file:
            octets = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as err:
        raise InputError(f"{path!r}: {getattr(err, 'strerror', None) or 'it is empty or no file'}".lower()) from err
    beside = Path(path).with_name("badkeysdata.json")
    try:
        listed = json_object.parse_object(beside.read_bytes())[0].get("blocklists", [])
        names = {entry["id"]: str(entry["name"]) for entry in listed}
    except (OSError, ValueError, KeyError, TypeError):
        names = {}
    return Blocklist(octets, names)


def _rechecker(key_sets: "Iterable[KeySet]") -> "Callable[[Finding], Sequence[str]]":
    from jwtctl.checks.recheck import steps

    keys = {(key.place.source, key.place.index): key for key_set in key_sets for key in key_set.keys}

    def lines(finding: "Finding") -> "Sequence[str]":
        key = keys.get((finding.subject.source, finding.subject.index))
        return steps(key, {name: str(value) for name, value in finding.witness.items()}) if key else ()

    return lines


COMMANDS = (audit_keys,)
