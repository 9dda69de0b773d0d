import os
import pty
import re
import subprocess
import sys

import pytest

from jwtctl.render import progress

SCRIPT = """
import sys, time
from jwtctl.render import progress
if progress.is_wanted(quiet=len(sys.argv) > 1):
    with progress.bar("auditing", 3) as next_:
        for name in ("a.pem", "b\\x1b[31m.pem", "[red]c[/red].pem"):
            next_(name)
            time.sleep(0.15)
print("result")
"""


def on_a_terminal(*argv):
    """Standard output of the script, and what it showed on a pseudo-terminal as its standard error."""
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    done = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *argv], stdout=subprocess.PIPE, stderr=follower, env=environment
    )
    os.close(follower)
    shown = b""
    try:
        while part := os.read(leader, 65536):
            shown += part
    except OSError:
        pass  # Linux says so when the other end of a terminal is closed
    os.close(leader)
    out, _ = done.communicate(timeout=60)
    return out, shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_bar_is_shown_on_a_terminal_and_names_stay_inert():
    out, shown = on_a_terminal()
    assert out == b"result\n"
    assert "auditing" in shown
    assert "/3" in shown
    assert re.search(r"\d/s ", shown)
    assert re.search(r"0:00:0\d", shown)
    assert r"b\x1b[31m.pem" in shown
    assert "[red]c[/red].pem" in shown


def test_many_things_are_told_together(monkeypatch):
    told = []
    monkeypatch.setattr("rich.progress.Progress.update", lambda _self, _task, **fields: told.append(fields))
    with progress.bar("auditing", 10**4) as next_:
        for _ in range(10**4):
            next_("key.pem")
    assert len(told) < 10**3


def test_the_rate_is_counted_from_the_first_thing(monkeypatch):
    told, moments = [], iter([0.0, 90.0, 91.0, 92.0])
    monkeypatch.setattr("rich.progress.Progress.update", lambda _self, _task, **fields: told.append(fields["rate"]))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(moments))
    with progress.bar("auditing", 3, before="comparing them") as next_:
        for name in "abc":
            next_(name)
    assert told == ["", "1/s", "1/s"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_quiet_shows_none():
    assert on_a_terminal("--quiet") == (b"result\n", "")


def test_a_pipe_gets_none(capsys):
    assert not progress.is_wanted(quiet=False)
    assert capsys.readouterr().err == ""


def test_a_search_is_shown_on_a_terminal_only(capsys):
    with progress.search(10, shown=False) as tell:
        tell("\x1b[31m", 0.5)
    assert capsys.readouterr() == ("", "")
    with progress.search(10, shown=True) as tell:
        tell("every e of up to 560 bits\x1b[31m", 0.5)
    assert "\x1b[31m" not in capsys.readouterr().err
