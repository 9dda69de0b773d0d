"""Tokens of an issuer: access tokens (RFC 9068), ID tokens (OpenID Connect Core 1.0 section 2), and their checking."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jwtctl.jose.algorithms import default_for
from jwtctl.jose.half_hash import half_hash as half_hash_for
from jwtctl.jose.sign import sign
from jwtctl.jose.verify import Expectations, verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.issuer.clients import Client
    from jwtctl.issuer.live_keys import LiveKeys
    from jwtctl.issuer.settings import Settings
    from jwtctl.model import Key

ACCESS_TYPE = "at+jwt"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who has logged in.

    Attributes:
        sub: the subject identifier, ASCII.
        name: as it was typed.
        auth_time: Unix time.
    """

    sub: str
    name: str
    auth_time: int


class Tokens:
    """Makes tokens with the active key of a store, and checks them with all keys that it publishes.

    Attributes:
        wrong_issuer: while it is set, what new tokens state as their issuer.
    """

    def __init__(self, settings: Settings, keys: LiveKeys) -> None:
        self._settings, self._keys = settings, keys
        self.wrong_issuer: str | None = None

    def access(self, client: Client, sub: str, scope: str) -> str:
        """Make an access token; without a user, the client is its own subject."""
        audience = client.audience or self._settings.audience or (self._settings.issuer,)
        claims = {
            **self._times(),
            "sub": sub,
            "aud": audience[0] if len(audience) == 1 else list(audience),
            "jti": secrets.token_urlsafe(16),
            "client_id": client.client_id,
        }
        claims |= {"scope": scope} if scope else {}
        return sign(claims, self._keys.active, header={"typ": ACCESS_TYPE})

    def identity(self, client: Client, login: Login, scope: str, *, nonce: str | None, access_token: str) -> str:
        """Make an ID token."""
        claims = {**self._times(), "sub": login.sub, "aud": client.client_id, "auth_time": login.auth_time}
        claims |= {"nonce": nonce} if nonce is not None else {}
        key = self._keys.active
        claims |= {"at_hash": digest} if (digest := half_hash(access_token, key)) is not None else {}
        return sign(claims | about(login.sub, login.name, scope), key)

    def accepted(self, token: str) -> Mapping[str, Any] | None:
        """The claims of an access token of this issuer that is good now; None for any other."""
        expected = Expectations(
            iss=(self._settings.issuer,),
            typ=ACCESS_TYPE,
            leeway=0,
            require=("exp", "iat", "sub", "aud", "jti", "client_id"),
        )
        verdict = verify(token, (self._keys.published,), expected, now=self._settings.clock())
        return verdict.claims if verdict.valid else None

    def hinted(self, token: str) -> Mapping[str, Any] | None:
        """The claims of an ID token of this issuer, which may have expired (RP-Initiated Logout 1.0 section 2)."""
        expected = Expectations(iss=(self._settings.issuer,), typ="JWT", ignore_exp=True, require=("sub", "aud"))
        verdict = verify(token, (self._keys.published,), expected, now=self._settings.clock())
        return verdict.claims if verdict.valid else None

    def _times(self) -> dict[str, Any]:
        now = self._settings.now
        return {"iss": self.wrong_issuer or self._settings.issuer, "iat": now, "exp": now + self._settings.ttl}


def about(sub: str, name: str, scope: str) -> dict[str, Any]:
    """The claims about somebody that some scopes ask for (OpenID Connect Core 1.0 section 5.4)."""
    claims: dict[str, Any] = {"sub": sub}
    if "profile" in scope.split():
        claims |= {"name": name, "preferred_username": name}
    if "email" in scope.split() and "@" in name:
        claims |= {"email": name, "email_verified": True}
    return claims


def half_hash(text: str, key: Key) -> str | None:
    """The left half of the hash that belongs to a key's algorithm, as in `at_hash` (OpenID Connect Core 1.0 section 3.1.3.6).

    None where no hash belongs to it: for ML-DSA none is agreed on.
    """
    return half_hash_for(text, default_for(key) or "EdDSA", key.crv)
