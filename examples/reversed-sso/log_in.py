"""The log-in of the reversed scheme. It is like any other's, down to PKCE: what is wrong is the key of its tokens.

`gunicorn 'log_in:server()'`, with the environment that start_reversed.py makes.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import urlencode

import issuer
from flask import Flask, abort, redirect, request, session

FORM = '<title>Log in</title><form method="post"><input name="name" required autofocus><button>Log in</button></form>'


def server():
    """The identity server of the folder, the clients and the password that the environment names."""
    folder, clients = Path(os.environ["KEYS"]), os.environ["REDIRECT_URIS"].split()
    codes = {}
    app = Flask("issuer")
    app.config.update(SESSION_COOKIE_NAME="issuer", SESSION_COOKIE_SAMESITE="Lax")
    app.secret_key = os.environ["SESSION_SECRET"]

    @app.get("/.well-known/openid-configuration")
    def configuration():
        url = request.host_url.rstrip("/")
        return {"issuer": url, "authorization_endpoint": f"{url}/authorize", "token_endpoint": f"{url}/token"}

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize():
        back = request.args["redirect_uri"]
        if back not in clients:
            abort(400, "this is no service of ours")
        if request.method == "POST":
            session["name"] = request.form["name"]
        if "name" not in session:
            return FORM
        code = secrets.token_urlsafe()
        codes[code] = session["name"], request.args["code_challenge"]
        return redirect(f"{back}?{urlencode({'code': code, 'state': request.args['state']})}", 303)

    @app.post("/token")
    def token():
        name, challenge = codes.pop(request.form["code"], (None, None))
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            abort(400, "wrong code")
        return {"access_token": issuer.token(folder, name), "token_type": "Bearer", "expires_in": 3600}

    return app
