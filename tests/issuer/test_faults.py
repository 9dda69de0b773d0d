"""Faults: how they are named, what they do, and who may switch them."""

import re

import pytest

from jwtctl.errors import UsageError
from jwtctl.issuer import endpoints
from jwtctl.issuer.faults import WRONG_ISSUER, Fault, parse, parse_all
from jwtctl.jose import token as parsing
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("text", "fault", "again"),
    [
        ("slow=2s", Fault("jwks", "slow", 2.0), "jwks:slow=2s"),
        ("token:slow=300ms", Fault("token", "slow", 0.3), "token:slow=0.3s"),
        ("discovery:status=503", Fault("discovery", "status", 503), "discovery:status=503"),
        ("truncated", Fault("jwks", "truncated"), "jwks:truncated"),
        ("wrong-issuer", Fault("discovery", "wrong-issuer"), "discovery:wrong-issuer"),
        ("token:wrong-issuer", Fault("token", "wrong-issuer"), "token:wrong-issuer"),
        (
            "expired-certificate=a=b.pem",
            Fault("tls", "expired-certificate", "a=b.pem"),
            "tls:expired-certificate=a=b.pem",
        ),
    ],
)
def test_names(text, fault, again):
    assert parse(text) == fault
    assert str(fault) == again
    assert parse(again) == fault


@pytest.mark.parametrize(
    "text",
    [
        "", "fast", "jwks:", ":slow=1s", "slow", "slow=", "slow=1h", "slow=11m", "slow=-1s", "status", "status=99", "status=600",
        "status=\u0665\u0660\u0660", "token:stale", "everywhere:slow=1s", "truncated=1", "jwks:expired-certificate", "expired-certificate=",
    ],
)  # fmt: skip
def test_what_is_no_fault(text):
    with pytest.raises(UsageError):
        parse(text)


def test_the_last_of_a_name_counts():
    assert parse_all(["slow=1s", "token:slow=1s", "slow=2s"]) == (
        Fault("jwks", "slow", 2.0),
        Fault("token", "slow", 1.0),
    )
    with pytest.raises(UsageError):
        parse_all(["truncated"] * 51)
    with pytest.raises(UsageError):
        parse_all([1])


def test_stale_lacks_the_key_that_signs(make):
    issuer = make(on=("stale",))
    kids = [key["kid"] for key in issuer.browser.get("/jwks.json").json["keys"]]
    assert len(kids) == 1
    assert issuer.keys.active.kid not in kids


def test_duplicate_kid_is_another_key_under_the_name_of_the_active_one(make):
    issuer = make(on=("duplicate-kid",))
    keys = issuer.browser.get("/jwks.json").json["keys"]
    same = [key for key in keys if key["kid"] == issuer.keys.active.kid]
    assert len(same) == 2
    assert same[0]["x"] != same[1]["x"]
    assert issuer.browser.get("/jwks.json").json["keys"] == keys


def test_unknown_kty_leaves_the_others(make):
    keys = make(on=("unknown-kty",)).browser.get("/jwks.json").json["keys"]
    assert [key["kty"] for key in keys] == ["LATTICE", "EC", "EC"]


def test_truncated_is_half_an_answer_with_its_own_length(make):
    whole = make().browser.get("/jwks.json").body
    reply = make(on=("truncated",)).browser.get("/jwks.json")
    assert reply.status == 200
    assert whole.startswith(reply.body)
    assert reply.headers["content-length"] == str(len(reply.body)) == str(len(whole) // 2)


@pytest.mark.parametrize("status", [200, 204, 302, 304, 404, 429, 500, 503])
def test_any_status(make, status):
    reply = make(on=(f"status={status}",)).browser.get("/jwks.json")
    assert reply.status == status
    assert (reply.body == b"") == (status in {204, 304})


def test_wrong_issuers(make):
    issuer = make(on=("wrong-issuer",))
    assert issuer.browser.get("/.well-known/openid-configuration").json["issuer"] == WRONG_ISSUER
    assert parsing.parse(issuer.browser.tokens()["access_token"]).claims["iss"] == issuer.settings.issuer
    issuer = make(on=("token:wrong-issuer",))
    tokens = issuer.browser.tokens()
    assert parsing.parse(tokens["access_token"]).claims["iss"] == WRONG_ISSUER
    assert parsing.parse(tokens["id_token"]).claims["iss"] == WRONG_ISSUER
    assert issuer.browser.get("/userinfo", authorization=f"Bearer {tokens['access_token']}").status == 401


def test_slow_is_waited_for(make, monkeypatch):
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    monkeypatch.setattr(endpoints.asyncio, "sleep", sleep)
    browser = make(on=("slow=2s", "token:slow=100ms")).browser
    assert browser.get("/jwks.json").status == 200
    browser.get("/.well-known/openid-configuration")
    browser.post("/token", {})
    assert waited == [2.0, 0.1]


def test_they_are_switched_while_it_runs(issuer):
    browser = issuer.browser
    shown = browser.get("/_faults")
    assert (shown.json, "access-control-allow-origin" in shown.headers) == ({"faults": []}, False)
    body = b'{"faults": ["status=500", "token:wrong-issuer"]}'
    reply = browser.post("/_faults", body, content_type="application/json")
    assert reply.json == {"faults": ["jwks:status=500", "token:wrong-issuer"]}
    assert browser.get("/jwks.json").status == 500
    assert parsing.parse(browser.tokens()["access_token"]).claims["iss"] == WRONG_ISSUER
    assert browser.post("/_faults", b'{"faults": []}', content_type="application/json").json == {"faults": []}
    assert browser.get("/jwks.json").status == 200
    assert parsing.parse(browser.tokens(prompt="login")["access_token"]).claims["iss"] == issuer.settings.issuer
    assert "faults: jwks:status=500, token:wrong-issuer" in issuer.notes


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the faults are JSON"),
        (b"[]", "the faults are JSON"),
        (b"{}", "the faults are JSON"),
        (b'{"faults": "slow=1s"}', "faults is no array"),
        (b'{"faults": [], "faults": ["slow=1s"]}', "member 'faults' stands twice"),
        (b'{"faults": [1]}', "at most 50 texts"),
        (b'{"faults": ["\\u202e\\"fast"]}', "is not known"),
        (b'{"faults": ["expired-certificate"]}', "is for the start"),
    ],
)
def test_what_cannot_be_switched(issuer, body, reason):
    reply = issuer.browser.post("/_faults", body, content_type="application/json")
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert reason in reply.json["error_description"]
    assert issuer.browser.get("/_faults").json == {"faults": []}


def test_only_programs_on_this_machine_switch_them(issuer):
    body = b'{"faults": ["status=500"]}'
    browser = issuer.browser
    # What a page elsewhere can post without asking first.
    for type_ in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert browser.post("/_faults", body, content_type=type_).status == 400
    assert "access-control-allow-methods" not in browser.ask("OPTIONS", "/_faults").headers
    browser.peer = "192.0.2.1"
    assert browser.get("/_faults").status == 403
    assert browser.post("/_faults", body, content_type="application/json").status == 403


def test_what_the_readme_posts_is_taken(issuer):
    (body,) = re.findall(r"-d '(\{.*?\})' \S+/_faults", (ROOT / "README.md").read_text())
    assert issuer.browser.post("/_faults", body.encode(), content_type="application/json").status == 200
    assert len(issuer.faults.on) == 2
