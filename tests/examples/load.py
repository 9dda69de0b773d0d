"""A bounded load, from a process of its own: `python -m tests.examples.load CLIENTS ISSUER NAME=URL … < stop`.

It asks each service for `/api/me` over and over with tokens that are never older than a second, until its standard
input ends. Then it prints what failed, as JSON: `{"requests": …, "tokens": …, "failed": [TEXT …]}`.
"""

from __future__ import annotations

import base64
import http.client
import json
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PAUSE = 0.01
"""Between two requests of a thread, in seconds: a load that leaves a shared machine to others."""

THREADS = 2
"""For each service."""

TOKEN_AGE = 1.0


class Load:
    """Counts, and the tokens of the moment."""

    def __init__(self, clients, issuer):
        self.secrets = {client["client_id"]: client["client_secret"] for client in clients}
        self.issuer, self.tokens = issuer, {}
        self.requests, self.issued, self.failed, self.end = 0, 0, [], threading.Event()

    def renew(self):
        """Get a token for each client, and again when it is a second old."""
        connection = http.client.HTTPConnection(urlsplit(self.issuer).netloc, timeout=30)
        while True:
            for name, secret in self.secrets.items():
                credentials = base64.b64encode(f"{name}:{secret}".encode()).decode()
                headers = {
                    "Authorization": f"Basic {credentials}",
                    "Content-Type": "application/x-www-form-urlencoded",
                }
                body = urlencode({"grant_type": "client_credentials"})
                status, answer = exchange(connection, "POST", "/token", body, headers)
                if status == http.HTTPStatus.OK:
                    self.tokens[name] = json.loads(answer)["access_token"]
                    self.issued += 1
                else:
                    self.failed.append(f"token for {name}: {status} {answer!r}")
            if self.end.wait(TOKEN_AGE):
                return

    def ask(self, name, url):
        """Ask one service, in one thread."""
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        while not self.end.wait(PAUSE):
            if token := self.tokens.get(name):
                headers = {"Authorization": f"Bearer {token}"}
                status, answer = exchange(connection, "GET", "/api/me", None, headers)
                self.requests += 1
                if status != http.HTTPStatus.OK or json.loads(answer)["sub"] != name:
                    self.failed.append(f"{time.time():.3f} {name}: {status} {answer!r}")


def exchange(connection, method, path, body, headers):
    """One request; a second time where the server has closed an idle connection (RFC 9110 section 9.2.2)."""
    for attempt in range(2):
        try:
            connection.request(method, path, body, headers)
            with connection.getresponse() as answer:
                return answer.status, answer.read()
        except (ConnectionError, http.client.HTTPException) as err:
            connection.close()
            if attempt:
                return None, repr(err)
    raise AssertionError


def main(clients, issuer, *services):
    """Run until standard input ends."""
    load = Load(json.loads(Path(clients).read_text())["clients"], issuer)
    threads = [threading.Thread(target=load.renew)]
    threads += [threading.Thread(target=load.ask, args=service.split("=", 1)) for service in services * THREADS]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    load.end.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"requests": load.requests, "tokens": load.issued, "failed": load.failed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
