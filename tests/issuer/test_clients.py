"""Clients: redirect URIs to the letter, secrets, and the file that names them."""

import json
import re

import pytest

from jwtctl.errors import InputError
from jwtctl.issuer.clients import CODE, CREDENTIALS, DEVELOPER, Client, load
from tests.conftest import ROOT


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1",
        "http://127.0.0.1:1/",
        "http://[::1]:65535/a?b=c",
        "http://localhost/a/b",
        "https://localhost:3000/%41?x=[1]",
    ],
)
def test_the_developer_may_go_anywhere_on_the_loopback(uri):
    assert DEVELOPER.check_redirect_uri(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "http://127.0.0.1:",
        "http://127.0.0.1:123456/",
        "http://127.0.0.2/",
        "http://0.0.0.0/",
        "http://127.1/",
        "http://2130706433/",
        "HTTP://127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1@evil.example/",
        "http://localhost./",
        "http://[::ffff:127.0.0.1]/",
        "http://127.0.0.1/\n",
        "http://127.0.0.1/#a",
        "http://127.0.0.1/ a",
        'http://127.0.0.1/"',
        "http://127.0.0.1/\u00e9",
    ],
)
def test_and_nowhere_else(uri):
    assert not DEVELOPER.check_redirect_uri(uri)


def test_registered_uris_are_compared_to_the_letter_but_for_a_port_that_was_left_out():
    client = Client("a", redirect_uris=("https://a.example/cb", "http://127.0.0.1/cb", "http://[::1]:80/x"))
    for uri in ("https://a.example/cb", "http://127.0.0.1/cb", "http://127.0.0.1:9/cb", "http://[::1]:80/x"):
        assert client.check_redirect_uri(uri), uri
    for uri in (
        "https://a.example/cb/",
        "https://a.example:443/cb",
        "https://A.example/cb",
        "http://127.0.0.1:9/cb2",
        "http://localhost:9/cb",
        "http://[::1]:81/x",
        "http://[::1]/x",
    ):
        assert not client.check_redirect_uri(uri), uri


def test_a_secret_is_compared_and_not_shown():
    client = Client("a", "s\u00e9cret")
    assert client.check_client_secret("s\u00e9cret")
    assert not client.check_client_secret("secret")
    assert not Client("a").check_client_secret("")
    assert "cret" not in repr(client)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "clients.json"

    def file_(document, mode=0o600):
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        path.chmod(mode)
        return str(path)

    return file_


def test_a_file(file):
    web = {"client_id": "web", "client_secret": "w3b", "redirect_uris": ["https://web.example/cb"], "audience": "api"}
    entries = [
        web,
        {"client_id": "spa", "redirect_uris": ["com.example.app:/cb"]},
        {"client_id": "job", "client_secret": "x"},
    ]
    found = load(file({"clients": entries}))
    assert found == {
        "web": Client("web", "w3b", ("https://web.example/cb",), audience=("api",), grant_types=(CODE, CREDENTIALS)),
        "spa": Client("spa", None, ("com.example.app:/cb",), grant_types=(CODE,)),
        "job": Client("job", "x", grant_types=(CREDENTIALS,)),
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o602])
def test_a_file_with_secrets_is_nobody_elses(file, mode):
    with pytest.raises(InputError) as caught:
        load(file({"clients": [{"client_id": "job", "client_secret": "x"}]}, mode))
    assert "can be read or changed by others" in caught.value.message
    assert caught.value.hint.startswith("chmod go-rwx ")
    assert load(file({"clients": [{"client_id": "spa"}]}, mode)) == {"spa": Client("spa")}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "not JSON"),
        ("[]", "array where an object"),
        ({}, "'clients' is no array"),
        ({"clients": []}, "'clients' is no array"),
        ({"clients": [], "client": []}, "unknown member 'client'"),
        ({"clients": [1]}, "client 0 is no object"),
        ({"clients": [{"client_id": "a", "redirect_uri": "x"}]}, "client 0 has an unknown member 'redirect_uri'"),
        ({"clients": [{}]}, "client 0: client_id is no text"),
        ({"clients": [{"client_id": 'a"b'}]}, "client 0: client_id is no text"),
        ({"clients": [{"client_id": "a", "client_secret": ""}]}, "client 0: client_secret is no text"),
        ({"clients": [{"client_id": "a", "redirect_uris": "x"}]}, "client 0: redirect_uris is no array"),
        ({"clients": [{"client_id": "a", "redirect_uris": ["javascript:alert(1)"]}]}, "is no redirect URI"),
        ({"clients": [{"client_id": "a", "redirect_uris": ["https://a.example/#b"]}]}, "is no redirect URI"),
        ({"clients": [{"client_id": "a", "redirect_uris": ["https://a@b.example/"]}]}, "is no redirect URI"),
        ({"clients": [{"client_id": "a", "grant_types": ["implicit"]}]}, "client 0: grant_types are"),
        ({"clients": [{"client_id": "a", "grant_types": [CREDENTIALS]}]}, "needs a client_secret"),
        ({"clients": [{"client_id": "a"}, {"client_id": "a"}]}, "a client_id stands twice"),
        ('{"clients": [], "clients": []}', "member 'clients' stands twice"),
    ],
)
def test_a_file_that_is_none(file, document, reason):
    with pytest.raises(InputError, match=r"is no client file: ") as caught:
        load(file(document))
    assert reason in caught.value.message


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load(str(tmp_path / "absent"))
    big = tmp_path / "big"
    big.write_bytes(b" " * (1 << 21))
    with pytest.raises(InputError, match="larger than"):
        load(str(big))


def test_the_examples_are_files(file):
    (shown,) = re.findall(r"`(\{\"clients\": .*\})`", (ROOT / "README.md").read_text())
    assert list(load(file(shown))) == ["web"]
    with pytest.raises(InputError) as caught:
        load(file("{}"))
    assert list(load(file(caught.value.hint))) == ["app"]
