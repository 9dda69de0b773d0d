"""`jwtctl jwks rotate`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jwtctl.cli.options import (
    AtOption,
    Color,
    ColorOption,
    FormatOption,
    JsonOption,
    TextOrJson,
    duration,
    now,
    say,
    wants_color,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from jwtctl.model import Key, KeyStore, Rotation, Schedule

StoreArgument = Annotated[str, typer.Argument(help="The directory that holds the keys.", metavar="STORE")]


def rotate(
    store: StoreArgument,
    *,
    init: Annotated[bool, typer.Option("--init", help="Begin a store: one key that signs, and the next one.")] = False,
    alg: Annotated[str | None, typer.Option(help="Algorithm of new keys; ES256 unless set before.")] = None,
    size: Annotated[int | None, typer.Option(help="Bits of new RSA keys.")] = None,
    every: Annotated[
        str | None, typer.Option(help="Rotate when a key has signed for so long, not before.", metavar="DURATION")
    ] = None,
    max_ttl: Annotated[
        str | None, typer.Option("--max-ttl", help="Longest life of a token (1h).", metavar="DURATION")
    ] = None,
    cache_ttl: Annotated[
        str | None, typer.Option("--cache-ttl", help="How long verifiers cache key sets (1h).", metavar="DURATION")
    ] = None,
    buffer: Annotated[
        str | None, typer.Option(help="How much longer a key stays, for clocks that differ (5m).", metavar="DURATION")
    ] = None,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="A key leaked: drop it now, whatever it has signed.")
    ] = False,
    kid: Annotated[str | None, typer.Option("--kid", help="The key that leaked; the active one by default.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 when a step is due or has to wait.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would be done.")] = False,
    at: AtOption = None,
    json: JsonOption = False,
    format_: FormatOption = TextOrJson.TEXT,
    color: ColorOption = Color.AUTO,
) -> int:
    """Rotate the signing keys of an issuer: pending, active, retiring, dropped.

    A key is published before it signs, and stays published until its last token has expired. With --every a run does
    only what is due, so that cron may call it as often as it likes. What is set once is kept in the store. Exit 1 if
    a step that is due has to wait.

    Example: jwtctl jwks rotate keys/ --init --alg ES256 --every 1d --max-ttl 1h --cache-ttl 15m
    """
    from jwtctl.errors import UsageError
    from jwtctl.keysets import rotation
    from jwtctl.keysets import store as stores
    from jwtctl.model import Schedule

    if (kid is not None and not emergency) or (init and (emergency or check)):
        raise UsageError("--kid goes with --emergency, and --init with neither --emergency nor --check")
    moment = int(now(at))
    durations = {"every": every, "max_ttl": max_ttl, "cache_ttl": cache_ttl, "buffer": buffer}
    settings: dict[str, Any] = {
        name: duration(text, f"--{name.replace('_', '-')}") for name, text in durations.items() if text is not None
    }
    settings |= {name: value for name, value in (("alg", alg), ("size", size)) if value is not None}
    if init:
        schedule = Schedule(**{"alg": "ES256", **settings})
        done = rotation.begin(schedule, moment, key_maker(schedule))
        if not dry_run:
            stores.begin(store, done)
    else:
        plan = _planner(settings, moment, emergency=emergency, kid=kid, check=check)
        done = plan(stores.load(store)) if check or dry_run else stores.change(store, plan)
    _show(done, json=json or format_ is TextOrJson.JSON, color=wants_color(color), would=check or dry_run)
    return 1 if (done.obstacles and not emergency) or (check and done.steps) else 0


def _planner(
    settings: dict[str, Any], moment: int, *, emergency: bool, kid: str | None, check: bool
) -> "Callable[[KeyStore], Rotation]":
    from dataclasses import replace

    from jwtctl.keysets import rotation

    def plan(store: "KeyStore") -> "Rotation":
        old = replace(store, schedule=replace(store.schedule, **settings))
        make = key_maker(old.schedule)
        if emergency:
            return rotation.revoke(old, moment, make, kid)
        return rotation.rotate(old, moment, make, by_hand=old.schedule.every is None and not check)

    return plan


def key_maker(schedule: "Schedule") -> "Callable[[], Key]":
    """What makes the keys of a store; UsageError if its algorithm has no public half."""
    from jwtctl.errors import UsageError
    from jwtctl.jose.algorithms import SIGNATURES
    from jwtctl.jose.generate import generate
    from jwtctl.jose.key import named

    if schedule.alg not in SIGNATURES or SIGNATURES[schedule.alg].family == "hmac":
        raise UsageError(
            f"--alg {schedule.alg!r}: a store holds keys that sign, with a public half", hint="ES256, RS256, Ed25519 …"
        )
    return lambda: named(generate(schedule.alg, size=schedule.size), "thumbprint")


def _show(done: "Rotation", *, json: bool, color: bool, would: bool) -> None:
    if json:
        from jwtctl.render import json_v1

        json_v1.write(json_v1.rotation(done), sys.stdout)
    else:
        from jwtctl.render import text

        text.rotation(done, sys.stdout, would=would, color=color)
    for obstacle in done.obstacles:
        say("warning", obstacle)
