"""`jwtctl verify`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jwtctl.cli.options import (
    AtOption,
    CaFileOption,
    ColorOption,
    FormatOption,
    InsecureHttpOption,
    JsonOption,
    KidOption,
    PassphraseOption,
    QuietOption,
    TimeoutOption,
    TokenArgument,
    duration,
    now,
    say,
    wants_color,
    warner,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from jwtctl.model import Verdict


def verify(
    token: TokenArgument = None,
    *,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", "-k", help="A key that you trust: a path, - or env:NAME.", metavar="KEY"),
    ] = None,
    jwks: Annotated[
        str | None, typer.Option(help="A key set that you trust, searched by kid.", metavar="FILE|URL")
    ] = None,
    issuer: Annotated[
        str | None,
        typer.Option(help="An issuer that you trust: its key set is discovered, iss enforced.", metavar="URL"),
    ] = None,
    secret_file: Annotated[
        str | None, typer.Option("--secret-file", help="Raw HMAC secret in a file.", metavar="FILE")
    ] = None,
    secret: Annotated[str | None, typer.Option("--secret", help="HMAC secret.", metavar="env:NAME|b64:…|hex:…")] = None,
    alg: Annotated[list[str] | None, typer.Option(help="An algorithm to accept; by default the key decides.")] = None,
    iss: Annotated[list[str] | None, typer.Option(help="An accepted issuer.")] = None,
    sub: Annotated[str | None, typer.Option(help="The expected subject.")] = None,
    aud: Annotated[list[str] | None, typer.Option(help="An accepted audience.")] = None,
    typ: Annotated[str | None, typer.Option(help="The expected media type, such as at+jwt.")] = None,
    require: Annotated[
        list[str] | None, typer.Option(help="A claim that must be there; commas separate several.", metavar="CLAIM")
    ] = None,
    leeway: Annotated[str, typer.Option(help="Tolerated difference of clocks.", metavar="DURATION")] = "60s",
    at: AtOption = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", help="Longest time since iat.", metavar="DURATION")
    ] = None,
    max_ttl: Annotated[
        str | None, typer.Option("--max-ttl", help="Longest time from iat to exp.", metavar="DURATION")
    ] = None,
    ignore_exp: Annotated[bool, typer.Option("--ignore-exp", help="Accept an expired token.")] = False,
    payload: Annotated[
        str, typer.Option(help="claims, or any: accept what is no JSON object and print it raw.")
    ] = "claims",
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Ask PyJWT and jwcrypto too; a disagreement fails.")
    ] = False,
    batch: Annotated[
        bool, typer.Option("--batch", help="One token per line in, one JSON verdict per line out.")
    ] = False,
    kid: KidOption = None,
    insecure_size: Annotated[bool, typer.Option("--insecure-size", help="Accept RSA keys below 2048 bits.")] = False,
    passphrase: PassphraseOption = None,
    insecure_http: InsecureHttpOption = False,
    ca_file: CaFileOption = None,
    timeout: TimeoutOption = "10s",
    json: JsonOption = False,
    format_: FormatOption = "text",
    color: ColorOption = "auto",
    quiet: QuietOption = False,
) -> int:
    """Verify a token and list every check.

    The algorithm comes from the key, or from --alg; never from the token. Exit 0 if it is valid, 1 if not.

    Example: jwtctl verify @token.txt --jwks jwks.json --iss https://id.example --aud api
    """
    from jwtctl.cli import files, trusted_keys
    from jwtctl.errors import UsageError
    from jwtctl.jose.algorithms import must_be_known
    from jwtctl.jose.verify import Expectations
    from jwtctl.jose.verify import verify as verify_token

    if payload not in {"claims", "any"}:
        raise UsageError(f"--payload {payload!r} is not known", hint="--payload claims, or --payload any")
    must_be_known(alg or ())
    key_sets = trusted_keys.gather(
        keys=key or (),
        jwks=jwks,
        issuer=issuer,
        secret=files.secret_key(secret, secret_file, warner(quiet=quiet)),
        passphrase=files.passphrase_from(passphrase),
        fetching=trusted_keys.Fetching(duration(timeout, "--timeout"), insecure_http, ca_file),
        warn=warner(quiet=quiet),
    )
    expected = Expectations(
        algs=tuple(alg or ()),
        iss=(*(iss or ()), *((issuer,) if issuer is not None else ())),
        aud=tuple(aud or ()),
        sub=sub,
        typ=typ,
        require=tuple(name.strip() for names in require or () for name in names.split(",") if name.strip()),
        leeway=duration(leeway, "--leeway"),
        max_age=duration(max_age, "--max-age") if max_age is not None else None,
        max_ttl=duration(max_ttl, "--max-ttl") if max_ttl is not None else None,
        ignore_exp=ignore_exp,
        any_payload=payload == "any",
        insecure_size=insecure_size,
        kid=kid,
        second_opinion=second_opinion,
    )
    moment = now(at)

    def judge(text: str) -> "Verdict":
        return verify_token(text, key_sets, expected, now=moment)

    if batch:
        return _batch(token or "-", judge, quiet=quiet)
    verdict = judge(files.read_token(token))
    if json or format_ == "json":
        from jwtctl.render import json_v1

        json_v1.write(json_v1.verdict(verdict), sys.stdout)
    else:
        _show(verdict, raw=payload == "any", color=wants_color(color))
    return 0 if verdict.valid else 1


def _show(verdict: "Verdict", *, raw: bool, color: bool) -> None:
    from jwtctl.render import text

    if raw and verdict.valid:
        from jwtctl.cli.options import emit_octets

        text.verdict(verdict, sys.stderr, color=False)
        emit_octets(verdict.payload)
    else:
        text.verdict(verdict, sys.stdout, color=color)


def _batch(source: str, judge: "Callable[[str], Verdict]", *, quiet: bool) -> int:
    from jwtctl.cli import files
    from jwtctl.render import json_v1

    counts = {True: 0, False: 0}
    for text in files.token_lines(source):
        verdict = judge(text)
        counts[verdict.valid] += 1
        json_v1.line(json_v1.verdict(verdict), sys.stdout)
    if not quiet:
        say("note", f"{counts[True]} valid, {counts[False]} refused")
    return 1 if counts[False] else 0


COMMANDS = (verify,)
