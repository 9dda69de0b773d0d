"""`examples/sso` in use: the log-in, rotation under load, no identity server, and the leak drill of its README."""

import importlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.examples.deployment import EXAMPLES, running, wait_for_heading

pytestmark = pytest.mark.network
FOLDER = EXAMPLES / "sso"
README = (FOLDER / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def deployment(run, tmp_path, request):
    """A deployment whose keys are renewed at the services every second, where README has seven minutes."""
    schedule = getattr(request, "param", ("--every", "1d", "--max-ttl", "1h", "--cache-ttl", "2s"))
    assert (
        run("jwks", "rotate", tmp_path / "sso" / "keys", "--init", "--alg", "RS256", "--size", "2048", *schedule).code
        == 0
    )
    with running("sso/start.py", tmp_path / "sso") as started:
        yield started


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory):
    """One for tests that change nothing, with keys as `start.py` makes them."""
    with running("sso/start.py", tmp_path_factory.mktemp("sso")) as started:
        yield started


def log_in(browser, deployment):
    browser.get(deployment.urls["notes"])
    browser.find_element("link text", "Log in").click()
    browser.find_element("name", "name").send_keys("alice")
    browser.find_element("xpath", "//button[text()='Log in']").click()
    wait_for_heading(browser, "Notes of alice")


def me(browser, deployment, name):
    browser.get(f"{deployment.urls[name]}/api/me")
    return json.loads(browser.find_element("tag name", "pre").text)


