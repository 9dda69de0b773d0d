"""Tokens that carry passwords, keys or addresses of inner systems."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.claim_values import plain, values
from jwtctl.errors import KeyMaterialError
from jwtctl.jose.key import from_jwk
from jwtctl.model import Confidence, Place, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_NAMES = {
    "a password": "password passwd pwd passphrase userpassword plainpassword",
    "a hash of a password": "passwordhash hashedpassword pwdhash passwdhash",
    "a secret": "secret clientsecret apisecret sharedsecret appsecret totpsecret mfasecret otpsecret",
    "a key": "apikey privatekey secretkey secretaccesskey awssecretaccesskey encryptionkey signingkey masterkey",
    "another token": "accesstoken refreshtoken sessiontoken apitoken authtoken bearertoken",
    "a connection string": "connectionstring databaseurl dburl dsn",
}
_BY_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split()}

# Each begins with letters that hardly stand elsewhere, and repeats one class only: the search is linear.
_VALUES = (
    ("a private key", r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY"),
    (
        "a hash of a password",
        r"^(?:\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$|\$[156]\$|\$y\$|\$pbkdf2|\{S?SHA\})",
    ),
    ("an access key of AWS", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a token of GitHub", r"\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})"),
    ("a token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20}"),
    ("a token of Slack", r"\bxox[abeprs]-[A-Za-z0-9-]{10}"),
    ("a key of Stripe", r"\b[rs]k_live_[A-Za-z0-9]{16}"),
    ("an API key of Google", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}"),
    ("a key of SendGrid", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("a URL with a password", r"://[^\s/:@]{0,64}:[^\s/:@]{1,128}@"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _VALUES)
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}://)?(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d{1,5})?(?:/.*)?", re.DOTALL
)
_INNER = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


class TokenSecret(TokenCheck):
    """A token carries a secret, such as a password, a key or another token, or an inner address.

    Why it matters:
        A signed token is not encrypted: whoever holds it reads it, and so do the browser, proxies and logs on its way. A
        password, an API key or a private key in it is known to all of them.

    What to do:
        Take it out of the token, replace the secret, and keep on the server what only the server needs, under the jti or
        sub. What was found is told by its kind and place only; by name or form alone it may be a harmless value.
    """

    id = "token-secret"
    severity = Severity.HIGH
    cites = ("RFC 7519 section 12", "CWE-522")
    proof = "none: a heuristic"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return bool(token.claims) or bool(token.header)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        found: dict[str, list[str]] = {}
        # The keys that a header brings are what token-embedded-jwk and token-jwe-epk are about.
        told = {"jwk", "epk"} if token.is_jwe and str(token.alg).startswith("ECDH-ES") else {"jwk"}
        header = {name: value for name, value in token.header.items() if name not in told}
        for root, members in (("/header", header), ("/claims", token.claims)):
            for value in values(members, root):
                if kind := _kind(value.name, value.value):
                    found.setdefault(kind, []).append(value.at)
        for kind, places in found.items():
            more = f", in {len(places):,} places" if len(places) > 1 else ""
            if kind == _PRIVATE_JWK:
                message, severity, confidence = f"it carries {kind}{more}", Severity.CRITICAL, Confidence.CERTAIN
            elif kind == _ADDRESS:
                message, severity, confidence = f"it names {kind}{more}", Severity.LOW, Confidence.HEURISTIC
            else:
                message, severity, confidence = f"it carries what looks like {kind}{more}", None, Confidence.HEURISTIC
            yield self.finding(token, message, at=places[0], severity=severity, confidence=confidence, of=kind)


_PRIVATE_JWK = "a private key as a JWK"
_ADDRESS = "an address inside a private network"


def _kind(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return _PRIVATE_JWK if "kty" in value and _is_private(value) else ""
    if not isinstance(value, str) or len(value) < 4:
        return ""
    kind = next((kind for kind, pattern in _PATTERNS if pattern.search(value)), "") or _BY_NAME.get(plain(name), "")
    return kind or (_ADDRESS if _is_inner(value) else "")


def _is_private(members: dict[str, Any]) -> bool:
    try:
        return from_jwk(members, Place("token")).is_private
    except KeyMaterialError:
        return False


def _is_inner(value: str) -> bool:
    match = _HOST.fullmatch(value) if len(value) < 300 else None
    try:
        return match is not None and any(ipaddress.ip_address(match[1]) in network for network in _INNER)
    except ValueError:
        return False
