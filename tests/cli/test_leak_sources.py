"""Whatever a LEAK argument may be, it is told by what is in it."""

import json

import pytest

from jwtctl.cli import leak_sources
from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose.leak import Leak
from jwtctl.jose.torn_key import TornKey
from jwtctl.model import Key


@pytest.fixture
def read(tmp_path):
    def read_(text, kid=None):
        (tmp_path / "leak").write_text(text)
        (piece,) = leak_sources.read(str(tmp_path / "leak"), kid, lambda: None)
        return piece

    return read_


def test_what_it_may_be(read, run, made):
    pem = run("key", "convert", made / "rsa.jwk", "--to", "pem").out
    assert isinstance(read(pem), Key)
    assert isinstance(read((made / "rsa.jwk").read_text()), Key)
    assert isinstance(read(json.dumps({"schema": "jwtctl.leak/1", "n": "0x23", "p": "0x5"})), Leak)
    lines = pem.splitlines()
    assert isinstance(read("\n".join(lines[:15])), TornKey)
    assert isinstance(read("\n".join(lines[6:])), TornKey)
    assert isinstance(read("\n".join("*" * 64 if 4 < i < 9 else line for i, line in enumerate(lines))), TornKey)


@pytest.mark.parametrize(
    "text", ['{"n": "0x23", "p": "0x5"}', '{"p_low": {"value": "0x1", "bits": 1}}', '\ufeff{"n": "0x23", "p": "0x5"}']
)
def test_a_leak_document_need_not_name_its_schema(read, text):
    assert isinstance(read(text), Leak)


def test_one_of_several(read, made):
    assert read((made / "jwks.json").read_text(), "rsa-1").kty == "RSA"
    with pytest.raises(KeyMaterialError, match="holds 3 keys"):
        read((made / "jwks.json").read_text())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("hello", "this is text, but no key of any known format"),
        ("<html>", "this is an HTML page|an HTML page"),
        ('{"a": 1}', "JSON"),
        ('{"n": "AQAB", "e": "AQAB"}', "no JWK and no JWK Set; its members: .e., .n."),
        ('{"kty": "RSA", "n": "0x23"}', "this RSA JWK has neither e nor d"),
        ('{"schema": "jwtctl.leak/2", "n": "0x23"}', "its schema is not 'jwtctl.leak/1'"),
        ('{"schema": "jwtctl.leak/1"}', "states nothing"),
        ('{"schema": "jwtctl.leak/1", "n": "0x23", "n": "0x15", "p": "0x5"}', "member 'n' stands twice"),
        ('{"schema": "jwtctl.leak/1", "n": 5}', "/n: a hexadecimal string"),
        ("-----BEGIN RSA PRIVATE KEY-----\n" + ("*" * 64 + "\n") * 20 + "-----END RSA PRIVATE KEY-----", "nothing"),
    ],
    ids=range(11),
)
def test_what_is_nothing_of_all_that(read, text, message):
    with pytest.raises(KeyMaterialError, match=message):
        read(text)


def test_an_encrypted_key_asks_for_its_passphrase(read, run, made, monkeypatch):
    monkeypatch.setenv("PASS", "x")
    pem = run("key", "convert", made / "rsa.jwk", "--to", "pem", "--new-passphrase-file", "env:PASS").out
    with pytest.raises(KeyMaterialError, match="encrypted") as caught:
        read(pem)
    assert "--passphrase-file" in caught.value.hint


def test_what_is_not_there():
    with pytest.raises(InputError, match="no such file"):
        leak_sources.read("nosuch", None, lambda: None)


def test_every_key_of_a_set_that_leaked_whole(tmp_path, made):
    document = json.loads((made / "jwks.json").read_text())
    private = json.loads((made / "rsa.jwk").read_text())
    document["keys"] += [private | {"kid": "one"}, private | {"kid": "two"}]
    (tmp_path / "leak").write_text(json.dumps(document))
    pieces = leak_sources.read(str(tmp_path / "leak"), None, lambda: None)
    assert [piece.kid for piece in pieces] == ["one", "two"]
    (one,) = leak_sources.read(str(tmp_path / "leak"), "two", lambda: None)
    assert one.kid == "two"
