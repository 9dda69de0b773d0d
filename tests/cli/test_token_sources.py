"""Tokens as arguments, in lists, and in what is searched for them."""

import pytest

from jwtctl.cli import token_sources
from jwtctl.errors import InputError

JWS = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def places(found):
    return [(token.place.source, token.place.line) for token in found.tokens]


def test_an_argument_is_a_token_and_a_file_has_one_in_each_line(folder):
    (folder / "list.txt").write_text(f"\n{JWS}\n  \nBearer {JWS}\ngarbage\n")
    for name in ("list.txt", "@list.txt"):
        found = token_sources.gather([JWS, name], scan=False)
        assert places(found) == [("argument", None), ("list.txt", 2), ("list.txt", 4), ("list.txt", 5)]
        assert [token.text for token in found.tokens] == [JWS, JWS, JWS, "garbage"]
        assert not found.unreadable


def test_what_cannot_be_read_is_noted_and_the_rest_goes_on(folder):
    (folder / "empty").touch()
    (folder / "list").write_text(JWS)
    found = token_sources.gather(["@nosuch", ".", "empty", "list"], scan=False)
    assert places(found) == [("list", 1)]
    assert [(problem.place.source, problem.message) for problem in found.unreadable] == [
        ("nosuch", "'nosuch': no such file or directory"),
        (".", "'.' is a directory"),
        ("empty", "no token in 'empty': it is empty"),
    ]


def test_a_scan_walks_directories_as_git_sees_them(folder):
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("ignored.log\n")
    (folder / "ignored.log").write_text(JWS)
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "a.log").write_text(f"one\ntoken={JWS};\n")
    (folder / "archive.gz").write_bytes(b"\x1f\x8b" + JWS.encode())
    (folder / "binary").write_bytes(b"\0" + JWS.encode())
    found = token_sources.gather(["."], scan=True)
    assert places(found) == [("deep/er/a.log", 2)]
    assert found.passed_over == {"ignored by .gitignore": 1, "that is binary or an archive": 2}
    assert len(token_sources.gather(["."], scan=True, gitignore=False).tokens) == 2


def test_a_scan_of_a_file_and_of_what_is_not_there(folder):
    (folder / "a.log").write_text(f"{JWS} {JWS}")
    found = token_sources.gather(["a.log", "nosuch"], scan=True)
    assert places(found) == [("a.log", 1), ("a.log", 1)]
    assert found.unreadable[0].message == "'nosuch': no such file or directory"


def test_there_is_an_end(folder, monkeypatch):
    monkeypatch.setattr(token_sources, "MOST_TOKENS", 3)
    (folder / "list").write_text(f"{JWS}\n" * 5)
    found = token_sources.gather(["list", "nosuch"], scan=False)
    assert len(found.tokens) == 3
    assert [problem.message for problem in found.unreadable] == ["more than 3 tokens: only the first were looked at"]


def test_words(folder, monkeypatch):
    (folder / "words").write_bytes(b"secret\r\n\nsecret\n\xff\xfe\n" + b"x" * 257 + b"\nlast")
    assert token_sources.words("words") == (b"secret", b"\xff\xfe", b"last")
    monkeypatch.setattr(token_sources, "MOST_WORDS", 1)
    with pytest.raises(InputError, match="more than 1 lines"):
        token_sources.words("words")
