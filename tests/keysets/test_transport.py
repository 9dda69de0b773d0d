from __future__ import annotations

import datetime as dt
import gzip
import itertools
import socket
import ssl
import time
import tracemalloc
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.errors import InputError, JwtctlError, RemoteError, UsageError
from jwtctl.keysets import transport
from jwtctl.keysets.transport import Client, FetchOptions, ReplyError, Zone, zone_of
from tests.keysets.conftest import KEYS, Answer, redirect

pytestmark = pytest.mark.network

QUICK = FetchOptions(timeout=5, sleep=lambda _: None)


def get(url, **options):
    return Client(replace(QUICK, **options)).get(url)


def in_turn(*answers):
    waiting = list(answers)

    def answer(handler):
        waiting.pop(0)(handler)

    return answer


def chunk(handler, octets):
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(octets), octets))


# -- what an honest server may do


def test_fetches_a_document(server):
    server.routes["/jwks"] = Answer(headers={"Cache-Control": "max-age=60", "ETag": '"a"'})
    reply = get(f"{server.url}/jwks")
    assert (reply.body, reply.content_type, reply.url) == (KEYS, "application/json", f"{server.url}/jwks")
    assert reply.headers["cache-control"] == "max-age=60"
    asked = server.seen[0]
    assert asked["user-agent"].startswith("jwtctl/")
    assert asked["accept-encoding"] == "gzip, deflate"
    assert not {"cookie", "authorization"} & set(asked)


def raw_deflate(octets):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(octets) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate), ("X-GZIP", gzip.compress)],
)
def test_undoes_the_codings_it_asks_for(server, coding, pack):
    server.routes["/jwks"] = Answer(pack(KEYS), headers={"Content-Encoding": coding})
    assert get(f"{server.url}/jwks").body == KEYS


def test_reads_chunks(server):
    def chunked(handler):
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for start in range(0, len(KEYS), 100):
            chunk(handler, KEYS[start : start + 100])
        chunk(handler, b"")

    server.routes["/jwks"] = chunked
    assert get(f"{server.url}/jwks").body == KEYS


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_redirects(server, status):
    server.routes |= {"/a": redirect("b?x=1#part", status), "/b?x=1": redirect(f"{server.url}/c"), "/c": Answer()}
    assert get(f"{server.url}/a").url == f"{server.url}/c"
    assert server.asked == ["/a", "/b?x=1", "/c"]


def test_tries_again_when_the_server_is_unwell(server):
    server.routes["/jwks"] = in_turn(Answer(b"", 503), Answer(b"", 429, headers={"Retry-After": "1"}), Answer())
    pauses = []
    assert get(f"{server.url}/jwks", sleep=pauses.append).body == KEYS
    assert pauses == [0.2, 1]


def test_tries_again_when_the_connection_breaks(server):
    server.routes["/jwks"] = in_turn(lambda handler: handler.connection.shutdown(socket.SHUT_RDWR), Answer())
    assert get(f"{server.url}/jwks").body == KEYS


# -- statuses, sizes, codings


@pytest.mark.parametrize(
    ("status", "requests"),
    [(204, 1), (300, 1), (304, 1), (401, 1), (404, 1), (500, 1), (502, 3), (503, 3), (504, 3), (429, 3)],
)
def test_names_the_status_and_repeats_only_where_it_may_pass(server, status, requests):
    server.routes["/jwks"] = Answer(b"", status)
    with pytest.raises(ReplyError, match=f"'{server.url}/jwks' answers with status {status} "):
        get(f"{server.url}/jwks")
    assert len(server.asked) == requests


def test_gives_up_when_asked_to_wait_beyond_the_deadline(server):
    server.routes["/jwks"] = Answer(b"", 503, headers={"Retry-After": "86400"})
    with pytest.raises(ReplyError, match="status 503"):
        get(f"{server.url}/jwks", sleep=pytest.fail)


def test_size_is_capped_exactly(server):
    server.routes["/jwks"] = Answer(b" " * 1000)
    assert len(get(f"{server.url}/jwks", max_octets=1000).body) == 1000
    with pytest.raises(ReplyError, match="is larger than 999 octets"):
        get(f"{server.url}/jwks", max_octets=999)


