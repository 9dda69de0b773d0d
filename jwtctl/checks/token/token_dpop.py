"""DPoP proofs that prove nothing, or too much."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jwtctl.checks.base import CorpusCheck
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms, base64url
from jwtctl.jose.key import from_jwk, thumbprint
from jwtctl.keysets.identity import short
from jwtctl.model import Place, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken, Key

# RFC 9110 sections 9.1 and 5.6.2.
_METHOD = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}")


class TokenDpop(CorpusCheck):
    """A DPoP proof does not prove what it should.

    Why it matters:
        A proof shows that the sender of a request has a private key. If its alg does not fit its own key, its key is
        one that everybody has, it names no request, or it was used before, then a stolen token works for the thief too.
        A private key in the header is given away with each request.

    What to do:
        Have the client sign each request anew (RFC 9449 section 4.2): the public key in jwk, a new jti, htm, htu without
        query and fragment, iat, and with an access token its hash in ath. Servers refuse anything else (section 4.3).
    """

    id = "token-dpop"
    severity = Severity.HIGH
    cites = ("RFC 9449 sections 4.2 and 4.3", "RFC 9449 section 11.1")
    proof = "the token itself; the hash, made again"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        return any(_is_proof(token, audit) for token in tokens)

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        hashed = {
            base64url.encode(hashlib.sha256(token.text.encode("utf-8", "replace")).digest()): token
            for token in tokens
            if isinstance(token.claims.get("cnf"), dict)
        }
        used: dict[tuple[str | None, str], str] = {}
        for token in tokens:
            if not _is_proof(token, audit):
                continue
            key, problem = _key_of(token)
            yield from self._key(token, key, problem)
            yield from self._request(token)
            yield from self._access_token(token, key, hashed)
            jti = token.claims.get("jti")
            if isinstance(jti, str):
                print_ = thumbprint(key) if key is not None else None
                if used.setdefault((print_, jti), token.text) != token.text:
                    yield self.finding(token, "its jti was used by another proof under the same key", at="/claims/jti")

    def _key(self, token: GivenToken, key: Key | None, problem: str) -> Iterator[Finding]:
        alg = token.alg
        if isinstance(alg, str) and alg in algorithms.SIGNATURES and algorithms.SIGNATURES[alg].family == "hmac":
            message = "alg is an HMAC: a proof is signed with a private key that only the client has"
            yield self.finding(token, message, at="/header/alg")
        if key is None:
            yield self.finding(token, problem, at="/header/jwk")
        elif key.is_private:
            message = "the jwk is private: the key is given away with each proof"
            yield self.finding(token, message, at="/header/jwk", severity=Severity.CRITICAL)
        elif isinstance(alg, str) and alg in algorithms.SIGNATURES and alg not in algorithms.usable_with(key):
            yield self.finding(token, f"alg is {alg!r}, which does not fit its own jwk", at="/header/alg")

    def _request(self, token: GivenToken) -> Iterator[Finding]:
        method, target = token.claims.get("htm"), token.claims.get("htu")
        if not isinstance(method, str) or not _METHOD.fullmatch(method):
            wrong = "no htm" if method is None else "htm is no HTTP method"
            yield self.finding(token, f"{wrong}: the proof is good for any method", at="/claims/htm")
        if not isinstance(target, str) or not _is_url(target):
            wrong = "no htu" if target is None else "htu is no http or https URL"
            yield self.finding(token, f"{wrong}: the proof is good for any request", at="/claims/htu")
        elif "?" in target or "#" in target:
            yield self.finding(token, "htu has a query or a fragment, which servers do not compare", at="/claims/htu")

    def _access_token(self, token: GivenToken, key: Key | None, hashed: Mapping[str, GivenToken]) -> Iterator[Finding]:
        ath = token.claims.get("ath")
        if ath is None:
            return
        if not isinstance(ath, str) or base64url.defect_of(ath) or len(ath) != 43:
            yield self.finding(token, "ath is no SHA-256 in base64url", at="/claims/ath")
        elif key is not None and (access := hashed.get(ath)) is not None:
            bound = access.claims["cnf"].get("jkt")
            print_ = thumbprint(key)
            if isinstance(bound, str) and bound != print_:
                message = "ath names an access token that is bound to another key: cnf.jkt is not the thumbprint of jwk"
                witness = {"ath": ath, "jkt": short(bound), "thumbprint": print_}
                yield self.finding(token, message, at="/claims/ath", witness=witness)


def _is_proof(token: GivenToken, audit: TokenAudit) -> bool:
    return bool(token.claims) and audit.profile_of(token) == "dpop"


def _is_url(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return url.scheme in {"http", "https"} and bool(url.netloc)


def _key_of(token: GivenToken) -> tuple[Key | None, str]:
    members = token.header.get("jwk")
    if not isinstance(members, dict):
        return None, "no jwk: the proof names no key" if members is None else "jwk is no JSON object"
    try:
        return from_jwk(members, Place("token")), ""
    except KeyMaterialError as err:
        return None, f"jwk is no key: {short(err.message)}"
