"""What an issuer says about itself (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.issuer.clients import AUTHENTICATED, CODE, CREDENTIALS, NONE
from jwtctl.jose.algorithms import default_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jwtctl.issuer.settings import Settings
    from jwtctl.model import Key

OIDC, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
JWKS, AUTHORIZE, TOKEN, USERINFO, INTROSPECT, LOGOUT, FAULTS = (
    *("/jwks.json", "/authorize", "/token", "/userinfo", "/introspect", "/logout", "/_faults"),
)


def document(settings: Settings, keys: Iterable[Key]) -> dict[str, Any]:
    """The metadata of an issuer that publishes some keys."""
    algorithms = {name for key in keys if (name := default_for(key)) is not None}
    return {
        "issuer": settings.issuer,
        "authorization_endpoint": settings.base + AUTHORIZE,
        "token_endpoint": settings.base + TOKEN,
        "userinfo_endpoint": settings.base + USERINFO,
        "jwks_uri": settings.base + JWKS,
        "introspection_endpoint": settings.base + INTROSPECT,
        "end_session_endpoint": settings.base + LOGOUT,
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [CODE, CREDENTIALS],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": sorted(algorithms),
        "token_endpoint_auth_methods_supported": [*AUTHENTICATED, NONE],
        "introspection_endpoint_auth_methods_supported": list(AUTHENTICATED),
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name",
                             "preferred_username", "email", "email_verified"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }  # fmt: skip
