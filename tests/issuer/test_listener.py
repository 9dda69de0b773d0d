"""Addresses, certificates and their errors."""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import threading
import time

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


@pytest.mark.network
def test_an_answer_is_sent_at_once():
    """Nagle's algorithm would hold a body back until its head is acknowledged: 40 ms on every kept connection."""

    async def scenario(taken):
        found = asyncio.get_running_loop().create_future()

        def accepted(_, writer):
            found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(accepted, sock=taken):
            with socket.create_connection(taken.getsockname()):
                return await found

    assert asyncio.run(scenario(listener.bind("127.0.0.1", 0)))


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


@pytest.mark.network
def test_connections_that_ask_for_nothing_are_not_kept(monkeypatch):
    """Of almost as many connections as there may be, none says a whole request, or anything more after the first."""
    monkeypatch.setattr(listener, "_PATIENCE", 0.3)
    monkeypatch.setattr(listener, "_MOST_CONNECTIONS", 7)
    head, answers = b"GET / HTTP/1.1\r\nHost: a\r\n", []

    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def ask(port, octets):
        opened = socket.create_connection(("127.0.0.1", port), timeout=20)
        opened.sendall(octets)
        return opened

    def clients(port):
        starts = (
            b"",
            b"G",
            head,
            head + b"\r\n",
            head + b"\r\n" + head,
            b"POST" + head[3:] + b"Content-Length: 9\r\n\r\n",
        )
        with contextlib.ExitStack() as stack:
            opened = [stack.enter_context(ask(port, octets)) for octets in starts]
            for _ in range(12):
                time.sleep(0.1)
                for each in opened[1:3] + opened[4:]:
                    with contextlib.suppress(OSError):
                        each.sendall(b"a")
            with ask(port, head + b"Connection: close\r\n\r\n") as last:
                answers.append(last.recv(100).split(b"\r\n")[0])
        os.kill(os.getpid(), signal.SIGTERM)

    with listener.bind("127.0.0.1", 0) as taken:
        threading.Thread(target=clients, args=(taken.getsockname()[1],), daemon=True).start()
        assert listener.run(app, taken, None, ready=lambda: None) == signal.SIGTERM
    assert answers == [b"HTTP/1.1 204 No Content"]
