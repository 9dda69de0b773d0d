"""What every test may use: the real command line, run in this process or in its own, and nothing of the machine."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from jwtctl.cli.app import main

ROOT = Path(__file__).resolve().parent.parent

# The gate tries the same texts on every machine, so that it fails for a change and not for a day; `make test-slow`
# draws new ones each time.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("gate")


class Outcome(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def scrubbed(monkeypatch, request):
    """No setting of the machine reaches a test, and no test reaches the network unless it is marked `network`."""
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "JWTCTL_TRACEBACK"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("TERM", "dumb")
    if request.node.get_closest_marker("network") is None:

        def refuse(*_args, **_kwargs):
            raise AssertionError("this test opens a socket: mark it `network`")

        monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def run(monkeypatch):
    """Run a command line through `main`, as `run("verify", token, stdin=...)`."""

    def run_(*argv, stdin=b""):
        octets = stdin.encode() if isinstance(stdin, str) else stdin
        with monkeypatch.context() as patch:
            streams = {
                "stdin": io.TextIOWrapper(io.BytesIO(octets), encoding="utf-8"),
                "stdout": io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline=""),
                "stderr": io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline=""),
            }
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            code = main([str(argument) for argument in argv])
            written = []
            for name in ("stdout", "stderr"):
                streams[name].flush()
                written.append(streams[name].buffer.getvalue().decode("utf-8", "surrogateescape"))
        return Outcome(code, *written)

    return run_


@pytest.fixture
def process():
    """Run a command line as a process of its own, with real pipes and exit codes."""

    def process_(*argv, stdin=b"", env=None, **options):
        done = subprocess.run(
            [sys.executable, "-m", "jwtctl", *map(str, argv)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            timeout=120,
            check=False,
            **options,
        )
        return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    return process_
