"""Tokens to audit, and one check run over them through the real audit."""

from __future__ import annotations

import hmac
import json

from jwtctl.checks.token_audit import TokenAudit, audit_tokens
from jwtctl.jose import algorithms, base64url
from jwtctl.jose.algorithms import sign
from jwtctl.jose.given_tokens import given_token
from jwtctl.jose.key import from_jwk, public_half, to_jwk
from jwtctl.model import KeySet, Place
from tests.checks.material import EC

NOON = 1_900_000_000


def token(header=None, claims=None, signature=b"\1" * 64, *, source="tokens.txt", line=1, around=""):
    """A token of these parts; a header or payload may be text or octets, as they are to stand there."""
    header = {"alg": "ES256", "typ": "JWT", "kid": "k1"} if header is None else header
    claims = {"iss": "https://id.example", "sub": "alice", "exp": NOON + 3600} if claims is None else claims
    parts = [part if isinstance(part, bytes) else _octets(part) for part in (header, claims, signature)]
    return of(".".join(map(base64url.encode, parts)), source=source, line=line, around=around)


def of(text, *, source="tokens.txt", line=1, around=""):
    """The token that a text is."""
    return given_token(text, Place(source, None, line), around=around)


def run(check, *tokens, keys=(), clock=lambda: 0.0, **options):
    """The findings of one check over some tokens; it must not fail."""
    key_sets = (KeySet("keys", tuple(keys)),) if keys else ()
    given = TokenAudit(clock, NOON, tokens, key_sets, **options)
    report = audit_tokens([check()], given)
    assert all(finding.id == check.id for finding in report.findings), report.findings
    return report.findings


def applies(check, given, *, keys=(), **options):
    """Whether a check concerns a token, or a list of tokens, at all."""
    key_sets = (KeySet("keys", tuple(keys)),) if keys else ()
    tokens = given if isinstance(given, list) else [given]
    return check().applies(given, TokenAudit(lambda: 0.0, NOON, tokens, key_sets, **options))


def _octets(part):
    return part.encode() if isinstance(part, str) else json.dumps(part).encode()


ACCESS = {
    "iss": "https://id.example",
    "sub": "5ba552d67",
    "aud": "https://api.example",
    "exp": NOON + 3600,
    "iat": NOON,
    "jti": "dbe39bf3a3ba4238a513f51d6e1691c4",
    "client_id": "s6BhdRkqt3",
    "scope": "openid profile reademail",
}
ID = {
    "iss": "https://id.example",
    "sub": "5ba552d67",
    "aud": "s6BhdRkqt3",
    "exp": NOON + 3600,
    "iat": NOON,
    "auth_time": NOON - 10,
    "nonce": "n-0S6_WzA2Mj",
    "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
    "email": "alice@example.com",
    "email_verified": True,
}
LOGOUT = {
    "iss": "https://id.example",
    "sub": "5ba552d67",
    "aud": "s6BhdRkqt3",
    "iat": NOON,
    "exp": NOON + 120,
    "jti": "bWJq",
    "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
}
PROOF = {"jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": "https://id.example/token", "iat": NOON}
HEADERS = {
    "access-token": {"alg": "RS256", "typ": "at+jwt", "kid": "k1"},
    "id-token": {"alg": "RS256", "typ": "JWT", "kid": "k1"},
    "logout-token": {"alg": "RS256", "typ": "logout+jwt", "kid": "k1"},
}


def access(**changes):
    """An access token of RFC 9068, with some claims changed, or left out where they are None."""
    return token(HEADERS["access-token"], changed(ACCESS, changes))


def changed(claims, changes):
    """Claims with others, without those that are None."""
    return {name: value for name, value in (claims | changes).items() if value is not None}


def proof(header=None, *, key=None, signed_by=None, **changes):
    """A DPoP proof of a key, with some claims changed, or left out where they are None."""
    key = key or from_jwk(EC, Place("key"))
    jwk = to_jwk(public_half(key), private=False)
    header = changed({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk, "kid": None}, header or {})
    claims = changed(PROOF, changes)
    parts = ".".join(base64url.encode(_octets(part)) for part in (header, claims))
    signature = algorithms.sign("ES256", signed_by or key, parts.encode())
    return of(f"{parts}.{base64url.encode(signature)}")


CLAIMS = {"iss": "https://id.example", "sub": "alice", "aud": "api", "iat": NOON - 60, "exp": NOON + 3540, "jti": "j1"}


def hs_token(secret, alg="HS256", *, header=None, claims=None, octets=None, **place):
    """A token with an HMAC, cut to some octets if they are given."""
    return _finished(
        {"alg": alg, "typ": "JWT", **(header or {})},
        CLAIMS if claims is None else claims,
        lambda message: hmac.digest(secret, message, f"sha{alg[2:]}")[:octets],
        place,
    )


def signed_token(key, alg, *, header=None, claims=None, **place):
    """A token that a private key signed."""
    claims = CLAIMS if claims is None else claims
    header = {"alg": alg, "typ": "JWT", **({"kid": key.kid} if key.kid else {}), **(header or {})}
    return _finished(header, claims, lambda message: sign(alg, key, message), place)


def made_token(header, make_signature, *, claims=None, **place):
    """A token whose signature a function makes of the signing input."""
    return _finished(header, CLAIMS if claims is None else claims, make_signature, place)


def jwe(header, *, ciphertext=b"x" * 32, **place):
    """An encrypted token with this header, which nobody can decrypt."""
    parts = (_octets(header), b"x" * 32, b"x" * 12, ciphertext, b"x" * 16)
    return of(".".join(map(base64url.encode, parts)), **place)


def _finished(header, claims, make_signature, place):
    signing_input = ".".join(base64url.encode(_octets(part)) for part in (header, claims))
    return of(f"{signing_input}.{base64url.encode(make_signature(signing_input.encode()))}", **place)
