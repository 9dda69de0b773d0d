"""`jwtctl jwks rotate`, and the commands that read what it keeps."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import NOON


@pytest.fixture
def rotate(run, tmp_path, monkeypatch):
    """Run `jwks rotate store` so many seconds after NOON, in a folder that begins with a daily store."""
    monkeypatch.chdir(tmp_path)
    setup = ("--init", "--every", "1d", "--cache-ttl", "15m", "--at", NOON)
    assert run("jwks", "rotate", "store", *setup).code == 0

    def rotate_(seconds, *options):
        return run("jwks", "rotate", "store", "--at", NOON + seconds, *options)

    return rotate_


def done(outcome):
    return [line.split()[0] for line in outcome.out.partition("keys\n")[0].splitlines()]


def test_a_day(rotate):
    outcome = rotate(3600)
    assert (outcome.code, outcome.out.splitlines()[0]) == (0, "nothing to do")
    outcome = rotate(86_400)
    assert (outcome.code, outcome.err, done(outcome)) == (0, "", ["retired", "activated", "published"])
    lines = outcome.out.splitlines()
    assert lines[3] == "keys"
    assert [line.split()[0] for line in lines[4:7]] == ["retiring", "active", "pending"]
    assert lines[5].endswith("ES256, since 2030-03-18T17:46:40Z")
    assert lines[7] == "next step due 2030-03-18T18:51:40Z"


def test_as_json(rotate):
    document = json.loads(rotate(86_400, "--json").out)
    assert list(document) == ["schema", "steps", "obstacles", "next_due", "keys"]
    assert document["schema"] == "jwtctl.rotation/1"
    assert [step["what"] for step in document["steps"]] == ["retired", "activated", "published"]
    assert list(document["keys"][0]) == ["kid", "alg", "state", "published", "activated", "retired"]


def test_check_and_dry_run_change_nothing(rotate, tmp_path):
    before = (tmp_path / "store/store.json").read_bytes()
    assert rotate(3600, "--check").code == 0
    outcome = rotate(86_400, "--check")
    assert (outcome.code, outcome.out.splitlines()[0].split()[:3]) == (1, ["would", "be", "retired"])
    assert rotate(86_400, "--dry-run").code == 0
    assert (tmp_path / "store/store.json").read_bytes() == before


def test_tokens_are_signed_with_the_active_key_and_verified_with_all_that_are_published(rotate, run):
    def sign(seconds):
        return run("sign", "--key", "store", "--sub", "a", "--at", NOON + seconds).out.strip()

    def verify(token, seconds):
        return run("verify", token, "--jwks", "store", "--at", NOON + seconds)

    first = sign(86_000)
    rotate(86_400)
    second = sign(86_400)
    assert json.loads(run("decode", first, "--json").out)["header"]["kid"] != json.loads(run("decode", second, "--json").out)["header"]["kid"]  # fmt: skip
    assert verify(first, 86_400).code == verify(second, 86_400).code == 0
    assert verify(first, 89_500).code == 0
    rotate(86_400 + 3900)
    assert "no key is named" in verify(first, 90_300).out
    assert run("verify", second, "--key", "store", "--at", NOON + 86_400).code == 0


@pytest.mark.usefixtures("rotate")
def test_a_token_that_outlives_its_key_is_warned_of(run):
    argv = ("sign", "--key", "store", "--at", NOON, "--sub", "a")
    for options in (("--exp", "61m"), ("--no-exp",)):
        outcome = run(*argv, *options)
        assert outcome.code == 0
        assert outcome.err.startswith("jwtctl: warning: the token outlives the 3600 s of the store")
        assert run(*argv, *options, "-q").err == ""
    assert run(*argv, "--exp", "1h").err == ""


@pytest.mark.usefixtures("rotate")
def test_the_store_signs_with_no_other_key(run, tmp_path):
    pending = json.loads((tmp_path / "store/jwks.json").read_bytes())["keys"][1]["kid"]
    outcome = run("sign", "--key", "store", "--kid", pending)
    assert (outcome.code, outcome.out) == (2, "")
    assert "is not the active key of 'store'" in outcome.err


def test_by_hand(run, tmp_path):
    argv = ("jwks", "rotate", tmp_path / "s", "--at")
    run(*argv, NOON, "--init")
    outcome = run(*argv, NOON + 60)
    assert (outcome.code, outcome.out.splitlines()[0]) == (1, "nothing to do")
    assert outcome.err.startswith("jwtctl: warning: the pending key '")
    assert done(run(*argv, NOON + 3600)) == ["retired", "activated", "published"]


def test_settings_are_kept_and_can_be_changed(rotate, tmp_path):
    assert rotate(60, "--every", "2h", "--alg", "Ed25519", "--max-ttl", "5m").code == 0
    schedule = json.loads((tmp_path / "store/store.json").read_bytes())["schedule"]
    assert (schedule["every"], schedule["alg"], schedule["max_ttl"], schedule["cache_ttl"]) == (
        7200,
        "Ed25519",
        300,
        900,
    )
    keys = json.loads(rotate(7200, "--json").out)["keys"]
    assert [key["alg"] for key in keys] == ["ES256", "ES256", "Ed25519"]


def test_an_emergency(rotate, tmp_path):
    leaked = json.loads((tmp_path / "store/jwks.json").read_bytes())["keys"][0]["kid"]
    outcome = rotate(7200, "--emergency")
    assert (outcome.code, done(outcome)) == (0, ["revoked", "activated", "published"])
    assert leaked not in (tmp_path / "store/jwks.json").read_text()
    pending = json.loads((tmp_path / "store/jwks.json").read_bytes())["keys"][1]["kid"]
    assert done(rotate(7200, "--emergency", "--kid", pending)) == ["revoked", "published"]
    outcome = rotate(7300, "--emergency")
    assert outcome.code == 0
    assert outcome.err.startswith("jwtctl: warning: verifiers may refuse tokens of '")


@pytest.mark.parametrize(
    ("options", "code", "error"),
    [
        (("--kid", "x"), 2, "--kid goes with --emergency"),
        (("--init", "--check"), 2, "--kid goes with --emergency"),
        (("--init",), 3, "'store' is a store already"),
        (("--every", "x"), 2, "--every: 'x' is no duration"),
        (("--every", "1m"), 2, "keys would be activated every 60 s"),
        (("--alg", "HS256"), 2, "--alg 'HS256': a store holds keys that sign"),
        (("--alg", "x"), 2, "--alg 'x': a store holds keys that sign"),
        (("--emergency", "--kid", "x"), 3, "the store has no key 'x'"),
        (("--at", "0"), 3, "the clock says 0"),
    ],
)
def test_what_is_not_done(rotate, tmp_path, options, code, error):
    before = (tmp_path / "store/store.json").read_bytes()
    outcome = rotate(0, *options)
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")
    assert (tmp_path / "store/store.json").read_bytes() == before


def test_a_directory_that_is_no_store(run, tmp_path):
    outcome = run("jwks", "rotate", tmp_path)
    assert outcome[:2] == (3, "")
    assert "store.json' is missing" in outcome.err
    assert list(tmp_path.iterdir()) == []
