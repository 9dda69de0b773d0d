"""What the README says is what happens: its tour is run, its tables are compared."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jwtctl import errors
from tests import readme

ROOT = readme.README.parent
TEXT = readme.README.read_text()
BLOCKS = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)


def steps():
    """Pairs of a command and the output that the README shows for it."""
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output.rstrip("\n")


def test_the_tour_is_what_comes_out(tmp_path):
    """`…` stands for what differs from run to run."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    seen = 0
    for command, expected in steps():
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        shown = (done.stdout + done.stderr).rstrip("\n")
        pattern = re.escape(expected).replace("…", ".*")
        assert re.fullmatch(pattern, shown), f"$ {command}\n{shown}\n--- the README has\n{expected}"
        seen += 1
    assert seen >= 10


def test_the_tables_are_fresh():
    assert readme.with_tables(TEXT) == TEXT, "run `make readme`"


@pytest.mark.parametrize("error", [errors.UsageError, errors.InputError, errors.RemoteError, errors.VerificationError])
def test_exit_codes_stand_in_the_table(error):
    assert re.search(rf"^\| {error.exit_code} \|", TEXT, re.MULTILINE)


def test_every_file_that_the_readme_links_exists():
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / target).exists(), target
