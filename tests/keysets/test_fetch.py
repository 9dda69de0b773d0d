from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.errors import JwtctlError, RemoteError, UsageError
from jwtctl.keysets import fetch, transport
from jwtctl.keysets.fetch import discover, fetch_from, fetch_issuer, fetch_key_set
from jwtctl.keysets.transport import FetchOptions, Reply, ReplyError
from tests.keysets.conftest import KEYS, P256, Answer, metadata, redirect

pytestmark = pytest.mark.network

QUICK = FetchOptions(timeout=5, sleep=lambda _: None)
OIDC = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


def issue(server, place, issuer, jwks="/jwks"):
    """Make the server speak for an issuer at a place."""
    server.routes[place] = metadata(issuer=issuer, jwks_uri=f"{server.url}{jwks}")
    server.routes[jwks] = Answer()


# -- a key set by its URL


def test_key_set(server):
    server.routes["/jwks"] = Answer(gzip.compress(KEYS), headers={"Content-Encoding": "gzip"})
    found = fetch_key_set(f"{server.url}/jwks", QUICK)
    assert [key.kid for key in found.keys] == ["1", "2"]
    assert (found.published, found.is_jwks, found.octets, found.defects) == (True, True, len(KEYS), ())
    assert found.source == f"{server.url}/jwks"


def test_the_source_is_what_was_asked_for_and_the_url_what_answered(server):
    server.routes |= {"/a": redirect("/b"), "/b": Answer(headers={"Cache-Control": "max-age=5"})}
    fetched = fetch_from(f"{server.url}/a", QUICK)
    assert (fetched.key_set.source, fetched.url) == (f"{server.url}/a", f"{server.url}/b")
    assert fetched.headers["cache-control"] == "max-age=5"
    assert fetched.issuer is None


def test_an_unknown_key_type_never_sinks_the_set(server):
    server.routes["/jwks"] = Answer(json.dumps({"keys": [{"kty": "LATTICE", "kid": "new"}, 7, P256]}).encode())
    found = fetch_key_set(f"{server.url}/jwks", QUICK)
    assert [key.kty for key in found.keys] == ["EC"]
    assert [(problem.place.index, problem.kid) for problem in found.problems] == [(0, "new"), (1, None)]


def test_what_a_key_names_is_never_fetched(server):
    named = {**P256, "x5u": f"{server.url}/x5u", "jku": f"{server.url}/jku"}
    server.routes["/jwks"] = Answer(json.dumps({"keys": [named]}).encode())
    fetch_key_set(f"{server.url}/jwks", QUICK)
    assert server.asked == ["/jwks"]


def test_repeated_members_are_recorded(server):
    server.routes["/jwks"] = Answer(b'{"keys": [], "keys": []}')
    assert fetch_key_set(f"{server.url}/jwks", QUICK).defects == ("member 'keys' stands twice",)


@pytest.mark.parametrize(
    "kind", ["application/json", "application/jwk-set+json; charset=utf-8", "Application/X.y+JSON"]
)
def test_json_types_are_fine(server, kind):
    server.routes["/jwks"] = Answer(type=kind)
    assert fetch_key_set(f"{server.url}/jwks", QUICK).defects == ()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("text/plain", "served as text/plain"),
        ("application/octet-stream", "served as application/octet-stream"),
        ("text/html; charset=utf-8", "served as text/html"),
        (None, "served without a content type"),
    ],
)
def test_sloppy_types_are_recorded(server, kind, said):
    server.routes["/jwks"] = Answer(type=kind)
    found = fetch_key_set(f"{server.url}/jwks", QUICK)
    assert found.defects == (f"{said}, not as application/jwk-set+json or application/json",)


