"""What every command shares: help, usage errors, exit codes, streams of any kind, and what a start loads."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys

import pytest

from jwtctl import __version__
from jwtctl.cli import app
from tests.cli.conftest import NOON
from tests.conftest import ROOT

GROUPS = {
    "key": ("show", "public", "convert", "thumbprint"),
    "jwks": ("fetch", "diff", "merge", "public", "rotate", "timeline", "watch"),
}
COMMANDS = [f"{name} {word}".split() for name in app.COMMANDS for word in GROUPS.get(name, ("",))]


def test_the_version(run):
    assert run("--version") == run("-V") == (0, f"jwtctl {__version__}\n", "")


def test_help_lists_every_command(run):
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for name, line in app.COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(line)}$", out, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_of_a_command_has_an_example_of_it(run, command):
    code, out, err = run(*command, "--help")
    assert (code, err) == (0, "")
    assert out == run(*command, "-h").out
    assert out.startswith(f"Usage: jwtctl {' '.join(command)} ")
    assert f"Example:\n    jwtctl {' '.join(command)} " in out


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_lists_its_commands(run, group):
    out = run(group, "--help").out
    assert tuple(re.findall(r"^  ([a-z]+)  ", out.partition("Commands:")[2], re.MULTILINE)) == GROUPS[group]


@pytest.mark.parametrize("argv", [(), ("key",), ("jwks",)])
def test_no_command_is_wrong_usage_and_shows_help(run, argv):
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: jwtctl")


@pytest.mark.parametrize(
    ("argv", "error", "hint"),
    [
        (("nosuch",), "no such command 'nosuch'", "jwtctl --help"),
        (("key", "nosuch"), "no such command 'nosuch'", "jwtctl key --help"),
        (("key", "show", "k", "--nosuch"), "no such option: --nosuch", "jwtctl key show --help"),
        (("sign", "--nosuch"), "no such option: --nosuch", "jwtctl sign --help"),
        (("keygen",), "missing argument 'alg'", "jwtctl keygen --help"),
        (("decode", "a", "b"), "got unexpected extra argument(s) (b)", "jwtctl decode --help"),
        (("keygen", "RS256", "--size", "big"), "invalid value for '--size': 'big' is not a valid int", "jwtctl keygen --help"),
        (("verify", "--key"), "option '--key' requires an argument", "jwtctl verify --help"),
        (("decode", "--color", "pink"), "invalid value for '--color'", "jwtctl decode --help"),
    ],
)  # fmt: skip
def test_wrong_usage_says_what_and_where_to_look(run, argv, error, hint):
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    first, second = err.splitlines()
    assert first.startswith(f"jwtctl: error: {error}")
    assert second == f"jwtctl: hint: {hint}"


def test_a_bug_is_exit_70_and_tells_no_secret(run, monkeypatch):
    decode = importlib.import_module("jwtctl.cli.decode")

    secret = os.urandom(8).hex()

    def fail():
        raise ZeroDivisionError(f"the secret is {secret}")

    fail.__doc__, fail.__name__ = "Fail.", "decode"
    monkeypatch.setattr(decode, "COMMANDS", (fail,))
    code, out, err = run("decode")
    assert (code, out) == (70, "")
    assert re.match(r"jwtctl: error: a bug in jwtctl: ZeroDivisionError at test_app\.py:\d+\njwtctl: hint: ", err)
    assert "Traceback" not in err
    monkeypatch.setenv("JWTCTL_TRACEBACK", "1")
    err = run("decode").err
    assert "test_app.py" in err
    assert secret not in err


def test_closed_standard_input(process, made):
    """A cron job or a service may start with no standard input at all."""

    def closed(*argv):
        return process(*argv, stdin=None, preexec_fn=lambda: os.close(0))

    assert closed("decode") == (3, "", "jwtctl: error: standard input is closed\n")
    assert closed("verify", "--batch", "-k", made / "rsa.jwk").code == 3
    assert closed("key", "show", made / "rsa.jwk").code == 0


def test_a_closed_standard_input_asks_for_no_passphrase(process, made, tmp_path, monkeypatch, run):
    monkeypatch.setenv("PASS", "secret")
    run("key", "convert", made / "ec.jwk", "--to", "pem", "--new-passphrase-file", "env:PASS", "-o", tmp_path / "k.pem")
    code, _, err = process("key", "show", tmp_path / "k.pem", stdin=None, preexec_fn=lambda: os.close(0))
    assert code == 3
    assert "encrypted" in err
    assert "jwtctl: hint: pass --passphrase-file FILE" in err


def test_closed_standard_output(process, made, tmp_path):
    """It matters only to a command that has something to write there."""

    def closed(*argv):
        return process(*argv, preexec_fn=lambda: os.close(1))

    code, _, err = closed("key", "show", made / "rsa.jwk")
    assert code == 3
    assert err.startswith("jwtctl: error: ")
    assert err.count("\n") == 1
    assert closed("key", "public", made / "rsa.jwk", "-o", tmp_path / "out").code == 0
    assert json.loads((tmp_path / "out").read_bytes())["kid"] == "rsa-1"


def test_closed_standard_error(process):
    assert process("decode", "x", preexec_fn=lambda: os.close(2)) == (3, "", "")
    assert process("nosuch", preexec_fn=lambda: os.close(2)) == (2, "", "")


def test_json_is_short_for_a_format(run, sign, made):
    token = sign("ec")
    for argv in (
        ("key", "show", made / "ec.jwk"),
        ("decode", token),
        ("verify", token, "--key", made / "ec.jwk"),
        ("jwks", "diff", made / "ec.jwk", made / "ec.jwk"),
        ("explain", "rsa-shared-prime"),
    ):
        asked = run(*argv, "--json")
        assert asked.out.startswith("{")
        assert run(*argv, "--format", "json") == asked
        assert run(*argv, "--format", "text") == run(*argv)
        assert run(*argv, "--format", "yaml").code == 2


def test_json_in_a_pipe_is_utf_8_whatever_the_locale(process, sign):
    token = sign("hmac", "--claim", "name=Жук é 🙂")
    for encoding in ("ascii", "latin-1", "utf-16"):
        code, out, _ = process("decode", "--json", token, env={"PYTHONIOENCODING": encoding})
        assert code == 0
        assert json.loads(out)["claims"]["name"] == "Жук é 🙂"
    assert "curve" in process("keygen", "--help", env={"PYTHONIOENCODING": "ascii"}).out.lower()
    assert process("key", "show", "Ж", env={"PYTHONIOENCODING": "ascii"}).code == 3


def test_colour_is_for_terminals_and_on_request(run, monkeypatch, sign):
    token = sign("ec")
    assert "\x1b[" not in run("decode", token).out
    assert "\x1b[33m" in run("decode", token, "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[33m" in run("decode", token).out
    assert "\x1b[" not in run("decode", token, "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("decode", token).out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_offers_commands_and_options(process, shell):
    asked = {"COMP_WORDS": "jwtctl ver", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "jwtctl ver"}
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_WORD_TO_COMPLETE": "ver"}
    outcome = process(env={"_JWTCTL_COMPLETE": f"complete_{shell}", **asked})
    assert "verify" in outcome.out
    assert outcome.err == ""


HEAVY = "rich jwt cryptography jwcrypto gmpy2 flint urllib3 pydantic"


def _loaded(*argv, stdin=b"", names=HEAVY):
    """Which of the modules named a start loads, in a fresh interpreter with its output in a pipe."""
    program = (
        "import sys; from jwtctl.cli.app import main; code = main(sys.argv[2:]) if len(sys.argv) > 2 else 0;"
        "print('loaded', *sorted(set(sys.argv[1].split()) & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, names, *map(str, argv)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.decode().rpartition("loaded")[2].split()


@pytest.mark.parametrize("argv", [(), ("--help",), ("--version",), ("verify", "--help")], ids=" ".join)
def test_a_start_loads_nothing_heavy(argv):
    assert _loaded(*argv) == []


def test_decode_loads_nothing_heavy(sign):
    assert _loaded("decode", stdin=sign("rsa").encode()) == []


def test_verify_loads_no_library_of_tokens_and_no_certificates(run, made, sign, tmp_path):
    run("key", "public", made / "rsa.jwk", "--to", "pem", "-o", tmp_path / "rsa.pem")
    unwanted = f"{HEAVY.replace('cryptography', 'cryptography.x509')} ssl http.client"
    assert _loaded("verify", sign("rsa"), "-k", tmp_path / "rsa.pem", "--at", NOON, names=unwanted) == []
