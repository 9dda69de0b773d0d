"""The endpoints of an issuer as an ASGI application."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import hmac
import re
import secrets
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error
from authlib.oidc.core.errors import LoginRequiredError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from jwtctl.errors import JwtctlError, UsageError
from jwtctl.issuer import faults, metadata, oauth, pages, parameters
from jwtctl.issuer.expiring import Expiring
from jwtctl.issuer.settings import is_loopback
from jwtctl.issuer.tokens import Login, Tokens, about
from jwtctl.jose import json_object

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from jwtctl.issuer.live_keys import LiveKeys
    from jwtctl.issuer.settings import Settings

    Handler = Callable[[Request], Awaitable[Response]]

SESSION_LIFETIME = 12 * 3600
MOST_SESSIONS = 1000
_BODY_TIMEOUT = 10.0
_PUBLIC = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_PRIVATE = {"Cache-Control": "no-store", "Pragma": "no-cache", **_PUBLIC}
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
}
_ENTITY_TAGS = re.compile(r'(?:W/)?("[^"]*")')
_UNRESERVED = " !#$&'()*+,-./:;=?@[]^_`{|}~"
_BODILESS = frozenset({204, 205, 304})
_ASKING = frozenset({"login", "consent", "select_account"})
_PAGES = frozenset({"authorize", "logout"})
_LOGOUT = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")
_INTROSPECTED = ("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope")


def application(settings: Settings, keys: LiveKeys, on: faults.Faults) -> Starlette:
    """Build the application of an issuer.

    Args:
        settings: what it is.
        keys: what it signs with and publishes.
        on: its faults, which a request may change.
    """
    ends, path = _Endpoints(settings, keys, on), settings.path
    routes: list[tuple[str, Handler, tuple[str, ...], tuple[str, ...]]] = [
        ("jwks", ends.jwks, ("GET",), (path + metadata.JWKS,)),
        ("discovery", ends.discovery, ("GET",), (path + metadata.OIDC, metadata.OAUTH + path)),
        ("authorize", ends.authorize, ("GET", "POST"), (path + metadata.AUTHORIZE,)),
        ("token", ends.token, ("POST", "OPTIONS"), (path + metadata.TOKEN,)),
        ("userinfo", ends.userinfo, ("GET", "POST", "OPTIONS"), (path + metadata.USERINFO,)),
        ("introspect", ends.introspect, ("POST",), (path + metadata.INTROSPECT,)),
        ("logout", ends.logout, ("GET", "POST"), (path + metadata.LOGOUT,)),
        ("faults", ends.faults, ("GET", "POST"), (path + metadata.FAULTS,)),
        ("front", ends.front, ("GET",), (f"{path}/",)),
    ]
    app = Starlette(
        routes=[
            Route(place, functools.partial(ends.serve, name, handler), methods=list(methods))
            for name, handler, methods, places in routes
            for place in places
        ]
    )
    # It would take the URL from the Host header.
    app.router.redirect_slashes = False
    return app


class _Endpoints:
    def __init__(self, settings: Settings, keys: LiveKeys, on: faults.Faults) -> None:
        self._settings, self._keys, self._faults = settings, keys, on
        self._tokens = Tokens(settings, keys)
        self._oauth = oauth.Server(settings, self._tokens)
        self._sessions: Expiring[Login] = Expiring(SESSION_LIFETIME, MOST_SESSIONS, settings.clock)
        self._secret = secrets.token_bytes(32)
        # A browser keeps the cookies of all ports of a host together.
        mark = hashlib.sha256(settings.issuer.encode()).hexdigest()[:8]
        self._session_cookie, self._form_cookie = f"jwtctl-session-{mark}", f"jwtctl-form-{mark}"
        self._obey()

    async def serve(self, name: str, handler: Handler, request: Request) -> Response:
        """Answer a request with the faults of its endpoint, and note it; whatever goes wrong is an answer too."""
        if not self._is_own_name(request):
            return _refused("this server is not known by that name", 421)
        on = self._faults.at(name)
        if (delay := on.get("slow")) is not None:
            await asyncio.sleep(float(delay))
        status = on.get("status")
        response = await self._answered(name, handler, request) if status is None else _failing(int(status))
        if "truncated" in on and response.status_code == 200:
            octets = bytes(response.body)
            response.body = octets[: len(octets) // 2]
            response.headers["Content-Length"] = str(len(response.body))
        why = getattr(response, "why", "")
        self._settings.note(
            f"{request.method} {request.scope['path'][:200]} {response.status_code}{f' {why}' if why else ''}"
        )
        return response

    async def jwks(self, request: Request) -> Response:
        """The key set."""
        document = self._faults.key_set(self._keys.document, self._keys.active)
        return self._public(request, document, "application/jwk-set+json")

    async def discovery(self, request: Request) -> Response:
        """The metadata."""
        document = metadata.document(self._settings, (entry.key for entry in self._keys.store.entries))
        if "wrong-issuer" in self._faults.at("discovery"):
            document["issuer"] = faults.WRONG_ISSUER
        return self._public(request, document, "application/json")

    async def authorize(self, request: Request) -> Response:
        """Log a browser in, and send it back with a code; at once if it is logged in (RFC 6749 section 4.1)."""
        form, data = await _sent(request)
        if request.method == "POST" and not form:
            return self._asked_again(metadata.AUTHORIZE, data)
        session = self._session(request)
        asked = oauth.Request("GET", data, {}, user=session)
        try:
            grant = self._oauth.consent(asked)
            hint = self._tokens.hinted(data["id_token_hint"]) if "id_token_hint" in data else None
            wanted = None if hint is None else str(hint["sub"])
            if form:
                return self._logged_in(request, form, asked, grant, wanted)
            hinted_at = "id_token_hint" not in data or (session is not None and session.sub == wanted)
            if session is None or not hinted_at or self._is_asked_anew(session, data):
                if "none" in data.get("prompt", "").split():
                    raise LoginRequiredError()  # noqa: RSE102 - it is redirected like those of Authlib
                if wanted is not None:
                    asked.form.setdefault("login_hint", unquote(wanted))
                return self._log_in_page(request, asked, grant)
        except OAuth2Error as err:
            return self._sent_back(asked, err, post=bool(form))
        return _redirect(self._oauth.authorize(asked, grant, session).location, post=False)

    async def token(self, request: Request) -> Response:
        """Give tokens (RFC 6749 section 3.2)."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        asked = await _asked(request)
        return _json(self._oauth.token(asked))

    async def userinfo(self, request: Request) -> Response:
        """Say who a token is about (OpenID Connect Core 1.0 section 5.3)."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return _challenge(401)
        claims = self._tokens.accepted(token.strip())
        if claims is None:
            return _challenge(401, "invalid_token")
        scope, sub = str(claims.get("scope", "")), str(claims["sub"])
        if "openid" not in scope.split():
            return _challenge(403, "insufficient_scope")
        return _json(oauth.Answer(200, about(sub, unquote(sub), scope)))

    async def introspect(self, request: Request) -> Response:
        """Say whether a token is good, to a client that has authenticated itself (RFC 7662)."""
        asked = await _asked(request)
        self._oauth.authenticate(asked)
        if "token" not in asked.form:
            raise InvalidRequestError("token is missing")
        claims = self._tokens.accepted(asked.form["token"])
        if claims is None:
            return _json(oauth.Answer(200, {"active": False}))
        told = {name: claims[name] for name in _INTROSPECTED if name in claims}
        return _json(oauth.Answer(200, {"active": True, "token_type": "Bearer", **told}))

    async def logout(self, request: Request) -> Response:
        """End the session, and send the browser where its client wants it (RP-Initiated Logout 1.0).

        Without a token of the one who is logged in, the browser is asked first: any page could send it here.
        """
        form, data = await _sent(request)
        if request.method == "POST" and not form:
            return self._asked_again(metadata.LOGOUT, {name: data[name] for name in _LOGOUT if name in data})
        hint = self._tokens.hinted(data.get("id_token_hint", ""))
        session = self._session(request)
        if form and not self._is_own_form(request, form):
            return _refused("this form did not come from here, or is too old: go back and try again", 403)
        if session is not None and not form and (hint is None or hint["sub"] != session.sub):
            token, cookie = self._form_token(request)
            action = f"{self._settings.path}{metadata.LOGOUT}?{urlencode(data)}"
            page = pages.log_out(action, token, session.name)
            target = self._logout_target(data, hint)
            response = _page(page, 200, *([] if target is None else [target]))
            return self._with_cookie(response, self._form_cookie, cookie)
        self._sessions.pop(request.cookies.get(self._session_cookie, ""))
        response = self._after_logout(data, hint)
        response.delete_cookie(self._session_cookie, path=self._settings.path or "/")
        return response

    async def faults(self, request: Request) -> Response:
        """Show the faults that are on, or replace them: JSON `{"faults": ["jwks:slow=2s"]}`, from the loopback only."""
        if not is_loopback(request.client.host if request.client else ""):
            return _json(oauth.Answer(403, {"error": "access_denied"}))
        if request.method == "POST":
            # A page elsewhere cannot send this type without asking first, and is not answered.
            if _media_type(request) != "application/json":
                raise InvalidRequestError("the faults are application/json")
            try:
                document, repeated = json_object.parse_object(await _body(request))
                listed = document["faults"]
                if repeated:
                    raise UsageError(f"member {repeated[0][:100]!r} stands twice")  # noqa: TRY301 - one error kind
                if not isinstance(listed, list):
                    raise UsageError("faults is no array")  # noqa: TRY301 - one error kind
                wanted = faults.parse_all(listed)
            except (ValueError, KeyError) as err:
                raise InvalidRequestError("the faults are JSON such as {'faults': []}") from err
            except UsageError as err:
                raise oauth.error(
                    "invalid_request", f"{err.message} ({err.hint})" if err.hint else err.message
                ) from err
            fixed = tuple(fault for fault in self._faults.on if fault.endpoint == "tls")
            if any(fault.endpoint == "tls" and fault not in fixed for fault in wanted):
                raise InvalidRequestError("expired-certificate is for the start: --fault expired-certificate")
            self._faults.on = (*fixed, *(fault for fault in wanted if fault.endpoint != "tls"))
            self._obey()
            self._settings.note(f"faults: {', '.join(map(str, self._faults.on)) or 'none'}")
        response = _json(oauth.Answer(200, {"faults": [str(fault) for fault in self._faults.on]}))
        # Faults name files of this machine: no page elsewhere is to read them.
        del response.headers["Access-Control-Allow-Origin"]
        return response

    async def front(self, request: Request) -> Response:  # noqa: ARG002 - all pages are called with one
        """Say what this is to whoever opens the issuer's URL in a browser."""
        base, clients = self._settings.base, ", ".join(sorted(self._settings.clients))
        links = [base + metadata.OIDC, base + metadata.JWKS, base + metadata.LOGOUT]
        lines = [f"{self._settings.issuer} lets anybody in, under any name, for: {clients[:1000]}."]
        return _page(pages.message("An issuer for development", lines, links))

    def _obey(self) -> None:
        self._tokens.wrong_issuer = faults.WRONG_ISSUER if "wrong-issuer" in self._faults.at("token") else None

    async def _answered(self, name: str, handler: Handler, request: Request) -> Response:
        try:
            return await handler(request)
        except OAuth2Error as err:
            if name in _PAGES:
                return _refused(err.get_error_description() or err.error, err.status_code)
            return _json(self._oauth.refuse(oauth.Request("POST", {}, {}), err))
        except ClientDisconnect:
            return Response(status_code=400)
        except TimeoutError:
            return _json(oauth.Answer(408, {"error": "invalid_request", "error_description": "the body did not come"}))
        except JwtctlError as err:
            self._settings.note(f"error: {err.message}")
            return _failing(500)
        except Exception as err:  # noqa: BLE001 - a bug is told without values, and the server goes on
            last = traceback.extract_tb(err.__traceback__)[-1]
            self._settings.note(f"a bug in jwtctl: {type(err).__name__} at {Path(last.filename).name}:{last.lineno}")
            return _failing(500)

    def _public(self, request: Request, document: Mapping[str, Any], media_type: str) -> Response:
        octets = json_object.encode(document)
        tag = f'"{hashlib.sha256(octets).hexdigest()[:32]}"'
        headers = {**_PUBLIC, "Cache-Control": f"public, max-age={self._settings.cache_ttl}", "ETag": tag}
        asked = request.headers.get("if-none-match", "")
        if asked.strip() == "*" or tag in _ENTITY_TAGS.findall(asked):
            return Response(status_code=304, headers=headers)
        return Response(octets, headers=headers, media_type=media_type)

    def _asked_again(self, place: str, data: Mapping[str, str]) -> Response:
        """A form elsewhere comes without the cookies, which are SameSite=Lax: only as a GET is it seen who is logged in."""
        return _redirect(f"{self._settings.path}{place}?{urlencode(data)}", post=True)

    def _session(self, request: Request) -> Login | None:
        return self._sessions.get(request.cookies.get(self._session_cookie, ""))

    def _is_asked_anew(self, session: Login, data: Mapping[str, str]) -> bool:
        """Whether a client wants a user to log in who has (OpenID Connect Core 1.0 section 3.1.2.1)."""
        words, limit = data.get("prompt", "").split(), data.get("max_age", "")
        if limit and not (limit.isascii() and limit.isdigit() and len(limit) <= 12):
            raise InvalidRequestError("max_age is no number of seconds")
        too_old = bool(limit) and self._settings.now - session.auth_time >= int(limit)
        return too_old or not _ASKING.isdisjoint(words)

    def _log_in_page(self, request: Request, asked: oauth.Request, grant: Any, problem: str = "") -> Response:
        data = asked.form
        token, cookie = self._form_token(request)
        page = pages.log_in(
            f"{self._settings.path}{metadata.AUTHORIZE}?{urlencode(data)}",
            grant.client.client_id,
            grant.redirect_uri,
            data.get("scope", ""),
            token,
            hint=data.get("login_hint", "")[: pages.LONGEST_NAME],
            problem=problem,
        )
        response = _page(page, 400 if problem else 200, grant.redirect_uri)
        return self._with_cookie(response, self._form_cookie, cookie)

    def _logged_in(
        self, request: Request, form: Mapping[str, str], asked: oauth.Request, grant: Any, wanted: str | None
    ) -> Response:
        if not self._is_own_form(request, form):
            return _refused("this form did not come from here, or is too old: go back and try again", 403)
        if "cancel" in form:
            return _redirect(self._oauth.authorize(asked, grant, None).location, post=True)
        name = form.get("name", "").strip()
        sub = quote(name, safe=_UNRESERVED)
        if not name or len(name) > pages.LONGEST_NAME or not name.isprintable() or len(sub) > 255:
            return self._log_in_page(request, asked, grant, f"A name has 1 to {pages.LONGEST_NAME} visible characters.")
        if wanted not in {None, sub}:
            # The client may not hear of anybody else (OpenID Connect Core 1.0 section 3.1.2.2).
            raise LoginRequiredError()  # noqa: RSE102 - it is redirected like those of Authlib
        self._sessions.pop(request.cookies.get(self._session_cookie, ""))
        login = Login(sub, name, self._settings.now)
        response = _redirect(self._oauth.authorize(asked, grant, login).location, post=True)
        return self._with_cookie(response, self._session_cookie, self._sessions.add(login))

    def _sent_back(self, asked: oauth.Request, err: Any, *, post: bool) -> Response:
        data = asked.form
        if err.redirect_uri is None and asked.client is not None:
            # The client and its redirect URI were found to be right before this came up.
            err.redirect_uri, err.state = data["redirect_uri"], data.get("state")
        if err.redirect_uri is None:
            return _refused(err.get_error_description() or err.error)
        return _redirect(self._oauth.refuse(asked, err).location, post=post)

    def _logout_target(self, data: Mapping[str, str], hint: Mapping[str, Any] | None) -> str | None:
        stated = data.get("client_id") if hint is None else hint["aud"]
        if stated != data.get("client_id", stated):
            return None  # A client that shows a token of another's (RP-Initiated Logout 1.0 section 2).
        client = self._settings.clients.get(stated) if isinstance(stated, str) else None
        target = data.get("post_logout_redirect_uri", "")
        return target if client is not None and client.check_redirect_uri(target) else None

    def _after_logout(self, data: Mapping[str, str], hint: Mapping[str, Any] | None) -> Response:
        target = self._logout_target(data, hint)
        if target is None:
            return _page(pages.message("Logged out", ["You are logged out here."]))
        state = [("state", data["state"])] if "state" in data else []
        return _redirect(add_params_to_uri(target, state), post=True)

    def _form_token(self, request: Request) -> tuple[str, str]:
        cookie = request.cookies.get(self._form_cookie, "")
        cookie = cookie if re.fullmatch(r"[\w-]{43}", cookie, re.ASCII) else secrets.token_urlsafe(32)
        return hmac.new(self._secret, cookie.encode(), "sha256").hexdigest(), cookie

    def _is_own_form(self, request: Request, form: Mapping[str, str]) -> bool:
        """Whether a form was shown by this server to this browser: its token belongs to the cookie that came with it."""
        token, cookie = self._form_token(request)
        known = request.cookies.get(self._form_cookie) == cookie
        same_site = request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        return known and same_site and hmac.compare_digest(token.encode(), form.get("csrf", "").encode())

    def _with_cookie(self, response: Response, name: str, value: str) -> Response:
        path, secure = self._settings.path or "/", self._settings.secure
        response.set_cookie(name, value, path=path, secure=secure, httponly=True, samesite="lax")
        return response

    def _is_own_name(self, request: Request) -> bool:
        """Whether a request came by a name of this server: a page whose name is made to point here comes by its own."""
        try:
            named = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        except ValueError:
            return False
        return named == urlsplit(self._settings.issuer).hostname or is_loopback(named)


