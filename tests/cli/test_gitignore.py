"""Directories as git sees them, held against git itself."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from jwtctl.cli.gitignore import Rules

FILES = [
    *("a.pem", "b.key", "c.jwk", "build/a.pem", "src/a.pem", "src/build/b.pem", "src/deep/x.key", "src/deep/keep.key"),
    *("src/local.pem", "docs/x.pem", "docs/sub/y.pem", "target", "#odd.pem", "white space.pem", "Grösse.pem"),
]
RULES = {
    ".gitignore": "build/\n*.key\n!keep.key\n/a.pem\n# comment\n\\#odd.pem\nwhite*.pem\n",
    "src/.gitignore": "local.*\n!local.pem\ndeep/*\n!deep/keep.key\n",
    "docs/.gitignore": "*\n!*/\n!y.pem\n",
}


@pytest.fixture
def tree(tmp_path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    for name, rules in RULES.items():
        (tmp_path / name).write_text(rules)
    return tmp_path


def kept(directory, top):
    rules = Rules(directory)
    found, waiting = [], [directory]
    while waiting:
        folder = waiting.pop()
        rules.enter(folder)
        for entry in folder.iterdir():
            if entry.is_dir():
                if entry.name != ".git" and not rules.leaves_out(entry, directory=True):
                    waiting.append(entry)
            elif not rules.leaves_out(entry):
                found.append(entry.relative_to(top).as_posix())
    return sorted(found)


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_the_same_files_as_git(tree):
    subprocess.run(["git", "init", "-q", tree], check=True)
    command = ["git", "-c", "core.quotePath=false", "-C", tree, "ls-files", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().rstrip("\0").split("\0")
    assert kept(tree, tree) == sorted(listed)
    assert "src/deep/keep.key" in listed
    assert "src/local.pem" in listed


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_rules_above_the_directory_count_up_to_the_top_of_the_repository(tree):
    subprocess.run(["git", "init", "-q", tree], check=True)
    assert "src/deep/x.key" not in kept(tree / "src", tree)
    assert "src/build/b.pem" not in kept(tree / "src", tree)


def test_rules_outside_a_repository_are_those_of_the_directory_itself(tree):
    assert "src/build/b.pem" in kept(tree / "src", tree)
    assert "build/a.pem" not in kept(tree, tree)


def test_rules_that_cannot_be_read_or_are_no_text(tree):
    (tree / "src/.gitignore").write_bytes(b"\xff\xfe*\n")
    (tree / "docs/.gitignore").unlink()
    (tree / "docs/.gitignore").mkdir()
    assert "docs/x.pem" in kept(tree, tree)
