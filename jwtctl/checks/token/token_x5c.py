"""Tokens with certificates that do not vouch for their key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_key import is_right
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms, base64url, certificate
from jwtctl.jose.token import numeric_date
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken, Key

_HASHES = {"x5t": "sha1", "x5t#S256": "sha256"}


class TokenX5c(TokenCheck):
    """The header of a token brings a certificate that is self-signed, out of date, or not that of its key.

    Why it matters:
        A certificate in a header is worth as much as the chain above it. A self-signed one is made by anybody, and a
        verifier that takes the key from it, or compares only the names in it, takes that of a forger. One that has
        expired or is for another key vouches for nothing.

    What to do:
        Leave x5c out, and let verifiers have the issuer's keys from their configuration. Where it must stay, the first
        certificate is that of the signing key, and verifiers check the chain up to an authority of this very issuer.
    """

    id = "token-x5c"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.6", "RFC 7515 section 4.1.8", "RFC 8725 section 3.10")
    proof = "the token itself; the hash, made again"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None and "x5c" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        chain = certificate.chain_in(token.header)
        if not chain:
            what = "an empty array" if token.header["x5c"] == [] else "no array of strings"
            yield self.finding(token, f"x5c is {what}", at="/header/x5c")
            return
        leaf = chain[0]
        try:
            found = certificate.read(leaf or b"")
        except KeyMaterialError:
            yield self.finding(token, "the first entry of x5c is no certificate", at="/header/x5c/0")
            return
        trusted = found.key is not None and audit.trusts(found.key)
        if found.self_issued and leaf and not trusted and certificate.is_issued_by(leaf, leaf):
            yield self.finding(
                token, "the first certificate is signed by itself: anybody could make it", at="/header/x5c/0", of="self"
            )
        if problem := _out_of_date(found, token, audit.now):
            yield self.finding(token, f"the first certificate {problem}", at="/header/x5c/0", of="date")
        if problem := _not_of_the_signer(found.key, token):
            yield self.finding(token, f"the first certificate {problem}", at="/header/x5c/0", of="key")
        for name, hash_name in _HASHES.items():
            right = certificate.thumbprint(leaf or b"", hash_name)
            if name in token.header and _decoded(token.header[name]) != base64url.decode(right):
                yield self.finding(
                    token,
                    f"{name} is not the hash of the first certificate in x5c",
                    at=f"/header/{name}",
                    witness={name: right},
                )


def _out_of_date(found: certificate.Certificate, token: GivenToken, now: float) -> str:
    # A token that has expired was not accepted after its end, so its certificate need not have lasted longer.
    until = numeric_date(token.claims.get("exp"))
    if found.not_after < (now if until is None else min(now, until)):
        return f"expired on {datetime.fromtimestamp(found.not_after, UTC).date()}"
    if found.not_before > now:
        return f"is not valid before {datetime.fromtimestamp(found.not_before, UTC).date()}"
    return ""


def _not_of_the_signer(key: Key | None, token: GivenToken) -> str:
    algorithm = algorithms.SIGNATURES.get(token.alg) if isinstance(token.alg, str) else None
    if token.token is None or algorithm is None:
        return ""
    if key is None or token.alg not in algorithms.usable_with(key):
        kind = f"{key.crv or key.kty} key" if key is not None else "key of another kind"
        return f"is for a {kind}, which {token.alg} cannot have"
    return "is not that of the key that signed the token" if is_right(token, key) is False else ""


def _decoded(value: object) -> bytes | None:
    try:
        return base64url.decode_lenient(value) if isinstance(value, str) else None
    except ValueError:
        return None
