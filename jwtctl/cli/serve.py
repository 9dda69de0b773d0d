"""`jwtctl serve`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jwtctl.cli.jwks_rotate import StoreArgument, key_maker
from jwtctl.cli.options import AtOption, QuietOption, duration, moment, say, warner

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from jwtctl.issuer.faults import Fault
    from jwtctl.issuer.live_keys import LiveKeys
    from jwtctl.issuer.settings import Settings
    from jwtctl.model import KeyStore

_HOUR, _DAY = 3600, 86_400
_FASTEST = 4
"""Seconds between two keys, of which each is published a while before it signs."""


def serve(
    store: StoreArgument,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8080,
    issuer: Annotated[
        str | None, typer.Option(help="The issuer's name; by default where it listens.", metavar="URL")
    ] = None,
    audience: Annotated[
        list[str] | None, typer.Option(help="Audience of access tokens; by default the issuer.", metavar="AUD")
    ] = None,
    ttl: Annotated[
        str | None, typer.Option(help="Life of a token; 1h, or what the store allows.", metavar="DURATION")
    ] = None,
    clients: Annotated[
        str | None, typer.Option(help="Clients, as JSON; by default the public client dev.", metavar="FILE")
    ] = None,
    cache_ttl: Annotated[
        str | None, typer.Option("--cache-ttl", help="How long keys may be cached; the store's.", metavar="DURATION")
    ] = None,
    rotate_every: Annotated[
        str | None, typer.Option("--rotate-every", help="Rotate the store's keys so often.", metavar="DURATION")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="slow=2s, status=500, truncated, unknown-kty …; jwks:, token: … say where.", metavar="FAULT"),
    ] = None,
    tls_cert: Annotated[str | None, typer.Option("--tls-cert", help="Certificate chain, PEM.", metavar="FILE")] = None,
    tls_key: Annotated[str | None, typer.Option("--tls-key", help="Its private key, PEM.", metavar="FILE")] = None,
    insecure_listen: Annotated[
        bool, typer.Option("--insecure-listen", help="Listen beyond the loopback: anybody there gets any token.")
    ] = False,
    at: AtOption = None,
    quiet: QuietOption = False,
) -> int:
    """Run an issuer to develop and test against.

    It lets anybody in under any name: discovery, key set, log-in page with authorization code and PKCE, client
    credentials, userinfo, introspection. Its URL is printed when it listens; Ctrl-C ends it.

    Example: jwtctl serve keys/ --port 8080 --audience api --fault jwks:slow=2s
    """
    import signal
    from pathlib import Path

    from jwtctl.errors import InputError, UsageError

    if at is not None and rotate_every is not None:
        raise UsageError("--at stops the clock, and --rotate-every waits for it")
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("--tls-cert and --tls-key go together")
    _require_parts()
    from jwtctl.cli import files
    from jwtctl.issuer import clients as client_files
    from jwtctl.issuer import endpoints, faults, listener
    from jwtctl.issuer.live_keys import LiveKeys
    from jwtctl.issuer.settings import Settings, is_loopback, issuer_defect

    host = host.removeprefix("[").removesuffix("]")
    if not is_loopback(host) and not insecure_listen:
        raise UsageError(
            f"--host {host!r} is not the loopback, and this issuer gives tokens to anybody",
            hint="--insecure-listen does it all the same",
        )
    if issuer is None and host in {"", "0", "0.0.0.0", "::"}:  # noqa: S104 - this is what it is about
        raise UsageError(f"--host {host!r} is no name that clients could use", hint="--issuer URL gives one")
    if issuer is not None and (defect := issuer_defect(issuer)):
        raise UsageError(f"--issuer {issuer!r} {defect}")
    on = faults.parse_all(fault or ())
    if not files.is_store(store):
        hint = "" if Path(store).is_file() else f"jwtctl jwks rotate {store} --init makes one"
        raise InputError(f"{store!r} is no store", hint=hint)
    note = (lambda _: None) if quiet else _note
    keys = LiveKeys(store, note)
    clock = _clock(at)
    every = None if rotate_every is None else duration(rotate_every, "--rotate-every")
    times = _times(keys.store, ttl, cache_ttl, every, warner(quiet=quiet))
    known = (
        {client_files.DEVELOPER.client_id: client_files.DEVELOPER} if clients is None else client_files.load(clients)
    )
    context = _tls(on, tls_cert, tls_key, host)
    with listener.bind(host, port) as taken:
        own = listener.url(taken, host, tls=context is not None)
        settings = Settings(issuer or own, known, tuple(audience or ()), *times, clock, note)
        beside = None if every is None else _rotation(keys, every, times, settings)
        ended_by = listener.run(
            endpoints.application(settings, keys, faults.Faults(on)),
            taken,
            context,
            ready=lambda: _announce(settings, own),
            beside=beside,
        )
    if ended_by == signal.SIGINT:
        raise KeyboardInterrupt
    return 0


def _announce(settings: "Settings", own: str) -> None:
    if own != settings.base:
        settings.note(f"it listens on {own}")
    sys.stdout.write(f"{settings.issuer}\n")
    sys.stdout.flush()


def _note(text: str) -> None:
    import select

    try:
        # Whoever started this with a pipe may not read it: what does not fit is dropped, or everything would stop.
        _, free, _ = select.select([], [sys.stderr], [], 0)
    except (OSError, ValueError):
        return
    if free:
        say("note", text)


def _require_parts() -> None:
    from importlib.util import find_spec

    from jwtctl.errors import MissingExtraError

    if any(find_spec(name) is None for name in ("authlib", "starlette", "uvicorn")):
        raise MissingExtraError("serve", "serve")


def _clock(at: str | None) -> "Callable[[], float]":
    import time

    if at is None:
        return time.time
    frozen = float(moment(at, time.time(), "--at"))
    return lambda: frozen


def _times(
    store: "KeyStore", ttl: str | None, cache_ttl: str | None, every: int | None, warn: "Callable[[str], None]"
) -> tuple[int, int]:
    """Life of tokens and of cached key sets: as asked for, or such that the store's rotation stays safe."""
    from jwtctl.errors import UsageError

    if every is not None and every < _FASTEST:
        raise UsageError(
            f"--rotate-every {every} s: keys have to be seen before they sign", hint=f"{_FASTEST}s or more"
        )
    usual = store.schedule.cache_ttl if every is None else min(store.schedule.cache_ttl, every // 2)
    cached = usual if cache_ttl is None else duration(cache_ttl, "--cache-ttl")
    longest = min(_HOUR, store.schedule.max_ttl)
    life = min(longest, 6 * every) if every is not None else longest
    life = life if ttl is None else duration(ttl, "--ttl")
    if life < 1:
        raise UsageError("--ttl: a token lives at least a second")
    if every is None and (life > store.schedule.max_ttl or cached > store.schedule.cache_ttl):
        warn("tokens or cached key sets outlive what the store is set to: its keys may be gone before them")
    return life, cached


def _rotation(
    keys: "LiveKeys", every: int, times: tuple[int, int], settings: "Settings"
) -> "Callable[[], Coroutine[Any, Any, None]]":
    from dataclasses import replace

    from jwtctl.issuer.live_keys import Rotating, keep_rotating

    life, cached = times
    old = keys.store.schedule
    # A second more than caches are told: times of the store are whole seconds.
    faster = replace(old, every=every, cache_ttl=cached + 1, max_ttl=life, buffer=min(old.buffer, every))
    rotating = Rotating(faster, settings.now, key_maker(old))
    return lambda: keep_rotating(keys, rotating, settings.clock, settings.note)


def _tls(on: "tuple[Fault, ...]", certificate: str | None, key: str | None, host: str) -> Any:
    from jwtctl.errors import UsageError
    from jwtctl.issuer import listener

    expired = next((fault for fault in on if fault.name == "expired-certificate"), None)
    if expired is not None and certificate is not None:
        raise UsageError("--fault expired-certificate makes its own certificate: leave --tls-cert out")
    if expired is not None:
        import time

        from jwtctl.jose.self_signed import self_signed

        yesterday = time.time() - _DAY
        made, secret = self_signed(
            dict.fromkeys((host, "localhost", "127.0.0.1", "::1")), yesterday - 90 * _DAY, yesterday
        )
        if expired.value is not None:
            _write_certificate(str(expired.value), made)
        return listener.tls_context_of(made, secret)
    return None if certificate is None or key is None else listener.tls_context(certificate, key)


def _write_certificate(path: str, octets: bytes) -> None:
    from pathlib import Path

    from jwtctl.cli import files
    from jwtctl.errors import UsageError

    if Path(path).exists() and not files.read(path).startswith(octets[:27]):
        raise UsageError(f"{path!r} exists, and is no certificate", hint="name another file for the certificate")
    files.write(path, octets, force=True)


COMMANDS = (serve,)
