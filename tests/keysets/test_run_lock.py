import subprocess
import sys

import pytest

from jwtctl.errors import InputError
from jwtctl.keysets import run_lock

HOLDER = """
import pathlib, sys, time
from jwtctl.keysets.run_lock import held
with held(pathlib.Path(sys.argv[1]), "x"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_file_is_the_owner_s_and_stays(tmp_path):
    lock = tmp_path / "lock"
    for _ in range(2):
        with run_lock.held(lock, "the thing"):
            assert lock.stat().st_mode & 0o777 == 0o600
    assert lock.read_bytes() == b""


def test_another_run_is_told_of_once_and_not_waited_for_forever(tmp_path):
    told = []
    with (
        run_lock.held(tmp_path / "lock", "one"),
        pytest.raises(InputError, match="another run is at work on 'the thing'"),
        run_lock.held(tmp_path / "lock", "the thing", seconds=0.2, on_wait=lambda: told.append(1)),
    ):
        pytest.fail("two runs at once")
    assert told == [1]


def test_a_run_that_is_killed_holds_nothing(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path / "lock"], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        other.kill()
    with run_lock.held(tmp_path / "lock", "x", seconds=0):
        pass


def test_a_place_where_no_file_can_be(tmp_path):
    with (
        pytest.raises(InputError, match=r"lock': no such file or directory"),
        run_lock.held(tmp_path / "a" / "lock", "x"),
    ):
        pytest.fail("there is no such folder")
    assert list(tmp_path.iterdir()) == []
