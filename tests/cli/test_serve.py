"""`jwtctl serve`: the real command in a process of its own, asked by other commands and by clients that others wrote."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session

from tests.cli.conftest import NOON
from tests.cli.test_interruption import heeding_ctrl_c
from tests.conftest import ROOT
from tests.issuer.conftest import ASK, CALLBACK, VERIFIER

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.network


@dataclass
class Served:
    """A running `serve`."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def get(self, path: str, **options) -> requests.Response:
        return requests.get(self.url + path, timeout=20, **options)

    def post(self, path: str, **options) -> requests.Response:
        return requests.post(self.url + path, timeout=20, allow_redirects=False, **options)

    def faults(self, *names: str) -> None:
        answer = self.post("/_faults", json={"faults": names})
        assert answer.status_code == 200, answer.text

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=20)
        return self.process.returncode, out, self.log.read_text()


@pytest.fixture
def store(run, tmp_path) -> Path:
    path = tmp_path / "keys"
    assert run("jwks", "rotate", path, "--init", "--every", "1d", "--cache-ttl", "15m").code == 0
    return path


@pytest.fixture
def serve(store, tmp_path):
    """Start `serve` on a free port, and end it."""
    started = []

    def serve_(*options):
        log = tmp_path / f"log{len(started)}"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "jwtctl", "serve", str(store), "--port", "0", *map(str, options)],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                preexec_fn=heeding_ctrl_c,  # noqa: PLW1509 - no thread runs here
            )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        return Served(process, line.strip(), log)

    yield serve_
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def clients(tmp_path) -> Path:
    path = tmp_path / "clients.json"
    entries = [
        {"client_id": "service", "client_secret": "s3cret", "audience": "billing"},
        {"client_id": "spa", "redirect_uris": ["http://127.0.0.1/callback"]},
    ]
    path.write_text(json.dumps({"clients": entries}))
    path.chmod(0o600)
    return path


def token(served, **scope):
    answer = served.post("/token", auth=("service", "s3cret"), data={"grant_type": "client_credentials", **scope})
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def log_in(browser, page, name="alice"):
    import html

    target = html.unescape(re.search(r'action="([^"]*)"', page.text)[1])
    csrf = re.search(r'name=csrf value="([^"]*)"', page.text)[1]
    base = page.url.partition("/authorize")[0]
    return browser.post(base + target, data={"csrf": csrf, "name": name}, allow_redirects=False, timeout=20)


def test_single_sign_on_with_a_client_that_others_wrote(serve, run):
    served = serve("--audience", "api")
    discovered = served.get("/.well-known/openid-configuration").json()
    browser = requests.Session()
    for number, callback in enumerate((CALLBACK, "http://localhost:9001/cb")):
        client = OAuth2Session(
            "dev", redirect_uri=callback, scope="openid profile", code_challenge_method="S256",
            token_endpoint_auth_method="none",
        )  # fmt: skip
        asked, state = client.create_authorization_url(
            discovered["authorization_endpoint"], code_verifier=VERIFIER, nonce=f"n{number}"
        )
        answer = browser.get(asked, allow_redirects=False, timeout=20)
        if number == 0:
            assert answer.status_code == 200
            answer = log_in(browser, answer)
        assert answer.status_code == (303, 302)[number]
        tokens = client.fetch_token(
            discovered["token_endpoint"],
            authorization_response=answer.headers["Location"],
            code_verifier=VERIFIER,
            state=state,
        )
        told = client.get(discovered["userinfo_endpoint"], timeout=20).json()
        assert told == {"sub": "alice", "name": "alice", "preferred_username": "alice"}
        ask = ("--issuer", served.url, "--sub", "alice", "--second-opinion")
        assert run("verify", tokens["access_token"], *ask, "--aud", "api", "--typ", "at+jwt").code == 0
        assert run("verify", tokens["id_token"], *ask, "--aud", "dev", "--require", "nonce,auth_time,at_hash").code == 0


