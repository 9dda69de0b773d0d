"""Tokens with the option of an unencoded payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_parameters import critical
from jwtctl.checks.token_audit import media_type_of
from jwtctl.jose.json_object import kind_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenB64False(TokenCheck):
    """A token says that its payload is not base64url, against the rules for it.

    Why it matters:
        With b64 false the signature covers the payload as it stands. A verifier that does not know b64 decodes it
        first, and takes other claims from the same signed text. So b64 must be called critical, and JSON Web Tokens
        must not use it at all.

    What to do:
        Leave b64 out of JSON Web Tokens. For other payloads put "b64" into crit, and verify with a library that
        implements RFC 7797. Update libraries that accept the option without crit.
    """

    id = "token-b64-false"
    severity = Severity.HIGH
    cites = ("RFC 7797 section 6", "RFC 7797 section 7", "CVE-2026-48990")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "b64" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        value = token.header["b64"]
        if not isinstance(value, bool):
            yield self.finding(token, f"b64 is a JSON {kind_of(value)}, not true or false", at="/header/b64")
        elif not value:
            wrong = []
            if "b64" not in critical(token):
                wrong.append("crit does not name it")
            if _is_jwt(token):
                wrong.append("a JSON Web Token must not use it")
            if wrong:
                yield self.finding(token, f"b64 is false, but {' and '.join(wrong)}", at="/header/b64")


def _is_jwt(token: GivenToken) -> bool:
    media_type = media_type_of(token)
    typed = media_type == "jwt" or media_type.endswith("+jwt")
    return typed or bool(token.claims) or (len(token.parts) > 1 and token.parts[1].lstrip().startswith("{"))
