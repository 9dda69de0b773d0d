import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from jwtctl.cli import seen_keys
from jwtctl.errors import InputError
from jwtctl.keysets import run_lock
from tests.checks.material import maker


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Two public keys with a prime in common, a third one, and the folder that they are in."""
    from jwtctl.jose import base64url

    p, q, r, s, t = (maker("seen files").prime(1024) for _ in range(5))
    monkeypatch.chdir(tmp_path)
    for name, n in (("old", p * q), ("new", p * r), ("fine", s * t)):
        jwk = {"kty": "RSA", "n": base64url.encode_integer(n), "e": "AQAB", "kid": name, "alg": "RS256", "use": "sig"}
        (tmp_path / f"{name}.jwk").write_text(json.dumps(jwk))
    return tmp_path


@pytest.mark.usefixtures("files")
def test_tomorrows_key_is_compared_with_that_of_today(run):
    assert run("audit-keys", "old.jwk", "--seen", "seen").code == 0
    assert run("audit-keys", "fine.jwk", "--seen", "seen").code == 0
    code, out, _ = run("audit-keys", "new.jwk", "--seen", "seen")
    assert code == 1
    assert "seen earlier at 'old.jwk', kid 'old'" in " ".join(out.split())
    # Again tomorrow, and for the other one as well.
    assert run("audit-keys", "new.jwk", "--seen", "seen").code == 1
    assert run("audit-keys", "old.jwk", "--seen", "seen").code == 1
    assert run("audit-keys", "fine.jwk", "--seen", "seen").code == 0


def test_the_file_is_written_when_there_is_something_new(files, run):
    run("audit-keys", "old.jwk", "--seen", "seen")
    first = (files / "seen").read_bytes()
    written = (files / "seen").stat().st_ino
    run("audit-keys", "old.jwk", "--seen", "seen")
    assert (files / "seen").stat().st_ino == written
    run("audit-keys", "fine.jwk", "--seen", "seen", "--ignore", "rsa-shared-prime")
    assert (files / "seen").read_bytes() == first
    run("audit-keys", "fine.jwk", "--seen", "seen")
    assert (files / "seen").read_bytes() != first
    assert {path.name for path in files.iterdir()} == {"old.jwk", "new.jwk", "fine.jwk", "seen", "seen.lock"}


def test_a_file_of_something_else_is_left_alone(files, run):
    for octets in (b"hello", random.Random(1).randbytes(1000)):
        (files / "seen").write_bytes(octets)
        code, out, err = run("audit-keys", "old.jwk", "--seen", "seen")
        assert (code, out) == (3, "")
        assert err.count("\n") == 2
        assert "'seen' does not remember keys, or is damaged" in err
        assert (files / "seen").read_bytes() == octets


@pytest.mark.usefixtures("files")
def test_a_place_where_no_file_can_be_is_told_at_once(run):
    code, out, err = run("audit-keys", "old.jwk", "--seen", "nowhere/seen")
    assert (code, out) == (3, "")
    assert err == "jwtctl: error: 'nowhere/seen.lock': no such file or directory\n"


@pytest.mark.usefixtures("files")
def test_the_report_comes_before_a_file_that_cannot_be_written(run, monkeypatch):
    def full(*_args, **_options):
        raise InputError("cannot write 'seen': no space left on device")

    monkeypatch.setattr("jwtctl.cli.files.write", full)
    code, out, err = run("audit-keys", "old.jwk", "--seen", "seen")
    assert (code, bool(out)) == (3, True)
    assert "no space left on device" in err


@pytest.mark.usefixtures("files")
def test_what_is_no_file(run):
    for path in ("-", "env:SEEN"):
        assert run("audit-keys", "old.jwk", "--seen", path).code == 2
    assert run("audit-keys", "old.jwk", "--seen", ".").code == 3


def test_without_the_option_nothing_is_remembered():
    assert seen_keys.recall(None) is None
    seen_keys.remember(None, None, [])


@pytest.mark.usefixtures("files")
def test_of_two_audits_at_once_the_second_waits_and_compares_with_the_first():
    command = [sys.executable, "-m", "jwtctl", "audit-keys", "--seen", "seen", "--json"]
    with run_lock.held(Path("seen.lock"), "seen"):
        both = [
            subprocess.Popen([*command, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for name in ("old.jwk", "new.jwk")
        ]
        for each in both:
            assert each.stderr.readline() == "jwtctl: note: waiting for seen\n"
    ends = [each.communicate(timeout=60) for each in both]
    # Whichever came second finds the prime that the first one has.
    assert sorted(each.returncode for each in both) == [0, 1], ends
