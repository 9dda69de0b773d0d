"""`jwtctl jwks watch`: as cron calls it, against a real server."""

from __future__ import annotations

import json
import stat

import pytest

from tests.cli.conftest import NOON
from tests.keysets.conftest import ED25519, P256, Answer, metadata, redirect

pytestmark = pytest.mark.network
A = {**P256, "kid": "a", "alg": "ES256"}
B = {**ED25519, "kid": "b"}
GOOD = {"Cache-Control": "max-age=900", "ETag": '"1"', "Access-Control-Allow-Origin": "*"}


def publish(server, *keys, etag="1", **headers):
    stated = GOOD | {"ETag": f'"{etag}"'} | headers
    server.routes["/jwks"] = Answer(json.dumps({"keys": keys}).encode(), headers=stated)


@pytest.fixture
def watch(run, server, tmp_path, monkeypatch):
    """Run `jwks watch` so many seconds after NOON, with a snapshot and a log."""
    monkeypatch.chdir(tmp_path)
    publish(server, A, B)

    def watch_(seconds, *options):
        argv = ("--snapshot", "snapshot.json", "--log", "log.ndjson", "--at", NOON + seconds)
        return run("jwks", "watch", f"{server.url}/jwks", *argv, *options)

    return watch_


def test_nothing_to_say(watch):
    assert watch(0) == (0, "2 keys: nothing unsafe\n", "")
    assert watch(60) == (0, "2 keys, the last one known since 2030-03-17T17:46:40Z: nothing unsafe\n", "")


def test_a_removal(watch, server):
    watch(0)
    publish(server, A, etag="2")
    code, out, err = watch(60, "--max-ttl", "1h")
    assert (code, err) == (1, "")
    assert out.startswith(
        "unsafe  change            removed: kid 'b' is gone; tokens live 3600 s, but the old set is only 60 s"
    )
    assert out.endswith("1 thing unsafe\n")
    # What was told once is the new state.
    assert watch(120, "--max-ttl", "1h").code == 0
    publish(server, A, B, etag="3")
    assert watch(180).code == 0
    publish(server, A, etag="4")
    assert watch(180 + 3600, "--max-ttl", "1h").code == 0


def test_the_snapshot(watch, server, tmp_path):
    watch(0)
    path = tmp_path / "snapshot.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    document = json.loads(path.read_bytes())
    assert document == {
        "schema": "jwtctl.jwks-snapshot/1",
        "url": f"{server.url}/jwks",
        "since": NOON,
        "etag": '"1"',
        "keys": [A, B],
    }
    path.write_bytes(path.read_bytes()[:50])
    before = path.read_bytes()
    outcome = watch(60)
    assert outcome[:2] == (3, "")
    assert "'snapshot.json' is no snapshot" in outcome.err
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["log.ndjson", "snapshot.json"]


def test_one_line_of_log_for_each_look(watch, server, tmp_path):
    watch(0)
    publish(server, A, B, etag="2", **{"Cache-Control": "max-age=90000"})
    watch(60, "--json")
    del server.routes["/jwks"]
    watch(120)
    lines = [json.loads(line) for line in (tmp_path / "log.ndjson").read_text().splitlines()]
    assert [(line["at"], line["safe"]) for line in lines] == [(NOON, True), (NOON + 60, False), (NOON + 120, False)]
    assert {line["schema"] for line in lines} == {"jwtctl.jwks-watch/1"}
    assert [line["error"] is None for line in lines] == [True, True, False]


def test_as_json(watch):
    code, out, err = watch(0, "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert list(document) == [
        "schema", "url", "at", "safe", "error", "kids", "lifetime", "certificate_expires", "since", "changes", "remarks",
    ]  # fmt: skip
    assert (document["kids"], document["lifetime"], document["changes"]) == (["a", "b"], 900, None)
    assert json.loads(watch(60, "--json").out)["changes"] == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"gone", 404, "text/plain"),
        Answer(b"<html>", 200, "text/html"),
        Answer(b'{"keys": 5}'),
        redirect("file:///etc/passwd"),
        Answer(b" " * (2 << 20)),
    ],
)
def test_no_key_set_is_exit_4_and_leaves_the_snapshot(watch, server, tmp_path, answer):
    watch(0)
    before = (tmp_path / "snapshot.json").read_bytes()
    server.routes["/jwks"] = answer
    code, out, err = watch(60, "--json")
    assert (code, json.loads(out)["safe"]) == (4, False)
    assert err.startswith("jwtctl: error: ")
    assert json.loads(out)["error"] in err
    assert (tmp_path / "snapshot.json").read_bytes() == before


