"""How the services of `examples/sso` verify: what is refused, and what happens while the issuer fails."""

import functools
import importlib
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.examples.deployment import EXAMPLES

pytestmark = pytest.mark.network


@functools.cache
def key(kid):
    """One key for each kid."""
    del kid
    return rsa.generate_private_key(65537, 2048)


def published(*kids):
    rs256 = jwt.get_algorithm_by_name("RS256")
    keys = [rs256.to_jwk(key(kid).public_key(), as_dict=True) | {"kid": kid, "alg": "RS256"} for kid in kids]
    return json.dumps({"keys": keys}).encode()


class Issuer(BaseHTTPRequestHandler):
    """Publishes what the test says."""

    def do_GET(self):
        server = self.server
        server.asked.append(self.path)
        url = f"http://127.0.0.1:{server.server_address[1]}"
        configuration = json.dumps({"issuer": url, "jwks_uri": f"{url}/keys"}).encode()
        self.send_response(server.status)
        self.send_header("Cache-Control", server.cache)
        self.end_headers()
        self.wfile.write(server.keys if self.path == "/keys" else configuration)

    def log_message(self, *_args):
        pass


@pytest.fixture
def issuer():
    with ThreadingHTTPServer(("127.0.0.1", 0), Issuer) as server:
        server.keys, server.status, server.cache, server.asked = published("a"), 200, "max-age=900", []
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def module(monkeypatch):
    """The module, with a clock that the test moves, and without its thread."""
    monkeypatch.syspath_prepend(EXAMPLES / "sso")
    found = importlib.import_module("verifying")
    clock = SimpleNamespace(ahead=0.0)
    clock.time = lambda: time.time() + clock.ahead
    clock.monotonic = lambda: time.monotonic() + clock.ahead
    idle = SimpleNamespace(Lock=threading.Lock, Thread=lambda **_: SimpleNamespace(start=lambda: None))
    monkeypatch.setattr(found, "time", clock)
    monkeypatch.setattr(found, "threading", idle)
    return found


@pytest.fixture
def verifier(module, issuer, tmp_path):
    return module.Verifier(issuer.url, "notes", tmp_path / "jwks.json")


def token(issuer, kid="a", typ="at+jwt", alg="RS256", **changes):
    now = int(time.time())
    claims = {
        "iss": issuer.url,
        "aud": "notes",
        "exp": now + 60,
        "iat": now,
        "sub": "alice",
        "client_id": "c",
        "jti": "1",
    }
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(kept, key(kid) if alg == "RS256" else "s" * 32, alg, headers={"kid": kid, "typ": typ})


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_an_access_token_of_the_issuer_is_accepted(verifier, issuer, typ):
    assert verifier.claims(token(issuer, typ=typ))["sub"] == "alice"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"typ": "JWT"}, "not an access token"),
        ({"typ": 5}, "not an access token"),
        ({"alg": "HS256"}, "The specified alg value is not allowed"),
        ({"kid": "b"}, "no key of the issuer has this kid"),
        ({"iss": "https://other.example"}, "Invalid issuer"),
        ({"aud": "reports"}, "Audience doesn't match"),
        ({"aud": None}, 'Token is missing the "aud" claim'),
        ({"exp": None}, 'Token is missing the "exp" claim'),
        ({"client_id": None}, 'Token is missing the "client_id" claim'),
        ({"exp": 1_000_000_000}, "Signature has expired"),
        ({"iat": 9_000_000_000}, "The token is not yet valid (iat)"),
    ],
)
def test_what_is_wrong_with_a_token_is_told(verifier, issuer, changes, reason):
    with pytest.raises(jwt.PyJWTError) as refused:
        verifier.claims(token(issuer, **changes))
    assert str(refused.value) == reason


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.", "…", "eyJhbGciOiJSUzI1NiIsImtpZCI6NX0.e30.AA"])
def test_what_is_no_token_is_refused(verifier, text):
    with pytest.raises(jwt.PyJWTError):
        verifier.claims(text)


def test_a_signature_of_another_key_under_a_known_kid_is_refused(verifier, issuer):
    forged = jwt.encode(jwt.decode(token(issuer), options={"verify_signature": False}), key("b"), "RS256",
                        headers={"kid": "a", "typ": "at+jwt"})  # fmt: skip
    with pytest.raises(jwt.InvalidSignatureError):
        verifier.claims(forged)


