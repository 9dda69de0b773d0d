"""A web server on loopback that answers what a test tells it to, in plain HTTP and over TLS."""

from __future__ import annotations

import http.server
import json
import select
import socket
import ssl
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import trustme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# RFC 7517 appendix A.2 (the private half of the first key of A.1) and RFC 8037 appendix A.1.
P256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
P256_D = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
ED25519 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
ED25519_D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
ED25519_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # RFC 8037 appendix A.3
# RFC 7517 appendix A.3, the second key.
OCT = {
    "kty": "oct",
    "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
}

KEYS = json.dumps({"keys": [{**P256, "kid": "1", "alg": "ES256"}, {**ED25519, "kid": "2"}]}).encode()


@dataclass
class Answer:
    body: bytes = KEYS
    status: int = 200
    type: str | None = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, handler: Handler) -> None:
        handler.send_response(self.status)
        if self.type is not None:
            handler.send_header("Content-Type", self.type)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        if "Content-Length" not in self.headers:
            handler.send_header("Content-Length", str(len(self.body)))
        handler.end_headers()
        handler.wfile.write(self.body)


def redirect(location: str, status: int = 302) -> Answer:
    return Answer(b"", status, None, {"Location": location})


def metadata(**members: Any) -> Answer:
    return Answer(json.dumps(members).encode())


class Server(http.server.ThreadingHTTPServer):
    """Answers by path; `stop` wakes the handlers that drip, `asked` holds the paths in the order they came."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, host: str, context: ssl.SSLContext | None = None) -> None:
        super().__init__((host, 0), Handler)
        self.routes: dict[str, Callable[[Handler], None]] = {}
        self.asked: list[str] = []
        self.seen: list[dict[str, str]] = []
        self.tunnel: tuple[str, int] | None = None
        self.stop = threading.Event()
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"http{'s' if context else ''}://{host}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what these tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.server.routes.get(self.path, Answer(b"no such path", 404, "text/plain"))(self)

    def do_CONNECT(self) -> None:
        """Be a proxy: whatever the client asks for, it gets `tunnel`."""
        self.server.asked.append(f"CONNECT {self.path}")
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        if self.server.tunnel is None:
            self.send_error(403)
            return
        with socket.create_connection(self.server.tunnel) as far:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            other = {far: self.connection, self.connection: far}
            while True:
                for end in select.select(list(other), [], [])[0]:
                    if not (octets := end.recv(65536)):
                        return
                    other[end].sendall(octets)

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""


def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serving(Server("127.0.0.1"))


@pytest.fixture
def inner() -> Iterator[Server]:
    """A second server, at another loopback address."""
    yield from serving(Server("127.0.0.2"))


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Any) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[Callable[..., Server]]:
    """Start a TLS server whose certificate is for the names given."""
    started = []

    def start(*names: str, **options: Any) -> Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names, key_type=trustme.KeyType.ECDSA, **options).configure_cert(context)
        return enter(context)

    def enter(context: ssl.SSLContext) -> Server:
        generator = serving(Server("127.0.0.1", context))
        started.append(generator)
        return next(generator)

    start.enter = enter  # type: ignore[attr-defined]  # for certificates that no authority issued
    yield start
    for generator in started:
        for _ in generator:
            pass
