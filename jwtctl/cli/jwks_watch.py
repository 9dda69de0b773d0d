"""`jwtctl jwks watch`."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jwtctl.cli.options import (
    AtOption,
    CaFileOption,
    ColorOption,
    InsecureHttpOption,
    JsonOption,
    TimeoutOption,
    duration,
    now,
    wants_color,
)

if TYPE_CHECKING:
    from jwtctl.keysets.watch import Snapshot
    from jwtctl.model import Aspect, Watch


def watch(
    url: Annotated[str, typer.Argument(help="URL of the key set, or the issuer.", metavar="URL_OR_ISSUER")],
    *,
    snapshot: Annotated[
        str | None, typer.Option(help="Compare with this file, and replace it; made if absent.", metavar="FILE")
    ] = None,
    log: Annotated[str | None, typer.Option(help="Append the result as one line of JSON.", metavar="FILE")] = None,
    max_ttl: Annotated[
        str | None, typer.Option("--max-ttl", help="Longest life of a token, to judge removals.", metavar="DURATION")
    ] = None,
    cache_ttl: Annotated[
        str | None, typer.Option("--cache-ttl", help="How long rotations let verifiers cache.", metavar="DURATION")
    ] = None,
    max_key_age: Annotated[
        str | None, typer.Option("--max-key-age", help="For keys that say since when.", metavar="DURATION")
    ] = None,
    cert_days: Annotated[
        int, typer.Option("--cert-days", help="Certificates must be valid for so many days.", min=0, max=36500)
    ] = 14,
    expect_gone: Annotated[
        list[str] | None,
        typer.Option("--expect-gone", help="Exit 1 while this key is published.", metavar="KID"),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(help="Say nothing about cache, etag, content-type, cors, tls, key-age …", metavar="ASPECT"),
    ] = None,
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    at: AtOption = None,
    json: JsonOption = False,
    color: ColorOption = "auto",
) -> int:
    """Look once at a published key set, for cron and CI.

    Judged are what has changed since the last look, how caches, web pages and strict clients take the answer, the age
    of keys, and when certificates expire. Exit 0 if nothing is unsafe, 1 if something is, 4 if there is no key set.

    Example: jwtctl jwks watch https://id.example --snapshot id.json --max-ttl 1h --cache-ttl 15m --log watch.ndjson
    """
    from jwtctl.cli import files, trusted_keys
    from jwtctl.errors import RemoteError, UsageError
    from jwtctl.keysets import fetch
    from jwtctl.keysets import watch as watching
    from jwtctl.model import Watch

    if not trusted_keys.is_url(url):
        raise UsageError(f"{url!r} is no URL", hint="https://id.example, or https://id.example/jwks.json")
    if "-" in {snapshot, log}:
        raise UsageError("--snapshot and --log name files", hint="--json writes the result to standard output")
    limits = watching.Limits(
        max_ttl=duration(max_ttl, "--max-ttl") if max_ttl is not None else None,
        cache_ttl=duration(cache_ttl, "--cache-ttl") if cache_ttl is not None else None,
        max_key_age=duration(max_key_age, "--max-key-age") if max_key_age is not None else None,
        certificate_left=cert_days * 86_400,
        expect_gone=tuple(expect_gone or ()),
        ignore=frozenset(map(_aspect, ignore or ())),
    )
    fetching = trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file)
    last = _last(snapshot, url)
    moment = int(now(at))
    try:
        fetched = fetch.fetch_from(url, fetching.options())
    except RemoteError as err:
        result = Watch(url, moment, error=err.message)
        if json:
            _write_json(result)
        _append(log, result)
        raise
    result, next_ = watching.look(url, moment, fetched, last, limits)
    if json:
        _write_json(result)
    else:
        from jwtctl.render import text

        text.watch(result, sys.stdout, color=wants_color(color))
    if snapshot is not None:
        # Not for everybody: what a server publishes by mistake may be a private key.
        files.write(snapshot, watching.snapshot_document(next_), private=True, force=True)
    _append(log, result)
    return 0 if result.safe else 1


def _aspect(word: str) -> "Aspect":
    from jwtctl.errors import UsageError
    from jwtctl.model import Aspect

    try:
        return Aspect(word)
    except ValueError as err:
        known = ", ".join(aspect.value for aspect in Aspect)
        raise UsageError(f"--ignore {word!r} is not known", hint=known) from err


def _last(path: str | None, url: str) -> "Snapshot | None":
    from jwtctl.cli import files
    from jwtctl.keysets import watch as watching

    if path is None or not (Path(path).exists() or Path(path).is_symlink()):
        return None
    return watching.read_snapshot(files.read(path), path, url)


def _write_json(result: "Watch") -> None:
    from jwtctl.render import json_v1

    json_v1.write(json_v1.watch(result), sys.stdout)


def _append(path: str | None, result: "Watch") -> None:
    """Add a line to the log in one write, so that runs at the same time do not mix theirs."""
    from jwtctl.errors import InputError
    from jwtctl.render import json_v1

    if path is None:
        return
    line = io.StringIO()
    json_v1.line(json_v1.watch(result), line)
    try:
        with Path(path).open("ab", buffering=0) as file:
            file.write(line.getvalue().encode())
    except (OSError, ValueError) as err:
        reason = err.strerror if isinstance(err, OSError) else "no file name"
        raise InputError(f"cannot write {path!r}: {(reason or str(err)).lower()}") from err
