"""Key sets from the network: a JWKS URL, or an issuer whose metadata names one.

Discovery is OpenID Connect Discovery 1.0 section 4, then RFC 8414 section 3. Nothing that is named inside a key (`x5u`,
`jku`) is ever fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from jwtctl.errors import RemoteError, UsageError
from jwtctl.jose import json_object, key
from jwtctl.keysets.identity import short
from jwtctl.keysets.transport import DEFAULTS, Client, FetchOptions, Reply, ReplyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.model import KeySet

_OIDC = "/.well-known/openid-configuration"
_OAUTH = "/.well-known/oauth-authorization-server"
_JSON_TYPE = re.compile(r"application/(json|[\w.!#$&^+-]+\+json)", re.ASCII)
_TOLERATED = frozenset({"", "text/plain", "text/json", "text/html", "application/octet-stream", "binary/octet-stream"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A key set with what its server said around it.

    Attributes:
        key_set: published; its source is the URL that was asked for, before redirects.
        url: the URL that answered.
        headers: of the answer, names in lower case.
        issuer: who named the key set in its metadata; None if the URL was given.
        certificate: DER of the certificate that the server showed; None without TLS.
    """

    key_set: KeySet
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    issuer: str | None = None
    certificate: bytes | None = field(default=None, repr=False)


def fetch_key_set(url: str, options: FetchOptions = DEFAULTS) -> KeySet:
    """Fetch the JWK Set (RFC 7517 section 5) at a URL.

    Raises:
        UsageError: if the URL is not https (or http on the loopback), or holds credentials.
        RemoteError: if it cannot be had, or is no key set.
    """
    return _fetched(Client(options), url).key_set


def fetch_issuer(issuer: str, options: FetchOptions = DEFAULTS) -> Fetched:
    """Discover an issuer's key set and fetch it, within one deadline.

    Raises:
        UsageError: if the issuer is no URL that may be fetched.
        RemoteError: if discovery or the key set fails, or the metadata speaks for another issuer.
    """
    client = Client(options)
    where, jwks_uri = _discovered(client, issuer)
    return replace(_fetched(client, jwks_uri, led_by=where), issuer=issuer)


def fetch_from(url_or_issuer: str, options: FetchOptions = DEFAULTS) -> Fetched:
    """Fetch a key set by its own URL, by that of a metadata document, or by its issuer, whichever it is.

    Metadata given by its URL must stand where its issuer's metadata belongs, for it speaks for nobody else.

    Raises:
        UsageError: if the URL is none that may be fetched.
        RemoteError: if it is none of the three, or fails.
    """
    client = Client(options)
    try:
        reply = client.get(url_or_issuer)
        document, repeated = _document(reply)
        if "keys" in document or "jwks_uri" not in document:
            return _found(url_or_issuer, reply, document, repeated)
    except ReplyError as err:
        if "/.well-known/" in url_or_issuer or not _well_known(url_or_issuer):
            raise
        try:
            where, jwks_uri = _discovered(client, url_or_issuer)
        except ReplyError as also:
            raise RemoteError(f"no key set and no issuer: {err.message}; {also.message}", hint=also.hint) from err
        return replace(_fetched(client, jwks_uri, led_by=where), issuer=url_or_issuer)
    issuer = document.get("issuer")
    if not isinstance(issuer, str) or url_or_issuer not in _well_known(issuer):
        raise RemoteError(
            f"the metadata at '{short(url_or_issuer)}' speaks for issuer {_shown(issuer)}, whose metadata is elsewhere",
            hint="give the issuer itself, or the URL of the key set",
        )
    return replace(_fetched(client, _jwks_uri(document, reply.url), led_by=reply.url), issuer=issuer)


def discover(issuer: str, options: FetchOptions = DEFAULTS) -> str:
    """Find the `jwks_uri` of an issuer.

    Args:
        issuer: exactly as in the `iss` claim of its tokens, to the last slash.
        options: bounds.

    Raises:
        UsageError: if the issuer is no URL that may be fetched.
        RemoteError: if there is no metadata, or it states another issuer.
    """
    return _discovered(Client(options), issuer)[1]


