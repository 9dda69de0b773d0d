"""One look at a published key set: is what is served, and how, good for those who verify with it?

Pure: what was fetched and the snapshot of the last look come in, remarks and the next snapshot go out. Structure of
the keys themselves is for `audit-keys`.

Sources: RFC 9111 (caching), RFC 7517 sections 5 and 8.5, the Fetch standard (CORS).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose import certificate, json_object
from jwtctl.jose.key import from_jwks
from jwtctl.jose.key_age import begun
from jwtctl.keysets.diff import diff
from jwtctl.keysets.fetch import type_defect
from jwtctl.keysets.identity import short
from jwtctl.model import Aspect, KeySet, KeySetDiff, Remark, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.keysets.fetch import Fetched
    from jwtctl.model import Key

SCHEMA = "jwtctl.jwks-snapshot/1"
LONGEST_LIFETIME = 86_400
"""Seconds in a cache that pass where nobody says what is planned for."""

MOST_REMARKS = 200
"""Remarks, kids and changes that a look comes back with at most."""

_DAY = 86_400
_DELTA = re.compile(r"[0-9]{1,10}", re.ASCII)
_DIRECTIVE = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^,\s]*)))?\s*(?:,|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a look is measured by; times in seconds.

    Attributes:
        max_ttl: longest life of a token; None if it is not known, and then every removal is unsafe.
        cache_ttl: for how long rotations expect verifiers to cache key sets; None if that is not known.
        max_key_age: of a key that says since when it is valid; None for any.
        certificate_left: how long certificates must still be valid.
        expect_gone: kids that must not be published.
        ignore: aspects on which nothing is said.
    """

    max_ttl: int | None = None
    cache_ttl: int | None = None
    max_key_age: int | None = None
    certificate_left: int = 14 * _DAY
    expect_gone: tuple[str, ...] = ()
    ignore: frozenset[Aspect] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A key set as it was at the last look.

    Attributes:
        url: that was asked for.
        since: Unix time of the first look at which it was so. A removal is judged by this and not by the last look:
            whoever looks every five minutes would find none safe.
        etag: of the answer, None if it had none.
        key_set: as it was published.
    """

    url: str
    since: int
    etag: str | None
    key_set: KeySet


def read_snapshot(octets: bytes, source: str, url: str) -> Snapshot:
    """Read what `snapshot_document` wrote.

    Raises:
        InputError: if it is no snapshot, or one of another URL.
    """
    try:
        document, repeated = json_object.parse_object(octets)
        since, etag, keys = document.get("since"), document.get("etag"), document.get("keys")
        if repeated or document.get("schema") != SCHEMA:
            raise ValueError(f"its schema is not '{SCHEMA}'")  # noqa: TRY301 - one error kind
        if not isinstance(since, int) or not isinstance(keys, list) or not isinstance(etag, str | None):
            raise ValueError("it is damaged")  # noqa: TRY301, TRY004 - the same
        if not 0 <= since < 1 << 48:
            raise ValueError("it is damaged: since is no time")  # noqa: TRY301 - the same
    except ValueError as err:
        raise InputError(f"'{short(source)}' is no snapshot: {err}", hint="name a file that does not exist") from err
    if document.get("url") != url:
        raise InputError(
            f"'{short(source)}' is a snapshot of '{short(str(document.get('url')))}', not of '{short(url)}'",
            hint="one --snapshot FILE for each URL",
        )
    return Snapshot(url, since, etag, from_jwks({"keys": keys}, source))


def snapshot_document(snapshot: Snapshot) -> bytes:
    """The JSON of a snapshot."""
    document = {
        "schema": SCHEMA,
        "url": snapshot.url,
        "since": snapshot.since,
        "etag": snapshot.etag,
        "keys": snapshot.key_set.members["keys"],
    }
    return json.dumps(document, ensure_ascii=True).encode() + b"\n"


def look(url: str, now: int, fetched: Fetched, last: Snapshot | None, limits: Limits) -> tuple[Watch, Snapshot]:
    """Judge what a server publishes.

    Args:
        url: that was asked for.
        now: Unix time.
        fetched: what came.
        last: the snapshot of the look before; None at the first.
        limits: what to measure by.

    Returns:
        What there is to say, and the snapshot for the next look.
    """
    key_set, etag = fetched.key_set, fetched.headers.get("etag")
    lifetime, cache = _cache(fetched.headers, limits.cache_ttl)
    cache += [
        Remark(Aspect.CACHE, f"the answer comes from a cache, where it has been for {age} s")
        for age in _age(fetched.headers)
    ]
    changes, age = None, 0
    if last is not None:
        # By a clock that runs backwards nothing has been there for long.
        age = max(0, now - last.since)
        changes = diff(last.key_set, key_set, max_ttl=limits.max_ttl, snapshot_age=age, cache_ttl=limits.cache_ttl)
    expires = _expiry(fetched.certificate)
    found = [
        *_gone(key_set, lifetime, limits.expect_gone),
        *_changes(changes, etag is not None and last is not None and etag == last.etag),
        *_entries(key_set, now, limits),
        *_served(fetched),
        *cache,
        *_tls(expires, now, limits.certificate_left),
    ]
    remarks = [remark for remark in found if remark.aspect not in limits.ignore]
    seen = [(key.place.index or 0, key.kid) for key in key_set.keys]
    seen += [(problem.place.index or 0, problem.kid) for problem in key_set.problems]
    watch = Watch(
        url,
        now,
        kids=tuple(kid and short(kid) for _, kid in sorted(seen, key=lambda pair: pair[0])[:MOST_REMARKS]),
        lifetime=lifetime,
        expires=expires,
        since=None if last is None else last.since,
        changes=None if changes is None else _first_changes(changes),
        remarks=tuple(_foremost(remarks)),
    )
    same = last is not None and changes is not None and changes.equal
    next_ = Snapshot(url, now, etag, key_set)
    return watch, replace(next_, since=min(last.since, now)) if same and last is not None else next_


def _foremost(remarks: list[Remark]) -> Iterator[Remark]:
    """As many as anybody reads, the unsafe ones first: a server must not fill the log of who watches it."""
    ordered = sorted(remarks, key=lambda remark: not remark.unsafe)
    for remark in ordered[:MOST_REMARKS]:
        yield replace(remark, kid=remark.kid and short(remark.kid))
    if rest := ordered[MOST_REMARKS:]:
        yield Remark(Aspect.DOCUMENT, f"and {len(rest)} more remarks", unsafe=rest[0].unsafe)


def _first_changes(changes: KeySetDiff) -> KeySetDiff:
    """The same of changes."""
    return KeySetDiff(
        tuple(replace(change, kid=change.kid and short(change.kid)) for change in changes.changes[:MOST_REMARKS])
    )


def _gone(key_set: KeySet, lifetime: int | None, kids: tuple[str, ...]) -> Iterator[Remark]:
    published = {key.kid for key in key_set.keys} | {problem.kid for problem in key_set.problems}
    for kid in kids:
        name = f"kid '{short(kid)}'"
        if kid in published:
            yield Remark(Aspect.GONE, f"{name} is still published: its tokens are still believed", kid, unsafe=True)
        else:
            kept = "for as long as they like" if lifetime is None else f"for up to {lifetime} s after it went"
            yield Remark(Aspect.GONE, f"{name} is gone; caches may keep it {kept}", kid)


def _changes(changes: KeySetDiff | None, same_etag: bool) -> Iterator[Remark]:
    if changes is None:
        return
    for change in changes.changes:
        yield Remark(Aspect.CHANGE, f"{change.kind.value}: {change.detail}", change.kid, unsafe=change.unsafe)
    if changes.changes and same_etag:
        message = "the set has changed under the same ETag: caches that ask again are told that nothing has"
        yield Remark(Aspect.ETAG, message, unsafe=True)


def _entries(key_set: KeySet, now: int, limits: Limits) -> Iterator[Remark]:
    if not key_set.keys:
        yield Remark(Aspect.DOCUMENT, "no key that can be used is published", unsafe=True)
    for problem in key_set.problems:
        yield Remark(Aspect.ENTRY, f"entry {problem.place.index} cannot be read: {problem.message}", problem.kid)
    for key in key_set.keys:
        name = f"kid '{short(key.kid)}'" if key.kid is not None else f"entry {key.place.index}, without a kid,"
        if key.is_private:
            what = "an HMAC secret" if key.is_symmetric else "a private key"
            yield Remark(Aspect.PRIVATE_MATERIAL, f"{name} is {what}, there for everybody", key.kid, unsafe=True)
        since = begun(key)
        if since is not None and since > now:
            yield Remark(Aspect.KEY_AGE, f"{name} is valid only in {_days(since - now)}", key.kid)
        elif since is not None and limits.max_key_age is not None and now - since > limits.max_key_age:
            message = f"{name} is {_days(now - since)} old, more than {_days(limits.max_key_age)}"
            yield Remark(Aspect.KEY_AGE, message, key.kid, unsafe=True)
        yield from _own_certificate(key, name, now, limits.certificate_left)


def _own_certificate(key: Key, name: str, now: int, left: int) -> Iterator[Remark]:
    expires = _expiry(key.certificates[0]) if key.certificates else None
    if expires is not None and expires - now < left:
        yield Remark(Aspect.CERTIFICATE, f"{name}: its certificate {_expiring(expires - now)}", key.kid, unsafe=True)


def _served(fetched: Fetched) -> Iterator[Remark]:
    wrong = type_defect(fetched.headers.get("content-type", "").partition(";")[0].strip().lower())
    for defect in fetched.key_set.defects:
        if defect == wrong:
            yield Remark(Aspect.CONTENT_TYPE, f"{defect}: strict clients refuse it", unsafe=True)
        else:
            yield Remark(Aspect.DOCUMENT, f"{defect}: one client takes the one, another the other", unsafe=True)
    if "etag" not in fetched.headers:
        yield Remark(Aspect.ETAG, "no ETag: whoever asks again is sent the whole set")
    origin = fetched.headers.get("access-control-allow-origin")
    if origin is None:
        yield Remark(Aspect.CORS, "no Access-Control-Allow-Origin: no web page of another origin can verify with it")
    elif origin.strip() != "*":
        yield Remark(
            Aspect.CORS, f"Access-Control-Allow-Origin is '{short(origin)}': web pages elsewhere cannot read it"
        )


def _cache(headers: Mapping[str, str], planned: int | None) -> tuple[int | None, list[Remark]]:
    """How long caches may keep the answer (RFC 9111 sections 4.2 and 5.2.2, RFC 5861), and what to say about it."""
    stated = {
        match[1].lower(): match[2] or match[3] or ""
        for match in _DIRECTIVE.finditer(headers.get("cache-control", "")[:4000])
    }
    if "no-store" in stated:
        return 0, [Remark(Aspect.CACHE, "Cache-Control is no-store: every verifier needs the server for every look")]
    ages = [int(stated[name]) for name in ("max-age", "s-maxage") if _DELTA.fullmatch(stated.get(name, ""))]
    if "no-cache" in stated:
        ages = [0]
    if not ages:
        message = "no max-age in Cache-Control: each cache decides for itself how long it keeps keys that are gone"
        return None, [Remark(Aspect.CACHE, message, unsafe=True)]
    stale = stated.get("stale-while-revalidate", "")
    lifetime = max(ages) + (int(stale) if _DELTA.fullmatch(stale) else 0)
    if planned is not None and lifetime > planned:
        message = f"caches may keep the set for {lifetime} s, but rotations expect {planned} s"
        return lifetime, [Remark(Aspect.CACHE, f"{message}: new keys sign before all have seen them", unsafe=True)]
    if planned is None and lifetime > LONGEST_LIFETIME:
        message = f"caches may keep the set for {_days(lifetime)}, and a key that has leaked as well"
        return lifetime, [Remark(Aspect.CACHE, message, unsafe=True)]
    return lifetime, []


def _age(headers: Mapping[str, str]) -> list[int]:
    stated = headers.get("age", "").strip()
    return [int(stated)] if _DELTA.fullmatch(stated) and int(stated) else []


def _tls(expires: float | None, now: int, left: int) -> Iterator[Remark]:
    if expires is not None and expires - now < left:
        message = f"the server's certificate {_expiring(expires - now)}: then nobody can fetch the set"
        yield Remark(Aspect.TLS, message, unsafe=True)


def _expiry(encoding: bytes | None) -> float | None:
    if encoding is None:
        return None
    try:
        return certificate.read(encoding).not_after
    except KeyMaterialError:
        return None


def _expiring(left: float) -> str:
    return f"expires in {_days(left)}" if left > 0 else f"has expired {_days(-left)} ago"


def _days(seconds: float) -> str:
    if seconds < 2 * _DAY:
        return f"{int(seconds)} s"
    return f"{int(seconds // _DAY)} days"