def test_client_credentials_and_introspection(serve, clients, run):
    served = serve("--clients", clients, "--ttl", "5m")
    text = token(served, scope="read")
    assert run("verify", text, "--issuer", served.url, "--aud", "billing", "--max-ttl", "5m").code == 0
    told = served.post("/introspect", auth=("service", "s3cret"), data={"token": text}).json()
    assert (told["active"], told["sub"], told["scope"]) == (True, "service", "read")
    told = served.post("/introspect", auth=("service", "s3cret"), data={"token": text + "x"})
    assert (told.status_code, told.json()) == (200, {"active": False})
    code, _, log = served.end()
    assert code == 0
    assert text not in log
    assert "s3cret" not in log
    assert "jwtctl: note: POST /token 200\n" in log


def test_a_key_set_that_the_watch_finds_good(serve, run):
    served = serve()
    assert run("jwks", "watch", served.url, "--max-ttl", "1h", "--cache-ttl", "15m") == (
        0,
        "2 keys: nothing unsafe\n",
        "",
    )
    first = served.get("/jwks.json")
    again = served.get("/jwks.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = requests.head(served.url + "/jwks.json", timeout=20)
    assert (head.headers["Content-Length"], head.content) == (str(len(first.content)), b"")


def test_every_fault_by_what_commands_make_of_it(serve, run, clients, tmp_path):
    served = serve("--clients", clients)
    text = token(served)
    keys = ("jwks", "fetch", f"{served.url}/jwks.json", "--timeout", "1s")
    verify = ("verify", text, "--issuer", served.url, "--timeout", "2s")
    watch = ("jwks", "watch", served.url, "--timeout", "2s", "--snapshot", tmp_path / "snapshot")
    assert run(*watch).code == 0
    good = (tmp_path / "snapshot").read_bytes()
    codes = {
        # fault: what `jwks fetch`, `verify`, and `jwks watch` with a snapshot of before exit with
        (): (0, 0, 0),
        ("slow=5s",): (4, 4, 4),
        ("status=500",): (4, 4, 4),
        ("status=404",): (4, 4, 4),
        ("truncated",): (4, 4, 4),
        ("unknown-kty",): (0, 0, 0),
        ("duplicate-kid",): (0, 1, 1),
        ("stale",): (0, 1, 1),
        ("wrong-issuer",): (0, 4, 4),
        ("discovery:status=500",): (0, 4, 4),
        ("discovery:truncated",): (0, 4, 4),
    }
    found = {}
    for names in codes:
        served.faults(*names)
        found[names] = tuple(run(*command).code for command in (keys, verify, watch))
        (tmp_path / "snapshot").write_bytes(good)
    assert found == codes
    served.faults("token:wrong-issuer")
    outcome = run("verify", token(served), "--issuer", served.url)
    assert (outcome.code, outcome.out.splitlines()[0]) == (1, "refused: iss")
    served.faults("token:status=503")
    assert served.post("/token", data={}).status_code == 503


def test_faults_on_the_command_line(serve, run):
    served = serve("--fault", "status=503", "--fault", "userinfo:truncated")
    assert run("jwks", "fetch", f"{served.url}/jwks.json", "--timeout", "1s").code == 4
    assert served.get("/_faults").json() == {"faults": ["jwks:status=503", "userinfo:truncated"]}


def test_an_expired_certificate(serve, run, tmp_path):
    served = serve("--fault", f"expired-certificate={tmp_path / 'ca.pem'}")
    assert served.url.startswith("https://127.0.0.1:")
    outcome = run("jwks", "fetch", served.url, "--ca-file", tmp_path / "ca.pem")
    assert outcome.code == 4
    assert "expired" in outcome.err
    assert run("jwks", "fetch", served.url).code == 4


def test_a_certificate_is_written_over_certificates_only(serve, run, store, tmp_path):
    fault = f"expired-certificate={tmp_path / 'ca.pem'}"
    assert {serve("--fault", fault).end()[0] for _ in range(2)} == {0}
    before = (store / "store.json").read_bytes()
    outcome = run("serve", store, "--port", "0", "--fault", f"expired-certificate={store / 'store.json'}")
    assert (outcome.code, "is no certificate" in outcome.err) == (2, True)
    assert (store / "store.json").read_bytes() == before


def test_tls(serve, run, authority, tmp_path):
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(tmp_path / "cert.pem", append=True)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    served = serve("--tls-cert", tmp_path / "cert.pem", "--tls-key", tmp_path / "key.pem", "--host", "localhost")
    assert served.url.startswith("https://localhost:")
    assert run("jwks", "fetch", served.url, "--ca-file", tmp_path / "ca.pem").code == 0


@pytest.mark.parametrize(("seconds", "keys"), [(6, 2), pytest.param(30, 7, marks=pytest.mark.slow)])
def test_rotation_while_it_serves(serve, run, clients, seconds, keys):
    """Every token is verified by a key set that a client may have cached for as long as it is told."""
    served = serve("--rotate-every", "4s", "--clients", clients)
    kids, cached, fetched = set(), None, 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = token(served)
        if cached is None or time.monotonic() - fetched > 2:
            answer = served.get("/jwks.json")
            assert answer.headers["Cache-Control"] == "public, max-age=2"
            cached, fetched = answer.text, time.monotonic()
        outcome = run("verify", text, "--jwks", "-", "--iss", served.url, stdin=cached)
        assert outcome.code == 0, outcome.out
        kids.add(json.loads(run("decode", text, "--json").out)["header"]["kid"])
        time.sleep(0.1)
    assert len(kids) >= keys
    log = served.end()[2]
    assert log.count("jwtctl: note: rotated: ") >= keys - 1


def test_a_rotation_by_cron_takes_effect(serve, run, store, clients):
    served = serve("--clients", clients)
    before = token(served)
    assert run("jwks", "rotate", store, "--emergency").code == 0
    after = token(served)
    assert run("verify", after, "--issuer", served.url).code == 0
    outcome = run("verify", before, "--issuer", served.url)
    assert (outcome.code, outcome.out.splitlines()[0]) == (1, "refused: key, signature")


def test_a_frozen_clock(serve, run, clients):
    served = serve("--at", NOON, "--clients", clients)
    text = token(served)
    assert run("verify", text, "--issuer", served.url, "--at", NOON, "--leeway", "0s").code == 0
    assert run("verify", text, "--issuer", served.url).out.startswith("refused: iat")
    assert served.post("/introspect", auth=("service", "s3cret"), data={"token": text}).json()["iat"] == NOON


def test_an_issuer_of_another_name_says_where_it_listens(serve):
    served = serve("--issuer", "http://issuer.example")
    assert served.url == "http://issuer.example"
    told = re.search(r"jwtctl: note: it listens on (http://127\.0\.0\.1:[0-9]+)\n", served.log.read_text())
    assert told is not None
    document = requests.get(told[1] + "/.well-known/openid-configuration", timeout=20).json()
    assert document["issuer"] == "http://issuer.example"


def test_signals(serve):
    for number, code, last in ((signal.SIGINT, 130, "jwtctl: error: interrupted"), (signal.SIGTERM, 0, None)):
        served = serve("--fault", "slow=60s")
        # One who is kept waiting, and one who says nothing.
        waiting = subprocess.Popen([sys.executable, "-c", f"import urllib.request as r; r.urlopen('{served.url}/jwks.json')"],
                                   stderr=subprocess.DEVNULL)  # fmt: skip
        idle = requests.Session()
        idle.get(f"{served.url}/.well-known/openid-configuration", timeout=20)
        found, out, log = served.end(number)
        waiting.kill()
        waiting.wait()
        idle.close()
        assert (found, out) == (code, "")
        assert "Traceback" not in log
        assert last is None or log.splitlines()[-1] == last


def test_quiet(serve):
    served = serve("-q")
    served.get("/jwks.json")
    assert served.end() == (0, "", "")


def test_nobody_has_to_read_the_notes(store):
    """A pipe of one page, full after a hundred requests."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    command = [sys.executable, "-m", "jwtctl", "serve", str(store), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writer, env=environment, text=True) as process:
        os.close(writer)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with requests.Session() as client:
            assert {client.get(f"{url}/jwks.json", timeout=20).status_code for _ in range(300)} == {200}
        process.terminate()
    assert process.returncode == 0
    os.close(reader)


def test_noise_on_the_socket_is_survived(serve):
    import socket

    served = serve()
    port = int(served.url.rpartition(":")[2])
    for octets in (
        b"\x16\x03\x01\x00\xa5\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x1b[31m HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"\x00" * 40_000,
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(octets)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /jwks.json HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n")
        client.settimeout(20)
        assert client.recv(100).startswith((b"HTTP/1.1 4", b""))
    assert served.get("/jwks.json").status_code == 200
    code, _, log = served.end()
    assert code == 0
    assert "Traceback" not in log
    assert "\x1b" not in log


def test_an_occupied_port_is_one_error(serve, store, process):
    served = serve()
    port = served.url.rpartition(":")[2]
    code, out, err = process("serve", store, "--port", port)
    assert (code, out) == (3, "")
    assert err.splitlines() == [
        f"jwtctl: error: cannot listen on 127.0.0.1 port {port}: address already in use",
        "jwtctl: hint: --port 0 takes a free one",
    ]


@pytest.mark.parametrize(
    ("options", "code", "error"),
    [
        (("--host", "0.0.0.0"), 2, "is not the loopback"),
        (("--host", "example.org"), 2, "is not the loopback"),
        (("--host", "0.0.0.0", "--insecure-listen"), 2, "is no name that clients could use"),
        (("--host", "", "--insecure-listen"), 2, "is no name that clients could use"),
        (("--host", "0", "--insecure-listen"), 2, "is no name that clients could use"),
        (("--issuer", "http://a/?b"), 2, "is no http or https URL"),
        (("--fault", "fast"), 2, "fault 'fast' is not known"),
        (("--fault", "token:stale"), 2, "'token' cannot be stale"),
        (("--at", "0", "--rotate-every", "10s"), 2, "--at stops the clock"),
        (("--rotate-every", "3s"), 2, "have to be seen before they sign"),
        (("--rotate-every", "10s", "--cache-ttl", "10s"), 2, "keys would be activated every 10 s"),
        (("--ttl", "0s"), 2, "lives at least a second"),
        (("--tls-cert", "a"), 2, "go together"),
        (("--tls-cert", "a", "--tls-key", "b"), 3, "no such file"),
        (("--tls-cert", "a", "--tls-key", "b", "--fault", "expired-certificate"), 2, "leave --tls-cert out"),
        (("--clients", "absent"), 3, "no such file"),
        (("--port", "70000"), 2, "'--port'"),
    ],
)
def test_what_does_not_start(run, store, options, code, error):
    outcome = run("serve", store, *(() if "--port" in options else ("--port", "0")), *options)
    assert (outcome.code, outcome.out) == (code, "")
    assert error in outcome.err


def test_no_store_says_how_to_make_one(run, tmp_path):
    outcome = run("serve", tmp_path / "absent")
    assert outcome.code == 3
    assert f"jwtctl: hint: jwtctl jwks rotate {tmp_path}/absent --init makes one" in outcome.err


def test_a_file_is_no_place_for_a_store(run, tmp_path):
    (tmp_path / "file").touch()
    assert run("serve", tmp_path / "file").err == f"jwtctl: error: '{tmp_path}/file' is no store\n"


def test_an_address_of_ipv6_may_stand_in_brackets(serve):
    for host in ("::1", "[::1]"):
        running = serve("--host", host)
        assert running.url.startswith("http://[::1]:")
        running.end()


def test_a_token_that_outlives_its_key_is_warned_of(serve):
    for option in (("--ttl", "2h"), ("--cache-ttl", "1h")):
        assert "its keys may be gone before them" in serve(*option).end()[2]
        assert serve(*option, "-q").end()[2] == ""


def test_a_missing_part_is_named(run, store, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else real(name))
    outcome = run("serve", store)
    assert outcome.code == 2
    assert "jwtctl: hint: pip install 'jwtctl[serve]'" in outcome.err


def test_the_developer_may_be_anybody_but_a_client_of_a_file_may_not(serve, clients):
    served = serve("--clients", clients)
    assert served.get("/authorize", params=ASK).status_code == 400
    assert served.get("/authorize", params=ASK | {"client_id": "spa"}).status_code == 200
    assert (
        served.get("/authorize", params=ASK | {"client_id": "spa", "redirect_uri": f"{CALLBACK}2"}).status_code == 400
    )