def test_a_gigabyte_costs_no_more_than_the_cap(server):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while not handler.server.stop.is_set():
            handler.wfile.write(bytes(1 << 16))

    server.routes["/jwks"] = endless
    with pytest.raises(ReplyError, match="is larger than 1048576 octets"):
        get(f"{server.url}/jwks")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_gzip_bomb_is_stopped_while_it_unfolds(server, chunked):
    bomb = gzip.compress(bytes(200_000_000), 1)

    def answer(handler):
        handler.protocol_version = "HTTP/1.1" if chunked else "HTTP/1.0"
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        if chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        if chunked:
            chunk(handler, bomb)
        else:
            handler.wfile.write(bomb)

    server.routes["/jwks"] = answer
    tracemalloc.start()
    try:
        with pytest.raises(ReplyError, match="is larger than 1048576 octets"):
            get(f"{server.url}/jwks")
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_gzip_that_yields_nothing_is_capped_on_the_wire(server):
    nothing = gzip.compress(b"")

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        while not handler.server.stop.is_set():
            handler.wfile.write(nothing * 2000)

    server.routes["/jwks"] = answer
    with pytest.raises(ReplyError, match="octets came over the wire for one document"):
        get(f"{server.url}/jwks", max_octets=100_000)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "rot13"])
def test_refuses_codings_it_did_not_ask_for(server, coding):
    server.routes["/jwks"] = Answer(headers={"Content-Encoding": coding})
    with pytest.raises(ReplyError, match=f"comes in content coding '{coding}'"):
        get(f"{server.url}/jwks")


def test_names_a_damaged_coding(server):
    server.routes["/jwks"] = Answer(headers={"Content-Encoding": "gzip"})
    with pytest.raises(ReplyError, match="is damaged: its content coding cannot be undone"):
        get(f"{server.url}/jwks")


def test_names_a_truncated_body(server):
    server.routes["/jwks"] = Answer(KEYS[:50], headers={"Content-Length": str(len(KEYS))})
    with pytest.raises(ReplyError, match="ends before its stated length"):
        get(f"{server.url}/jwks")
    assert len(server.asked) == 3


def flood_of_headers(handler):
    handler.send_response(200)
    for number in range(10_000):
        handler.send_header(f"X-{number}", "x")
    handler.end_headers()


def one_long_header(handler):
    handler.send_response(200)
    handler.send_header("X", "x" * 100_000)
    handler.end_headers()


def not_http(handler):
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


@pytest.mark.parametrize("answer", [flood_of_headers, one_long_header, not_http])
def test_names_what_is_not_http(server, answer):
    server.routes["/jwks"] = answer
    with pytest.raises(ReplyError, match=r"'127\.0\.0\.1' does not answer in HTTP: "):
        get(f"{server.url}/jwks")


def test_endless_interim_answers_are_capped(server):
    def answer(handler):
        while not handler.server.stop.is_set():
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 100)

    server.routes["/jwks"] = answer
    with pytest.raises(ReplyError, match="came over the wire"):
        get(f"{server.url}/jwks", max_octets=100_000)


# -- the deadline


def drip(handler, octets):
    for octet in itertools.cycle(octets):
        if handler.server.stop.wait(0.05):
            return
        handler.wfile.write(bytes([octet]))


def silence(handler):
    handler.server.stop.wait(30)


def drip_body(handler):
    handler.send_response(200)
    handler.end_headers()
    drip(handler, b" ")


def drip_chunks(handler):
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    drip(handler, b"1\r\n \r\n")


def drip_header(handler):
    handler.send_response(200)
    handler.flush_headers()
    drip(handler, b"x")


