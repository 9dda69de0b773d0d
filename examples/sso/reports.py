"""Reports, a service on Flask: `gunicorn 'reports:service()'`, with the environment that start.py makes."""

import os

import jwt
import verifying
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, request, session, url_for
from markupsafe import escape


def application(verify):
    """The service.

    Args:
        verify: gives the claims of a token, or raises jwt.PyJWTError.
    """
    app = Flask("reports")
    # Behind TLS, as it should be anywhere but on the loopback: SESSION_COOKIE_SECURE=True.
    app.config.update(SESSION_COOKIE_NAME="reports", SESSION_COOKIE_SAMESITE="Lax")
    app.secret_key = os.environ["SESSION_SECRET"]
    issuer = OAuth(app).register(
        "issuer",
        client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"],
        server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256"},
    )

    def claims_of_request():
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return verify(token if scheme.lower() == "bearer" else session.get("token", ""))

    @app.get("/")
    def home():
        try:
            name = escape(claims_of_request()["sub"])
        except jwt.PyJWTError:
            return '<title>Reports</title><h1>Reports</h1><a href="/login">Log in</a>'
        return f'<title>Reports</title><h1>Reports for {name}</h1><a href="/logout">Log out</a>'

    @app.get("/api/me")
    def me():
        try:
            claims = claims_of_request()
        except jwt.PyJWTError as err:
            return {"refused": str(err)}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return {"service": "reports", "sub": claims["sub"], "role": claims.get("role", "user")}

    # Authlib makes and checks state, nonce and PKCE, and verifies the ID token.
    @app.get("/login")
    def login():
        return issuer.authorize_redirect(url_for("callback", _external=True))

    @app.get("/callback")
    def callback():
        try:
            answer = issuer.authorize_access_token()
        except OAuthError as err:
            return f"<h1>Not logged in</h1>{escape(err)}", 400
        session.clear()
        session["token"] = answer["access_token"]
        return redirect("/", 303)

    @app.get("/logout")
    def logout():
        session.clear()
        return redirect("/", 303)

    return app


def service():
    """What gunicorn starts."""
    return application(verifying.from_environment().claims)
