"""HTTP GET of small public documents from servers that may be hostile: bounded in time, octets, hops and reach.

The deadline covers everything, from looking up the name to the last octet, because each single read of the socket
gets only the time that is left: a server that drips one octet a second, in the headers or in the body, is cut off
like one that says nothing. What a first host leads to (a redirect, a discovered URL) is checked by the address that
is connected, not by the name, so that a name which resolves to the inside of a network leads nowhere either
(server-side request forgery, CWE-918).
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url, make_headers, parse_url

from jwtctl import __version__
from jwtctl.errors import InputError, RemoteError, UsageError
from jwtctl.keysets.identity import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_URL = 8000
"""Characters of a URL (RFC 9110 section 4.1 asks to support at least these)."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({429, 502, 503, 504})
_CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_CHUNK = 1 << 16
_BACKOFF = 0.2
_HEADERS = {
    "User-Agent": f"jwtctl/{__version__}",
    "Accept": "application/jwk-set+json, application/json;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip, deflate",
}


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """What one fetch may cost and reach.

    Attributes:
        timeout: seconds for everything together: discovery, redirects, retries.
        max_octets: size of one decoded document; on the wire twice as much and 64 KiB of headers are read.
        max_redirects: hops for one document.
        retries: further attempts for one hop, on a broken connection or a status of 429, 502, 503 or 504.
        insecure_http: allow plain http to hosts other than the loopback.
        ca_file: PEM file of the certification authorities to trust, in place of the system's.
        sleep: waits between attempts.
    """

    timeout: float = 10.0
    max_octets: int = 1 << 20
    max_redirects: int = 5
    retries: int = 2
    insecure_http: bool = False
    ca_file: str | None = None
    sleep: Callable[[float], None] = time.sleep


DEFAULTS = FetchOptions()


class Zone(Enum):
    """Where an address lies, as far as reaching it from outside would be news."""

    PUBLIC = "public"
    PRIVATE = "private"
    LOOPBACK = "loopback"
    LINK_LOCAL = "link-local"


