"""Tokens that were sent in URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

# What a URL cannot hold as it is, and what stands between its parameters.
_OUTSIDE = re.compile(r"[\s\"'<>`{}|\\]")
_BETWEEN = re.compile(r"[?&#;]")

MEANT_FOR_URLS = frozenset({"request", "response", "state", "client_assertion", "logout_hint"})
"""Parameters whose tokens are made for URLs and are no bearer tokens: RFC 9101, JARM, RFC 7523."""


class TokenUrlLeak(TokenCheck):
    """A token stood in the query or the fragment of a URL.

    Why it matters:
        URLs end up in logs of servers and proxies, in the history of browsers and in Referer headers, with the token in
        them: whoever reads one of these uses it. Here it was in a file already.

    What to do:
        Send tokens in the Authorization header, or in the body of a POST. Have the client use the authorization code flow
        with PKCE, which puts no token in a URL. Revoke tokens that were logged and have not expired.
    """

    id = "token-url-leak"
    severity = Severity.MEDIUM
    cites = ("RFC 6750 section 5.3", "RFC 9700 section 4.3.2", "CWE-598")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return bool(token.around)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        for match in re.finditer(re.escape(token.text), token.around):
            url = _OUTSIDE.split(token.around[: match.start()])[-1]
            path, *parameters = _BETWEEN.split(url)
            if "/" not in path or not parameters or not parameters[-1].endswith("="):
                continue
            name = parameters[-1].removesuffix("=").lower()
            if name in MEANT_FOR_URLS:
                continue
            where = f"it stood in the {'fragment' if '#' in url else 'query'} of a URL as {short(name, 40)!r}"
            if name == "id_token_hint":
                message = f"{where}: a hint, which a POST keeps out of logs"
                yield self.finding(token, message, severity=Severity.LOW, of=name)
            else:
                yield self.finding(token, where, of=name)
            return
