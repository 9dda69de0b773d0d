"""Tokens that bring the key to verify them with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_key import is_right
from jwtctl.checks.token_audit import media_type_of
from jwtctl.jose.header_keys import header_jwk
from jwtctl.jose.json_object import kind_of
from jwtctl.jose.key import thumbprint
from jwtctl.model import PRIVATE_MEMBERS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken, Key

_PROOFS = {"dpop", "dpop+jwt", "openid4vci-proof+jwt"}
"""What proves that its maker holds the key that it names: RFC 9449 section 4.2, OpenID4VCI section 8.2.1.1."""


class TokenEmbeddedJwk(TokenCheck):
    """The header of a token brings a key, perhaps with its private half.

    Why it matters:
        Who forges a token puts his own key there and signs with it. A verifier that takes the key from the token calls
        every such signature right. A private member or an HMAC secret in it hands the key to all who see the token.

    What to do:
        Leave jwk out, and name the key by its kid: verifiers have the issuer's keys from their configuration, and never
        from a token. Proofs of possession (DPoP) carry a public key on purpose. A key whose private half went out with a
        token has to be replaced.
    """

    id = "token-embedded-jwk"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.10", "RFC 7515 section 4.1.3", "CVE-2018-0114", "CVE-2026-27962")
    proof = "the token itself; the thumbprint of the key in it"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "jwk" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        jwk = token.header["jwk"]
        if not isinstance(jwk, dict):
            yield self.finding(token, f"jwk is a JSON {kind_of(jwk)}, not a key", at="/header/jwk")
        elif secret := sorted(name for name in PRIVATE_MEMBERS & jwk.keys() if jwk[name]):
            gains = "can sign" if jwk.get("kty") == "oct" else "has the private key"
            yield self.finding(
                token,
                f"jwk holds {', '.join(secret)}: whoever reads the token {gains}",
                at=f"/header/jwk/{secret[0]}",
                severity=Severity.CRITICAL,
            )
        elif not token.is_jwe and not _is_proof(token, audit):
            yield self._brought(token, audit, header_jwk(token))

    def _brought(self, token: GivenToken, audit: TokenAudit, key: Key | None) -> Finding:
        right = ", and the signature is right under it" if key is not None and is_right(token, key) else ""
        if not audit.keys:
            return self.finding(token, f"jwk brings the key to verify with{right}", at="/header/jwk")
        if key is not None and audit.trusts(key):
            return self.finding(token, "jwk brings one of the trusted keys along", at="/header/jwk")
        print_ = thumbprint(key) if key is not None else None
        return self.finding(
            token,
            f"jwk brings a key that is none of the trusted ones{right}",
            at="/header/jwk",
            severity=Severity.HIGH,
            witness={"jwk_thumbprint": print_} if print_ else {},
        )


def _is_proof(token: GivenToken, audit: TokenAudit) -> bool:
    # ACME signs each request with the key of the account, which the first one brings (RFC 8555 section 6.2).
    return bool({audit.profile, media_type_of(token)} & _PROOFS) or {"url", "nonce"} <= token.header.keys()
