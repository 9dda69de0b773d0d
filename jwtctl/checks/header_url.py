"""What is wrong with a URL that stands in the header of a token. It is only looked at: nothing is resolved or fetched."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.json_object import kind_of
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken, KeySet

# inet_aton, which curl and others use, also takes 0x7f.1 and 2130706433 for addresses.
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}\.?")
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
_INSIDE = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class HeaderUrl(TokenCheck):
    """Base of the checks for one URL in the header each.

    Attributes:
        member: the header parameter.
        fetched: what verifiers would fetch from there, in words.
    """

    severity = Severity.MEDIUM
    member: ClassVar[str]
    fetched: ClassVar[str]

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:  # noqa: ARG002 - the signature of all checks
        """As any check: whether the header has the URL."""
        return self.member in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        """As any check: one finding, which says what the URL means for who follows it."""
        message, severity = verdict(self.member, token.header[self.member], self.fetched, audit.key_sets)
        yield self.finding(token, message, at=f"/header/{self.member}", severity=severity)


def verdict(name: str, value: object, what: str, key_sets: Iterable[KeySet]) -> tuple[str, Severity]:
    """Word what a URL in a header means for who follows it.

    Args:
        name: of the header parameter.
        value: of it, as it stands there.
        what: is fetched, in words.
        key_sets: the trusted keys; the hosts from which such were fetched are the only ones that tokens may name.

    Returns:
        A message without anything of the URL but its host, and HIGH if the URL itself is dangerous, else MEDIUM.
    """
    if not isinstance(value, str):
        return f"{name} is a JSON {kind_of(value)}, not a URL", Severity.HIGH
    trusted = {host for key_set in key_sets if key_set.published and (host := _host(key_set.source))}
    host = _host(value)
    message = f"{name} sends verifiers to {short(host, 80)!r} for {what}" if host else f"{name} names no host"
    wrong = list(faults(value, trusted))
    return ": ".join(filter(None, (message, "; ".join(wrong)))), Severity.HIGH if wrong else Severity.MEDIUM


def faults(url: str, trusted: Collection[str] = ()) -> Iterator[str]:
    """What makes a URL dangerous to follow.

    Args:
        url: any text.
        trusted: host names in lower case; if there are any, another one is a fault.
    """
    if _AMBIGUOUS.search(url):
        yield "it holds white space, a backslash or a control character, which programs read in different ways"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        yield "it is no URL"
        return
    if not parts.scheme:
        yield "it is no absolute URL"
    elif parts.scheme != "https":
        yield f"its scheme is {short(parts.scheme, 20)!r}, where https is required"
    if "@" in parts.netloc:
        yield "a user name stands before the host, and is easily taken for it"
    if not host:
        return
    if where := _kind_of_host(host):
        yield f"its host is {where}"
    elif trusted and host not in trusted:
        yield "no trusted key set comes from there"


def _kind_of_host(host: str) -> str:
    """What is suspicious about a host in lower case; empty for an ordinary name."""
    plain = host.rstrip(".")
    try:
        ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        if _NUMERIC.fullmatch(host):
            return "an IP address in another notation"
    else:
        return "an IP address"
    if plain == "localhost" or plain.endswith(_INSIDE):
        return "a name of the machine or network of who fetches"
    if "." not in plain:
        return "a name without a domain, which only an internal network knows"
    return "" if plain.isascii() else "a name with letters beyond ASCII, which may look like another name"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
