"""Keys, tokens and a web server for tests of commands, all made by the commands themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jwtctl.cli.app import main
from tests.keysets.conftest import Server, authority, serving

__all__ = ["authority"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = 1_900_000_000
"""The time at which the tests sign: 2030-03-17T17:46:40Z."""


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """A folder of keys that no test changes: `NAME.jwk` private, `NAME.pub.jwk` public."""
    folder = tmp_path_factory.mktemp("keys")
    for name, alg in (("rsa", "RS256"), ("ec", "ES256"), ("ed", "Ed25519")):
        files = ["-o", f"{folder}/{name}.jwk", "--public-out", f"{folder}/{name}.pub.jwk"]
        assert main(["keygen", alg, "-q", "--kid", f"{name}-1", *(["--size", "2048"] * (name == "rsa")), *files]) == 0
    assert main(["keygen", "HS256", "-q", "--kid", "hmac-1", "-o", f"{folder}/hmac.jwk"]) == 0
    members = [json.loads((folder / f"{name}.pub.jwk").read_bytes()) for name in ("rsa", "ec", "ed")]
    (folder / "jwks.json").write_text(json.dumps({"keys": members}))
    return folder


@pytest.fixture
def sign(run, made):
    """Sign at NOON with a key of `made`, `sign("ec", "--sub", "x")`."""

    def sign_(key, *options):
        outcome = run("sign", "--key", made / f"{key}.jwk", "--at", NOON, *options)
        assert outcome.code == 0, outcome.err
        return outcome.out.strip()

    return sign_


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server on loopback; tests that use it are marked `network`."""
    yield from serving(Server("127.0.0.1"))