def drip_interim(handler):
    drip(handler, b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("answer", [silence, drip_body, drip_chunks, drip_header, drip_interim])
def test_one_deadline_beats_silence_and_drips(server, answer):
    server.routes["/jwks"] = answer
    client = Client(replace(QUICK, timeout=0.3))
    with pytest.raises(RemoteError, match=r"no complete answer within 0\.3 s"):
        client.get(f"{server.url}/jwks")
    # Against the drip itself, which would go on for minutes: no absolute time is asserted.
    assert not server.stop.is_set()


def test_a_server_that_accepts_and_never_shakes_hands_meets_the_deadline(ca_file):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(RemoteError, match="no complete answer within"):
            get(url, timeout=0.3, ca_file=ca_file)


def test_a_resolver_that_hangs_meets_the_deadline(monkeypatch):
    real = socket.getaddrinfo

    def slow(*args, **kwargs):
        time.sleep(0.6)
        return real(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(RemoteError, match="no complete answer within"):
        get("http://127.0.0.1:9/", timeout=0.2)


def test_the_deadline_spans_redirects(server):
    def hop(handler):
        handler.server.stop.wait(0.2)
        redirect(f"/{len(server.asked)}")(handler)

    server.routes = {f"/{number}": hop for number in range(6)}
    with pytest.raises(RemoteError, match="no complete answer within"):
        get(f"{server.url}/0", timeout=0.5)
    assert len(server.asked) < 5


# -- where it may go


def test_redirect_circle(server):
    server.routes |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(ReplyError, match=f"'{server.url}/a' redirects in a circle"):
        get(f"{server.url}/a")


def test_five_redirects_and_no_more(server):
    server.routes |= {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(6)} | {"/6": Answer()}
    assert get(f"{server.url}/1").body == KEYS
    with pytest.raises(ReplyError, match="redirects more than 5 times"):
        get(f"{server.url}/0")


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("file:///etc/passwd", "leads to a URL that is no https URL: 'file:///etc/passwd'"),
        ("ftp://127.0.0.1/", "is no https URL"),
        ("javascript:alert(1)", "is no https URL"),
        ("http://example.test/jwks", "is plain http"),
        ("https://user:secret@example.test/", "holds credentials for 'example.test'"),
        ("https://[::1/", "no URL|cannot be parsed"),
        ("https://exa mple.test:port/", "cannot be parsed"),
        (f"/{'a' * 9000}", "is longer than 8000 characters"),
    ],
)
def test_refuses_to_be_led(server, location, message):
    server.routes["/a"] = redirect(location)
    with pytest.raises(RemoteError, match=message) as caught:
        get(f"{server.url}/a")
    assert "secret" not in caught.value.message
    assert server.asked == ["/a"]


def test_never_from_https_to_http(server, tls_server, ca_file):
    secure = tls_server("127.0.0.1")
    secure.routes["/a"] = redirect(f"{server.url}/b")
    server.routes["/b"] = Answer()
    with pytest.raises(RemoteError, match="gives up https"):
        get(f"{secure.url}/a", ca_file=ca_file, insecure_http=True)
    assert server.asked == []


def test_from_http_to_https(server, tls_server, ca_file):
    secure = tls_server("127.0.0.1")
    secure.routes["/b"] = Answer()
    server.routes["/a"] = redirect(f"{secure.url}/b")
    assert get(f"{server.url}/a", ca_file=ca_file).body == KEYS


@pytest.mark.parametrize(
    ("zones", "allowed"),
    [
        ((Zone.PUBLIC, Zone.PUBLIC), True),
        ((Zone.PUBLIC, Zone.PRIVATE), False),
        ((Zone.PUBLIC, Zone.LOOPBACK), False),
        ((Zone.PUBLIC, Zone.LINK_LOCAL), False),
        ((Zone.PRIVATE, Zone.PRIVATE), True),
        ((Zone.PRIVATE, Zone.PUBLIC), True),
        ((Zone.PRIVATE, Zone.LOOPBACK), False),
        ((Zone.PRIVATE, Zone.LINK_LOCAL), False),
        ((Zone.LOOPBACK, Zone.PRIVATE), True),
        ((Zone.LOOPBACK, Zone.LINK_LOCAL), False),
    ],
)
def test_no_way_further_inside(server, inner, monkeypatch, zones, allowed):
    """The two loopback addresses play hosts of the two zones; the name is resolved, as a rebinding one would be."""
    monkeypatch.setattr(transport, "zone_of", dict(zip(("127.0.0.1", "127.0.0.2"), zones, strict=True)).get)
    real = socket.getaddrinfo
    names = {"inside.test": "127.0.0.2"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kw: real(names.get(host, host), *args, **kw))
    server.routes["/a"] = redirect(inner.url.replace("127.0.0.2", "inside.test") + "/b")
    inner.routes["/b"] = Answer()
    if allowed:
        assert get(f"{server.url}/a", insecure_http=True).body == KEYS
        return
    with pytest.raises(
        RemoteError, match=f"a {zones[0].value} host leads to 'inside.test', which is a {zones[1].value} address"
    ):
        get(f"{server.url}/a", insecure_http=True)
    assert inner.asked == []


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("8.8.8.8", Zone.PUBLIC),
        ("2606:4700::1111", Zone.PUBLIC),
        ("10.0.0.1", Zone.PRIVATE),
        ("172.16.0.1", Zone.PRIVATE),
        ("192.168.1.1", Zone.PRIVATE),
        ("100.64.0.1", Zone.PRIVATE),  # RFC 6598
        ("224.0.0.1", Zone.PRIVATE),
        ("fd00::1", Zone.PRIVATE),
        ("127.0.0.1", Zone.LOOPBACK),
        ("127.255.255.254", Zone.LOOPBACK),
        ("::1", Zone.LOOPBACK),
        ("0.0.0.0", Zone.LOOPBACK),
        ("::", Zone.LOOPBACK),
        ("::ffff:127.0.0.1", Zone.LOOPBACK),
        ("64:ff9b::7f00:1", Zone.LOOPBACK),
        ("2002:7f00:1::", Zone.LOOPBACK),
        ("::ffff:10.0.0.1", Zone.PRIVATE),
        ("::ffff:8.8.8.8", Zone.PUBLIC),
        ("169.254.169.254", Zone.LINK_LOCAL),
        ("::ffff:169.254.169.254", Zone.LINK_LOCAL),
        ("fe80::1", Zone.LINK_LOCAL),
    ],
)
def test_zones(address, zone):
    assert zone_of(address) is zone


