"""One look at a key set: headers, certificates, ages and changes, as a real server on loopback serves them."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.errors import InputError
from jwtctl.jose.key import from_jwks
from jwtctl.keysets.fetch import Fetched, fetch_from
from jwtctl.keysets.transport import FetchOptions
from jwtctl.keysets.watch import MOST_REMARKS, Limits, Snapshot, look, read_snapshot, snapshot_document
from jwtctl.model import Aspect
from tests.jose.certificates import JANUARY, JULY, certificate, signer
from tests.keysets.conftest import ED25519, OCT, P256, P256_D, Answer

URL = "https://id.example/jwks.json"
DAY = 86_400
NOW = 1_900_000_000
A = {**P256, "kid": "a", "alg": "ES256"}
B = {**ED25519, "kid": "b", "alg": "EdDSA"}
C = {**P256, "x": ED25519["x"], "kid": "c", "alg": "ES256"}
GOOD = {
    "content-type": "application/json",
    "cache-control": "public, max-age=900",
    "etag": '"1"',
    "access-control-allow-origin": "*",
}


def fetched(*keys, der=None, **headers):
    stated = {
        name: value
        for name, value in (GOOD | {n.replace("_", "-"): v for n, v in headers.items()}).items()
        if value is not None
    }
    return Fetched(from_jwks({"keys": list(keys)}, URL), URL, stated, certificate=der)


def looked(answer, last=None, now=NOW, **limits):
    return look(URL, now, answer, last, Limits(**limits))[0]


def said(watch):
    return [(remark.aspect, remark.unsafe) for remark in watch.remarks]


def test_nothing_to_say():
    watch = looked(fetched(A, B), max_ttl=3600, cache_ttl=900, max_key_age=DAY)
    assert watch.remarks == ()
    assert watch.safe
    assert (watch.kids, watch.lifetime, watch.expires, watch.since, watch.changes) == (
        ("a", "b"),
        900,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("stated", "planned", "lifetime", "unsafe"),
    [
        ("max-age=900", 900, 900, None),
        ("max-age=901", 900, 901, True),
        ("Max-Age = 900", 900, 900, None),
        ('max-age="900"', 900, 900, None),
        ("public,max-age=60, s-maxage=901", 900, 901, True),
        ("max-age=600, stale-while-revalidate=300", 900, 900, None),
        ("max-age=600, stale-while-revalidate=301", 900, 901, True),
        ("no-cache", 900, 0, None),
        ("max-age=5000, no-store", 900, 0, False),
        ("max-age=86400", None, 86_400, None),
        ("max-age=86401", None, 86_401, True),
        (None, 900, None, True),
        ("", 900, None, True),
        ("public", None, None, True),
        ("max-age=soon", 900, None, True),
        ("max-age=-1", 900, None, True),
        ("x-max-age=5", 900, None, True),
        ('private="max-age=5"', 900, None, True),
        ("max-age=99999999999999999999", 900, None, True),
    ],
)
def test_caches(stated, planned, lifetime, unsafe):
    watch = looked(fetched(A, cache_control=stated), cache_ttl=planned)
    assert watch.lifetime == lifetime
    assert said(watch) == ([] if unsafe is None else [(Aspect.CACHE, unsafe)])


@given(st.text(st.characters(max_codepoint=255), max_size=80) | st.text('max-age=1,;" ', max_size=60))
def test_any_cache_control(stated):
    watch = looked(fetched(A, cache_control=stated, age=stated))
    assert watch.lifetime is None or watch.lifetime >= 0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"etag": None}, [(Aspect.ETAG, False)]),
        ({"access_control_allow_origin": None}, [(Aspect.CORS, False)]),
        ({"access_control_allow_origin": "https://app.example"}, [(Aspect.CORS, False)]),
        ({"age": "30"}, [(Aspect.CACHE, False)]),
        ({"age": "0"}, []),
        ({"content_type": "application/jwk-set+json; charset=utf-8"}, []),
    ],
)
def test_other_headers(headers, expected):
    assert said(looked(fetched(A, **headers))) == expected


def snapshot(*keys, since=NOW - 3600, etag='"0"'):
    return Snapshot(URL, since, etag, from_jwks({"keys": list(keys)}, "snapshot"))


@pytest.mark.parametrize(
    ("old", "new", "age", "unsafe"),
    [
        ([A], [A, B], 0, False),
        ([A, B], [A], 3600, False),
        ([A, B], [A], 3599, True),
        ([A], [{**B, "kid": "a"}], DAY, True),
    ],
)
def test_changes_are_judged(old, new, age, unsafe):
    watch = looked(fetched(*new), snapshot(*old, since=NOW - age), max_ttl=3600, cache_ttl=900)
    assert said(watch) == [(Aspect.CHANGE, unsafe)]
    assert watch.safe is not unsafe
    assert watch.since == NOW - age


def test_a_removal_is_judged_by_how_long_the_set_was_as_it_was():
    """Whoever looks every five minutes sees the removal five minutes after the last look, and it is safe all the same."""
    last, safe = None, []
    for minute in range(0, 121, 5):
        keys = [A] if minute < 30 else [A, B] if minute < 100 else [B]
        watch, last = look(
            URL, NOW + 60 * minute, fetched(*keys, etag=f'"{len(keys)}{minute >= 100}"'), last, Limits(max_ttl=3600)
        )
        safe.append(watch.safe)
    assert all(safe)
    assert last.since == NOW + 6000
    hasty, _ = look(URL, NOW + 60, fetched(A), Snapshot(URL, NOW, None, fetched(A, B).key_set), Limits(max_ttl=3600))
    assert not hasty.safe


def test_a_clock_that_runs_backwards_makes_no_removal_safe():
    watch, next_ = look(URL, NOW, fetched(A), snapshot(A, B, since=NOW + DAY), Limits(max_ttl=0))
    assert [change.kind.value for change in watch.changes.changes] == ["removed"]
    assert not looked(fetched(A), snapshot(A, B, since=NOW + DAY), max_ttl=1).safe
    _, next_ = look(URL, NOW, fetched(A), snapshot(A, since=NOW + DAY), Limits())
    assert next_.since == NOW


def test_an_etag_that_stays_while_the_set_changes():
    watch = looked(fetched(A, B), snapshot(A, etag='"1"'))
    assert said(watch) == [(Aspect.ETAG, True), (Aspect.CHANGE, False)]
    assert said(looked(fetched(A), snapshot(A, etag='"1"'))) == []


def test_a_key_that_must_be_gone():
    watch = looked(fetched(A, B), expect_gone=("b", "z"))
    assert said(watch) == [(Aspect.GONE, True), (Aspect.GONE, False)]
    assert watch.remarks[0].message == "kid 'b' is still published: its tokens are still believed"
    assert watch.remarks[1].message == "kid 'z' is gone; caches may keep it for up to 900 s after it went"
    assert not watch.safe
    assert looked(fetched(A), expect_gone=("b",)).safe
    unreadable = {"kty": "EC", "kid": "b", "crv": "P-256"}
    assert (Aspect.GONE, True) in said(looked(fetched(A, unreadable), expect_gone=("b",)))


@pytest.mark.parametrize(
    ("member", "age", "expected"),
    [
        ("iat", 90 * DAY, []),
        ("iat", 90 * DAY + 1, [(Aspect.KEY_AGE, True)]),
        ("nbf", 90 * DAY + 1, [(Aspect.KEY_AGE, True)]),
        ("nbf", -1, [(Aspect.KEY_AGE, False)]),
    ],
)
def test_ages_of_keys(member, age, expected):
    assert said(looked(fetched({**A, member: NOW - age}), max_key_age=90 * DAY)) == expected
    assert (said(looked(fetched({**A, member: NOW - age}))) == []) is (age > 0)


def test_the_certificate_of_a_key():
    """x5c tells both since when a key is used and when it must be replaced."""
    chain = [base64.b64encode(certificate(signer())).decode()]
    key = fetched({**A, "x5c": chain})
    start, end = int(JANUARY.timestamp()), int(JULY.timestamp())
    assert said(looked(key, now=end - 14 * DAY)) == []
    assert said(looked(key, now=end - 14 * DAY + 1)) == [(Aspect.CERTIFICATE, True)]
    assert looked(key, now=end + 3 * DAY).remarks[0].message == "kid 'a': its certificate has expired 3 days ago"
    assert said(looked(key, now=start + DAY + 1, max_key_age=DAY)) == [(Aspect.KEY_AGE, True)]


def test_the_certificate_of_the_server():
    der = certificate(signer())
    end = int(JULY.timestamp())
    assert said(looked(fetched(A, der=der), now=end - 14 * DAY)) == []
    watch = looked(fetched(A, der=der), now=end - 14 * DAY + 1)
    assert (said(watch), watch.expires) == ([(Aspect.TLS, True)], end)
    assert said(looked(fetched(A, der=der), now=end - 14 * DAY + 1, certificate_left=13 * DAY)) == []
    assert looked(fetched(A, der=b"no certificate"), now=end).expires is None


def test_what_nobody_should_publish():
    watch = looked(fetched({**A, "d": P256_D}, {**OCT, "kid": "h"}))
    assert said(watch) == [(Aspect.PRIVATE_MATERIAL, True)] * 2
    assert [remark.kid for remark in watch.remarks] == ["a", "h"]
    assert P256_D not in repr(watch)
    assert OCT["k"] not in repr(watch)


def test_a_set_without_a_key():
    assert said(looked(fetched())) == [(Aspect.DOCUMENT, True)]
    assert said(looked(fetched({"kty": "EC"}))) == [(Aspect.DOCUMENT, True), (Aspect.ENTRY, False)]


def test_what_is_ignored_is_not_said():
    answer = fetched(A, cache_control=None, etag=None)
    assert said(looked(answer)) == [(Aspect.CACHE, True), (Aspect.ETAG, False)]
    assert looked(answer, ignore=frozenset({Aspect.CACHE, Aspect.ETAG})).remarks == ()


def test_a_server_does_not_fill_the_log():
    many = [{"kty": f"x{number}", "kid": "k" * 5000} for number in range(1000)]
    watch = looked(fetched(*many, {**A, "d": P256_D}), snapshot(A))
    assert len(watch.remarks) == MOST_REMARKS + 1
    assert watch.remarks[-1].message.startswith("and ")
    assert len(watch.changes.changes) == MOST_REMARKS
    assert watch.remarks[0].unsafe
    assert len(repr(watch)) < 1_000_000


@pytest.mark.parametrize("keys", [[A, B], [], [{**A, "kid": "\u202e\x1b"}], [{"kty": "x", "deep": [[[1.5, None]]]}]])
def test_a_snapshot_is_what_it_was(keys):
    _, first = look(URL, NOW, fetched(*keys), None, Limits())
    again = read_snapshot(snapshot_document(first), "s", URL)
    watch, next_ = look(URL, NOW + DAY, fetched(*keys), again, Limits())
    assert watch.changes is not None
    assert watch.changes.equal
    assert next_.since == NOW
    assert snapshot_document(next_) == snapshot_document(first)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", "no snapshot: not JSON"),
        (b"\xff", "no snapshot"),
        (b"{}", "no snapshot: its schema"),
        (b'{"schema":"jwtctl.jwks-snapshot/1","url":"u"}', "no snapshot: it is damaged"),
        (
            b'{"schema":"jwtctl.jwks-snapshot/1","url":"x","since":1,"etag":null,"keys":[]}',
            "is a snapshot of 'x', not of",
        ),
        (b'{"schema":"jwtctl.jwks-snapshot/1","schema":"jwtctl.jwks-snapshot/1"}', "no snapshot"),
        (b'{"schema":"jwtctl.jwks-snapshot/1","since":"1","etag":null,"keys":[]}', "no snapshot: it is damaged"),
        (b'{"schema":"jwtctl.jwks-snapshot/1","since":1,"etag":5,"keys":[]}', "no snapshot: it is damaged"),
        (b'{"schema":"jwtctl.jwks-snapshot/1","since":-1,"etag":null,"keys":[]}', "no snapshot: it is damaged"),
        (
            b'{"schema":"jwtctl.jwks-snapshot/1","url":"%s","since":%d,"etag":null,"keys":[]}' % (URL.encode(), 10**20),
            "no snapshot: it is damaged",
        ),
    ],
)
def test_what_is_no_snapshot(document, error):
    with pytest.raises(InputError, match=error):
        read_snapshot(document, "s", URL)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["schema", "url", "since", "etag", "keys"]), inner), max_leaves=8).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_snapshot(document):
    with pytest.raises(InputError):
        read_snapshot(document, "s", "no such url")


# From a real server


@pytest.mark.network
def test_headers_of_a_real_server(server):
    server.routes["/jwks"] = Answer(type="text/plain", headers={"Cache-Control": "no-store", "ETag": '"x"'})
    answer = fetch_from(f"{server.url}/jwks")
    watch = looked(answer)
    assert said(watch) == [(Aspect.CONTENT_TYPE, True), (Aspect.CORS, False), (Aspect.CACHE, False)]
    assert watch.expires is None


@pytest.mark.network
@pytest.mark.parametrize(("days", "code"), [(13, 1), (15, 0)])
def test_a_certificate_that_expires(run, tls_server, ca_file, days, code):
    now = dt.datetime.now(dt.UTC)
    secure = tls_server("127.0.0.1", not_after=now + dt.timedelta(days=days))
    secure.routes["/jwks"] = Answer(headers={"Cache-Control": "max-age=60"})
    argv = ("jwks", "watch", f"{secure.url}/jwks", "--ca-file", ca_file)
    outcome = run(*argv, "--json")
    document = json.loads(outcome.out)
    assert (outcome.code, document["safe"]) == (code, code == 0)
    assert abs(document["certificate_expires"] - (time.time() + days * DAY)) < 60
    assert [remark["aspect"] for remark in document["remarks"] if remark["unsafe"]] == ["tls"] * code
    assert run(*argv, "--cert-days", days - 1).code == 0
    assert run(*argv, "--cert-days", days + 1).code == 1


@pytest.mark.network
def test_a_certificate_that_is_handed_over(tls_server, ca_file, server):
    secure = tls_server("127.0.0.1")
    secure.routes["/jwks"] = Answer()
    assert fetch_from(f"{secure.url}/jwks", FetchOptions(ca_file=ca_file)).certificate is not None
    server.routes["/jwks"] = Answer()
    assert fetch_from(f"{server.url}/jwks").certificate is None