@pytest.mark.parametrize("kind", ["image/png", "application/xml", "application/javascript", "multipart/form-data"])
def test_other_types_are_refused_by_name(server, kind):
    server.routes["/jwks"] = Answer(type=kind)
    with pytest.raises(ReplyError, match=f"is served as '{kind}', not as JSON"):
        fetch_key_set(f"{server.url}/jwks", QUICK)


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (b"<!DOCTYPE html><p>Log in", "text/html", "gives an HTML page: not JSON: .* at line 1 column 1"),
        (b"  <html>", "application/json", "gives an HTML page: not JSON"),
        (b"<?xml version='1.0'?>", "application/json", "gives XML or HTML: not JSON"),
        (b"-----BEGIN PUBLIC KEY-----", "text/plain", "gives PEM: not JSON"),
        (b"[1]", "application/json", "gives no JSON object: JSON array where an object is expected"),
        (b'"keys"', "application/json", "gives something else than a JSON object: JSON string where"),
        (b"", "application/json", "gives an empty document"),
        (KEYS[:-3], "application/json", r"gives no JSON object: not JSON: .* at line 1 column \d+"),
        (b"\xff\xfe{}", "application/json", "not UTF-8 at byte 0"),
        (gzip.compress(KEYS), "application/json", "gives gzip data without saying so"),
        (b"{" * 500, "application/json", "nested deeper than 64"),
        (b'{"keys": {}}', "application/json", "is no key set: a JSON object without a keys array"),
        (b'{"error": "try_later"}', "application/json", r"without a keys array \(it says 'try_later'\)"),
        (json.dumps(P256).encode(), "application/json", r"without a keys array \(a single JWK\)"),
    ],
)
def test_garbage_is_named_for_what_it_is(server, body, kind, message):
    server.routes["/jwks"] = Answer(body, type=kind)
    with pytest.raises(ReplyError, match=f"^'{server.url}/jwks' .*{message}"):
        fetch_key_set(f"{server.url}/jwks", QUICK)


def test_what_the_server_says_is_cut_short(server):
    server.routes["/jwks"] = Answer(json.dumps({"error": "x" * 100_000}).encode())
    with pytest.raises(ReplyError) as caught:
        fetch_key_set(f"{server.url}/jwks", QUICK)
    assert len(caught.value.message) < 500


@given(st.binary(max_size=200), st.sampled_from(["application/json", "text/plain", "text/html", "x", ""]))
def test_any_body_is_a_key_set_or_a_remote_error(body, kind):
    reply = Reply("https://example.test/", {"content-type": kind}, body)
    try:
        document, repeated = fetch._document(reply)
        fetch._key_set(reply.url, reply, document, repeated)
    except RemoteError:
        pass


# -- discovery


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", OIDC),
        ("/", OIDC),
        ("/realms/a", f"/realms/a{OIDC}"),
        ("/realms/a/", f"/realms/a{OIDC}"),
        ("", OAUTH),
        ("/", OAUTH),
        ("/realms/a", f"{OAUTH}/realms/a"),
        ("/realms/a/", f"{OAUTH}/realms/a"),
    ],
)
def test_discovery_tries_openid_then_rfc_8414(server, path, place):
    issuer = server.url + path
    issue(server, place, issuer)
    assert discover(issuer, QUICK) == f"{server.url}/jwks"
    fetched = fetch_issuer(issuer, QUICK)
    assert (len(fetched.key_set.keys), fetched.key_set.source, fetched.issuer) == (2, f"{server.url}/jwks", issuer)


def test_openid_comes_first(server):
    issue(server, OAUTH, server.url, "/other")
    issue(server, OIDC, server.url)
    assert discover(server.url, QUICK) == f"{server.url}/jwks"


@pytest.mark.parametrize("stated", ["https://evil.test", None, 7, ["x"]])
def test_metadata_of_another_issuer_is_refused(server, stated):
    issue(server, OIDC, stated)
    issue(server, OAUTH, server.url)
    with pytest.raises(RemoteError, match=f"states issuer .*, not '{server.url}'"):
        fetch_issuer(server.url, QUICK)
    assert server.asked == [OIDC]


def test_a_slash_makes_another_issuer_and_the_hint_says_so(server):
    issue(server, OIDC, f"{server.url}/")
    with pytest.raises(RemoteError, match="states issuer") as caught:
        discover(server.url, QUICK)
    assert caught.value.hint == f"issuers are compared to the letter: give '{server.url}/'"


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        (None, "names no jwks_uri"),
        (7, "names no jwks_uri"),
        ("/jwks", "leads to a URL that is no https URL"),
        ("file:///etc/passwd", "leads to a URL that is no https URL: 'file:///etc/passwd'"),
        ("http://example.test/", "leads to a URL that is plain http"),
        ("https://u:p@example.test/", "leads to a URL that holds credentials"),
        ("https://[", "leads to a URL that cannot be parsed"),
    ],
)
def test_a_bad_jwks_uri_is_not_followed(server, uri, message):
    server.routes[OIDC] = metadata(issuer=server.url, jwks_uri=uri)
    with pytest.raises(RemoteError, match=message):
        fetch_issuer(server.url, QUICK)
    assert server.asked == [OIDC]


