"""`jwtctl sign`."""

from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    from collections.abc import Callable


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
    exp: Annotated[str | None, typer.Option(help="Expiry; 1h unless the claims state one.", metavar="TIME")] = None,
    no_exp: Annotated[bool, typer.Option("--no-exp", help="Leave exp out: the token never expires.")] = False,
    nbf: Annotated[str | None, typer.Option(help="Not valid before.", metavar="TIME")] = None,
    iat: Annotated[str | None, typer.Option(help="Issued at; now unless the claims say.", metavar="TIME")] = None,
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

    It lives one hour unless --exp, a claim or --no-exp says otherwise. An option goes before the same claim in
    --claims, and --claim before both.

    Example: jwtctl sign --key issuer.jwk --iss https://id.example --sub alice --aud api --exp 15m
    """
    from jwtctl.cli import files
    from jwtctl.cli.members import json_argument, members
    from jwtctl.errors import UsageError
    from jwtctl.jose.sign import sign as sign_token

    given_secret = files.secret_key(secret, secret_file, warner(quiet=quiet))
    signer, schedule = files.signing_key(key, given_secret, kid, passphrase)
    if (no_exp and exp is not None) or (no_iat and iat is not None):
        raise UsageError("--no-exp and --no-iat contradict --exp and --iat")
    reference = now(at)
    options = {
        "iss": iss,
        "sub": sub,
        "aud": aud[0] if aud and len(aud) == 1 else aud or None,
        "iat": None if iat is None else moment(iat, reference, "--iat"),
        "nbf": None if nbf is None else moment(nbf, reference, "--nbf"),
        "exp": None if exp is None else moment(exp, reference, "--exp"),
        "jti": _token_id(jti),
    }
    usual = {"iat": None if no_iat else int(reference), "exp": None if no_exp else int(reference) + 3600}
    given = json_argument(claims, "--claims") if claims is not None else {}
    typed = _present(options)
    body = {**typed, **_present(usual), **given, **typed}
    members(claim or (), "--claim", body)
    for name in ("exp", "nbf", "iat"):
        if isinstance(body.get(name), str):
            warner(quiet=quiet)(f"claim {name} is text, which is no date: --claim {name}:=SECONDS makes it a number")
    if schedule is not None:
        _warn_if_it_outlives_its_key(schedule.max_ttl, body, warner(quiet=quiet))
    parameters = {"typ": typ or None, **members(header or (), "--header")}
    token = sign_token(body, signer, alg=alg, header=parameters, insecure_size=insecure_size)
    deliver(token.encode() + b"\n", output, private=True, force=force)


def _warn_if_it_outlives_its_key(limit: int, body: dict[str, Any], warn: "Callable[[str], None]") -> None:
    life, issued = body.get("exp"), body.get("iat")
    if life is None or (isinstance(life, int) and isinstance(issued, int) and life - issued > limit):
        warn(f"the token outlives the {limit} s of the store: its key may be gone before it expires")


def _present(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value is not None}


def _token_id(jti: str | None) -> str | None:
    if jti != "uuid":
        return jti
    import uuid

    return str(uuid.uuid4())


COMMANDS = (sign,)
