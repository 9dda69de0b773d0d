"""Whatever is sent to the OAuth endpoints, what comes back is an answer of OAuth's, and never a failure."""

from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jwtctl.issuer.parameters import plain
from tests.issuer.conftest import ASK, CALLBACK, ISSUER, VERIFIER, basic

ODD = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["\x00", '"', "\\", "\u202e", "\ud7ff", "%", "+", "none", "login none", "openid", "S256", "plain"]),
    st.sampled_from(["http://evil.example/", "http://127.0.0.1:1/", "http://[", "//", "javascript:1", "1" * 13]),
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.one_of(st.just(value), st.just(value), ODD) for name, value in ASK.items()},
        **dict.fromkeys(("prompt", "max_age", "login_hint", "response_mode", "request", "csrf", "name", "aé"), ODD),
    },
)
REDEEMED = st.fixed_dictionaries(
    {},
    optional={
        "grant_type": st.one_of(st.sampled_from(["authorization_code", "client_credentials", "refresh_token"]), ODD),
        "client_id": st.one_of(st.sampled_from(["dev", "web", "service"]), ODD),
        "client_secret": st.one_of(st.just("s3cret"), ODD),
        "redirect_uri": st.one_of(st.just(CALLBACK), ODD),
        "code_verifier": st.one_of(st.just(VERIFIER), ODD),
        "code": ODD,
        "scope": ODD,
        "token": ODD,
    },
)
CREDENTIALS = st.one_of(
    st.none(), st.just(basic("service", "s3cret")), st.text(alphabet=st.characters(max_codepoint=255), max_size=20),
    st.text(max_size=10).map(lambda text: basic(text, text)),
)  # fmt: skip
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(asked=ASKED, post=st.booleans(), logged_in=st.booleans())
def test_any_authorization_request(issuer, asked, post, logged_in):
    browser = issuer.browser
    if logged_in:
        browser.log_in()
    reply = browser.post("/authorize", dict(asked)) if post else browser.get(f"/authorize?{urlencode(asked)}")
    if post and reply.status == 303:
        reply = browser.get(reply.location)
    assert reply.status in {200, 302, 303, 400, 403}
    if reply.status in {302, 303}:
        target = urlsplit(reply.location)
        assert target.hostname == "127.0.0.1"
        assert reply.location.startswith(asked["redirect_uri"].partition("?")[0])
        assert reply.sent["iss"] == ISSUER
        assert ("code" in reply.sent) != ("error" in reply.sent)
        assert reply.sent.get("state") == (asked.get("state") or None)
        assert plain(reply.sent.get("error_description", ""))[:100] == reply.sent.get("error_description", "")[:100]
    else:
        assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert not [note for note in issuer.notes if "bug" in note]


@QUICK
@given(body=st.one_of(REDEEMED, st.binary(max_size=40)), credentials=CREDENTIALS, code=st.booleans())
@pytest.mark.parametrize("endpoint", ["/token", "/introspect"])
def test_any_token_request(issuer, endpoint, body, credentials, code):
    browser = issuer.browser
    if code and isinstance(body, dict):
        body = {**body, "code": browser.log_in().sent["code"]}
    headers = {"authorization": credentials} if credentials is not None else {}
    reply = browser.post(endpoint, body, content_type="application/x-www-form-urlencoded", **headers)
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    if reply.status == 200:
        assert "access_token" in reply.json or "active" in reply.json
    else:
        assert reply.status in {400, 401}
        assert reply.json["error"]
        description = reply.json.get("error_description", "")
        assert plain(description) == description[:100]
    assert not [note for note in issuer.notes if "bug" in note]