# -- what the caller may ask for


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://example.test/jwks", "is plain http: 'http://example.test/jwks'"),
        ("http://localhost.example.test/", "is plain http"),
        ("http://127.0.0.1.example.test/", "is plain http"),
        ("file:///etc/passwd", "is no https URL"),
        ("example.test/jwks", "is no https URL"),
        ("https:///jwks", "is no https URL"),
        ("", "is no https URL"),
        ("https://u:secret@example.test/", "holds credentials"),
        ("https://example.test:99999/", "cannot be parsed"),
        (f"https://example.test/{'a' * 8000}", "is longer than 8000 characters"),
    ],
)
def test_refuses_the_url(url, message):
    with pytest.raises(UsageError, match=message) as caught:
        get(url)
    assert "secret" not in caught.value.message


@given(st.text())
def test_any_text_as_url_ends_in_a_typed_error(text):
    with pytest.raises(JwtctlError):
        Client(replace(QUICK, timeout=0)).get(text)


@given(st.text())
def test_any_location_ends_in_a_typed_error(text):
    client = Client(replace(QUICK, timeout=0))
    with pytest.raises(JwtctlError):
        client.get(transport._joined("https://example.test/a", text), led_by="https://example.test/a")


def test_http_elsewhere_on_request(server, monkeypatch):
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *args, **kw: real("127.0.0.1", *args, **kw))
    server.routes["/a"] = Answer()
    url = server.url.replace("127.0.0.1", "example.test") + "/a"
    assert get(url, insecure_http=True).body == KEYS


# -- connections


def test_connection_refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    pauses = []
    with pytest.raises(RemoteError, match=f"cannot connect to '127.0.0.1' port {port}: connection refused") as caught:
        get(f"http://127.0.0.1:{port}/", sleep=pauses.append)
    assert not isinstance(caught.value, ReplyError)
    assert pauses == [0.2, 0.4]


def test_tries_each_address_of_a_name(server, monkeypatch):
    real = socket.getaddrinfo
    dead = ("127.0.0.3", "127.0.0.1")
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, *args, **kw: [entry for host in dead for entry in real(host, *args, **kw)]
    )
    server.routes["/a"] = Answer()
    assert get(server.url.replace("127.0.0.1", "localhost") + "/a", retries=0).body == KEYS


@pytest.mark.parametrize(
    ("code", "message", "attempts"),
    [(socket.EAI_NONAME, "host name 'nowhere.test' is not known", 1), (socket.EAI_AGAIN, "cannot be looked up now", 3)],
)
def test_unknown_name(monkeypatch, code, message, attempts):
    asked = []

    def unknown(*_args, **_options):
        asked.append(1)
        raise socket.gaierror(code, "…")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RemoteError, match=message):
        get("https://nowhere.test/")
    assert len(asked) == attempts


# -- TLS


