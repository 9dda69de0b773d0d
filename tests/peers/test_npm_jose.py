"""Tokens and keys exchanged with npm's jose, an implementation that shares no code with ours (WebCrypto of node)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("npm") is None or shutil.which("node") is None, reason="no node here"),
]
VERSION = "6.2.18"
ALGORITHMS = ["RS256", "PS384", "ES256", "ES384", "ES512", "Ed25519", "EdDSA", "HS256", "HS512"]


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("npm")
    shutil.copy(Path(__file__).with_name("peer.mjs"), folder)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", f"jose@{VERSION}"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("the npm registry is out of reach")

    def ask(*argv):
        return subprocess.run(
            ["node", "peer.mjs", *map(str, argv)], cwd=folder, capture_output=True, text=True, check=False
        )

    return ask


@pytest.fixture(params=ALGORITHMS)
def keys(request, run, tmp_path):
    private, public = tmp_path / "private.json", tmp_path / "public.json"
    halves = ["-o", private] if request.param.startswith("HS") else ["-o", private, "--public-out", public]
    assert run("keygen", request.param, *halves, "-q").code == 0
    return request.param, private, private if request.param.startswith("HS") else public


def test_the_peer_verifies_what_we_sign(run, peer, keys):
    alg, private, public = keys
    token = run("sign", "--key", private, "--sub", "ours").out.strip()
    done = peer("verify", alg, public, token)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sub"] == "ours"


def test_we_verify_what_the_peer_signs(run, peer, keys):
    alg, private, public = keys
    done = peer("sign", alg, private)
    assert done.returncode == 0, done.stderr
    outcome = run("verify", done.stdout.strip(), "--key", public, "--sub", "peer", "--json")
    assert outcome.code == 0, outcome.out
    assert json.loads(outcome.out)["key"]["alg"] == alg


def test_both_refuse_a_changed_token(run, peer, keys):
    alg, private, public = keys
    header, payload, signature = run("sign", "--key", private, "--sub", "ours").out.strip().split(".")
    changed = ".".join((header, payload, ("A" if signature[0] != "A" else "B") + signature[1:]))
    assert peer("verify", alg, public, changed).returncode != 0
    assert run("verify", changed, "--key", public).code == 1
