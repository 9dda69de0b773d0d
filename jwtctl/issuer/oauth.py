"""The OAuth 2.0 flows, by Authlib's server side, with the tokens, the keys and the clock of this issuer.

Authlib decides who may ask for what: client authentication, grants, redirect URIs, PKCE, scopes, prompts. Here is what
it leaves to its caller, and what this issuer is stricter about: PKCE is required, and with S256 (RFC 9700 section
2.1.1); a code is gone once its client has shown it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_plus

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode

from jwtctl.issuer.clients import AUTHENTICATED, BASIC, NONE
from jwtctl.issuer.expiring import Expiring
from jwtctl.issuer.parameters import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jwtctl.issuer.clients import Client
    from jwtctl.issuer.settings import Settings
    from jwtctl.issuer.tokens import Login, Tokens

CODE_LIFETIME = 60
"""Seconds; RFC 6749 section 4.1.2 recommends ten minutes at most."""

MOST_CODES = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back.

    Attributes:
        status: of HTTP.
        body: of JSON; empty for a redirect.
        headers: names and values.
    """

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Sequence[tuple[str, str]] = ()

    @property
    def location(self) -> str:
        """Where it redirects to; KeyError if nowhere."""
        return dict(self.headers)["Location"]


class Request(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """A request as Authlib reads it.

    Args:
        method: of HTTP.
        parameters: of the query or the form.
        headers: that matter; names as Authlib spells them.
        user: who has logged in.
    """

    def __init__(
        self, method: str, parameters: Mapping[str, str], headers: Mapping[str, str], user: Login | None = None
    ) -> None:
        # Authlib refuses what has not come by https. Whether it did is for whoever started the server.
        super().__init__(method, "https://issuer.invalid/", headers=_readable(headers))
        self._parameters = dict(parameters)
        self.payload = BasicOAuth2Payload(self._parameters)
        self.user = user

    @property
    def form(self) -> dict[str, str]:
        """The parameters."""
        return self._parameters


class Server(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """The flows of one issuer; `consent`, `authorize`, `token`, `authenticate` and `refuse` are for its endpoints."""

    def __init__(self, settings: Settings, tokens: Tokens) -> None:
        super().__init__()
        self.settings, self.tokens = settings, tokens
        self.codes: Expiring[_Code] = Expiring(CODE_LIFETIME, MOST_CODES, settings.clock)
        self.register_client_auth_method(BASIC, _by_basic)
        self.register_grant(_CodeGrant, [_S256(required=True), _IdToken(tokens)])
        self.register_grant(_CredentialsGrant)

    def consent(self, request: Request) -> Any:
        """Check an authorization request.

        Returns:
            The grant, with the client and the redirect URI that it was found to be for.

        Raises:
            OAuth2Error: the browser may be sent back with it where `redirect_uri` is set, or the request has its client.
        """
        data = request.payload.data
        grant = self.get_consent_grant(request, request.user)
        for name in ("request", "request_uri", "registration"):
            if name in data:
                raise error(f"{name}_not_supported", f"{name} is not supported")
        if data.get("response_mode", "query") != "query":
            raise InvalidRequestError("the only response_mode is query")
        return grant

    def authorize(self, request: Request, grant: Any, login: Login | None) -> Answer:
        """Send the browser back with a code, or without one if the user did not log in."""
        answer: Answer = self.create_authorization_response(request, login, grant)
        return answer

    def token(self, request: Request) -> Answer:
        """Answer a token request, or say why not."""
        if "grant_type" not in request.form:
            raise InvalidRequestError("grant_type is missing")
        answer: Answer = self.create_token_response(request)
        return answer

    def authenticate(self, request: Request) -> Client:
        """The client that has proved to be itself by its secret; OAuth2Error if none did."""
        client: Client = self.authenticate_client(request, list(AUTHENTICATED), "introspection")
        return client

    def refuse(self, request: Request, error: Any) -> Answer:
        """The answer that an OAuth2Error is."""
        answer: Answer = self.handle_error_response(request, error)
        return answer

    # What follows is called by Authlib.

    def query_client(self, client_id: str) -> Client | None:
        """Find a client by its name."""
        return self.settings.clients.get(client_id)

    def save_token(self, token: Any, request: Any) -> None:
        """Nothing is kept: a token says itself what it is."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Request) -> Request:
        """It is one already."""
        return request

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Answer:
        """Turn what Authlib came to into an answer; redirects and challenges name the issuer (RFC 9207, RFC 7617)."""
        issuer, named = self.settings.issuer, dict(headers)
        if "Location" in named:
            named["Location"] = add_params_to_uri(named["Location"], [("iss", issuer)])
        if "WWW-Authenticate" in named:
            named["WWW-Authenticate"] = f'Basic realm="{issuer}", charset="UTF-8"'
        return Answer(status, body if isinstance(body, dict) else {}, tuple(named.items()))

    def generate_token(
        self, *, client: Client, user: Login | None = None, scope: str | None = None, **_settled: Any
    ) -> dict[str, Any]:
        """Make the body of a token response."""
        granted = client.get_allowed_scope(scope)
        token = self.tokens.access(client, client.client_id if user is None else user.sub, granted)
        body: dict[str, Any] = {"token_type": "Bearer", "access_token": token, "expires_in": self.settings.ttl}
        return body | ({"scope": granted} if granted else {})


@dataclass(frozen=True, slots=True)
class _Code:
    """An authorization code, and all that it is bound to."""

    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    login: Login
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = (*AUTHENTICATED, NONE)

    def generate_authorization_code(self) -> str:
        data, request = self.request.payload.data, self.request
        name: str = self.server.codes.add(
            _Code(
                request.client.client_id,
                data["redirect_uri"],
                request.scope or "",
                data.get("nonce"),
                request.user,
                data["code_challenge"],
                data["code_challenge_method"],
            )
        )
        return name

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Generating it was keeping it."""

    def query_authorization_code(self, code: str, client: Client) -> _Code | None:
        codes: Expiring[_Code] = self.server.codes
        found = codes.get(code)
        # What another client shows stays for the one whose it is.
        return codes.pop(code) if found is not None and found.client_id == client.client_id else None

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        """It went when it was shown."""

    def authenticate_user(self, authorization_code: _Code) -> Login:
        return authorization_code.login


class _CredentialsGrant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = AUTHENTICATED


class _S256(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if "code_challenge" not in data:
            raise InvalidRequestError("code_challenge is missing: PKCE is required (RFC 7636)")
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("code_challenge_method must be S256 (RFC 7636)")
        super().validate_code_challenge(grant, redirect_uri)


class _IdToken(OpenIDCode):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, tokens: Tokens) -> None:
        super().__init__(require_nonce=False)
        self._tokens = tokens

    def exists_nonce(self, *_: Any) -> bool:
        """Nonces are for clients to remember (OpenID Connect Core 1.0 section 15.5.2)."""
        return False

    def encode_id_token(self, token: Mapping[str, Any], request: Any) -> str:
        code: _Code = request.authorization_code
        return self._tokens.identity(
            request.client, code.login, code.scope, nonce=code.nonce, access_token=token["access_token"]
        )


def _by_basic(find: Callable[[str], Client | None], request: Request) -> Client | None:
    """A client by HTTP Basic: in URL encoding (RFC 6749 section 2.3.1), or plain, as most clients send it."""
    stated = request.headers.get("Authorization")
    if stated is None:
        return None
    name, _, secret = base64.b64decode(stated.partition(" ")[2]).decode().partition(":")
    for read in (unquote_plus, unquote, str):
        client = find(read(name))
        if client is not None and client.check_client_secret(read(secret)):
            return client
    # No other way is tried: a client authenticates itself in one way only.
    raise InvalidClientError("no client has this name and secret", status_code=401)


def error(name: str, description: str, *, status: int = 400) -> OAuth2Error:
    """An error that is no Authlib's own."""
    return OAuth2Error(plain(description), error=name, status_code=status)


def _readable(headers: Mapping[str, str]) -> dict[str, str]:
    """Credentials that Authlib can take apart; others are an error here, where Authlib would fail."""
    stated = headers.get("Authorization", "")
    scheme, _, encoded = stated.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as err:
        raise InvalidClientError("the Basic credentials are no base64 of UTF-8", status_code=401) from err
    return {"Authorization": stated}
