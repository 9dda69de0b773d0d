"""`jwtctl sign`."""

from typing import Annotated, Any

import typer

from jwtctl.cli.options import (
    AtOption,
    ForceOption,
    KidOption,
    OutputOption,
    PassphraseOption,
    QuietOption,
    deliver,
    moment,
    now,
    warner,
)


def sign(
    *,
    key: Annotated[
        str | None, typer.Option("--key", "-k", help="Private key: a path, - or env:NAME.", metavar="KEY")
    ] = None,
    secret_file: Annotated[
        str | None, typer.Option("--secret-file", help="Raw HMAC secret in a file.", metavar="FILE")
    ] = None,
    secret: Annotated[str | None, typer.Option("--secret", help="HMAC secret.", metavar="env:NAME|b64:…|hex:…")] = None,
    alg: Annotated[str | None, typer.Option(help="Algorithm; by default the key's own.")] = None,
    iss: Annotated[str | None, typer.Option(help="Issuer.")] = None,
    sub: Annotated[str | None, typer.Option(help="Subject.")] = None,
    aud: Annotated[list[str] | None, typer.Option(help="Audience; repeat it for several.")] = None,
    exp: Annotated[str, typer.Option(help="Expiry.", metavar="TIME")] = "1h",
    no_exp: Annotated[bool, typer.Option("--no-exp", help="Leave exp out: the token never expires.")] = False,
    nbf: Annotated[str | None, typer.Option(help="Not valid before.", metavar="TIME")] = None,
    iat: Annotated[str, typer.Option(help="Issued at.", metavar="TIME")] = "now",
    no_iat: Annotated[bool, typer.Option("--no-iat", help="Leave iat out.")] = False,
    jti: Annotated[str | None, typer.Option(help="Token id; uuid makes one.")] = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(help="A claim: name=text, name:=json; dots nest.", metavar="NAME=VALUE"),
    ] = None,
    claims: Annotated[
        str | None, typer.Option(help="A JSON object of claims: @FILE, - or the text.", metavar="JSON")
    ] = None,
    header: Annotated[list[str] | None, typer.Option(help="A header parameter.", metavar="NAME=VALUE")] = None,
    typ: Annotated[str, typer.Option(help="Media type of the token, such as at+jwt.")] = "JWT",
    kid: KidOption = None,
    at: AtOption = None,
    passphrase: PassphraseOption = None,
    output: OutputOption = None,
    force: ForceOption = False,
    insecure_size: Annotated[
        bool, typer.Option("--insecure-size", help="Sign even with an RSA key below 2048 bits.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Sign a token.

    It lives one hour unless --exp, a claim or --no-exp says otherwise.

    Example: jwtctl sign --key issuer.jwk --iss https://id.example --sub alice --aud api --exp 15m
    """
    from jwtctl.cli import files
    from jwtctl.cli.members import json_argument, members
    from jwtctl.jose.sign import sign as sign_token

    signer = files.signing_key(key, files.secret_key(secret, secret_file, warner(quiet=quiet)), kid, passphrase)
    body: dict[str, Any] = {name: value for name, value in (("iss", iss), ("sub", sub)) if value is not None}
    if aud:
        body["aud"] = aud[0] if len(aud) == 1 else aud
    reference = now(at)
    if not no_iat:
        body["iat"] = moment(iat, reference, "--iat")
    if nbf is not None:
        body["nbf"] = moment(nbf, reference, "--nbf")
    if not no_exp:
        body["exp"] = moment(exp, reference, "--exp")
    if jti is not None:
        body["jti"] = _token_id(jti)
    body |= json_argument(claims, "--claims") if claims is not None else {}
    members(claim or (), "--claim", body)
    parameters = {"typ": typ or None, **members(header or (), "--header")}
    token = sign_token(body, signer, alg=alg, header=parameters, insecure_size=insecure_size)
    deliver(token.encode() + b"\n", output, private=True, force=force)


def _token_id(jti: str) -> str:
    if jti != "uuid":
        return jti
    import uuid

    return str(uuid.uuid4())


COMMANDS = (sign,)
