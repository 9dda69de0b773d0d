"""`jwtctl jwks fetch|diff|merge|public`, from files and from a real server."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.keysets.conftest import ED25519, ED25519_D, ED25519_THUMBPRINT, OCT, P256, P256_D, Answer, metadata, redirect

A = {**P256, "kid": "a", "alg": "ES256", "use": "sig"}
B = {**ED25519, "kid": "b"}
CHANGE = ["kind", "kid", "thumbprint", "detail", "unsafe"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, and `folder("name", key…)` writes a key set there."""
    monkeypatch.chdir(tmp_path)

    def write(name, *keys):
        (tmp_path / name).write_text(json.dumps({"keys": keys}))
        return name

    return write


# diff


@pytest.mark.parametrize(
    ("old", "new", "kinds", "safe"),
    [
        ([A, B], [A, B], [], True),
        ([A, B], [B, A], ["order"], True),
        ([A], [A, B], ["added"], True),
        ([A, B], [A], ["removed"], False),
        ([A], [{**B, "kid": "a"}], ["kid-reused"], False),
        ([A], [{**A, "use": "enc"}], ["metadata"], False),
        ([A], [{**A, "d": P256_D}], ["private-material"], False),
        ([A], [{**A, "x5u": "https://x"}], ["metadata"], True),
    ],
)
def test_differences(run, folder, *, old, new, kinds, safe):
    argv = ("jwks", "diff", folder("old", *old), folder("new", *new))
    code, out, err = run(*argv, "--json")
    found = json.loads(out)
    assert (code, err) == (1 if kinds else 0, "")
    assert list(found) == ["schema", "equal", "safe", "changes"]
    assert (found["schema"], found["equal"], found["safe"]) == ("jwtctl.jwks-diff/1", not kinds, safe)
    assert [change["kind"] for change in found["changes"]] == kinds
    assert [list(change) for change in found["changes"]] == [CHANGE] * len(kinds)
    assert run(*argv, "--fail-on", "unsafe").code == (0 if safe else 1)
    assert run(*argv, "--fail-on", "any").code == (1 if kinds else 0)


def test_differences_in_words(run, folder):
    assert run("jwks", "diff", folder("old", A), "old") == (0, "no difference\n", "")
    code, out, err = run("jwks", "diff", "old", folder("new", B))
    assert (code, err) == (1, "")
    added, removed, total = out.splitlines()
    assert added.startswith("unsafe  added             kid 'b' is new; no key of the old set remains")
    assert removed.startswith("unsafe  removed           ")
    assert "tokens signed with it fail unless all have expired" in removed
    assert total == "2 differences, unsafe"
    assert "\x1b[31munsafe\x1b[0m" in run("jwks", "diff", "old", "new", "--color", "always").out


@pytest.mark.parametrize(("ttl", "age", "code"), [("1h", "59m", 1), ("1h", "1h", 0), ("1h", "1d", 0)])
def test_a_removal_after_the_last_token_has_expired_is_safe(run, folder, ttl, age, code):
    argv = (folder("old", A, B), folder("new", A), "--max-ttl", ttl, "--snapshot-age", age)
    assert run("jwks", "diff", *argv, "--fail-on", "unsafe").code == code
    assert run("jwks", "diff", *argv).code == 1


def test_a_set_from_standard_input(run, folder):
    assert run("jwks", "diff", folder("old", A), "-", stdin=json.dumps({"keys": [A]})).code == 0


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        (("old", "nosuch"), 3, "'nosuch': no such file or directory"),
        (("old", "old", "--fail-on", "x"), 2, "--fail-on 'x' is not known"),
        (("old", "old", "--max-ttl", "x"), 2, "--max-ttl: 'x' is no duration"),
        (("old", "old", "--snapshot-age", "x"), 2, "--snapshot-age: 'x' is no duration"),
        (("old",), 2, "missing argument"),
        (("old", "http://id.example"), 2, "the URL is plain http"),
    ],
)
def test_what_cannot_be_compared(run, folder, argv, code, error):
    folder("old", A)
    outcome = run("jwks", "diff", *argv)
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


