"""Who may ask an issuer for tokens, with which secret, and where the browser may be sent.

Sources: RFC 6749 sections 2 and 3.1.2, RFC 8252 sections 7.1 and 7.3 (loopback and private-use redirects), RFC 9700
section 2.1 (redirect URIs are compared exactly).
"""

from __future__ import annotations

import hmac
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jwtctl.errors import InputError
from jwtctl.jose import json_object
from jwtctl.keysets.identity import short

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE, CREDENTIALS = "authorization_code", "client_credentials"
BASIC, POST, NONE = "client_secret_basic", "client_secret_post", "none"
AUTHENTICATED = (BASIC, POST)

_URI = r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]"
_LOOPBACK = re.compile(rf"https?://(?:127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{{1,5}})?(?:[/?]{_URI}*)?")
# Schemes of browsers such as javascript: have no dot; those that apps make up for themselves must have one.
_REGISTERED = re.compile(
    rf"(?:https?://[A-Za-z0-9.\-]+(?::[0-9]{{1,5}})?(?:[/?]{_URI}*)?|[a-z][a-z0-9+\-]*\.[a-z0-9+.\-]+:{_URI}+)"
)
_MEMBERS = ("client_id", "client_secret", "redirect_uris", "audience", "grant_types")
_EXAMPLE = '{"clients": [{"client_id": "app", "redirect_uris": ["http://127.0.0.1/callback"]}]}'
_MAX_OCTETS, _MAX_CLIENTS, _MAX_LENGTH = 1 << 20, 1000, 2000


@dataclass(frozen=True, slots=True)
class Client:
    """A client, as the OAuth server asks about it.

    Attributes:
        client_id: its name.
        secret: what it authenticates with; None for a public client.
        redirect_uris: where browsers may be sent.
        any_loopback: whether they may be sent to any URI on the loopback.
        audience: of its access tokens; empty for the issuer's usual one.
        grant_types: what it may ask for.
    """

    client_id: str
    secret: str | None = field(default=None, repr=False)
    redirect_uris: tuple[str, ...] = ()
    any_loopback: bool = False
    audience: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = (CODE,)

    def get_default_redirect_uri(self) -> None:
        """None: OpenID Connect wants the URI in every request."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """What is asked for, since nobody is protected here."""
        return " ".join(dict.fromkeys((scope or "").split()))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether a browser may be sent there: to the letter, but for the port of a loopback URI without one."""
        loopback = _LOOPBACK.fullmatch(redirect_uri)
        if redirect_uri in self.redirect_uris or (self.any_loopback and loopback):
            return True
        if loopback is None or loopback[1] is None:
            return False
        start, end = loopback.span(1)
        return redirect_uri[:start] + redirect_uri[end:] in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether this is its secret, in constant time."""
        return self.secret is not None and hmac.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """A client with a secret has to use it."""
        return method in (AUTHENTICATED if self.secret is not None else (NONE,))

    def check_response_type(self, response_type: str) -> bool:
        """Whether it may have a code."""
        return response_type == "code" and CODE in self.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it may ask for tokens in this way."""
        return grant_type in self.grant_types


DEVELOPER = Client("dev", any_loopback=True)
"""The client of an issuer to which none are named."""


def load(path: str) -> dict[str, Client]:
    """Read clients from a JSON file, by their names.

    Raises:
        InputError: naming the defect; if it holds secrets and others can read or change it.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            octets = opened.read(_MAX_OCTETS + 1)
        if len(octets) > _MAX_OCTETS:
            raise InputError(f"'{short(path)}' is larger than {_MAX_OCTETS:,} bytes")
        document, repeated = json_object.parse_object(octets)
        if repeated:
            raise ValueError(f"member '{short(repeated[0])}' stands twice")  # noqa: TRY301 - one error kind
        clients = [_client(entry, index) for index, entry in enumerate(_entries(document))]
    except OSError as err:
        raise InputError(f"'{short(path)}': {(err.strerror or str(err)).lower()}") from err
    except ValueError as err:
        raise InputError(f"'{short(path)}' is no client file: {err}", hint=_EXAMPLE) from err
    if any(client.secret is not None for client in clients) and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputError(
            f"'{short(path)}' holds secrets and can be read or changed by others", hint=f"chmod go-rwx {short(path)}"
        )
    named = {client.client_id: client for client in clients}
    if len(named) < len(clients):
        raise InputError(f"'{short(path)}' is no client file: a client_id stands twice")
    return named


def _entries(document: Mapping[str, Any]) -> list[Any]:
    unknown = [name for name in document if name != "clients"]
    entries = document.get("clients")
    if unknown:
        raise ValueError(f"unknown member '{short(unknown[0])}'")
    if not isinstance(entries, list) or not 0 < len(entries) <= _MAX_CLIENTS:
        raise ValueError(f"'clients' is no array of 1 to {_MAX_CLIENTS}")
    return entries


def _client(entry: Any, index: int) -> Client:
    where = f"client {index}"
    if not isinstance(entry, dict):
        raise ValueError(f"{where} is no object")  # noqa: TRY004 - one error kind
    if unknown := [name for name in entry if name not in _MEMBERS]:
        raise ValueError(f"{where} has an unknown member '{short(unknown[0])}'; known are {', '.join(_MEMBERS)}")
    uris = _texts(entry.get("redirect_uris", []), f"{where}: redirect_uris")
    for uri in uris:
        if not (_REGISTERED.fullmatch(uri) or _LOOPBACK.fullmatch(uri)):
            raise ValueError(f"{where}: '{short(uri)}' is no redirect URI: https, http, or com.example.app:/path")
    audience = entry.get("audience", [])
    secret = entry.get("client_secret")
    usual = [CODE] if uris or secret is None else []
    usual += [CREDENTIALS] if secret is not None else []
    grants = _texts(entry.get("grant_types", usual), f"{where}: grant_types")
    if not set(grants) <= {CODE, CREDENTIALS}:
        raise ValueError(f"{where}: grant_types are {CODE} and {CREDENTIALS}")
    if CREDENTIALS in grants and secret is None:
        raise ValueError(f"{where}: {CREDENTIALS} needs a client_secret (RFC 6749 section 4.4)")
    return Client(
        client_id=_text(entry.get("client_id"), f"{where}: client_id"),
        secret=None if secret is None else _text(secret, f"{where}: client_secret"),
        redirect_uris=uris,
        audience=_texts([audience] if isinstance(audience, str) else audience, f"{where}: audience"),
        grant_types=grants,
    )


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _MAX_CLIENTS:
        raise ValueError(f"{where} is no array of texts")
    return tuple(_text(item, where) for item in value)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[ !#-\[\]-~]+", value) or len(value) > _MAX_LENGTH:
        # RFC 6749 appendix A; without the two characters that no error may quote.
        raise ValueError(f"{where} is no text of printable ASCII without quotation mark and backslash")
    return value
