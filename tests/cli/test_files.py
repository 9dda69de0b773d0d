"""What commands read and write: every form of an argument, whole files or none, and who may read them."""

from __future__ import annotations

import json
import os
import pty
import select
import stat
import subprocess
import sys
import time

import pytest

from jwtctl.cli import files
from jwtctl.errors import InputError, KeyMaterialError, UsageError
from tests.cli.conftest import NOON
from tests.conftest import ROOT


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def umask():
    """What is not private gets the modes that the user's umask leaves."""
    before = os.umask(0o022)
    yield
    os.umask(before)


# What is read


def test_every_form_of_a_token(run, sign, tmp_path, monkeypatch):
    token = sign("ec", "--sub", "alice")
    (tmp_path / "token").write_text(f"\n  {token}\n")
    monkeypatch.setenv("TOKEN", token)
    get = ("decode", "--get", "claims.sub")
    for argument in (token, f"@{tmp_path / 'token'}", "@env:TOKEN", f"Bearer {token}", f"Authorization: Bearer {token}",
                     f'"{token}"', f"'{token}'", f"authorization:bearer {token}"):  # fmt: skip
        assert run(*get, argument) == (0, "alice\n", "")
    for argv in ((), ("-",), ("@-",)):
        assert run(*get, *argv, stdin=f"Bearer {token}\n") == (0, "alice\n", "")


def test_every_form_of_a_key(run, made, sign, monkeypatch, tmp_path):
    token = sign("ec")
    text = (made / "ec.jwk").read_text()
    pem = run("key", "convert", made / "ec.jwk", "--to", "pem").out
    monkeypatch.setenv("KEY", text)
    monkeypatch.setenv("ONE_LINE", pem.replace("\n", "\\n"))
    (tmp_path / "misnamed.der").write_text(pem)
    for argument in (made / "ec.jwk", made / "ec.pub.jwk", "env:KEY", "env:ONE_LINE", tmp_path / "misnamed.der"):
        assert run("verify", token, "--at", NOON, "-k", argument).code == 0
    assert run("verify", token, "--at", NOON, "-k", "-", stdin=text).code == 0


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nosuch", "no such file or directory"),
        (".", "is a directory"),
        ("", "is a directory"),
        ("env:NOSUCH", "environment variable 'NOSUCH' is not set"),
        ("env:", "environment variable '' is not set"),
        ("env:A\0B", "is not set"),
        ("a\0b", "is no file name"),
        ("n" * 5000, "file name too long"),
        ("pkcs11:token=x", "stay inside their device"),
        ("/dev/zero", "is larger than 16,777,216 bytes"),
        ("http://127.0.0.1/keys", "no such file or directory"),
    ],
)
def test_what_cannot_be_read(source, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=message):
        files.read_keys(source)


def test_unreadable_files_say_why(process, tmp_path):
    path = tmp_path / "key"
    path.write_text("{}")
    path.chmod(0)
    if os.access(path, os.R_OK):
        # Root reads everything; the kernel refuses everybody here.
        assert process("key", "show", "/proc/self/mem").code == 3
        return
    assert process("key", "show", path) == (3, "", f"jwtctl: error: '{path}': permission denied\n")


def test_a_terminal_is_not_waited_for(made):
    """Without anything on a terminal, the command says what is missing instead of hanging."""
    for argv in (("decode",), ("verify", "-k", made / "ec.jwk"), ("verify", "--batch", "-k", made / "ec.jwk")):
        code, shown = _on_a_terminal(*argv)
        assert code == 2
        assert "nothing on standard input: it is a terminal" in shown


def test_standard_input_serves_one_reader(run, made):
    key = (made / "ec.jwk").read_text()
    for argv in (("verify", "-k", "-"), ("verify", "-", "-k", "-"), ("verify", "--batch", "-k", "-"),
                 ("sign", "-k", "-", "--claims", "-"), ("jwks", "diff", "-", "-"),
                 ("verify", "x", "--key", "-", "--key", "-")):  # fmt: skip
        code, out, err = run(*argv, stdin=key)
        assert (code, out) == (2, "")
        assert err.startswith("jwtctl: error: standard input is asked for twice\njwtctl: hint: ")