# merge and public


def test_merge(run, folder):
    code, out, err = run("jwks", "merge", folder("1", A), folder("2", B, A))
    assert (code, err) == (0, "")
    assert [key["kid"] for key in json.loads(out)["keys"]] == ["a", "b"]


def test_merge_keeps_private_keys_and_their_mode(run, folder, tmp_path):
    assert run("jwks", "merge", folder("1", {**A, "d": P256_D}), folder("2", A), "-o", "out").code == 0
    (key,) = json.loads((tmp_path / "out").read_bytes())["keys"]
    assert key["d"] == P256_D
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_one_kid_for_two_keys_is_an_error(run, folder):
    code, out, err = run("jwks", "merge", folder("1", A), folder("2", {**B, "kid": "a"}))
    assert (code, out) == (3, "")
    assert err.startswith("jwtctl: error: kid 'a' names two different keys: ")


def test_entries_that_cannot_be_read_are_warned_of(run, folder):
    argv = ("jwks", "merge", folder("1", A, {"kty": "X"}))
    assert run(*argv).err.startswith("jwtctl: warning: 1: entry 1: ")
    assert run(*argv, "-q").err == ""
    assert run("jwks", "public", "1").err.startswith("jwtctl: warning: left out entry 1: ")
    assert run("jwks", "public", "1", "-q").err == ""


def test_very_many_entries_that_cannot_be_read_are_counted(run, folder):
    lines = run("jwks", "merge", folder("1", A, *[{"kty": "X"}] * 1000)).err.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "jwtctl: warning: 980 more entries cannot be used"


def test_what_is_published_holds_no_secret_and_every_kid(run, folder):
    private = [{**A, "d": P256_D}, {**ED25519, "d": ED25519_D}]
    code, out, err = run("jwks", "public", folder("1", *private))
    assert (code, err) == (0, "")
    keys = json.loads(out)["keys"]
    assert [key["kid"] for key in keys] == ["a", ED25519_THUMBPRINT]
    assert not [key for key in keys if "d" in key]


def test_a_symmetric_key_is_not_published(run, folder):
    folder("1", A, OCT)
    code, out, err = run("jwks", "public", "1")
    assert (code, out) == (3, "")
    assert "an HMAC secret has no public half" in err
    assert OCT["k"] not in err
    assert [key["kid"] for key in json.loads(run("jwks", "public", "1", "--drop-symmetric").out)["keys"]] == ["a"]


def test_a_pem_file_is_published_as_a_set(run, made):
    pem = run("key", "convert", made / "ec.jwk", "--to", "pem").out
    (key,) = json.loads(run("jwks", "public", "-", stdin=pem).out)["keys"]
    assert key["kid"] == run("key", "thumbprint", made / "ec.jwk").out.strip()


# fetch

pytestmark = pytest.mark.network


def test_a_key_set_is_fetched_as_it_is(run, server, tmp_path):
    server.routes["/jwks.json"] = Answer(json.dumps({"keys": [A, {"kty": "X", "kid": "new"}], "extra": 1}).encode())
    code, out, err = run("jwks", "fetch", f"{server.url}/jwks.json")
    assert code == 0
    assert json.loads(out) == {"keys": [A, {"kty": "X", "kid": "new"}], "extra": 1}
    assert err.startswith("jwtctl: warning: entry 1: ")
    assert err.endswith("jwtctl: note: 1 key, 1 entry that cannot be used\n")
    assert run("jwks", "fetch", f"{server.url}/jwks.json", "-q", "-o", tmp_path / "out") == (0, "", "")
    assert (tmp_path / "out").read_text() == out


