"""Tokens and keys exchanged with José, the C implementation that Debian packages as `jose`."""

import json
import shutil
import subprocess

import pytest

from jwtctl.jose.key import from_jwk, thumbprint
from jwtctl.model import Place

pytestmark = pytest.mark.skipif(shutil.which("jose") is None, reason="no jose here: apt install jose")
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "ES512", "HS256", "HS384"]


def jose(*argv, stdin=""):
    return subprocess.run(["jose", *map(str, argv)], input=stdin, capture_output=True, text=True, check=False)


@pytest.fixture(params=ALGORITHMS)
def key(request, tmp_path):
    file = tmp_path / "key.jwk"
    assert jose("jwk", "gen", "-i", json.dumps({"alg": request.param}), "-o", file).returncode == 0
    return request.param, file


def test_it_verifies_what_we_sign_with_its_key(run, key):
    _, file = key
    token = run("sign", "--key", file, "--sub", "ours", "--no-iat", "--no-exp").out.strip()
    done = jose("jws", "ver", "-i", "-", "-k", file, "-O", "-", stdin=token)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"sub": "ours"})


def test_we_verify_what_it_signs(run, key):
    alg, file = key
    done = jose("jws", "sig", "-I", "-", "-k", file, "-s", '{"protected":{"typ":"JWT"}}', "-c", stdin='{"sub":"peer"}')
    outcome = run("verify", done.stdout.strip(), "--key", file, "--sub", "peer", "--json")
    assert outcome.code == 0, outcome.out
    assert json.loads(outcome.out)["key"]["alg"] == alg


def test_both_compute_the_same_thumbprint(key):
    _, file = key
    printed = jose("jwk", "thp", "-i", file, "-a", "S256").stdout.strip()
    assert thumbprint(from_jwk(json.loads(file.read_text()), Place("-"))) == printed
