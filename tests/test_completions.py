"""The committed completions are fresh, and work in a real shell."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = {"bash": "jwtctl.bash", "zsh": "_jwtctl", "fish": "jwtctl.fish", "powershell": "jwtctl.ps1"}
SCRIPT = Path(sys.executable).with_name("jwtctl")


@pytest.mark.parametrize("shell", FILES)
def test_they_are_fresh(shell):
    done = subprocess.run(
        [SCRIPT], env=os.environ | {"_JWTCTL_COMPLETE": f"source_{shell}"}, capture_output=True, text=True, check=True
    )
    assert (ROOT / "completions" / FILES[shell]).read_text() == done.stdout.lstrip("\n"), "run `make completions`"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ver"], ["verify"]),
        (["verify", "--sec"], ["--secret-file", "--secret", "--second-opinion"]),
        (["jwks", ""], ["fetch", "diff", "merge", "public", "rotate", "timeline", "watch"]),
        (["audit-keys", "--role", ""], ["auto", "issuer", "verifier"]),
    ],
)
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_they_complete_in_bash(words, expected):
    quoted = " ".join(f"'{word}'" for word in ["jwtctl", *words])
    script = (
        f"source {ROOT}/completions/jwtctl.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; "
        '_jwtctl_completion jwtctl; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    environment = os.environ | {"PATH": f"{SCRIPT.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == expected
