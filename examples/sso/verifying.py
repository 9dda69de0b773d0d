"""Who sent this token? Both services ask here, and nothing is asked in turn: the keys to verify with are at hand.

They are the issuer's published ones: held in memory, renewed in the background before they are stale, and kept in a
file, so that a service which starts while the identity server is down verifies all the same.
"""

import json
import logging
import os
import re
import threading
import time
from pathlib import Path

import httpx2
import jwt

ALGORITHM = "RS256"  # pinned: what a token says of itself is no reason to believe it
REQUIRED = ["iss", "aud", "exp", "iat", "sub", "client_id", "jti"]  # RFC 9068 section 2.2
LEEWAY = 30  # seconds by which clocks may differ; rotation keeps keys for longer than that
ASK_AGAIN = 10  # seconds between two fetches that an unknown kid or a failure asks for: anybody can send unknown kids
KEEP = 24 * 3600  # how long the last set is good when the issuer cannot be reached
LONGEST_AGE = 3600  # whatever the issuer says, a key that leaked is gone from here in half of that
log = logging.getLogger("verifying")


class Verifier:
    """Verifies the access tokens of one issuer for one service.

    Args:
        issuer: its URL.
        audience: what tokens for this service say in `aud`.
        file: where the key set is kept. Whoever can write there can log in as anyone.
    """

    def __init__(self, issuer, audience, file):
        self.issuer, self.audience, self.file = issuer, audience, Path(file)
        self.http = httpx2.Client(timeout=3)
        self.lock = threading.Lock()
        self.keys, self.fetched, self.max_age, self.asked = {}, 0.0, LONGEST_AGE, float("-inf")
        try:
            self._use(json.loads(self.file.read_bytes()), self.file.stat().st_mtime)
        except Exception as err:  # noqa: BLE001 - absent, cut off, nonsense: the issuer is asked
            log.info("no key set of an earlier run: %s", err)
        self._fetch()
        threading.Thread(target=self._renew, daemon=True).start()

    def claims(self, token):
        """The claims of a token, once everything about it is right.

        Raises:
            jwt.PyJWTError: if anything is not.
        """
        header = jwt.get_unverified_header(token)
        if str(header.get("typ")).lower().removeprefix("application/") != "at+jwt":
            raise jwt.InvalidTokenError("not an access token")
        return jwt.decode(
            token,
            self._key(header.get("kid")),
            algorithms=[ALGORITHM],
            issuer=self.issuer,
            audience=self.audience,
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )

    def _key(self, kid):
        # One request at most waits for the issuer, however many unknown kids somebody sends.
        if kid not in self.keys and time.monotonic() - self.asked > ASK_AGAIN:
            self.asked = time.monotonic()
            self._fetch()
        if (key := self.keys.get(kid)) is None:
            raise jwt.InvalidKeyError("no key of the issuer has this kid")
        if time.time() - self.fetched > KEEP:
            raise jwt.InvalidKeyError("the issuer could not be reached for too long")
        return key

    def _renew(self):
        while True:
            time.sleep(min(self.max_age / 2, ASK_AGAIN) if self.failed else self.max_age / 2)
            self._fetch()

    def _fetch(self):
        """Renew the set, in memory and in the file; when that fails, the old one stays."""
        if not self.lock.acquire(blocking=False):
            return
        self.failed = True
        try:
            configuration = self._get(f"{self.issuer}/.well-known/openid-configuration").json()
            answer = self._get(configuration["jwks_uri"])
            self._use(answer.json(), time.time())
            stated = re.search(r"max-age=(\d+)", answer.headers.get("cache-control", ""))
            self.max_age = min(max(int(stated[1]), 1), LONGEST_AGE) if stated else LONGEST_AGE
            new = self.file.with_name(f"{self.file.name}.{os.getpid()}")
            new.write_bytes(answer.content)
            new.replace(self.file)
            self.failed = False
        except Exception as err:  # noqa: BLE001 - whatever it is, the thread lives on and tries again
            log.warning("the key set was not renewed, the old one stays: %s", err)
        finally:
            self.lock.release()

    def _get(self, url):
        return self.http.get(url).raise_for_status()

    def _use(self, document, fetched):
        # An empty set is an answer: nobody is to be trusted. PyJWT would call it an error, and the old set would stay.
        keys = jwt.PyJWKSet.from_dict(document).keys if document["keys"] else []
        self.keys = {key.key_id: key for key in keys if key.algorithm_name == ALGORITHM and key.key_id}
        self.fetched = fetched


def from_environment():
    """The verifier that the environment describes: ISSUER, AUDIENCE, KEY_SET."""
    return Verifier(os.environ["ISSUER"], os.environ["AUDIENCE"], os.environ["KEY_SET"])