async def _body(request: Request) -> bytes:
    found = bytearray()
    async with asyncio.timeout(_BODY_TIMEOUT):
        async for chunk in request.stream():
            found += chunk
            if len(found) > parameters.MAX_OCTETS:
                raise oauth.error("invalid_request", f"more than {parameters.MAX_OCTETS} bytes", status=413)
    return bytes(found)


async def _sent(request: Request) -> tuple[dict[str, str], dict[str, str]]:
    """What a page of ours has posted, if one has; and what a client asks, in the query or in a form of its own."""
    form = await _form(request) if request.method == "POST" else {}
    if form and "csrf" not in form:
        return {}, form
    return form, _read(request.scope["query_string"])


async def _form(request: Request) -> dict[str, str]:
    if _media_type(request) != "application/x-www-form-urlencoded":
        raise InvalidRequestError("the parameters are application/x-www-form-urlencoded")
    return _read(await _body(request))


def _read(octets: bytes) -> dict[str, str]:
    try:
        return parameters.read(octets)
    except ValueError as err:
        raise InvalidRequestError(str(err)) from err


async def _asked(request: Request) -> oauth.Request:
    form = await _form(request)
    stated = request.headers.get("authorization", "")
    if stated and "client_secret" in form:
        raise InvalidRequestError("a client authenticates itself in one way only (RFC 6749 section 2.3)")
    return oauth.Request("POST", form, {"Authorization": stated})


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _json(answer: oauth.Answer) -> Response:
    headers = _PRIVATE | {name: value for name, value in answer.headers if name == "WWW-Authenticate"}
    body = {
        name: parameters.plain(value) if name == "error_description" else value for name, value in answer.body.items()
    }
    response = Response(json_object.encode(body), answer.status, headers, "application/json")
    response.why = answer.body.get("error", "")  # type: ignore[attr-defined]  # for the note of it
    return response


def _redirect(target: str, *, post: bool) -> Response:
    # 303 makes the browser forget the form that it has posted (RFC 9700 section 4.12).
    return Response(
        status_code=303 if post else 302,
        headers={"Location": target, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


def _page(text: str, status: int = 200, *targets: str) -> Response:
    return HTMLResponse(text, status, pages.headers(*targets))


def _refused(reason: str, status: int = 400) -> Response:
    return _page(pages.message("This did not work", [reason, "You have not been sent anywhere."]), status)


def _challenge(status: int, error: str = "") -> Response:
    # Whoever showed no token is told of no error (RFC 6750 section 3.1).
    told = f', error="{error}"' if error else ""
    challenge = ("WWW-Authenticate", f'Bearer realm="userinfo"{told}')
    return _json(oauth.Answer(status, {"error": error} if error else {}, (challenge,)))


def _failing(status: int) -> Response:
    body = b"" if status in _BODILESS else json_object.encode({"error": "server_error"})
    return Response(body, status, _PRIVATE, "application/json")