def test_a_list_of_tokens_is_read_line_by_line(tmp_path):
    path = tmp_path / "tokens"
    path.write_bytes(b"\n  \na.b.c\r\n" + b"x" * 5_000_000 + b"\n\xff\n" + b"end")
    lines = list(files.token_lines(f"@{path}"))
    assert [line.strip()[:6] for line in lines] == ["a.b.c", "xxxxxx", "\\xff", "end"]
    assert len(lines[1]) == files.LONGEST_LINE
    with pytest.raises(InputError, match="is no file name"):
        list(files.token_lines("a\0b"))


# Passphrases


@pytest.fixture
def encrypted(run, made, tmp_path, monkeypatch):
    monkeypatch.setenv("PASS", "open sesame")
    path = tmp_path / "encrypted.pem"
    assert (
        run("key", "convert", made / "ec.jwk", "--to", "pem", "--new-passphrase-file", "env:PASS", "-o", path).code == 0
    )
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    return path


def test_a_passphrase_comes_from_a_file_or_a_variable(run, encrypted, tmp_path):
    (tmp_path / "unix").write_bytes(b"open sesame\n")
    (tmp_path / "dos").write_bytes(b"open sesame\r\n")
    (tmp_path / "bare").write_bytes(b"open sesame")
    for option in ("--passphrase-file", "--passphrase"):
        for source in (tmp_path / "unix", tmp_path / "dos", tmp_path / "bare", "env:PASS"):
            assert run("key", "show", encrypted, option, source).code == 0
        assert run("key", "show", encrypted, option, "-", stdin="open sesame\n").code == 0


def test_an_encrypted_key_says_what_it_needs(run, encrypted, tmp_path):
    code, out, err = run("key", "show", encrypted)
    assert (code, out) == (3, "")
    assert "is encrypted" in err
    assert "jwtctl: hint: pass --passphrase-file FILE" in err
    (tmp_path / "wrong").write_text("close sesame")
    code, _, err = run("key", "show", encrypted, "--passphrase-file", tmp_path / "wrong")
    assert code == 3
    assert "wrong passphrase" in err
    assert "sesame" not in err


def test_one_passphrase_on_standard_input_opens_many_files(run, encrypted, tmp_path):
    (tmp_path / "second.pem").write_bytes(encrypted.read_bytes())
    outcome = run("jwks", "merge", encrypted, tmp_path / "second.pem", "--passphrase", "-", stdin="open sesame\n")
    assert outcome.code == 0
    assert len(json.loads(outcome.out)["keys"]) == 1


def test_a_terminal_is_asked_for_the_passphrase(encrypted):
    code, shown = _on_a_terminal("key", "show", encrypted, typed=b"open sesame\n")
    assert code == 0
    assert "EC P-256, private" in shown
    assert "open sesame" not in shown
    code, shown = _on_a_terminal("key", "show", encrypted, typed=b"\x04")
    assert code == 3
    assert "jwtctl: error: no passphrase was given" in shown