# What a host of each zone may lead to: never further inside than where it stands itself.
_REACHABLE = {
    Zone.PUBLIC: {Zone.PUBLIC},
    Zone.PRIVATE: {Zone.PUBLIC, Zone.PRIVATE},
    Zone.LOOPBACK: {Zone.PUBLIC, Zone.PRIVATE, Zone.LOOPBACK},
    Zone.LINK_LOCAL: {Zone.PUBLIC, Zone.PRIVATE, Zone.LINK_LOCAL},
}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def zone_of(address: str) -> Zone:
    """Zone of an IP address; an IPv4 address inside an IPv6 one (mapped, 6to4, RFC 6052) counts as itself.

    Raises:
        ValueError: for anything but an address.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    # The unspecified address connects to this host on Linux.
    if ip.is_loopback or ip.is_unspecified:
        return Zone.LOOPBACK
    if ip.is_link_local:
        return Zone.LINK_LOCAL
    return Zone.PUBLIC if ip.is_global and not ip.is_multicast else Zone.PRIVATE


class ReplyError(RemoteError):
    """The server did answer, but not with a document that can be used."""


class _TransientError(Exception):
    """A failure that may pass: the error to raise if it does not, and how many seconds to wait if the server said."""

    def __init__(self, error: RemoteError, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with status 200.

    Attributes:
        url: the URL that answered, after redirects.
        headers: names in lower case, repeated ones joined with a comma.
        body: decoded.
        certificate: DER of the certificate that the server showed; None without TLS.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    certificate: bytes | None = field(default=None, repr=False)

    @property
    def content_type(self) -> str:
        """Media type in lower case without parameters; empty if there was none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Client:
    """One fetch from its first octet to its last, over as many documents as it takes.

    Neither cookies nor credentials are sent, and nothing is kept between requests. Proxies come from the environment
    (`HTTPS_PROXY`, `NO_PROXY` …) and are trusted with deciding which addresses a name may stand for.
    """

    def __init__(self, options: FetchOptions = DEFAULTS) -> None:
        self.options = options
        self._end = time.monotonic() + options.timeout
        self._home: Zone | None = None
        self._wire = 0
        self._shown: bytes | None = None

    def get(self, url: str, *, led_by: str | None = None) -> Reply:
        """Fetch one document.

        Args:
            url: absolute, https; http only for loopback hosts or with `insecure_http`.
            led_by: the URL of the document that named this one, if a server did and not the caller.

        Raises:
            UsageError: if the caller's URL is of a kind that is never fetched.
            InputError: if `ca_file` cannot be read.
            ReplyError: if a server answered with something unusable.
            RemoteError: if a server cannot be reached or trusted, or leads where it must not.
        """
        target = self._checked(url, led_by)
        visited = [target.url]
        while isinstance(reply := self._patiently(target), str):
            target = self._checked(_joined(target.url, reply), target.url)
            if target.url in visited:
                raise ReplyError(f"{_quoted(url)} redirects in a circle")
            visited.append(target.url)
            if len(visited) > self.options.max_redirects + 1:
                raise ReplyError(f"{_quoted(url)} redirects more than {self.options.max_redirects} times")
        return reply

    def left(self) -> float:
        """Seconds left, more than none.

        Raises:
            RemoteError: when the time is over.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.late()
        return left

    def late(self) -> RemoteError:
        """The error to raise when the time is over."""
        return RemoteError(f"no complete answer within {self.options.timeout:g} s")

    def count(self, octets: int) -> None:
        """Account for octets that came over the wire.

        Raises:
            ReplyError: if this answer has had more than any honest one needs.
        """
        self._wire += octets
        if self._wire > 2 * self.options.max_octets + _CHUNK:
            raise ReplyError(f"more than {self._wire} octets came over the wire for one document")

    def show(self, certificate: bytes | None) -> None:
        """Take note of the certificate (DER) that the server of the current request has shown."""
        self._shown = certificate

    def connect(self, host: str, port: int, *, proxied: bool) -> socket.socket:
        """Connect to the first address of a host that answers.

        Args:
            host: name or address.
            port: TCP port.
            proxied: whether the host is a proxy, which may stand anywhere.
        """
        addresses = self._lookup(host, port)
        failure: OSError = OSError("no address")
        for position, (family, kind, protocol, _, address) in enumerate(addresses):
            zone = zone_of(str(address[0]).partition("%")[0])
            if not proxied:
                self._admit(zone, host, str(address[0]))
            connection = socket.socket(family, kind, protocol)
            try:
                # An address that swallows packets must not eat the time of the next one.
                connection.settimeout(self.left() / (len(addresses) - position))
                connection.connect(address)
                connection.settimeout(self.left())
            except (OSError, RemoteError) as err:
                connection.close()
                if isinstance(err, RemoteError):
                    raise
                failure = err
                continue
            self._home = self._home or zone
            return connection
        self.left()
        reason = failure.strerror or str(failure) or type(failure).__name__
        raise _TransientError(RemoteError(f"cannot connect to {_quoted(host)} port {port}: {reason.lower()}"))

    def _checked(self, url: str, led_by: str | None) -> Url:
        wrong = UsageError if led_by is None else RemoteError
        subject = "the URL" if led_by is None else f"{_quoted(led_by)} leads to a URL that"
        if len(url) > MAX_URL:
            raise wrong(f"{subject} is longer than {MAX_URL} characters")
        try:
            target = parse_url(url)
        except urllib3.exceptions.LocationParseError as err:
            raise wrong(f"{subject} cannot be parsed: {_quoted(url)}") from err
        if target.auth is not None:
            # Not quoted: it may hold a password.
            raise wrong(f"{subject} holds credentials for {_quoted(target.host or '')}", hint="none are ever sent")
        if target.scheme not in {"http", "https"} or not target.host:
            raise wrong(f"{subject} is no https URL: {_quoted(url)}", hint="give https://HOST/PATH")
        if target.scheme == "http":
            if led_by is not None and led_by.startswith("https:"):
                raise wrong(f"{subject} gives up https: {_quoted(url)}")
            if not (self.options.insecure_http or _is_loopback(target.host)):
                raise wrong(
                    f"{subject} is plain http: {_quoted(url)}",
                    hint="anyone on the way can replace the keys; --insecure-http fetches them all the same",
                )
        return target._replace(fragment=None, path=target.path or "/")

    def _admit(self, zone: Zone, host: str, address: str) -> None:
        if self._home is not None and zone not in _REACHABLE[self._home]:
            raise RemoteError(
                f"a {self._home.value} host leads to {_quoted(host)}, which is a {zone.value} address: {address}",
                hint="if that is meant, give the inner URL itself",
            )

    def _lookup(self, host: str, port: int) -> list[Any]:
        found: list[Any] = []

        def look() -> None:
            try:
                found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, ValueError) as err:
                found.append(err)

        # The resolver knows no deadline: a thread can be left behind.
        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(self.left())
        self.left()
        if not found or isinstance(found[0], Exception):
            error = RemoteError(f"the host name {_quoted(host)} is not known")
            if found and isinstance(found[0], socket.gaierror) and found[0].errno == socket.EAI_AGAIN:
                raise _TransientError(RemoteError(f"the host name {_quoted(host)} cannot be looked up now"))
            raise error
        return found

    def _patiently(self, target: Url) -> Reply | str:
        attempt = 0
        while True:
            try:
                return self._once(target)
            except _TransientError as err:
                pause = max(_BACKOFF * 2**attempt, err.pause or 0)
                if attempt >= self.options.retries or pause >= self._end - time.monotonic():
                    raise err.error from err
                self.options.sleep(pause)
                attempt += 1

    def _once(self, target: Url) -> Reply | str:
        """One request: the answer, or the URL to which it redirects, as it was written."""
        self._wire, self._shown = 0, None
        left = self.left()
        manager = self._manager(target)
        try:
            pool = manager.connection_from_url(target.url)
            made = _SecureConnection if target.scheme == "https" else _Connection
            pool.ConnectionCls = partial(made, client=self)  # type: ignore[assignment]  # urllib3 only calls it
            response = manager.request(
                "GET",
                target.url,
                headers=_HEADERS,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=left,
            )
            try:
                return self._read(target, response)
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as err:
            raise self._translated(err, target) from err
        finally:
            manager.clear()

    def _read(self, target: Url, response: urllib3.BaseHTTPResponse) -> Reply | str:
        url = _quoted(target.url)
        location = response.headers.get("location")
        if response.status in _REDIRECTS and location:
            return location
        if response.status != 200:
            error = ReplyError(
                f"{url} answers with status {response.status} {short(response.reason or '', 60)}".strip()
            )
            if response.status in _PASSING:
                wait = response.headers.get("retry-after", "")
                raise _TransientError(error, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else None)
            raise error
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in _CODINGS:
            raise ReplyError(f"{url} comes in content coding {_quoted(coding, 40)}, which was not asked for")
        chunks = []
        size = 0
        for chunk in response.stream(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self.options.max_octets:
                raise ReplyError(f"{url} is larger than {self.options.max_octets} octets")
            chunks.append(chunk)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(target.url, headers, b"".join(chunks), self._shown)

    def _manager(self, target: Url) -> urllib3.PoolManager:
        context = self._context if target.scheme == "https" else None
        proxy = _proxy_for(target)
        if proxy is None:
            manager = urllib3.PoolManager(ssl_context=context)
        else:
            self._admit_by_name(target.host or "")
            credentials = make_headers(proxy_basic_auth=proxy.auth) if proxy.auth else None
            try:
                manager = urllib3.ProxyManager(
                    proxy._replace(auth=None).url, proxy_headers=credentials, ssl_context=context
                )
            except urllib3.exceptions.ProxySchemeUnknown as err:
                raise UsageError("only http and https proxies are supported", hint="see HTTPS_PROXY, NO_PROXY") from err
        return manager

    def _admit_by_name(self, host: str) -> None:
        try:
            zone = zone_of(host.strip("[]").partition("%")[0])
        except ValueError:
            zone = Zone.LOOPBACK if _is_loopback(host) else Zone.PUBLIC
        self._admit(zone, host, host)
        self._home = self._home or zone

    @cached_property
    def _context(self) -> ssl.SSLContext:
        path = self.options.ca_file
        try:
            return ssl.create_default_context(cafile=path)
        except ssl.SSLError as err:
            raise InputError(f"{path!r} holds no PEM certificate") from err
        except OSError as err:
            raise InputError(f"cannot read the CA file {path!r}: {(err.strerror or str(err)).lower()}") from err

    def _translated(self, err: BaseException, target: Url) -> Exception:
        """What to raise for an exception of urllib3: the cause inside it that says most decides."""
        causes = list(_causes(err))
        name = _quoted(target.host or "", 255)

        def first(*kinds: type[BaseException]) -> Any:
            return next((cause for cause in causes if isinstance(cause, kinds)), None)

        if untrusted := first(ssl.SSLCertVerificationError):
            return _certificate_error(untrusted, name)
        if first(TimeoutError, urllib3.exceptions.TimeoutError):
            return self.late()
        if broken := first(ssl.SSLError):
            return _tls_error(broken, name)
        if first(urllib3.exceptions.DecodeError):
            return ReplyError(f"{_quoted(target.url)} is damaged: its content coding cannot be undone")
        if first(http.client.IncompleteRead):
            return _TransientError(ReplyError(f"the answer of {_quoted(target.url)} ends before its stated length"))
        text = short(str(causes[-1]) or type(causes[-1]).__name__, 120)
        if first(urllib3.exceptions.ProxyError):
            return RemoteError(f"the proxy failed for {name}: {text}", hint="see HTTPS_PROXY, NO_PROXY")
        if first(ConnectionError):
            return _TransientError(RemoteError(f"{name} closed the connection before a complete answer"))
        return ReplyError(f"{name} does not answer in HTTP: {text}")


class _Connection(HTTPConnection):
    """A connection whose every wait is cut to the time that its client has left."""

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._client = client
        self.response_class = partial(_Response, client)  # type: ignore[assignment]  # http.client only calls it

    def _new_conn(self) -> socket.socket:
        return self._client.connect(self._dns_host, self.port, proxied=self.proxy is not None)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS; it tells its client which certificate the server has shown."""

    def connect(self) -> None:
        super().connect()
        # Also where TLS runs inside that of a proxy, what urllib3 puts here has this method of an SSLSocket.
        self._client.show(cast("ssl.SSLSocket", self.sock).getpeercert(binary_form=True))


