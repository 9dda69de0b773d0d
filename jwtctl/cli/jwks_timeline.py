"""`jwtctl jwks timeline`."""

import io
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from jwtctl.cli.jwks_rotate import StoreArgument
from jwtctl.cli.options import (
    AtOption,
    ColorOption,
    ForceOption,
    JsonOption,
    OutputOption,
    deliver,
    duration,
    emit,
    now,
    wants_color,
)

if TYPE_CHECKING:
    from jwtctl.model import Timeline


def timeline(
    store: StoreArgument,
    *,
    ahead: Annotated[str, typer.Option(help="How far to look ahead.", metavar="DURATION")] = "7d",
    back: Annotated[
        str | None, typer.Option(help="How far to look back; as far as ahead by default.", metavar="DURATION")
    ] = None,
    every: Annotated[str | None, typer.Option(help="Propose another time between keys.", metavar="DURATION")] = None,
    max_ttl: Annotated[
        str | None, typer.Option("--max-ttl", help="Propose another longest life of a token.", metavar="DURATION")
    ] = None,
    cache_ttl: Annotated[
        str | None, typer.Option("--cache-ttl", help="Propose another time in caches.", metavar="DURATION")
    ] = None,
    buffer: Annotated[str | None, typer.Option(help="Propose another buffer for clocks.", metavar="DURATION")] = None,
    at: AtOption = None,
    format_: Annotated[str, typer.Option("--format", help="text, json, svg or html.")] = "text",
    json: JsonOption = False,
    output: OutputOption = None,
    force: ForceOption = False,
    color: ColorOption = "auto",
) -> int:
    """Draw the states of a store's keys over time, and what would break.

    What lies ahead is what jwks rotate does if it runs whenever a step is due, with the store's settings or with those
    that are proposed from now on; tokens and cached key sets of before keep their own. Nothing is changed. Exit 1 if
    a token, a cache, a service or the schedule breaks ahead.

    Example: jwtctl jwks timeline keys/ --ahead 30d --every 12h --max-ttl 15m
    """
    from jwtctl.cli import files
    from jwtctl.errors import UsageError
    from jwtctl.keysets import store as stores
    from jwtctl.keysets.timeline import timeline as drawn
    from jwtctl.model import Proposal

    form = "json" if json else format_
    if form not in {"text", "json", "svg", "html"}:
        raise UsageError(f"--format {form!r} is not known", hint="--format text, json, svg or html")
    files.must_be_free(output, force=force)
    durations = {"every": every, "max_ttl": max_ttl, "cache_ttl": cache_ttl, "buffer": buffer}
    proposal = Proposal(
        **{name: duration(text, f"--{name.replace('_', '-')}") for name, text in durations.items() if text is not None}
    )
    forward = duration(ahead, "--ahead")
    result = drawn(
        stores.load(store),
        int(now(at)),
        back=forward if back is None else duration(back, "--back"),
        ahead=forward,
        proposal=proposal,
    )
    text = _written(result, form, color=output is None and wants_color(color))
    if output is None:
        emit(text)
    else:
        deliver(text.encode(), output, private=False, force=force)
    return 1 if result.ahead else 0


def _written(result: "Timeline", form: str, *, color: bool) -> str:
    out = io.StringIO()
    if form == "json":
        from jwtctl.render import json_v1

        json_v1.write(json_v1.timeline(result), out)
    elif form == "svg":
        from jwtctl.render import timeline_svg

        out.write(timeline_svg.picture(result))
    elif form == "html":
        from jwtctl.render import timeline_html

        timeline_html.render(result, out)
    else:
        from jwtctl.render import text

        text.timeline(result, out, width=shutil.get_terminal_size((100, 24)).columns, color=color)
    return out.getvalue()
