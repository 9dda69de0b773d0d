"""Single sign-on in a real browser, which holds forms, cookies and redirects to what it understands of the policy."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import quoteattr

import pytest

from tests.conftest import ROOT
from tests.issuer.conftest import ASK
from tests.keysets.conftest import Answer, Server, redirect, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync", "--remote-debugging-pipe"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
pytestmark = [pytest.mark.network, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]


class Tab:
    """One page of a browser, spoken to by the DevTools protocol over pipes."""

    def __init__(self, write, read):
        self._write, self._read = write, read
        self._ids, self._session, self.log = itertools.count(1), None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        wanted = next(self._ids)
        message = {"id": wanted, "method": method, "params": params}
        os.write(
            self._write, json.dumps(message | ({"sessionId": self._session} if self._session else {})).encode() + b"\0"
        )
        while True:
            octets = bytearray()
            while (octet := self._read.read(1)) != b"\0":
                assert octet, "the browser has gone"
                octets += octet
            answer = json.loads(octets)
            if answer.get("id") == wanted:
                return answer["result"]
            if answer.get("method") == "Log.entryAdded":
                self.log.append(answer["params"]["entry"]["text"])

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression)["result"].get("value")

    def until(self, expression):
        """Wait for something to be true of the page."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.evaluate(expression):
                return
            time.sleep(0.05)
        raise AssertionError(f"{expression}: {self.evaluate('document.documentElement.outerHTML')} {self.log}")


@pytest.fixture
def tab(tmp_path):
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
    # The browser reads from 3 and writes to 4.
    move = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
    browser = [CHROMIUM, *OPTIONS, f"--user-data-dir={tmp_path / 'profile'}", "about:blank"]
    process = subprocess.Popen(
        [sys.executable, "-c", move, str(theirs_in), str(theirs_out), *browser],
        pass_fds=(theirs_in, theirs_out),
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    with os.fdopen(ours_in, "rb") as read:
        try:
            yield Tab(ours_out, read)
        finally:
            process.kill()
            process.wait()
            os.close(ours_out)


@pytest.fixture
def issuer(store_path):
    with subprocess.Popen(
        [sys.executable, "-m", "jwtctl", "serve", store_path, "--port", "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def app():
    """A service whose callback sends the browser on, to its front end at another port."""
    with contextlib.ExitStack() as stack:
        servers = []
        for _ in range(2):
            generator = serving(Server("127.0.0.1"))
            servers.append(next(generator))
            stack.callback(next, generator, None)
        backend, frontend = servers
        home = f"http://localhost:{frontend.server_address[1]}/home"
        frontend.routes["/home"] = Answer(b"<title>welcome</title>", type="text/html")
        frontend.routes["/favicon.ico"] = backend.routes["/favicon.ico"] = Answer(b"", type="image/x-icon")

        def callback(handler):
            redirect(home)(handler)

        class Callbacks(dict):
            def get(self, path, default=None):
                return callback if path.startswith("/callback") else super().get(path, default)

        backend.routes = Callbacks(backend.routes)
        yield backend


def asked(issuer, app, **changes):
    return f"{issuer}/authorize?{urlencode(ASK | {'redirect_uri': f'{app.url}/callback'} | changes)}"


def test_single_sign_on(tab, issuer, app):
    tab.call("Page.navigate", url=asked(issuer, app, login_hint='"><script>document.title="pwned"</script>'))
    tab.until("document.title == 'Log in' && document.forms.length == 1")
    assert tab.evaluate("document.querySelectorAll('script').length") == 0
    # The style is let through by its hash.
    assert tab.evaluate("getComputedStyle(document.querySelector('main')).borderRadius") != "0px"
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.evaluate("document.getElementById('name').value = 'alice'; document.querySelector('button').click()")
    tab.until("document.title == 'welcome'")
    assert [path.partition("?")[0] for path in app.asked if "favicon" not in path] == ["/callback"]
    tab.call("Page.navigate", url=asked(issuer, app, state="second"))
    tab.until("document.title == 'welcome'")
    assert any("state=second" in path and "code=" in path for path in app.asked)
    # A form of another site, as localhost is one beside 127.0.0.1, is seen to be of somebody who is logged in.
    target, _, query = asked(issuer, app, state="third", prompt="none").partition("?")
    fields = "".join(f"<input name={name} value={quoteattr(value)}>" for name, value in parse_qsl(query))
    form = f"<form method=post action={target}>{fields}</form>"
    tab.evaluate(f"document.title = 'sent'; document.body.innerHTML = {json.dumps(form)}; document.forms[0].submit()")
    tab.until("document.title == 'welcome'")
    assert any("state=third" in path and "code=" in path for path in app.asked)
    tab.call("Page.navigate", url=asked(issuer, app, prompt="login"))
    tab.until("document.title == 'Log in' && document.forms.length == 1")
    tab.evaluate("document.querySelectorAll('button')[1].click()")
    tab.until("document.title == 'welcome'")
    assert "error=access_denied" in app.asked[-1] + app.asked[-2]
    after = urlencode({"client_id": "dev", "post_logout_redirect_uri": f"{app.url}/callback"})
    tab.call("Page.navigate", url=f"{issuer}/logout?{after}")
    tab.until("document.title == 'Log out?'")
    tab.evaluate("document.querySelector('button').click()")
    tab.until("document.title == 'welcome'")
    tab.call("Page.navigate", url=asked(issuer, app))
    tab.until("document.title == 'Log in'")
    assert [text for text in tab.log if "favicon" not in text and "404" not in text] == []