def type_defect(content_type: str) -> str:
    """What is wrong with the media type of a key set (RFC 7517 section 8.5.2); empty if nothing is."""
    if _JSON_TYPE.fullmatch(content_type):
        return ""
    served = f"served as {content_type}" if content_type else "served without a content type"
    return f"{served}, not as application/jwk-set+json or application/json"


def _discovered(client: Client, issuer: str) -> tuple[str, str]:
    places = _well_known(issuer)
    if not places:
        raise UsageError("an issuer is a URL without query and fragment (RFC 8414 section 2)")
    misses = []
    for url in places:
        try:
            reply = client.get(url)
            document, _ = _document(reply)
        except ReplyError as err:
            misses.append(err.message)
            continue
        stated = document.get("issuer")
        if stated != issuer:
            slash = isinstance(stated, str) and stated.rstrip("/") == issuer.rstrip("/")
            raise RemoteError(
                f"the metadata at '{short(url)}' states issuer {_shown(stated)}, not '{short(issuer)}'",
                hint=f"issuers are compared to the letter: give '{short(str(stated))}'" if slash else "",
            )
        return reply.url, _jwks_uri(document, url)
    raise ReplyError(f"no metadata of issuer '{short(issuer)}': {'; '.join(misses)}")


def _well_known(issuer: str) -> tuple[str, ...]:
    """Where metadata stands: appended to the path for OpenID Connect, before the path in RFC 8414 section 3.1.

    Empty for what cannot be an issuer.
    """
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return ()
    if "?" in issuer or "#" in issuer:
        return ()
    path = parts.path.rstrip("/")
    return (
        urlunsplit((parts.scheme, parts.netloc, path + _OIDC, "", "")),
        urlunsplit((parts.scheme, parts.netloc, _OAUTH + path, "", "")),
    )


def _jwks_uri(document: Mapping[str, Any], url: str) -> str:
    uri = document.get("jwks_uri")
    if not isinstance(uri, str):
        raise RemoteError(f"the metadata at '{short(url)}' names no jwks_uri")
    return uri


def _fetched(client: Client, url: str, *, led_by: str | None = None) -> Fetched:
    reply = client.get(url, led_by=led_by)
    document, repeated = _document(reply)
    return _found(url, reply, document, repeated)


def _found(url: str, reply: Reply, document: Mapping[str, Any], repeated: tuple[str, ...]) -> Fetched:
    key_set = _key_set(url, reply, document, repeated)
    return Fetched(key_set, reply.url, reply.headers, certificate=reply.certificate)


def _key_set(url: str, reply: Reply, document: Mapping[str, Any], repeated: tuple[str, ...]) -> KeySet:
    if not isinstance(document.get("keys"), list):
        raise ReplyError(f"'{short(url)}' is no key set: a JSON object without a keys array{_guess(document)}")
    defects = [f"member '{short(name)}' stands twice" for name in repeated]
    defects += [defect] if (defect := type_defect(reply.content_type)) else []
    return key.from_jwks(document, url, octets=len(reply.body), defects=tuple(defects))._replace(published=True)


def _document(reply: Reply) -> tuple[dict[str, Any], tuple[str, ...]]:
    where = f"'{short(reply.url)}'"
    if not _JSON_TYPE.fullmatch(reply.content_type) and reply.content_type not in _TOLERATED:
        raise ReplyError(f"{where} is served as '{short(reply.content_type)}', not as JSON")
    try:
        return json_object.parse_object(reply.body)
    except ValueError as err:
        raise ReplyError(f"{where} gives {_kind(reply)}: {err}") from err


def _kind(reply: Reply) -> str:
    start = reply.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return "an empty document"
    if start.startswith((b"<!doctype html", b"<html")) or reply.content_type == "text/html":
        return "an HTML page"
    known = {
        b"<": "XML or HTML",
        b"-----begin ": "PEM",
        b"{": "no JSON object",
        b"[": "no JSON object",
        b"\x1f\x8b": "gzip data without saying so",
    }
    return next((kind for head, kind in known.items() if start.startswith(head)), "something else than a JSON object")


def _guess(document: Mapping[str, Any]) -> str:
    if "kty" in document:
        return " (a single JWK)"
    if "error" in document:
        return f" (it says {_shown(document['error'])})"
    return ""


def _shown(value: Any) -> str:
    return f"'{short(value)}'" if isinstance(value, str) else f"JSON {json_object.kind_of(value)}"