def until(true, seconds=60):
    """Wait for something that happens soon, as long as it takes on a busy machine."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def client_token(deployment, name):
    clients = json.loads((deployment.folder / "clients.json").read_text())["clients"]
    (secret,) = [client["client_secret"] for client in clients if client["client_id"] == name]
    form = {"grant_type": "client_credentials"}
    return requests.post(f"{deployment.urls['issuer']}/token", form, auth=(name, secret), timeout=30).json()[
        "access_token"
    ]


def who(deployment, name, token):
    return requests.get(f"{deployment.urls[name]}/api/me", headers={"Authorization": f"Bearer {token}"}, timeout=30)


def test_one_log_in_opens_both_services_and_outlives_the_identity_server(deployment, browser, run):
    """And after a key is revoked, a click logs in again, without a question."""
    log_in(browser, deployment)
    browser.get(deployment.urls["reports"])
    wait_for_heading(browser, "Reports")
    browser.find_element("link text", "Log in").click()
    wait_for_heading(browser, "Reports for alice")
    assert me(browser, deployment, "notes") == {"service": "notes", "sub": "alice", "role": "user"}

    assert run("jwks", "rotate", deployment.folder / "keys", "--emergency").code == 0
    until(lambda: "refused" in me(browser, deployment, "reports"))
    browser.get(deployment.urls["reports"])
    browser.find_element("link text", "Log in").click()
    wait_for_heading(browser, "Reports for alice")

    os.kill(deployment.pids["issuer"], signal.SIGKILL)
    until(lambda: not reachable(deployment.urls["issuer"]))
    for _ in range(3):
        assert me(browser, deployment, "reports") == {"service": "reports", "sub": "alice", "role": "user"}
        time.sleep(1)  # longer than keys are cached
    browser.get(deployment.urls["reports"])
    wait_for_heading(browser, "Reports for alice")
    browser.find_element("link text", "Log out").click()
    wait_for_heading(browser, "Reports")
    assert "refused" in me(browser, deployment, "reports")


def reachable(url):
    try:
        requests.get(url, timeout=30)
    except requests.ConnectionError:
        return False
    return True


def test_a_token_is_for_one_service(one_for_all):
    token = client_token(one_for_all, "notes")
    assert who(one_for_all, "notes", token).json()["sub"] == "notes"
    answer = who(one_for_all, "reports", token)
    assert (answer.status_code, answer.json()) == (401, {"refused": "Audience doesn't match"})
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("name", ["notes", "reports"])
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("?code=x&state=forged", "mismatching_state"),
        ("?error=access_denied", "access_denied"),
        ("", "mismatching_state"),
    ],
)
def test_a_browser_that_comes_back_without_having_been_sent_is_not_logged_in(one_for_all, name, query, reason):
    answer = requests.get(f"{one_for_all.urls[name]}/callback{query}", timeout=30)
    assert (answer.status_code, answer.cookies.get_dict()) == (400, {})
    assert reason in answer.text


@pytest.mark.parametrize(
    "deployment", [("--max-ttl", "6s", "--cache-ttl", "6s", "--buffer", "1s")], ids=["seconds"], indirect=True
)
def test_three_rotations_under_load_fail_no_request(deployment, run):
    """Hours are seconds here: keys sign for six, tokens live six, services fetch keys every three."""
    store, urls = deployment.folder / "keys", deployment.urls
    services = [f"{name}={urls[name]}" for name in ("notes", "reports")]
    command = [
        sys.executable,
        "-m",
        "tests.examples.load",
        deployment.folder / "clients.json",
        urls["issuer"],
        *services,
    ]
    signed, dropped = set(), 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        assert load.stdin is not None
        assert load.stdout is not None
        while len(signed) < 4:
            time.sleep(0.5)
            rotated = run("jwks", "rotate", store, "--json")
            document = json.loads(rotated.out)
            signed |= {key["kid"] for key in document["keys"] if key["state"] == "active"}
            dropped += sum(step["what"] == "dropped" for step in document["steps"])
        time.sleep(1)
        load.stdin.close()
        result = json.loads(load.stdout.read())
    assert result["failed"] == []
    assert result["requests"] > 100
    assert result["tokens"] > 6
    assert dropped > 0


@pytest.mark.slow
def test_two_tokens_of_this_issuer_give_away_what_is_published_anyway(deployment, process, tmp_path):
    """What makes an administrator of anybody in the reversed scheme gives the public key here."""
    tokens = "\n".join(client_token(deployment, name) for name in ("notes", "reports"))
    (tmp_path / "two.txt").write_text(tokens)
    done = process("recover", "--tokens", tmp_path / "two.txt", "--json")
    assert "no vulnerability" in done.out
    published = json.loads((deployment.folder / "keys" / "jwks.json").read_text())["keys"]
    assert json.loads(done.out)["keys"][0]["n"] in {key["n"] for key in published}


def test_the_ports_that_are_handed_over_answer_at_once(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    sockets, _ = importlib.import_module("start").listen()
    for listening in sockets.values():
        with listening:
            assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_drill_of_the_readme(deployment, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    _, tokens, leak, damage, drop, confirm, audit = BLOCKS
    names = {"ISSUER": "issuer", "NOTES": "notes", "REPORTS": "reports"}
    where = {variable: deployment.urls[name] for variable, name in names.items()} | {"FOLDER": str(deployment.folder)}
    pause = 'while who "$NOTES" "$forged" | grep -q root; do sleep 0.2; done'
    parts = [tokens, leak, damage, drop, pause, confirm, audit]
    done = subprocess.run(
        ["sh", "-ec", "\necho; echo ---\n".join(parts)],
        cwd=tmp_path,
        env=ENVIRONMENT | where,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.split("\n---\n")
    assert re.fullmatch(
        r'\{"service":"notes","sub":"notes","role":"user"\}\{"refused":"Audience doesn\'t match"\}\n*', told[0]
    )
    assert "recovered by stored-factors" in told[2]
    assert told[2].rstrip().endswith('{"service":"notes","sub":"root","role":"user"}')
    assert "revoked" in told[3]
    assert "nothing unsafe" in told[5]
    assert told[5].rstrip().endswith('{"refused":"no key of the issuer has this kid"}')
    # That RS256 is older than PSS is all that there is to say.
    keys, services, *_, tokens = [line.split(";")[0] for line in told[6].splitlines()]
    assert (keys, services, tokens) == ("no findings", "no findings", "1 finding: 1 info")
    assert "token-alg-deprecated" in told[6]


def test_the_units_of_systemd_are_understood(tmp_path):
    if (verify := shutil.which("systemd-analyze")) is None:
        pytest.skip("no systemd here")
    shutil.copy(FOLDER / "jwtctl-rotate.timer", tmp_path)
    unit = (FOLDER / "jwtctl-rotate.service").read_text()
    there = Path(sys.executable).with_name("jwtctl")
    (tmp_path / "jwtctl-rotate.service").write_text(unit.replace("/usr/local/bin/jwtctl", str(there)))
    files = [tmp_path / f"jwtctl-rotate.{kind}" for kind in ("timer", "service")]
    done = subprocess.run([verify, "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_cron_and_systemd_run_commands_that_exist(run):
    text = (FOLDER / "crontab").read_text() + (FOLDER / "jwtctl-rotate.service").read_text()
    commands = re.findall(r"jwtctl (jwks \w+) \S+([^|>\n]*)", text)
    assert [command for command, _ in commands] == ["jwks rotate", "jwks watch", "jwks rotate"]
    for command, options in commands:
        shown = run(*command.split(), "--help").out
        assert all(option in shown for option in re.findall(r"--[a-z-]+", options))
