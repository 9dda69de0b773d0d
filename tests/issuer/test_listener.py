"""Addresses, certificates and their errors."""

import socket
import ssl

import pytest
import trustme

from jwtctl.errors import InputError
from jwtctl.issuer import listener
from jwtctl.jose.self_signed import self_signed


def test_a_free_port_and_its_url():
    with listener.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert listener.url(taken, "127.0.0.1", tls=False) == f"http://127.0.0.1:{port}"
        assert listener.url(taken, "::1", tls=True) == f"https://[::1]:{port}"


def test_an_occupied_port():
    with listener.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError) as caught:
            listener.bind("127.0.0.1", port)
    assert caught.value.message == f"cannot listen on 127.0.0.1 port {port}: address already in use"
    assert caught.value.hint == "--port 0 takes a free one"


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 300, "256.1.1.1", "\ud800"])
def test_an_address_that_is_not_ours(host, monkeypatch):
    real = socket.getaddrinfo

    def no_names(*args, **options):
        return real(*args, **{**options, "flags": socket.AI_NUMERICHOST})

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    with pytest.raises(InputError, match="cannot listen on"):
        listener.bind(host, 0)


def test_a_certificate_and_its_key(tmp_path):
    made, key = self_signed(["localhost"], 0, 1)
    assert isinstance(listener.tls_context_of(made, key), ssl.SSLContext)
    files = {"cert": made, "key": key, "other": self_signed(["localhost"], 0, 1)[1], "text": b"no PEM"}
    for name, octets in files.items():
        (tmp_path / name).write_bytes(octets)
    for pair in (("cert", "other"), ("text", "key"), ("cert", "text")):
        with pytest.raises(InputError, match="are no certificate with its private key"):
            listener.tls_context(*(str(tmp_path / name) for name in pair))
    with pytest.raises(InputError, match="no such file"):
        listener.tls_context(str(tmp_path / "absent"), str(tmp_path / "key"))


def test_an_encrypted_key_is_an_error_and_no_question(tmp_path):
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    certificate = trustme.CA().issue_cert("localhost")
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (tmp_path / "cert").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    (tmp_path / "key").write_bytes(secret)
    with pytest.raises(InputError, match="are no certificate with its private key"):
        listener.tls_context(str(tmp_path / "cert"), str(tmp_path / "key"))
