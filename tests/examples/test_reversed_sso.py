"""The services of `examples/sso` with the roles reversed: everybody logs in as anyone."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import requests

from tests.examples.deployment import EXAMPLES, running, wait_for_heading

pytestmark = pytest.mark.network
SERVICES = ("notes", "reports")
README = EXAMPLES / "reversed-sso" / "README.md"


def issuer(*argv):
    command = [sys.executable, EXAMPLES / "reversed-sso" / "issuer.py", *argv]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module", params=[3, pytest.param(65537, marks=pytest.mark.slow)])
def deployment(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("reversed") / "sso"
    issuer("setup", folder, str(request.param))
    with running("reversed-sso/start_reversed.py", folder) as started:
        yield started


def who(deployment, name, token):
    return requests.get(f"{deployment.urls[name]}/api/me", headers={"Authorization": f"Bearer {token}"}, timeout=30)


def forged(process, *argv):
    done = process("recover", *argv, "--forge", "sub=root", "--forge", "role=admin", "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)["forged_token"]


def test_one_log_in_opens_both_services(deployment, browser):
    """It works: nothing that a user or a tester sees tells that it is broken."""
    browser.get(deployment.urls["notes"])
    browser.find_element("link text", "Log in").click()
    browser.find_element("name", "name").send_keys("alice")
    browser.find_element("tag name", "button").click()
    wait_for_heading(browser, "Notes of alice")
    browser.get(deployment.urls["reports"])
    browser.find_element("link text", "Log in").click()
    wait_for_heading(browser, "Reports for alice")


@pytest.mark.parametrize("name", SERVICES)
def test_a_token_of_somebody_else_is_refused(deployment, name, run, tmp_path):
    assert run("keygen", "RS256", "-q", "-o", tmp_path / "key").code == 0
    token = run("sign", "--key", tmp_path / "key", "--sub", "root").out.strip()
    answer = who(deployment, name, token)
    assert (answer.status_code, answer.json()) == (401, {"refused": "Signature verification failed"})


def test_one_leaked_service_key_logs_in_as_anyone(deployment, process):
    token = forged(process, deployment.folder / "service-key.jwk")
    for name in SERVICES:
        assert who(deployment, name, token).json() == {"service": name, "sub": "root", "role": "admin"}


def test_the_readme_says_how_the_loot_is_used(deployment, process, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    (tmp_path / "loot").write_text(f"recovered by …\n{forged(process, deployment.folder / 'service-key.jwk')}\n")
    where = {"NOTES": deployment.urls["notes"], "REPORTS": deployment.urls["reports"]}
    use = re.findall(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)[4]
    done = subprocess.run(
        ["sh", "-ec", use], cwd=tmp_path, env=os.environ | where, capture_output=True, text=True, check=True
    )
    for name in SERVICES:
        assert re.search(rf'\{{.*"{name}".*\}}', done.stdout)
    assert done.stdout.count('"root"') == done.stdout.count('"admin"') == 2


def test_two_ordinary_tokens_and_no_leak_log_in_as_anyone(deployment, process, tmp_path):
    (tmp_path / "two.txt").write_text(
        issuer("token", deployment.folder, "alice") + issuer("token", deployment.folder, "bob")
    )
    token = forged(process, "--tokens", tmp_path / "two.txt")
    for name in SERVICES:
        assert who(deployment, name, token).json() == {"service": name, "sub": "root", "role": "admin"}


def test_an_audit_of_what_a_service_holds_says_so(deployment, run):
    done = run("audit-keys", deployment.folder / "service-key.jwk", "--role", "verifier", "--json")
    assert done.code == 1
    assert {"rsa-roles-reversed", "private-key-at-verifier"} <= {
        entry["id"] for entry in json.loads(done.out)["findings"]
    }