def test_a_server_that_drips_costs_bounded_time(watch, server):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not server.stop.wait(0.05):
            handler.wfile.write(b" ")

    server.routes["/jwks"] = drip
    assert watch(0, "--timeout", "1s").code == 4


def test_nobody_there(run, tmp_path):
    log = tmp_path / "log"
    outcome = run("jwks", "watch", "http://127.0.0.1:1/jwks", "--log", log)
    assert outcome[:2] == (4, "")
    assert json.loads(log.read_bytes())["error"]


def test_a_key_that_must_be_gone(watch, server):
    code, out, _ = watch(0, "--expect-gone", "b")
    assert code == 1
    assert out.splitlines()[0] == "unsafe  gone              kid 'b' is still published: its tokens are still believed"
    publish(server, A, etag="2")
    code, out, _ = watch(7200, "--expect-gone", "b", "--max-ttl", "1h")
    assert code == 0
    assert "kid 'b' is gone; caches may keep it for up to 900 s" in out


def test_limits(watch, server):
    publish(server, {**A, "iat": NOON - 5000})
    assert watch(0, "--cache-ttl", "15m").code == 0
    assert watch(0, "--cache-ttl", "14m").code == 1
    assert watch(0, "--cache-ttl", "14m", "--ignore", "cache").code == 0
    assert watch(0, "--max-key-age", "1h").code == 1
    assert watch(0, "--max-key-age", "2h").code == 0


def test_an_issuer(run, server):
    publish(server, A)
    where = "/.well-known/openid-configuration"
    server.routes[where] = metadata(issuer=server.url, jwks_uri=f"{server.url}/jwks")
    assert run("jwks", "watch", server.url) == (0, "1 key: nothing unsafe\n", "")


def test_a_store_as_it_rotates(run, server, tmp_path):
    """What `jwks rotate` does is safe to who watches, every hour for two days; an emergency is not."""
    store = tmp_path / "store"
    run("jwks", "rotate", store, "--init", "--every", "1d", "--max-ttl", "3h", "--cache-ttl", "15m", "--at", NOON)
    argv = (
        "jwks",
        "watch",
        f"{server.url}/jwks",
        "--snapshot",
        tmp_path / "s",
        "--max-ttl",
        "1h",
        "--cache-ttl",
        "15m",
    )

    def look(seconds):
        keys = json.loads((store / "jwks.json").read_bytes())["keys"]
        publish(server, *keys, etag="".join(key["kid"] for key in keys))
        return run(*argv, "--at", NOON + seconds)

    for seconds in range(0, 2 * 86_400, 3600):
        run("jwks", "rotate", store, "--at", NOON + seconds)
        outcome = look(seconds)
        assert outcome.code == 0, outcome.out
    leaked = json.loads((store / "jwks.json").read_bytes())["keys"][0]["kid"]
    run("jwks", "rotate", store, "--emergency", "--kid", leaked, "--at", NOON + 2 * 86_400)
    assert run(*argv, "--at", NOON + 2 * 86_400, "--expect-gone", leaked).code == 1
    look(2 * 86_400)
    assert run(*argv, "--at", NOON + 2 * 86_400 + 60, "--expect-gone", leaked).code == 0


def test_hostile_text(watch, server):
    hostile = "\x1b[31m\u202e\n::error::x"
    publish(server, {**A, "kid": hostile}, {"kty": hostile}, **{"Access-Control-Allow-Origin": "\x1b[2J"})
    for options in ((), ("--json",)):
        code, out, _ = watch(0, "--expect-gone", hostile, *options)
        assert code == 1
        assert not [character for character in out if character != "\n" and not character.isprintable()]
        assert "\n::" not in out


def test_a_log_that_cannot_be_written(run, server, tmp_path):
    publish(server, A)
    outcome = run("jwks", "watch", f"{server.url}/jwks", "--log", tmp_path / "no" / "log")
    assert outcome.code == 3
    assert outcome.err.startswith("jwtctl: error: cannot write ")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--ignore", "x"), "--ignore 'x' is not known"),
        (("--max-ttl", "x"), "--max-ttl: 'x' is no duration"),
        (("--cache-ttl", "x"), "--cache-ttl: 'x' is no duration"),
        (("--max-key-age", "x"), "--max-key-age: 'x' is no duration"),
        (("--log", "-"), "--snapshot and --log name files"),
        (("--snapshot", "-"), "--snapshot and --log name files"),
        (("--cert-days", "-1"), "invalid value for '--cert-days'"),
    ],
)
def test_wrong_usage(watch, options, error):
    outcome = watch(0, *options)
    assert outcome[:2] == (2, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


def test_what_is_no_url(run):
    assert run("jwks", "watch", "jwks.json")[:2] == (2, "")