class _Response(http.client.HTTPResponse):
    """A response that reads through `_TimedReader`, headers included."""

    def __init__(self, client: Client, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(client, sock, self.fp.detach()))


class _TimedReader(io.RawIOBase):
    def __init__(self, client: Client, sock: socket.socket, raw: Any) -> None:
        super().__init__()
        self._client = client
        self._socket = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._client.left())
        octets: int | None = self._raw.readinto(buffer)
        self._client.count(octets or 0)
        return octets

    def close(self) -> None:
        self._raw.close()
        super().close()


def _certificate_error(err: ssl.SSLCertVerificationError, name: str) -> RemoteError:
    # Codes of X509_V_ERR_*, openssl/x509_vfy.h.
    hint = "for a private authority, give its certificate with --ca-file"
    reasons = {
        9: ("the certificate is not valid yet", "check this machine's clock"),
        10: ("the certificate has expired", "the server's operator must renew it"),
        18: ("the certificate is self-signed", hint),
        19: ("the certificate chain ends in a self-signed certificate that is not trusted", hint),
        20: ("the certificate is of an authority that is not trusted", hint),
        21: ("the certificate chain is incomplete", hint),
        62: ("the certificate is for another host name", "check the URL"),
        64: ("the certificate is for another address", "check the URL"),
    }
    reason, hint = reasons.get(err.verify_code, (short(err.verify_message, 120), hint))
    return RemoteError(f"TLS with {name} failed: {reason}", hint=hint)


