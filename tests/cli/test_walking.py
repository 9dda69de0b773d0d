from collections import Counter

import pytest

from jwtctl.cli.walking import walk


@pytest.fixture
def walked(tmp_path):
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/d.log", ".git/config", "node_modules/x.js", "build/out.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("*.log\nbuild/\n")

    def walked_(*, gitignore):
        passed_over = Counter()
        found = walk(str(tmp_path), [], passed_over, gitignore=gitignore)
        return [path.removeprefix(f"{tmp_path}/") for path in found], passed_over

    return walked_


def test_as_git_sees_it(walked):
    assert walked(gitignore=True) == (
        [".gitignore", "a.txt", "b.txt", "sub/c.txt"],
        {"ignored by .gitignore": 2},
    )


def test_as_it_is(walked):
    assert walked(gitignore=False) == ([".gitignore", "a.txt", "b.txt", "build/out.txt", "sub/c.txt", "sub/d.log"], {})


def test_what_cannot_be_entered_is_noted(tmp_path):
    unreadable = []
    assert list(walk(str(tmp_path / "nosuch"), unreadable, Counter(), gitignore=False)) == []
    assert unreadable[0].message == "no such file or directory"