def test_private_keys_that_a_server_gives_away_are_told_and_kept_from_others_here(run, server, tmp_path):
    server.routes["/jwks.json"] = Answer(json.dumps({"keys": [{**A, "d": P256_D}]}).encode())
    outcome = run("jwks", "fetch", f"{server.url}/jwks.json", "-o", tmp_path / "out")
    assert outcome.code == 0
    assert "the key set holds private keys" in outcome.err
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_an_issuer_is_followed(run, server):
    server.routes["/.well-known/openid-configuration"] = metadata(issuer=server.url, jwks_uri=f"{server.url}/keys")
    server.routes["/keys"] = Answer(json.dumps({"keys": [A, B]}).encode())
    code, out, err = run("jwks", "fetch", server.url)
    assert (code, err) == (0, "jwtctl: note: 2 keys\n")
    assert len(json.loads(out)["keys"]) == 2


def test_yesterday_is_compared_with_today(run, server, folder):
    server.routes["/jwks.json"] = Answer(json.dumps({"keys": [A, B]}).encode())
    assert run("jwks", "diff", folder("yesterday", A), f"{server.url}/jwks.json").out.startswith("safe    added ")
    assert len(json.loads(run("jwks", "merge", "yesterday", f"{server.url}/jwks.json").out)["keys"]) == 2
    assert len(json.loads(run("jwks", "public", f"{server.url}/jwks.json").out)["keys"]) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(b"", 404), "404"),
        (Answer(b"", 500), "500"),
        (Answer(b"not found", type="text/html"), "not JSON"),
        (Answer(b"<html>", type="text/html"), "an HTML page"),
        (Answer(b"\x89PNG", type="image/png"), "is served as 'image/png', not as JSON"),
        (Answer(b""), "an empty document"),
        (Answer(b"[]"), "no JSON object"),
        (Answer(b"{}"), "is no key set"),
        (Answer(b'{"keys": 7}'), "is no key set"),
        (Answer(json.dumps(A).encode()), "a single JWK"),
        (Answer(b"[" * 100_000), "nested deeper"),
        (Answer(b'{"keys": [' + b" " * 5_000_000 + b"]}"), "larger"),
        (Answer(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"}), "larger"),
        (redirect("/jwks.json"), "redirect"),
        (redirect("http://id.example/jwks.json"), "leads to a URL that is plain http"),
        (redirect("file:///etc/passwd"), "leads to a URL that is no https URL"),
    ],
)
def test_servers_that_give_nothing_useful(run, server, tmp_path, answer, error):
    server.routes["/.well-known/jwks.json"] = answer
    if answer.headers.get("Location") == "/jwks.json":
        server.routes["/jwks.json"] = redirect("/.well-known/jwks.json")
    url = f"{server.url}/.well-known/jwks.json"
    for output in ((), ("-o", tmp_path / "out")):
        code, out, err = run("jwks", "fetch", url, "--timeout", "5s", *output)
        assert (code, out) == (4, "")
        assert err.startswith("jwtctl: error: ")
        assert error in err
        assert not (tmp_path / "out").exists()


def test_a_server_that_is_not_there(run, server):
    url = server.url.replace("127.0.0.1", "127.0.0.77")
    code, out, err = run("jwks", "fetch", url)
    assert (code, out) == (4, "")
    assert "connection refused" in err


def test_a_server_that_drips(run, server):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not server.stop.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    server.routes["/.well-known/x"] = drip
    code, out, err = run("jwks", "fetch", f"{server.url}/.well-known/x", "--timeout", "1s")
    server.stop.set()
    assert (code, out) == (4, "")
    assert "within 1 s" in err


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("jwks.json", "'jwks.json' is no URL"),
        ("ftp://id.example", "'ftp://id.example' is no URL"),
        ("file:///etc/passwd", "'file:///etc/passwd' is no URL"),
        ("http://id.example/jwks.json", "the URL is plain http"),
        ("https://", "the URL is no https URL"),
        ("https://[::1", "the URL cannot be parsed"),
        ("https://user:hunter2@id.example/", "the URL"),
    ],
)
def test_urls_that_are_not_fetched(run, url, error):
    code, out, err = run("jwks", "fetch", url)
    assert (code, out) == (2, "")
    assert err.startswith(f"jwtctl: error: {error}")
    assert "hunter2" not in err