def _tls_error(err: ssl.SSLError, name: str) -> RemoteError:
    if err.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        return RemoteError(f"TLS with {name} failed: the server does not speak TLS on this port")
    return RemoteError(f"TLS with {name} failed: {(err.reason or str(err)).replace('_', ' ').lower()}")


def _causes(err: BaseException) -> Iterator[BaseException]:
    """An exception and those inside it, outermost first."""
    seen: list[BaseException] = []
    waiting = [err]
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.append(current)
        yield current
        inside = [*current.args, current.__cause__, current.__context__]
        waiting += [each for each in inside if isinstance(each, BaseException)]


def _proxy_for(target: Url) -> Url | None:
    host = target.host or ""
    if _is_loopback(host) or urllib.request.proxy_bypass(f"{host}:{target.port}" if target.port else host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(target.scheme or "") or proxies.get("all")
    if not proxy:
        return None
    try:
        return parse_url(proxy if "://" in proxy else f"http://{proxy}")
    except urllib3.exceptions.LocationParseError as err:
        raise UsageError("the proxy URL of the environment cannot be parsed", hint="see HTTPS_PROXY, NO_PROXY") from err


def _is_loopback(host: str) -> bool:
    bare = host.strip("[]")
    if bare.lower() == "localhost":
        return True
    try:
        ip = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return ip.is_loopback


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError as err:
        raise ReplyError(f"{_quoted(base)} redirects to what is no URL: {_quoted(location)}") from err


def _quoted(text: str, limit: int = 200) -> str:
    return f"'{short(text, limit)}'"
