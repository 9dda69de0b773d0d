"""An issuer in this process, and a browser that speaks to it without a socket."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from jwtctl.issuer import endpoints, faults
from jwtctl.issuer.clients import CODE, CREDENTIALS, DEVELOPER, Client
from jwtctl.issuer.live_keys import LiveKeys
from jwtctl.issuer.settings import Settings
from jwtctl.jose.generate import generate
from jwtctl.jose.key import named
from jwtctl.keysets import rotation, store
from jwtctl.model import Schedule

NOON = 1_900_000_000
ISSUER = "http://127.0.0.1:8080"
CALLBACK = "http://127.0.0.1:9000/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
SERVICE = Client("service", "s3cret", audience=("billing",), grant_types=(CREDENTIALS,))
WEB = Client(
    "web", "w3b", redirect_uris=("https://web.example/cb?tenant=1", "http://127.0.0.1/cb"), grant_types=(CODE,)
)
ASK = {
    "response_type": "code",
    "client_id": "dev",
    "redirect_uri": CALLBACK,
    "scope": "openid profile",
    "state": "st&te",
    "nonce": "n1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def sent(self) -> dict[str, str]:
        """The parameters of the redirect."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}


@dataclass
class Browser:
    """Speaks ASGI, and keeps cookies."""

    app: Any
    cookies: dict[str, str] = field(default_factory=dict)
    peer: str = "127.0.0.1"

    def ask(self, method: str, target: str, body: bytes | dict = b"", **headers: str) -> Reply:
        stated = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, dict):
            stated.setdefault("content-type", "application/x-www-form-urlencoded")
            body = urlencode(body).encode()
        if self.cookies:
            stated["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", stated.pop("host", "127.0.0.1:8080").encode("latin-1"))]
            + [(name.encode(), value.encode("latin-1")) for name, value in stated.items()],
            "client": (self.peer, 50000),
            "server": ("127.0.0.1", 8080),
        }
        sent: list[dict] = []
        given = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive():
            return next(given, {"type": "http.disconnect"})

        async def send(message):
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        pairs = [(name.decode(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
        cookies = [value for name, value in pairs if name == "set-cookie"]
        for cookie in cookies:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        return Reply(sent[0]["status"], dict(pairs), cookies, b"".join(part.get("body", b"") for part in sent[1:]))

    def get(self, target: str, **headers: str) -> Reply:
        return self.ask("GET", target, b"", **headers)

    def post(self, target: str, body: bytes | dict = b"", **headers: str) -> Reply:
        return self.ask("POST", target, body, **headers)

    def authorize(self, **changes: str | None) -> Reply:
        asked = {name: value for name, value in (ASK | changes).items() if value is not None}
        return self.get(f"/authorize?{urlencode(asked)}")

    def submit(self, page: Reply, **fields: str) -> Reply:
        """Fill in the form of a page."""
        action = html.unescape(re.search(r'action="([^"]*)"', page.text)[1])  # type: ignore[index]  # it has one
        token = re.search(r'name=csrf value="([^"]*)"', page.text)[1]  # type: ignore[index]  # it has one
        return self.post(action, {"csrf": token} | fields)

    def log_in(self, name: str = "alice", **changes: str | None) -> Reply:
        return self.submit(self.authorize(**changes), name=name)

    def redeem(self, code: str, **changes: str | None) -> Reply:
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": "dev",
            "code_verifier": VERIFIER,
        }
        return self.post("/token", {name: value for name, value in (body | changes).items() if value is not None})

    def tokens(self, name: str = "alice", **changes: str | None) -> dict:
        return self.redeem(self.log_in(name, **changes).sent["code"]).json


@dataclass
class Issuer:
    """An issuer, and what it is made of."""

    path: str
    clock: Clock
    notes: list[str]
    settings: Settings
    keys: LiveKeys
    faults: faults.Faults
    app: Any

    @property
    def browser(self) -> Browser:
        """A new one, without cookies."""
        return Browser(self.app)


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def make_key():
    return named(generate("ES256"), "thumbprint")


@pytest.fixture
def store_path(tmp_path) -> str:
    path = str(tmp_path / "keys")
    store.begin(path, rotation.begin(Schedule("ES256", every=86_400, cache_ttl=900), NOON - 3600, make_key))
    return path


@pytest.fixture
def make(store_path):
    """Make an issuer, `make(ttl=60)`; the arguments are those of Settings."""

    def make_(*, on: tuple[str, ...] = (), **changes: Any) -> Issuer:
        clock = Clock()
        notes: list[str] = []
        settings = Settings(
            ISSUER,
            {client.client_id: client for client in (DEVELOPER, SERVICE, WEB)},
            ("api",),
            3600,
            900,
            clock,
            notes.append,
        )
        settings = replace(settings, **changes)
        keys = LiveKeys(store_path, notes.append)
        active = faults.Faults(faults.parse_all(on))
        return Issuer(store_path, clock, notes, settings, keys, active, endpoints.application(settings, keys, active))

    return make_


@pytest.fixture
def issuer(make) -> Issuer:
    return make()


@pytest.fixture
def browser(issuer) -> Browser:
    return issuer.browser
