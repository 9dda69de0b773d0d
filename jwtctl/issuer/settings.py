"""What one issuer is: its name, whom its tokens are for, and for how long things live."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwtctl.issuer.clients import Client

_ISSUER = re.compile(
    r"https?://(?:[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
    r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9\-._~]+)*/?"
)


def issuer_defect(text: str) -> str:
    """What keeps a text from being an issuer (RFC 8414 section 2) that can be served; empty if nothing does."""
    if _ISSUER.fullmatch(text):
        return ""
    return "is no http or https URL without query and fragment, of plain characters"


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone; a name but `localhost` is not looked up."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an issuer; times in seconds.

    Attributes:
        issuer: its identifier, exactly as in `iss`.
        clients: by their names.
        audience: of access tokens whose client has none of its own; empty for the issuer itself.
        ttl: life of a token.
        cache_ttl: for how long the key set may be cached.
        clock: gives Unix time.
        note: is told, in one line, what happens; never a token, a code or a secret.
    """

    issuer: str
    clients: Mapping[str, Client]
    audience: tuple[str, ...]
    ttl: int
    cache_ttl: int
    clock: Callable[[], float]
    note: Callable[[str], None]

    @property
    def now(self) -> int:
        """Unix time in whole seconds, as claims have it."""
        return int(self.clock())

    @property
    def base(self) -> str:
        """What the URLs of all endpoints begin with; a Host header never changes it."""
        return self.issuer.rstrip("/")

    @property
    def path(self) -> str:
        """The path of the issuer, without a last slash; mostly empty."""
        return urlsplit(self.issuer).path.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return self.issuer.startswith("https:")
