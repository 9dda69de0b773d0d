"""`jwtctl decode`."""

from __future__ import annotations

from typing import Annotated

import typer


def decode(token: Annotated[str, typer.Argument()] = "-") -> None:
    """Show what is inside a token, without verifying it."""
    from jwtctl.jose.token import parse

    print(parse(token).header)


COMMANDS = (decode,)
