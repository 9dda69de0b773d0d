"""Runs that do not get to their end: Ctrl-C, a reader that goes away, a disk that is full."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
JWTCTL = [sys.executable, "-m", "jwtctl"]


def start(*argv, **options):
    return subprocess.Popen([*JWTCTL, *map(str, argv)], stderr=subprocess.PIPE, env=ENVIRONMENT, **options)


def heeding_ctrl_c():
    """A shell starts what it puts in the background deaf to SIGINT, and these tests may be what it started."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(process):
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def test_ctrl_c_during_a_search(tmp_path):
    """Numbers so large that every step takes long, and nothing to be found in them."""
    source = random.Random("interruption")
    n, d = (source.getrandbits(bits) | 1 << (bits - 1) | 1 for bits in (16_000, 19_000))
    (tmp_path / "leak.json").write_text(json.dumps({"schema": "jwtctl.leak/1", "n": hex(n), "d": hex(d)}))
    process = start(
        "recover", tmp_path / "leak.json", "--budget", "1h", stdout=subprocess.PIPE, preexec_fn=heeding_ctrl_c
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=2)
    out, err = interrupted(process)
    assert process.returncode == 130
    assert b"Traceback" not in err + out
    assert err.splitlines()[-1] == b"jwtctl: error: interrupted"
    assert out.splitlines()[:2] == [b"not recovered", b"tried"]
    assert out.splitlines()[-1] == b"interrupted: what is listed was searched to its end, and nothing else"


def test_ctrl_c_while_waiting_for_input():
    process = start("decode", stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=heeding_ctrl_c)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=1.5)
    assert interrupted(process) == (b"", b"jwtctl: error: interrupted\n")
    assert process.returncode == 130


@pytest.mark.parametrize(
    "argv",
    [
        ("--help",),
        ("verify", "--help"),
        ("explain", "--list"),
        ("explain", "--list", "--json"),
        ("keygen", "HS256", "-q"),
        ("audit-keys", "JWKS"),
        ("key", "show", "JWKS"),
        ("verify", "--batch", "MANY", "-k", "JWKS", "-q"),
    ],
    ids=" ".join,
)
def test_a_reader_that_goes_away(made, tmp_path, argv):
    (tmp_path / "many").write_text("e30.e30.AA\n" * 3000)
    known = {"JWKS": made / "jwks.json", "MANY": tmp_path / "many"}
    reader, writer = os.pipe()
    os.close(reader)
    process = start(*(known.get(word, word) for word in argv), stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, b"")


def test_head_takes_the_first_line(made, tmp_path):
    (tmp_path / "many").write_text("e30.e30.AA\n" * 3000)
    command = f"{' '.join(JWTCTL)} verify --batch {tmp_path}/many -k {made}/jwks.json -q | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=ENVIRONMENT, timeout=60, check=False)
    assert json.loads(done.stdout)["valid"] is False
    assert done.stderr == b""


@pytest.mark.parametrize("argv", [("keygen", "RS256", "--size", "2048", "-q"), ("explain", "--list"), ("--help",)])
def test_standard_output_on_a_full_disk(argv):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, opened as a shell does it
        process = start(*argv, stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert err == b"jwtctl: error: no space left on device\n"


def test_a_file_that_does_not_fit_leaves_the_old_one_whole(made, tmp_path):
    """The system refuses to write more than 100 octets, as a full disk would."""
    (tmp_path / "key.pem").write_text("old")

    def nearly_full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    for command in (("key", "convert", made / "rsa.jwk", "--to", "pem"), ("keygen", "RS256", "--size", "2048", "-q")):
        process = start(*command, "-o", tmp_path / "key.pem", "--force", preexec_fn=nearly_full)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 3
        assert b": file too large\n" in err
        assert (tmp_path / "key.pem").read_text() == "old"
        assert [entry.name for entry in tmp_path.iterdir()] == ["key.pem"]


def test_a_killed_run_leaves_the_old_file_whole(tmp_path):
    """Killed while it makes a key of 16384 bits, which takes long."""
    (tmp_path / "key.pem").write_text("old")
    process = start("keygen", "RS256", "--size", "16384", "-o", tmp_path / "key.pem", "--force")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.7)
    process.kill()
    process.communicate(timeout=20)
    assert (tmp_path / "key.pem").read_text() == "old"
