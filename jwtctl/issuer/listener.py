"""From an address to a running server: sockets, TLS, signals."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from jwtctl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

_MOST_CONNECTIONS = 200
_LONGEST_HEAD = 32 * 1024
_PATIENCE = 5
"""Seconds in which the head of a request has to come, from the connection or the last answer on."""

_GRACE = 1
"""Seconds that answers under way get when the server stops."""


def bind(host: str, port: int) -> socket.socket:
    """Take an address.

    Raises:
        InputError: if it is taken, or none of this machine's.
    """
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        # asyncio sends at once, without waiting for more to send, only if TCP is named.
        taken = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as err:
        raise InputError(f"cannot listen on {host}: {getattr(err, 'strerror', None) or err}".lower()) from err
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(128)
    except OSError as err:
        taken.close()
        hint = "--port 0 takes a free one" if err.errno == errno.EADDRINUSE else ""
        raise InputError(
            f"cannot listen on {host} port {port}: {(err.strerror or str(err)).lower()}", hint=hint
        ) from err
    return taken


def url(taken: socket.socket, host: str, *, tls: bool) -> str:
    """The URL of an address that was taken."""
    shown = f"[{host}]" if ":" in host else host
    return f"http{'s' if tls else ''}://{shown}:{taken.getsockname()[1]}"


def tls_context(certificate: str, key: str) -> ssl.SSLContext:
    """TLS with a certificate chain and its private key, from PEM files.

    Raises:
        InputError: if they cannot be read, do not belong together, or the key is encrypted.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in (certificate, key):
        try:
            Path(path).read_bytes()
        except OSError as err:
            raise InputError(f"{path!r}: {(err.strerror or str(err)).lower()}") from err
    try:
        # An empty passphrase, so that OpenSSL does not ask for one on the terminal.
        context.load_cert_chain(certificate, key, lambda: "")
    except (ssl.SSLError, OSError) as err:
        reason = getattr(err, "reason", None) or err.strerror or "not PEM"
        raise InputError(
            f"{certificate!r} and {key!r} are no certificate with its private key: {reason}".lower()
        ) from err
    return context


def tls_context_of(certificate: bytes, key: bytes) -> ssl.SSLContext:
    """As `tls_context`, of PEM in memory; the key is on the disk, readable by its owner, while OpenSSL reads it."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder) / "certificate.pem", Path(folder) / "key.pem"
        for path, octets in zip(paths, (certificate, key), strict=True):
            path.write_bytes(octets)
        return tls_context(*map(str, paths))


def run(
    app: Any,
    taken: socket.socket,
    context: ssl.SSLContext | None,
    *,
    ready: Callable[[], None],
    beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> int:
    """Serve until a signal comes.

    Args:
        app: an ASGI application.
        taken: a listening socket.
        context: TLS, or None.
        ready: called when requests are answered.
        beside: made into a task that runs as long as the server does.

    Returns:
        The signal: SIGINT or SIGTERM.
    """
    for name in ("uvicorn", "asyncio", "authlib"):
        # What these have to say, with tracebacks, is for their developers.
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        timeout_keep_alive=_PATIENCE,
        timeout_graceful_shutdown=_GRACE,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )
    server = _Server(config, ready, beside)
    server.run(sockets=[taken])
    return server.signal


class _Protocol(H11Protocol):
    """As uvicorn's, which waits for ever for a first request, and for one that has begun."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def data_received(self, data: bytes) -> None:
        # uvicorn would stop the clock at the first octet.
        clock, self.timeout_keep_alive_task = self.timeout_keep_alive_task, None
        super().data_received(data)
        if clock is None:
            return
        # There is no cycle before the first request; a new clock may run since the last answer.
        answered = getattr(self.cycle, "response_complete", True)
        if self.timeout_keep_alive_task is None and answered:  # type: ignore[redundant-expr]  # it was set meanwhile
            self.timeout_keep_alive_task = clock
        else:
            clock.cancel()


class _Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        beside: Callable[[], Coroutine[Any, Any, None]] | None,
    ) -> None:
        super().__init__(config)
        self._ready, self._beside = ready, beside
        self._task: asyncio.Task[None] | None = None
        self.signal = int(signal.SIGTERM)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._beside is not None:
            self._task = asyncio.create_task(self._beside())
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._task is not None:
            self._task.cancel()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, without raising the signal again when all is done, and heeding who has made SIGINT deaf."""

        def handle(number: int, _frame: Any) -> None:
            self.signal = number
            self.should_exit = True

        heard = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, handle) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
