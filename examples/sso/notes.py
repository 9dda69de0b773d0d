"""Notes, a service on Starlette: `uvicorn notes:service --factory`, with the environment that start.py makes."""

import html
import os

import jwt
import verifying
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route


def application(verify):
    """The service.

    Args:
        verify: gives the claims of a token, or raises jwt.PyJWTError.
    """
    issuer = OAuth().register(
        "issuer",
        client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"],
        server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256"},
    )

    # What verifies is `def`: Starlette runs it in a thread, for a key set may have to be fetched.
    def claims_of(request):
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return verify(token if scheme.lower() == "bearer" else request.session.get("token", ""))

    def home(request):
        try:
            name = html.escape(claims_of(request)["sub"])
        except jwt.PyJWTError:
            return HTMLResponse('<title>Notes</title><h1>Notes</h1><a href="/login">Log in</a>')
        return HTMLResponse(f'<title>Notes</title><h1>Notes of {name}</h1><a href="/logout">Log out</a>')

    def me(request):
        try:
            claims = claims_of(request)
        except jwt.PyJWTError as err:
            refusal = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            return JSONResponse({"refused": str(err)}, status_code=401, headers=refusal)
        return JSONResponse({"service": "notes", "sub": claims["sub"], "role": claims.get("role", "user")})

    # Authlib makes and checks state, nonce and PKCE, and verifies the ID token.
    async def login(request):
        return await issuer.authorize_redirect(request, request.url_for("callback"))

    async def callback(request):
        try:
            answer = await issuer.authorize_access_token(request)
        except OAuthError as err:
            return HTMLResponse(f"<h1>Not logged in</h1>{html.escape(str(err))}", status_code=400)
        request.session.clear()
        request.session["token"] = answer["access_token"]
        return RedirectResponse("/", status_code=303)

    async def logout(request):
        request.session.clear()
        return RedirectResponse("/", status_code=303)

    routes = [Route("/", home), Route("/api/me", me), Route("/login", login), Route("/callback", callback)]
    # Behind TLS, as it should be anywhere but on the loopback: https_only=True.
    session = Middleware(SessionMiddleware, secret_key=os.environ["SESSION_SECRET"], session_cookie="notes")
    return Starlette(routes=[*routes, Route("/logout", logout)], middleware=[session])


def service():
    """What uvicorn starts."""
    return application(verifying.from_environment().claims)