def test_a_jwks_uri_does_not_lead_further_inside(server, inner, monkeypatch):
    zones = {"127.0.0.1": transport.Zone.PUBLIC, "127.0.0.2": transport.Zone.PRIVATE}
    monkeypatch.setattr(transport, "zone_of", zones.get)
    server.routes[OIDC] = metadata(issuer=server.url, jwks_uri=f"{inner.url}/jwks")
    with pytest.raises(RemoteError, match=r"a public host leads to '127\.0\.0\.2', which is a private address"):
        fetch_issuer(server.url, QUICK)
    assert inner.asked == []


def test_a_jwks_uri_does_not_give_up_https(server, tls_server, ca_file):
    secure = tls_server("127.0.0.1")
    secure.routes[OIDC] = metadata(issuer=secure.url, jwks_uri=f"{server.url}/jwks")
    with pytest.raises(RemoteError, match="gives up https"):
        fetch_issuer(secure.url, replace(QUICK, ca_file=ca_file))
    assert server.asked == []


def test_no_metadata_names_both_places(server):
    with pytest.raises(RemoteError, match=f"{OIDC}' answers with status 404 .*; .*{OAUTH}' answers with status 404"):
        discover(server.url, QUICK)


@pytest.mark.parametrize(
    "issuer", ["https://a.test/?x", "https://a.test/#f", "https://[", "a.test", "http://a.test", ""]
)
def test_what_is_no_issuer(issuer):
    with pytest.raises(UsageError):
        discover(issuer, QUICK)


def test_one_deadline_for_discovery_and_key_set(server):
    def slowly(answer):
        def later(handler):
            handler.server.stop.wait(0.3)
            answer(handler)

        return later

    issue(server, OIDC, server.url)
    server.routes = {path: slowly(answer) for path, answer in server.routes.items()}
    with pytest.raises(RemoteError, match=r"no complete answer within 0\.5 s"):
        fetch_issuer(server.url, replace(QUICK, timeout=0.5))


# -- whichever it is


@pytest.mark.parametrize(
    "front",
    [
        Answer(b"", 404),
        Answer(b"<html>Log in", type="text/html"),
        Answer(b"x" * 2_000_000, type="text/html"),
        metadata(realm="a", public_key="…"),
        Answer(b"", type="image/png"),
    ],
)
def test_an_issuer_is_recognized_by_what_it_is_not(server, front):
    issuer = f"{server.url}/realms/a"
    issue(server, f"/realms/a{OIDC}", issuer)
    server.routes["/realms/a"] = front
    fetched = fetch_from(issuer, QUICK)
    assert (len(fetched.key_set.keys), fetched.issuer, fetched.url) == (2, issuer, f"{server.url}/jwks")


@pytest.mark.parametrize("place", [OIDC, OAUTH])
def test_metadata_by_its_url(server, place):
    issue(server, place, server.url)
    assert fetch_from(f"{server.url}{place}", QUICK).issuer == server.url


@pytest.mark.parametrize("issuer", ["https://evil.test", "https://[", None, 7])
def test_metadata_by_its_url_speaks_for_nobody_else(server, issuer):
    issue(server, OIDC, issuer)
    with pytest.raises(RemoteError, match=r"speaks for issuer .*, whose metadata is elsewhere"):
        fetch_from(f"{server.url}{OIDC}", QUICK)
    assert server.asked == [OIDC]


def test_neither_key_set_nor_issuer_says_why_on_both_counts(server):
    server.routes["/a"] = Answer(b"<html>", type="text/html")
    with pytest.raises(
        RemoteError, match=r"no key set and no issuer: .* gives an HTML page: .*; no metadata of issuer"
    ):
        fetch_from(f"{server.url}/a", QUICK)


@pytest.mark.parametrize("path", ["/jwks?v=1", OIDC])
def test_what_cannot_be_an_issuer_is_not_tried_as_one(server, path):
    with pytest.raises(ReplyError, match="answers with status 404"):
        fetch_from(f"{server.url}{path}", QUICK)
    assert server.asked == [path]


@given(st.text())
def test_any_text_ends_in_a_typed_error(text):
    for function in (fetch_key_set, fetch_from, fetch_issuer, discover):
        with pytest.raises(JwtctlError):
            function(text, FetchOptions(timeout=0))
