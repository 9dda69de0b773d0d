"""Every endpoint of an issuer, called in this process: what is answered, and what attackers do not get."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from jwtctl.issuer import endpoints
from jwtctl.issuer.clients import CREDENTIALS, Client
from jwtctl.jose import token as parsing
from jwtctl.jose.generate import generate
from jwtctl.jose.key import named
from jwtctl.jose.sign import sign
from jwtctl.keysets import rotation, store
from tests.issuer.conftest import (
    ASK,
    CALLBACK,
    ISSUER,
    NOON,
    VERIFIER,
    basic,
    challenge,
    make_key,
)

HOSTILE = "\"'><script>alert(1)</script>\u202e\x1b[31m"


def claims(token):
    return parsing.parse(token).claims


def header(token):
    return parsing.parse(token).header


def test_discovery(browser):
    reply = browser.get("/.well-known/openid-configuration")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["access-control-allow-origin"] == "*"
    document = reply.json
    assert document["issuer"] == ISSUER
    assert {url for name, url in document.items() if name.endswith(("_endpoint", "_uri"))} == {
        f"{ISSUER}{path}" for path in ("/authorize", "/token", "/userinfo", "/jwks.json", "/introspect", "/logout")
    }
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert browser.get("/.well-known/oauth-authorization-server").json == document


def test_an_issuer_with_a_path_is_found_at_both_places(make):
    browser = make(issuer=f"{ISSUER}/realms/dev").browser
    oidc = browser.get("/realms/dev/.well-known/openid-configuration")
    oauth = browser.get("/.well-known/oauth-authorization-server/realms/dev")
    assert oidc.json == oauth.json
    assert oidc.json["jwks_uri"] == f"{ISSUER}/realms/dev/jwks.json"
    assert browser.get("/realms/dev/jwks.json").status == 200
    assert browser.get("/jwks.json").status == 404
    page = browser.get(f"/realms/dev/authorize?{urlencode(ASK)}")
    reply = browser.submit(page, name="alice")
    assert reply.status == 303
    assert all("Path=/realms/dev;" in cookie for cookie in reply.cookies)


def test_the_key_set_and_its_caching(browser):
    reply = browser.get("/jwks.json")
    assert reply.headers["content-type"] == "application/jwk-set+json"
    assert reply.headers["cache-control"] == "public, max-age=900"
    assert [key["kty"] for key in reply.json["keys"]] == ["EC", "EC"]
    assert not any("d" in key for key in reply.json["keys"])
    tag = reply.headers["etag"]
    assert tag.startswith('"')
    for asked in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = browser.get("/jwks.json", if_none_match=asked)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert browser.get("/jwks.json", if_none_match='"other"').status == 200
    assert browser.ask("HEAD", "/jwks.json").headers["content-length"] == str(len(reply.body))


def test_the_code_flow(browser):
    page = browser.authorize()
    assert page.status == 200
    assert "<b>dev</b>" in page.text
    assert "http://127.0.0.1:9000" in page.text
    reply = browser.submit(page, name="alice")
    assert reply.status == 303
    assert reply.location.startswith(f"{CALLBACK}?code=")
    assert {name: value for name, value in reply.sent.items() if name != "code"} == {"state": "st&te", "iss": ISSUER}
    answer = browser.redeem(reply.sent["code"])
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "openid profile")
    access, identity = claims(body["access_token"]), claims(body["id_token"])
    assert header(body["access_token"])["typ"] == "at+jwt"
    assert access == {
        "iss": ISSUER,
        "iat": NOON,
        "exp": NOON + 3600,
        "sub": "alice",
        "aud": "api",
        "jti": access["jti"],
        "client_id": "dev",
        "scope": "openid profile",
    }
    assert identity == {
        "iss": ISSUER,
        "iat": NOON,
        "exp": NOON + 3600,
        "sub": "alice",
        "aud": "dev",
        "auth_time": NOON,
        "nonce": "n1",
        "at_hash": identity["at_hash"],
        "name": "alice",
        "preferred_username": "alice",
    }


def test_single_sign_on(issuer):
    browser = issuer.browser
    assert browser.authorize(prompt="none").sent["error"] == "login_required"
    assert browser.log_in().status == 303
    second = browser.authorize(redirect_uri="http://localhost:9001/other", state="2")
    assert (second.status, second.sent["state"]) == (302, "2")
    assert second.location.startswith("http://localhost:9001/other?code=")
    assert "code" in browser.authorize(prompt="none").sent
    for asked in ({"prompt": "login"}, {"max_age": "0"}, {"prompt": "select_account"}):
        assert browser.authorize(**asked).status == 200, asked
    issuer.clock.now += 100
    assert browser.authorize(max_age="101").status == 302
    assert browser.authorize(max_age="100").status == 200
    assert browser.authorize(max_age="100", prompt="none").sent["error"] == "login_required"
    assert browser.authorize(max_age="soon").sent["error"] == "invalid_request"
    issuer.clock.now += endpoints.SESSION_LIFETIME
    assert browser.authorize().status == 200
    assert issuer.browser.authorize().status == 200


def test_a_client_that_hints_at_a_user_hears_of_no_other(issuer):
    """OpenID Connect Core 1.0 section 3.1.2.2."""
    browser = issuer.browser
    alice = browser.tokens("alice")["id_token"]
    issuer.clock.now += 7200
    assert "code" in browser.authorize(id_token_hint=alice, prompt="none").sent
    browser.log_in("bob", prompt="login")
    reply = browser.authorize(id_token_hint=alice, prompt="none")
    assert (reply.sent["error"], reply.sent["state"], "code" in reply.sent) == ("login_required", "st&te", False)
    page = browser.authorize(id_token_hint=alice)
    assert 'value="alice"' in page.text
    wrong = browser.submit(page, name="bob")
    assert (wrong.status, wrong.sent["error"]) == (303, "login_required")
    assert browser.submit(page, name="alice").sent["code"]
    for hint in (HOSTILE, browser.tokens(prompt="login")["access_token"]):
        assert browser.authorize(id_token_hint=hint, prompt="none").sent["error"] == "login_required"
        assert browser.authorize(id_token_hint=hint).status == 200


def test_a_new_log_in_ends_the_old_session(issuer):
    browser, copy = issuer.browser, issuer.browser
    browser.log_in("alice")
    copy.cookies = dict(browser.cookies)
    assert copy.authorize().status == 302
    browser.log_in("bob", prompt="login")
    assert copy.authorize().status == 200
    assert browser.authorize().status == 302


def test_without_openid_there_is_no_id_token(browser):
    body = browser.tokens(scope="read write")
    assert "id_token" not in body
    assert claims(body["access_token"])["scope"] == "read write"
    assert "scope" not in claims(browser.tokens(scope=None, prompt="login")["access_token"])


def test_the_session_cookie_is_not_for_scripts_or_other_sites(make):
    for url, secure in ((ISSUER, False), ("https://127.0.0.1:8080", True)):
        reply = make(issuer=url).browser.log_in()
        (cookie,) = reply.cookies
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert ("Secure" in cookie) == secure


def test_a_client_may_ask_by_post_as_well(browser):
    page = browser.get(browser.post("/authorize", dict(ASK)).location)
    assert page.status == 200
    assert browser.submit(page, name="alice").sent["state"] == "st&te"


def test_a_form_of_another_site_finds_the_session(issuer):
    """It comes without the cookies, which are SameSite=Lax, and what it asks for comes again as a GET, with them."""
    browser, elsewhere = issuer.browser, issuer.browser
    browser.log_in()
    reply = elsewhere.post("/authorize", ASK | {"prompt": "none"})
    assert (reply.status, reply.cookies) == (303, [])
    assert "code" in browser.get(reply.location).sent


def test_whoever_cancels_is_sent_back(browser):
    reply = browser.submit(browser.authorize(), cancel="1", name="")
    assert (reply.status, reply.sent["error"], reply.sent["iss"]) == (303, "access_denied", ISSUER)
    assert browser.authorize().status == 200


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x1bb", "\u202ealice", "\N{GREEK SMALL LETTER ALPHA}" * 50])
def test_a_name_has_a_few_visible_characters(browser, name):
    reply = browser.submit(browser.authorize(), name=name)
    assert reply.status == 400
    assert "visible characters" in reply.text


def test_a_name_is_not_always_ascii(browser):
    body = browser.tokens("Zo\u00eb 100%")
    assert claims(body["id_token"])["sub"] == "Zo%C3%AB 100%25"
    assert claims(body["id_token"])["name"] == "Zo\u00eb 100%"
    told = browser.get("/userinfo", authorization=f"Bearer {body['access_token']}").json
    assert told == {"sub": "Zo%C3%AB 100%25", "name": "Zo\u00eb 100%", "preferred_username": "Zo\u00eb 100%"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://x.example"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_errors_that_the_client_hears_of(browser, changes, error):
    reply = browser.authorize(**changes)
    assert reply.status == 302
    assert reply.location.startswith(f"{CALLBACK}?")
    assert (reply.sent["error"], reply.sent["state"], reply.sent["iss"]) == (error, "st&te", ISSUER)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "nobody"},
        {"client_id": HOSTILE},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://127.0.0.1:9000@evil.example/"},
        {"redirect_uri": "http://127.0.0.1:9000\\@evil.example/"},
        {"redirect_uri": "http://127.0.0.1.evil.example/"},
        {"redirect_uri": "http://localhost.evil.example/"},
        {"redirect_uri": "http://evil.example#@127.0.0.1/"},
        {"redirect_uri": "//127.0.0.1/"},
        {"redirect_uri": "http:evil.example"},
        {"redirect_uri": "javascript:alert(1)//127.0.0.1/"},
        {"redirect_uri": "http://127.0.0.1:9000/\r\nSet-Cookie: a=b"},
        {"redirect_uri": "http://127.0.0.1:9000/cb#fragment"},
        {"redirect_uri": "http://127.0.0.1:9000/" + "a" * 5000},
        {"client_id": "web", "redirect_uri": "https://web.example/cb"},
        {"client_id": "web", "redirect_uri": "https://web.example/cb?tenant=1&x=2"},
        {"client_id": "web", "redirect_uri": "https://web.example:8443/cb?tenant=1"},
        {"client_id": "web", "redirect_uri": "http://127.0.0.1:9000/cb/../x"},
        {"response_type": "token", "redirect_uri": "https://evil.example/"},
    ],
)
@pytest.mark.parametrize("logged_in", [False, True])
def test_nobody_is_redirected_to_where_no_client_is(browser, changes, logged_in):
    if logged_in:
        browser.log_in()
    reply = browser.authorize(**changes)
    assert reply.status == 400
    assert "location" not in reply.headers
    assert "<script>" not in reply.text


def test_a_doubled_parameter_is_refused(browser):
    reply = browser.get(f"/authorize?{urlencode(ASK)}&client_id=dev")
    assert (reply.status, "client_id stands twice" in reply.text) == (400, True)
    reply = browser.post("/token", b"grant_type=client_credentials&grant_type=authorization_code",
                         content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


def test_a_loopback_client_listens_on_any_port(browser):
    asked = {"client_id": "web", "redirect_uri": "http://127.0.0.1:54321/cb"}
    assert browser.log_in(**asked).location.startswith("http://127.0.0.1:54321/cb?code=")
    asked = {"client_id": "web", "redirect_uri": "https://web.example/cb?tenant=1"}
    assert browser.authorize(**asked).location.startswith("https://web.example/cb?tenant=1&code=")


def test_the_log_in_page_is_inert(browser):
    page = browser.authorize(login_hint=HOSTILE, scope="openid <b>bold</b>", state=HOSTILE)
    for raw in ("<script>", "<b>bold", "\u202e", "\x1b"):
        assert raw not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:* " in policy
    assert "unsafe" not in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cache-control"] == "no-store"


def test_a_forged_form_is_refused(issuer):
    victim, attacker = issuer.browser, issuer.browser
    page, own = victim.authorize(), attacker.authorize()
    target = f"/authorize?{urlencode(ASK)}"
    assert victim.get(victim.post(target, {"name": "mallory"}).location).status == 400
    assert victim.post(target, {"csrf": "0" * 64, "name": "mallory"}).status == 403
    assert attacker.submit(page, name="mallory").status == 403
    assert victim.submit(own, name="mallory").status == 403
    bare = issuer.browser
    assert bare.submit(page, name="mallory").status == 403
    # Even if the token leaked: a browser says where a form came from.
    token = page.text.partition('name=csrf value="')[2].partition('"')[0]
    assert victim.post(target, {"csrf": token, "name": "m"}, sec_fetch_site="cross-site").status == 403
    assert victim.authorize().status == 200
    assert victim.submit(page, name="alice").status == 303


def test_a_code_is_for_one_use_by_one_client_with_one_verifier(issuer):
    browser = issuer.browser

    def code(**changes):
        return browser.log_in(prompt="login", **changes).sent["code"]

    def refused(reply):
        return (reply.status, reply.json["error"]) == (400, "invalid_grant")

    once = code()
    first = browser.redeem(once)
    assert first.status == 200
    assert refused(browser.redeem(once))
    # What was given stays good: nothing is revoked.
    assert browser.get("/userinfo", authorization=f"Bearer {first.json['access_token']}").status == 200
    assert refused(browser.redeem(code(), code_verifier="x" * 43))
    assert browser.redeem(code(), code_verifier=None).json["error"] == "invalid_request"
    assert refused(browser.redeem(code(), redirect_uri="http://127.0.0.1:9001/callback"))
    assert refused(browser.redeem(code(), redirect_uri=None))
    guessed = code()
    assert refused(browser.redeem(guessed, code_verifier="x" * 43))
    assert refused(browser.redeem(guessed))
    # Another client cannot use it, nor use it up.
    mine = code()
    other = {"client_id": "web", "client_secret": "w3b"}
    assert refused(browser.redeem(mine, **other))
    assert browser.redeem(mine).status == 200
    late = code()
    issuer.clock.now += 60
    assert refused(browser.redeem(late))


def test_a_confidential_client_has_to_authenticate_itself(browser):
    def code():
        return browser.log_in(client_id="web", redirect_uri="http://127.0.0.1:9000/cb", prompt="login").sent["code"]

    asked = {"client_id": "web", "redirect_uri": "http://127.0.0.1:9000/cb"}
    assert browser.redeem(code(), **asked).json["error"] == "invalid_client"
    assert browser.redeem(code(), **asked, client_secret="wrong").json["error"] == "invalid_client"
    assert browser.redeem(code(), **asked, client_secret="w3b").status == 200
    body = {"grant_type": "authorization_code", "code": code(), "redirect_uri": asked["redirect_uri"]}
    reply = browser.post("/token", body | {"code_verifier": VERIFIER}, authorization=basic("web", "w3b"))
    assert reply.status == 200


def test_another_verifier_with_its_challenge(browser):
    verifier = "~" * 128
    sent = browser.log_in(code_challenge=challenge(verifier)).sent
    assert browser.redeem(sent["code"], code_verifier=verifier).status == 200


def test_client_credentials(browser):
    ask = {"grant_type": "client_credentials", "scope": "read"}
    reply = browser.post("/token", ask, authorization=basic("service", "s3cret"))
    assert reply.status == 200
    body = claims(reply.json["access_token"])
    assert (body["sub"], body["client_id"], body["aud"], body["scope"]) == ("service", "service", "billing", "read")
    assert "id_token" not in reply.json
    assert browser.post("/token", ask | {"client_id": "service", "client_secret": "s3cret"}).status == 200
    wrong = browser.post("/token", ask, authorization=basic("service", "wrong"))
    assert (wrong.status, wrong.json["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"] == f'Basic realm="{ISSUER}", charset="UTF-8"'
    assert browser.post("/token", ask | {"client_id": "dev"}).json["error"] == "invalid_client"
    assert browser.post("/token", ask, authorization=basic("web", "w3b")).json["error"] == "unauthorized_client"
    both = browser.post("/token", ask | {"client_secret": "s3cret"}, authorization=basic("service", "s3cret"))
    assert both.json["error"] == "invalid_request"
    assert browser.post("/token", {"grant_type": "password"}).json["error"] == "unsupported_grant_type"
    assert browser.post("/token", {"scope": "read"}).json["error"] == "invalid_request"
    assert browser.post("/token", json.dumps(ask).encode(), content_type="application/json").status == 400


@pytest.mark.parametrize("credentials", ["Basic ~~~", "Basic /w==", "Basic", "Basic Og==", "Bearer x", "basic\tx"])
def test_credentials_that_are_none(browser, credentials):
    reply = browser.post("/token", {"grant_type": "client_credentials"}, authorization=credentials)
    assert (reply.status, reply.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("credentials", ["my+app:a%2Bb+%2541", "my%20app:a%2Bb%20%2541", "my app:a+b %41"])
def test_credentials_in_url_encoding_or_plain(make, credentials):
    """RFC 6749 section 2.3.1 wants the former, with a plus for a blank; curl -u and many libraries send the latter."""
    browser = make(clients={"my app": Client("my app", "a+b %41", grant_types=(CREDENTIALS,))}).browser
    name, secret = credentials.split(":")
    ask = {"grant_type": "client_credentials"}
    assert browser.post("/token", ask, authorization=basic(name, secret)).status == 200
    assert browser.post("/token", ask, authorization=basic(name, secret + "x")).status == 401


def test_wrong_credentials_are_not_passed_over_for_a_public_client(browser):
    sent = browser.log_in().sent
    body = {"grant_type": "authorization_code", "code": sent["code"], "redirect_uri": CALLBACK, "client_id": "dev"}
    for user in ("service", "nobody"):
        reply = browser.post("/token", body | {"code_verifier": VERIFIER}, authorization=basic(user, "wrong"))
        assert (reply.status, reply.json["error"]) == (401, "invalid_client")


def test_userinfo(issuer):
    browser = issuer.browser
    body = browser.tokens("bob@example.com", scope="openid email profile")

    def ask(token):
        return browser.get("/userinfo", authorization=f"Bearer {token}")

    assert ask(body["access_token"]).json == {
        "sub": "bob@example.com",
        "name": "bob@example.com",
        "preferred_username": "bob@example.com",
        "email": "bob@example.com",
        "email_verified": True,
    }
    bare = browser.get("/userinfo")
    assert (bare.status, bare.headers["www-authenticate"], bare.json) == (401, 'Bearer realm="userinfo"', {})
    for token in (body["id_token"], body["access_token"][:-4] + "AAAA", "x", "a.b.c"):
        wrong = ask(token)
        assert (wrong.status, wrong.headers["www-authenticate"]) == (
            401,
            'Bearer realm="userinfo", error="invalid_token"',
        )
        assert wrong.json == {"error": "invalid_token"}
    issuer.clock.now += 3600
    assert ask(body["access_token"]).status == 401


def test_a_token_without_openid_says_nothing_about_its_user(browser):
    token = browser.tokens(scope="read")["access_token"]
    reply = browser.get("/userinfo", authorization=f"Bearer {token}")
    assert (reply.status, reply.json["error"]) == (403, "insufficient_scope")


def test_introspection(issuer):
    browser = issuer.browser
    token = browser.tokens()["access_token"]

    def ask(token, **headers):
        return browser.post("/introspect", {"token": token}, **headers)

    known = {"authorization": basic("service", "s3cret")}
    told = ask(token, **known).json
    assert (told["active"], told["sub"], told["client_id"], told["aud"]) == (True, "alice", "dev", "api")
    for text in ("x", token[:-4] + "AAAA", browser.tokens(prompt="login")["id_token"]):
        assert ask(text, **known).json == {"active": False}
    assert ask(token).status == 401
    assert ask(token, authorization=basic("service", "wrong")).json["error"] == "invalid_client"
    assert browser.post("/introspect", {"token": token, "client_id": "dev"}).json["error"] == "invalid_client"
    assert browser.post("/introspect", {}, **known).json["error"] == "invalid_request"
    issuer.clock.now += 3600
    assert ask(token, **known).json == {"active": False}


def test_a_token_of_the_longest_signatures_is_read_wherever_it_is_shown(make, store_path):
    """ML-DSA-87 signs with 4,627 octets."""
    for _ in range(2):  # the pending key takes over first
        store.change(
            store_path, lambda old: rotation.revoke(old, NOON, lambda: named(generate("ML-DSA-87"), "thumbprint"))
        )
    browser = make().browser
    tokens = browser.tokens()
    reply = browser.post("/introspect", {"token": tokens["access_token"]}, authorization=basic("service", "s3cret"))
    assert (reply.status, reply.json["active"]) == (200, True)
    hinted = urlencode({"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": CALLBACK})
    assert browser.get(f"/logout?{hinted}").location == CALLBACK


def test_a_revoked_key_takes_its_tokens_along(issuer):
    browser = issuer.browser
    token = browser.tokens()["access_token"]
    store.change(issuer.path, lambda old: rotation.revoke(old, NOON, make_key))
    assert browser.get("/userinfo", authorization=f"Bearer {token}").status == 401
    fresh = browser.tokens(prompt="login")["access_token"]
    assert header(fresh)["kid"] == issuer.keys.active.kid
    assert header(fresh)["kid"] != header(token)["kid"]


def test_logging_out(issuer):
    browser = issuer.browser
    tokens = browser.tokens()
    after = urlencode({"post_logout_redirect_uri": "http://127.0.0.1:9000/bye", "state": "x", "client_id": "dev"})
    page = browser.get(f"/logout?{after}")
    assert (page.status, "logged in as <b>alice</b>" in page.text) == (200, True)
    assert browser.authorize().status == 302
    assert browser.post(f"/logout?{after}", {"csrf": "0" * 64}).status == 403
    reply = browser.submit(page)
    assert (reply.status, reply.location) == (303, "http://127.0.0.1:9000/bye?state=x")
    assert browser.authorize().status == 200
    browser.log_in()
    issuer.clock.now += 7200
    hinted = urlencode({"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "http://127.0.0.1:9000/bye"})
    assert browser.get(f"/logout?{hinted}").location == "http://127.0.0.1:9000/bye"
    assert browser.authorize().status == 200


@pytest.mark.parametrize("changes", [{"client_id": "nobody"}, {"post_logout_redirect_uri": "https://evil.example"}, {}])
def test_logging_out_leads_nowhere_else(browser, changes):
    asked = {"post_logout_redirect_uri": "http://127.0.0.1:9000/bye", "id_token_hint": HOSTILE} | changes
    reply = browser.get(f"/logout?{urlencode(asked)}")
    assert (reply.status, "location" in reply.headers) == (200, False)


def test_a_client_with_a_token_of_another_client_sends_nobody_anywhere(issuer):
    """RP-Initiated Logout 1.0 section 2: when both are present, they have to match."""
    browser = issuer.browser
    hint = browser.tokens()["id_token"]
    for client, status in (("web", 200), ("dev", 303)):
        asked = {"id_token_hint": hint, "client_id": client, "post_logout_redirect_uri": "http://127.0.0.1:9000/cb"}
        assert browser.get(f"/logout?{urlencode(asked)}").status == status


def test_a_page_elsewhere_logs_nobody_out(issuer):
    """Its form comes without the cookie, as that is SameSite=Lax, and must not take it away."""
    browser, elsewhere = issuer.browser, issuer.browser
    hint = browser.tokens()["id_token"]
    for asked in ({"a": "b"}, {"id_token_hint": "x"}, {"id_token_hint": hint}):
        reply = elsewhere.post("/logout", asked)
        assert (reply.status, reply.cookies) == (303, [])
        page = browser.get(reply.location)
        assert ("Log out?" in page.text) == (asked.get("id_token_hint") != hint)
    assert browser.authorize().status == 200


def test_a_token_of_somebody_else_logs_nobody_out(issuer):
    browser, other = issuer.browser, issuer.browser
    browser.log_in("alice")
    hint = urlencode({"id_token_hint": other.tokens("mallory")["id_token"]})
    assert "Log out?" in browser.get(f"/logout?{hint}").text
    assert browser.authorize().status == 302


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil/x?", "[", "", "a@b"])
def test_a_request_by_another_name_is_refused(browser, host):
    """So a page whose name is made to point here (DNS rebinding) reads nothing."""
    for path in ("/.well-known/openid-configuration", "/jwks.json", f"/authorize?{urlencode(ASK)}", "/_faults"):
        assert browser.get(path, host=host).status == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]:1", "localhost:99", "issuer"])
def test_its_own_names_change_no_url(make, host):
    browser = make(issuer="http://issuer:8080").browser
    assert (
        browser.get("/.well-known/openid-configuration", host=host).json["jwks_uri"] == "http://issuer:8080/jwks.json"
    )


def test_whoever_opens_it_in_a_browser_is_told_what_it_is(make):
    page = make().browser.get("/")
    assert (page.status, f'href="{ISSUER}/jwks.json"' in page.text) == (200, True)
    assert "dev, service, web" in page.text
    assert make(issuer=f"{ISSUER}/a").browser.get("/a/").status == 200


def test_no_redirect_takes_its_url_from_the_host(browser):
    for path in ("/jwks.json/", "//evil.example/jwks.json", "/authorize/"):
        reply = browser.get(path, host="evil.example")
        assert (reply.status, "location" in reply.headers) == (404, False)


def test_pages_elsewhere_may_ask_for_what_is_public_and_for_tokens(browser):
    for path in ("/token", "/userinfo"):
        reply = browser.ask("OPTIONS", path, origin="http://127.0.0.1:5173", access_control_request_method="POST")
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, "*")
    assert "access-control-allow-origin" not in browser.authorize().headers
    assert "access-control-allow-credentials" not in browser.get("/jwks.json").headers


def test_a_body_is_bounded(browser):
    for path in ("/token", "/introspect", "/authorize"):
        reply = browser.post(path, b"a=" + b"b" * 70_000, content_type="application/x-www-form-urlencoded")
        assert reply.status == 413, path
    many = urlencode([(f"a{number}", "b") for number in range(60)]).encode()
    reply = browser.post("/token", many, content_type="application/x-www-form-urlencoded")
    assert reply.json["error_description"] == "more than 50 parameters"


def test_a_body_that_does_not_come_is_not_waited_for(issuer, monkeypatch):
    monkeypatch.setattr(endpoints, "_BODY_TIMEOUT", 0.01)
    sent = []
    parts = iter([{"type": "http.request", "body": b"a=", "more_body": True}])

    async def receive():
        return next(parts, None) or await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/token",
        "query_string": b"",
        "headers": headers,
        "root_path": "",
    }
    asyncio.run(issuer.app(scope, receive, send))
    assert sent[0]["status"] == 408
    assert issuer.notes == ["POST /token 408 invalid_request"]


def test_notes_hold_no_secret(issuer):
    browser = issuer.browser
    sent = browser.log_in().sent
    tokens = browser.redeem(sent["code"]).json
    browser.get("/userinfo", authorization=f"Bearer {tokens['access_token']}")
    browser.post("/token", {"grant_type": "client_credentials", "client_id": "service", "client_secret": "s3cret"})
    browser.redeem(sent["code"])
    assert issuer.notes == [
        "GET /authorize 200",
        "POST /authorize 303",
        "POST /token 200",
        "GET /userinfo 200",
        "POST /token 200",
        "POST /token 400 invalid_grant",
    ]


def test_a_bug_is_answered_and_told_without_values(issuer, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("the secret")

    monkeypatch.setattr(endpoints.metadata, "document", fail)
    reply = issuer.browser.get("/.well-known/openid-configuration")
    assert (reply.status, reply.json) == (500, {"error": "server_error"})
    assert any(note.startswith("a bug in jwtctl: ZeroDivisionError at test_endpoints.py:") for note in issuer.notes)
    assert "the secret" not in str(issuer.notes)


@pytest.mark.parametrize(
    ("changes", "typ", "status"),
    [
        ({}, "at+jwt", 200),
        ({"iss": "http://other"}, "at+jwt", 401),
        ({}, "JWT", 401),
        ({"jti": None}, "at+jwt", 401),
        ({"exp": NOON}, "at+jwt", 401),
        ({"iat": NOON + 60, "exp": NOON + 120}, "at+jwt", 401),
    ],
)
def test_what_else_the_keys_have_signed_is_no_access_token(issuer, changes, typ, status):
    body = {"iss": ISSUER, "sub": "a", "aud": "api", "jti": "1", "client_id": "dev", "iat": NOON, "exp": NOON + 60}
    body = {name: value for name, value in (body | {"scope": "openid"} | changes).items() if value is not None}
    token = sign(body, issuer.keys.active, header={"typ": typ})
    assert issuer.browser.get("/userinfo", authorization=f"Bearer {token}").status == status


def test_codes_and_sessions_are_bounded(issuer):
    first = issuer.browser
    code = first.log_in().sent["code"]
    for _ in range(1000):
        assert first.authorize().status == 302
    assert first.redeem(code).json["error"] == "invalid_grant"
    assert parse_qs(urlsplit(first.authorize().location).query)["code"]
