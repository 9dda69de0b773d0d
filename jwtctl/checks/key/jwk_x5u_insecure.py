"""JWKs that send their readers to a certificate over an open line."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jwtctl.checks.base import KeyCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkX5uInsecure(KeyCheck):
    """The x5u of a JWK is not an https URL.

    Why it matters:
        Who fetches a certificate over plain HTTP takes whatever the network hands him: everybody between can put his
        own certificate there, and with it his own key. RFC 7517 demands a protocol that keeps the resource whole. A
        file: or ftp: URL makes a server read what it should not.

    What to do:
        Serve the certificate over https, or carry it in x5c. Best leave both out, unless somebody needs them.
    """

    id = "jwk-x5u-insecure"
    severity = Severity.HIGH
    cites = ("RFC 7517 section 4.6", "RFC 8725 section 3.10")

    def applies(self, key: Key, audit: Audit) -> bool:
        return "x5u" in key.members

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        url = key.members["x5u"]
        try:
            scheme = urlsplit(url).scheme if isinstance(url, str) else ""
        except ValueError:
            scheme = ""
        if not scheme:
            yield self.finding(key, "x5u is no URL", at="/x5u")
        elif scheme != "https":
            yield self.finding(key, f"x5u is a {short(scheme, 20)} URL, where https is required", at="/x5u")
