"""`jwtctl explain`."""

import sys
from typing import Annotated

import typer

from jwtctl.cli.options import (
    FormatOption,
    JsonOption,
)


def explain(
    check: Annotated[
        str | None, typer.Argument(help="Id of a check, as findings name it.", metavar="ID", show_default=False)
    ] = None,
    *,
    list_all: Annotated[bool, typer.Option("--list", help="List every check.")] = False,
    json: JsonOption = False,
    format_: FormatOption = "text",
) -> None:
    """Say what a check looks for, why, and what to do.

    Example: jwtctl explain rsa-roles-reversed
    """
    from jwtctl.checks.base import all_checks, unknown_id
    from jwtctl.errors import UsageError
    from jwtctl.render import json_v1, text

    rules = {rule.id: rule.info() for rule in all_checks()}
    if check is None and not list_all:
        raise UsageError("no check is named", hint="jwtctl explain --list names them all")
    if check is not None and check not in rules:
        raise unknown_id(check, rules)
    chosen = list(rules.values()) if check is None else [rules[check]]
    if json or format_ == "json":
        json_v1.write(json_v1.rules(chosen), sys.stdout)
    elif check is None:
        text.rules(chosen, sys.stdout)
    else:
        text.rule(chosen[0], sys.stdout)


COMMANDS = (explain,)
