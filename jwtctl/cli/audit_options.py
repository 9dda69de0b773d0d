"""Options that both audits share."""

from __future__ import annotations

from typing import Annotated

import typer

SelectOption = Annotated[list[str] | None, typer.Option("--select", help="Only this check.", metavar="ID")]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", help="Leave this check out.", metavar="ID")]
FailOnOption = Annotated[
    str, typer.Option("--fail-on", help="Exit 1 at this severity or above: info, low, medium, high, critical.")
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy", help="The team's decisions; by default jwtctl.toml here or in a folder above.", metavar="FILE"
    ),
]
BaselineOption = Annotated[
    str | None, typer.Option("--baseline", help="Only findings that are not in this file count.", metavar="FILE")
]
WriteBaselineOption = Annotated[
    str | None,
    typer.Option("--write-baseline", help="Accept what is found now: write it to a file, exit 0.", metavar="FILE"),
]
ReportFormatOption = Annotated[
    str, typer.Option("--format", help="text, json, ndjson, sarif, junit, github, gitlab or html.")
]
