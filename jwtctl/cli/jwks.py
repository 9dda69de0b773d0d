"""`jwtctl jwks fetch|diff|merge|public`; `rotate`, `timeline` and `watch` have files of their own."""

import sys
from typing import Annotated

import typer

from jwtctl.cli.jwks_rotate import rotate
from jwtctl.cli.jwks_timeline import timeline
from jwtctl.cli.jwks_watch import watch
from jwtctl.cli.options import (
    CaFileOption,
    ColorOption,
    ForceOption,
    FormatOption,
    InsecureHttpOption,
    JsonOption,
    OutputOption,
    PassphraseOption,
    QuietOption,
    TimeoutOption,
    deliver,
    duration,
    say,
    unusable_entries,
    wants_color,
    warner,
)

SourceArgument = Annotated[str, typer.Argument(help="A file, a URL, an issuer, or -.", metavar="SOURCE")]


def fetch(
    url: Annotated[str, typer.Argument(help="URL of the key set, or the issuer.", metavar="URL_OR_ISSUER")],
    *,
    output: OutputOption = None,
    force: ForceOption = False,
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    quiet: QuietOption = False,
) -> None:
    """Fetch a key set by its URL, or by its issuer through discovery.

    Only https, except on the loopback; what the server sends is checked to be a key set and written as it came.

    Example: jwtctl jwks fetch https://id.example -o jwks.json
    """
    from jwtctl.cli import trusted_keys
    from jwtctl.errors import UsageError
    from jwtctl.jose import key_writing
    from jwtctl.render.text import counted

    if not trusted_keys.is_url(url):
        raise UsageError(f"{url!r} is no URL", hint="https://id.example, or https://id.example/jwks.json")
    fetching = trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file)
    key_set = trusted_keys.key_set_at(url, fetching)
    warn = warner(quiet=quiet)
    for line in unusable_entries(key_set.problems):
        warn(line)
    for defect in key_set.defects:
        warn(defect)
    private = any(key.is_private for key in key_set.keys)
    if private:
        warn("the key set holds private keys, and whoever fetches it has them: jwtctl audit-keys says more")
    deliver(key_writing.document(key_set.members), output, private=private, force=force)
    if not quiet:
        unusable = counted(len(key_set.problems), "entry", "entries")
        kept = counted(len(key_set.keys), "key")
        say("note", f"{kept}, {unusable} that cannot be used" if key_set.problems else kept)


def diff(
    old: SourceArgument,
    new: SourceArgument,
    *,
    max_ttl: Annotated[
        str | None, typer.Option("--max-ttl", help="Longest life of a token, to judge removals.", metavar="DURATION")
    ] = None,
    snapshot_age: Annotated[
        str | None,
        typer.Option("--snapshot-age", help="How long ago a removed key signed its last token.", metavar="DURATION"),
    ] = None,
    cache_ttl: Annotated[
        str | None, typer.Option("--cache-ttl", help="How long verifiers cache key sets.", metavar="DURATION")
    ] = None,
    fail_on: Annotated[str, typer.Option("--fail-on", help="any, or unsafe changes only.")] = "any",
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    json: JsonOption = False,
    format_: FormatOption = "text",
    color: ColorOption = "auto",
) -> int:
    """Compare two key sets: keys added, removed, changed, and kids reused for other keys.

    Exit 1 if they differ; with --fail-on unsafe only if a change strands live tokens or weakens the set.

    Example: jwtctl jwks diff yesterday.json https://id.example --max-ttl 1h --snapshot-age 1d
    """
    from jwtctl.cli import trusted_keys
    from jwtctl.errors import UsageError
    from jwtctl.keysets.diff import diff as compare

    if fail_on not in {"any", "unsafe"}:
        raise UsageError(f"--fail-on {fail_on!r} is not known", hint="--fail-on any, or --fail-on unsafe")
    fetching = trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file)
    changes = compare(
        trusted_keys.key_set_at(old, fetching),
        trusted_keys.key_set_at(new, fetching),
        max_ttl=duration(max_ttl, "--max-ttl") if max_ttl is not None else None,
        snapshot_age=duration(snapshot_age, "--snapshot-age") if snapshot_age is not None else None,
        cache_ttl=duration(cache_ttl, "--cache-ttl") if cache_ttl is not None else None,
    )
    if json or format_ == "json":
        from jwtctl.render import json_v1

        json_v1.write(json_v1.key_set_diff(changes), sys.stdout)
    else:
        from jwtctl.render import text

        text.key_set_diff(changes, sys.stdout, color=wants_color(color))
    return 0 if (changes.safe if fail_on == "unsafe" else changes.equal) else 1


def merge(
    sources: Annotated[list[str], typer.Argument(help="Files, URLs or issuers.", metavar="SOURCE…")],
    *,
    passphrase: PassphraseOption = None,
    output: OutputOption = None,
    force: ForceOption = False,
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    quiet: QuietOption = False,
) -> None:
    """Merge keys and key sets into one; one kid for two different keys is an error.

    Private keys stay private: jwks public takes them out.

    Example: jwtctl jwks merge old.json new.pem -o merged.json
    """
    from jwtctl.cli import files, trusted_keys
    from jwtctl.jose import key_writing
    from jwtctl.keysets.merge import merge as join

    fetching = trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file)
    ask = files.passphrase_from(passphrase)
    merged = join([trusted_keys.key_set_at(source, fetching, ask) for source in sources])
    for line in unusable_entries(merged.problems, sources=True):
        warner(quiet=quiet)(line)
    private = any(key.is_private for key in merged.keys)
    deliver(key_writing.write(merged.keys, "jwks", private=private), output, private=private, force=force)


def public(
    source: SourceArgument,
    *,
    drop_symmetric: Annotated[
        bool, typer.Option("--drop-symmetric", help="Leave HMAC secrets out instead of refusing.")
    ] = False,
    passphrase: PassphraseOption = None,
    output: OutputOption = None,
    force: ForceOption = False,
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    quiet: QuietOption = False,
) -> None:
    """Write the key set to publish: public halves only, each with a kid.

    Example: jwtctl jwks public private.json -o jwks.json
    """
    from jwtctl.cli import files, trusted_keys
    from jwtctl.jose import key_writing
    from jwtctl.keysets.merge import public as publish

    fetching = trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file)
    given = trusted_keys.key_set_at(source, fetching, files.passphrase_from(passphrase))
    for line in unusable_entries(given.problems):
        warner(quiet=quiet)(f"left out {line}")
    document = publish(given, drop_symmetric=drop_symmetric)
    deliver(key_writing.document(document), output, private=False, force=force)


COMMANDS = (fetch, diff, merge, public, rotate, timeline, watch)