def test_nothing_is_asked_to_verify_with_a_known_key(verifier, issuer):
    asked = len(issuer.asked)
    for _ in range(20):
        verifier.claims(token(issuer))
    assert len(issuer.asked) == asked == 2


def test_an_unknown_kid_asks_once_in_a_while(verifier, issuer, module):
    for _ in range(5):
        with pytest.raises(jwt.InvalidKeyError):
            verifier.claims(token(issuer, kid="b"))
    assert issuer.asked.count("/keys") == 2
    issuer.keys = published("a", "b")
    module.time.ahead += module.ASK_AGAIN + 1
    assert verifier.claims(token(issuer, kid="b"))["sub"] == "alice"
    assert issuer.asked.count("/keys") == 3


def test_a_key_that_is_published_no_longer_is_dropped(verifier, issuer):
    issuer.keys = published("b")
    verifier._fetch()
    verifier.claims(token(issuer, kid="b"))
    with pytest.raises(jwt.InvalidKeyError):
        verifier.claims(token(issuer))


def test_an_empty_set_is_an_answer(verifier, issuer):
    issuer.keys = b'{"keys": []}'
    verifier._fetch()
    with pytest.raises(jwt.InvalidKeyError):
        verifier.claims(token(issuer))


@pytest.mark.parametrize("keys", [b"", b"[]", b"{}", b'{"keys": 5}', b'{"keys": [5]}', published("b")[:-40], b"\xff"])
def test_the_old_set_stays_when_the_answer_is_nonsense(verifier, issuer, keys):
    issuer.keys = keys
    verifier._fetch()
    assert verifier.failed
    assert verifier.claims(token(issuer))["sub"] == "alice"


def test_the_old_set_stays_when_the_issuer_fails_and_for_a_day_at_most(verifier, issuer, module):
    issuer.status = 503
    verifier._fetch()
    verifier.claims(token(issuer))
    module.time.ahead = module.KEEP + 1
    with pytest.raises(jwt.InvalidKeyError, match="could not be reached for too long"):
        verifier.claims(token(issuer))


@pytest.mark.usefixtures("verifier")
def test_a_service_that_starts_while_the_issuer_is_down_verifies(issuer, module, tmp_path):
    issuer.status = 503
    again = module.Verifier(issuer.url, "notes", tmp_path / "jwks.json")
    assert again.failed
    assert again.claims(token(issuer))["sub"] == "alice"
    os.utime(tmp_path / "jwks.json", (1, time.time() - module.KEEP - 1))
    with pytest.raises(jwt.InvalidKeyError):
        module.Verifier(issuer.url, "notes", tmp_path / "jwks.json").claims(token(issuer))


@pytest.mark.parametrize("octets", [b"", b'{"keys": [', b"[]", b"\xff"])
def test_a_damaged_file_is_no_obstacle(module, issuer, tmp_path, octets):
    (tmp_path / "jwks.json").write_bytes(octets)
    assert module.Verifier(issuer.url, "notes", tmp_path / "jwks.json").claims(token(issuer))["sub"] == "alice"
    assert (tmp_path / "jwks.json").read_bytes() == issuer.keys
    assert [entry.name for entry in tmp_path.iterdir()] == ["jwks.json"]


@pytest.mark.parametrize(
    ("cache", "pause"),
    [("public, max-age=900", 450), ("max-age=0", 0.5), ("no-cache", 1800), ("max-age=99999999", 1800)],
)
def test_the_set_is_renewed_before_it_is_stale(module, issuer, tmp_path, cache, pause):
    issuer.cache = cache
    verifier = module.Verifier(issuer.url, "notes", tmp_path / "jwks.json")
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        issuer.status = 503
        if len(pauses) == 2:
            raise InterruptedError

    module.time.sleep = sleep
    with pytest.raises(InterruptedError):
        verifier._renew()
    assert pauses == [pause, min(pause, module.ASK_AGAIN)]
    assert issuer.asked.count("/keys") == 1


def test_one_request_at_most_waits_for_a_slow_issuer(verifier, issuer):
    with verifier.lock, pytest.raises(jwt.InvalidKeyError):
        verifier.claims(token(issuer, kid="b"))
    assert issuer.asked.count("/keys") == 1
