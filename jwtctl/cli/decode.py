"""`jwtctl decode`."""

from typing import Annotated

import typer

from jwtctl.cli.options import (
    AtOption,
    ColorOption,
    FormatOption,
    JsonOption,
    TokenArgument,
    emit,
    now,
    wants_color,
)


def decode(
    token: TokenArgument = None,
    *,
    get: Annotated[
        str | None, typer.Option(help="Print one value alone, such as claims.sub or header.kid.", metavar="PATH")
    ] = None,
    redact: Annotated[bool, typer.Option("--redact", help="Hide the values of claims, for logs and tickets.")] = False,
    json: JsonOption = False,
    format_: FormatOption = "text",
    at: AtOption = None,
    color: ColorOption = "auto",
) -> None:
    """Show what is inside a token, without verifying it.

    Neither a key nor the network is used, and nothing shown here may be trusted.

    Example: jwtctl decode @token.txt --get claims.sub
    """
    import sys

    from jwtctl.cli import files
    from jwtctl.jose import token as tokens

    parsed = tokens.parse(files.read_token(token))
    moment = now(at)
    parsed = parsed._replace(notes=tuple(tokens.oddities(parsed, moment)))
    if redact:
        parsed = tokens.redacted(parsed)
    if get is not None:
        from jwtctl.render import safe

        value = tokens.member(parsed, get)
        emit((safe.multiline(value) if isinstance(value, str) else safe.json_text(value)) + "\n")
    elif json or format_ == "json":
        from jwtctl.render import json_v1

        json_v1.write(json_v1.token(parsed), sys.stdout)
    else:
        from jwtctl.render import text

        text.token(parsed, sys.stdout, now=moment, color=wants_color(color))


COMMANDS = (decode,)