def _on_a_terminal(*argv, typed=b""):
    """Run with all three standard streams on a terminal; give the exit code and what it showed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "jwtctl", *map(str, argv)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment
    )
    os.close(theirs)
    shown = b""
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                octets = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            shown += octets
            if typed and b"passphrase: " in shown:
                os.write(ours, typed)
                typed = b""
    code = child.wait(10)
    os.close(ours)
    return code, shown.decode()


# Secrets


def test_every_form_of_a_secret(run, tmp_path, monkeypatch):
    secret = bytes(range(32))
    (tmp_path / "secret").write_bytes(secret)
    monkeypatch.setenv("SECRET", "s" * 32)
    token = run("sign", "--secret-file", tmp_path / "secret", "--at", NOON).out
    for form in (f"hex:{secret.hex()}", "b64:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                 "b64:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"):  # fmt: skip
        assert run("verify", token, "--at", NOON, "--secret", form)[::2] == (0, "")
    assert run("verify", token, "--at", NOON, "--secret-file", "-", stdin=secret).code == 0
    token = run("sign", "--secret", "env:SECRET", "--at", NOON).out
    assert run("verify", token, "--at", NOON, "--secret-file", "env:SECRET").code == 0


def test_a_secret_on_the_command_line_works_and_warns(run):
    secret = "a literal secret of 32 characters"
    code, token, err = run("sign", "--secret", secret)
    assert code == 0
    assert err == (
        "jwtctl: warning: a secret on the command line is visible to other users and stays in the shell's history\n"
    )
    assert run("sign", "--secret", secret, "-q").err == ""
    assert run("verify", token, "--secret", secret, "-q")[::2] == (0, "")


def test_a_line_break_at_the_end_of_a_secret_counts_and_warns(run, tmp_path):
    (tmp_path / "secret").write_bytes(b"s" * 32 + b"\n")
    outcome = run("sign", "--secret-file", tmp_path / "secret")
    assert outcome[::2] == (0, "jwtctl: warning: the secret ends with a line break, which is part of it\n")


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        (("--secret", "hex:xyz"), 2, "--secret hex: is not hexadecimal"),
        (("--secret", "b64:é"), 2, "--secret b64: is not base64"),
        (("--secret", "env:NOSUCH"), 3, "environment variable 'NOSUCH' is not set"),
        (("--secret", "hex:00", "--secret-file", "x"), 2, "--secret and --secret-file exclude each other"),
        (("--secret-file", "nosuch"), 3, "'nosuch': no such file or directory"),
        (("--secret", "hex:00"), 3, "an HMAC secret of 8 bits is too short for HS256"),
        (("--secret", "hex:"), 3, "an HMAC secret of 0 bits is too short for HS256"),
        (("--secret", "hex:00", "--key", "x"), 2, "choose one key to sign with"),
        ((), 2, "no key to sign with"),
    ],
)
def test_bad_secrets(run, argv, code, error):
    outcome = run("sign", *argv)
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


# What is written


def test_private_files_are_for_their_owner(run, made, tmp_path):
    run("keygen", "ES256", "-o", tmp_path / "private", "--public-out", tmp_path / "public")
    run("key", "convert", made / "ec.jwk", "-o", tmp_path / "converted", "--to", "pem")
    run("key", "public", made / "ec.jwk", "-o", tmp_path / "half")
    run("sign", "-k", made / "ec.jwk", "-o", tmp_path / "token")
    run("jwks", "merge", made / "ec.jwk", "-o", tmp_path / "merged")
    run("jwks", "public", made / "ec.jwk", "-o", tmp_path / "published")
    private, public = ("private", "converted", "token", "merged"), ("public", "half", "published")
    assert {name: mode(tmp_path / name) for name in (*private, *public)} == {
        **dict.fromkeys(private, 0o600),
        **dict.fromkeys(public, 0o644),
    }
    assert not {path.name for path in tmp_path.iterdir()} - {*private, *public}


def test_nothing_is_overwritten_unless_forced(run, made, tmp_path):
    path = tmp_path / "out"
    path.write_text("precious")
    path.chmod(0o644)
    for argv in (("keygen", "ES256"), ("key", "convert", made / "ec.jwk"), ("key", "public", made / "ec.jwk"),
                 ("sign", "-k", made / "ec.jwk"), ("jwks", "merge", made / "ec.jwk"),
                 ("jwks", "public", made / "ec.jwk"), ("audit-keys", made / "ec.jwk")):  # fmt: skip
        assert run(*argv, "-q" if argv[0] != "key" else "--to=jwk", "-o", path) == (
            2,
            "",
            f"jwtctl: error: '{path}' exists\njwtctl: hint: --force replaces it\n",
        )
        assert path.read_text() == "precious"
    assert run("keygen", "ES256", "-o", path, "--force").code == 0
    assert json.loads(path.read_bytes())["kty"] == "EC"
    assert mode(path) == 0o600, "a private key takes no open mode from the file it replaces"


def test_two_results_need_two_places(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for argv in (("-o", "same", "--public-out", "same"), ("-o", "-", "--public-out", "-"), ("--public-out", "-")):
        code, out, err = run("keygen", "ES256", *argv)
        assert (code, out) == (2, "")
        assert "is named for two results" in err
    assert run("keygen", "ES256", "-o", "private", "--public-out", "-", "-q")[::2] == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["private"]


def test_the_second_file_is_looked_at_before_the_first_is_written(run, tmp_path):
    (tmp_path / "public").touch()
    assert run("keygen", "ES256", "-o", tmp_path / "private", "--public-out", tmp_path / "public").code == 2
    assert not (tmp_path / "private").exists()


@pytest.mark.parametrize("public", [".", "nosuch/file"])
def test_a_second_place_that_cannot_be_keeps_the_first_file_from_being_written(run, tmp_path, monkeypatch, public):
    monkeypatch.chdir(tmp_path)
    assert run("keygen", "ES256", "-o", "private", "--public-out", public)[:2] == (3, "")
    assert not list(tmp_path.iterdir())


def test_a_url_where_a_key_file_is_expected_is_told_what_fetches_it(run):
    assert "--jwks URL fetches a key set" in run("verify", "a.b.c", "--key", "https://id.example/jwks.json").err


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "'' is no file name"),
        (".", "'.' is a directory"),
        ("a\0b", r"'a\x00b' is no file name"),
        ("nosuch/file", "cannot write 'nosuch/file': no such file or directory"),
        ("n" * 300, "file name too long"),
        ("/dev/full", "cannot write '/dev/full': no space left on device"),
        ("/proc/nosuch", "cannot write '/proc/nosuch'"),
    ],
)
def test_what_cannot_be_written(run, tmp_path, monkeypatch, path, message):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("keygen", "ES256", "-q", "-o", path)
    assert (code, out) == (3, "")
    assert message in err
    assert not list(tmp_path.iterdir())


def test_devices_and_links(run, tmp_path):
    assert run("keygen", "ES256", "-q", "-o", "/dev/null") == (0, "", "")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    assert run("keygen", "ES256", "-q", "-o", tmp_path / "link").code == 2, "it might point anywhere"
    (tmp_path / "target").write_text("old")
    assert run("keygen", "ES256", "-q", "-o", tmp_path / "link", "--force").code == 0
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "target").read_bytes())["kty"] == "EC"


def test_who_creates_the_file_meanwhile_keeps_it(tmp_path, monkeypatch):
    path = tmp_path / "out"

    def meanwhile(_):
        path.write_text("theirs")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(UsageError, match="exists"):
        files.write(str(path), b"ours")
    assert path.read_text() == "theirs"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "out"
    path.write_text("old")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError, match="no space left on device"):
        files.write(str(path), b"new", force=True)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


# Which key


def test_one_key_among_several(run, made):
    jwks = made / "jwks.json"
    assert run("key", "thumbprint", jwks).out.count("\n") == 3
    assert run("key", "thumbprint", jwks, "--kid", "ec-1").out == run("key", "thumbprint", made / "ec.jwk").out
    code, _, err = run("key", "thumbprint", jwks, "--kid", "nosuch")
    assert code == 3
    assert err == (f"jwtctl: error: '{jwks}': no key named 'nosuch'\njwtctl: hint: it holds 'rsa-1', 'ec-1', 'ed-1'\n")


def test_several_keys_and_no_name(made):
    with pytest.raises(KeyMaterialError, match="holds 3 keys: 'rsa-1', 'ec-1', 'ed-1'") as caught:
        files.one_key(files.read_keys(str(made / "jwks.json")))
    assert caught.value.hint.startswith("choose one with --kid")


def test_keys_without_a_name_answer_to_their_thumbprints(run, made):
    bundle = "".join(run("key", "convert", made / f"{name}.jwk", "--to", "pem").out for name in ("rsa", "ec"))
    outcome = run("sign", "--key", "-", stdin=bundle)
    assert outcome.code == 3
    assert (
        "holds 2 keys: a key without kid (RSA 2048 bits, private), a key without kid (EC P-256, private)" in outcome.err
    )
    thumbprint = run("key", "thumbprint", made / "ec.jwk").out.strip()
    assert json.loads(run("key", "convert", "-", "--to", "jwk", "--kid", thumbprint, stdin=bundle).out)["kty"] == "EC"
    assert run("key", "convert", made / "jwks.json", "--to", "pem", "--kid", thumbprint).code == 3


def test_the_reason_why_the_named_key_is_unusable(tmp_path):
    (tmp_path / "jwks").write_text('{"keys": [{"kty": "RSA", "kid": "broken", "n": "!"}]}')
    with pytest.raises(KeyMaterialError, match="the n member of a JWK is not base64url"):
        files.one_key(files.read_keys(str(tmp_path / "jwks")), "broken")