def test_tls_with_a_private_authority(tls_server, ca_file):
    secure = tls_server("127.0.0.1")
    secure.routes["/jwks"] = Answer()
    reply = get(f"{secure.url}/jwks", ca_file=ca_file)
    assert reply.body == KEYS
    assert ssl.DER_cert_to_PEM_cert(reply.certificate) == ssl.get_server_certificate(secure.server_address)


def test_only_the_server_that_answers_shows_its_certificate(tls_server, server, ca_file):
    secure = tls_server("127.0.0.1")
    server.routes["/start"] = redirect(f"{secure.url}/jwks")
    server.routes["/jwks"] = secure.routes["/jwks"] = Answer()
    assert get(f"{server.url}/start", ca_file=ca_file).certificate is not None
    assert get(f"{server.url}/jwks", ca_file=ca_file).certificate is None


def test_tls_authority_unknown(tls_server):
    secure = tls_server("127.0.0.1")
    with pytest.raises(
        RemoteError, match=r"TLS with '127\.0\.0\.1' failed: the certificate is of an authority"
    ) as caught:
        get(f"{secure.url}/jwks")
    assert "--ca-file" in caught.value.hint
    assert secure.asked == []


def test_tls_self_signed(tls_server, authority, tmp_path):
    chain = tmp_path / "chain.pem"
    chain.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with pytest.raises(RemoteError, match="self-signed") as caught:
        get(f"{tls_server.enter(context).url}/jwks")
    assert "--ca-file" in caught.value.hint


@pytest.mark.parametrize("name", ["other.test", "127.0.0.2"])
def test_tls_for_another_host(tls_server, ca_file, name):
    with pytest.raises(RemoteError, match=r"the certificate is for another (host name|address)"):
        get(f"{tls_server(name).url}/jwks", ca_file=ca_file)


def test_tls_expired(tls_server, ca_file):
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    secure = tls_server("127.0.0.1", not_before=past, not_after=past + dt.timedelta(days=1))
    with pytest.raises(RemoteError, match="the certificate has expired"):
        get(f"{secure.url}/jwks", ca_file=ca_file)


def test_https_to_a_plain_server(server, ca_file):
    with pytest.raises(RemoteError, match="the server does not speak TLS on this port"):
        get(server.url.replace("http:", "https:"), ca_file=ca_file)


def test_ca_file_must_hold_certificates(tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with pytest.raises(InputError, match="holds no PEM certificate"):
        get("https://127.0.0.1/", ca_file=str(empty))
    with pytest.raises(InputError, match=r"cannot read the CA file .*: no such file"):
        get("https://127.0.0.1/", ca_file=str(tmp_path / "absent.pem"))


# -- proxies


def test_a_proxy_of_the_environment_is_used(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url.replace("http://", ""))
    monkeypatch.delenv("no_proxy", raising=False)
    server.routes["http://example.test/jwks"] = Answer()
    assert get("http://example.test/jwks", insecure_http=True).body == KEYS


def test_a_proxy_tunnels_tls(server, tls_server, ca_file, monkeypatch):
    secure = tls_server("example.test")
    secure.routes["/jwks"] = Answer()
    server.tunnel = secure.server_address
    monkeypatch.setenv("https_proxy", server.url.replace("//", "//user:word@"))
    monkeypatch.delenv("no_proxy", raising=False)
    assert get("https://example.test/jwks", ca_file=ca_file).body == KEYS
    assert server.asked == ["CONNECT example.test:443"]
    assert "proxy-authorization" in server.seen[0]
    assert "proxy-authorization" not in secure.seen[0]


def test_a_proxy_that_refuses_is_named(server, ca_file, monkeypatch):
    monkeypatch.setenv("https_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(RemoteError, match=r"the proxy failed for 'example\.test': .*403"):
        get("https://example.test/jwks", ca_file=ca_file)


def test_loopback_and_exceptions_need_no_proxy(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.routes["/a"] = Answer()
    assert get(f"{server.url}/a").body == KEYS


def test_a_proxied_host_leads_to_no_inner_address(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    server.routes["http://example.test/a"] = redirect("http://10.0.0.1/b")
    with pytest.raises(RemoteError, match=r"a public host leads to '10\.0\.0\.1', which is a private address"):
        get("http://example.test/a", insecure_http=True)


def test_an_unsupported_proxy_is_named(monkeypatch):
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(UsageError, match="only http and https proxies are supported"):
        get("https://example.test/jwks")
