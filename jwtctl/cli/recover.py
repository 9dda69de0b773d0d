"""`jwtctl recover`."""

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from jwtctl.cli.options import (
    Color,
    ColorOption,
    ForceOption,
    JsonOption,
    KidOption,
    PassphraseOption,
    QuietOption,
    duration,
    say,
    wants_color,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from jwtctl.model import Attempt, Key, Recovery


def recover(
    leak: Annotated[
        str, typer.Argument(help="What leaked: a key in any format, or a JSON object of what is known.", metavar="LEAK")
    ],
    *,
    budget: Annotated[str, typer.Option(help="Time for the whole search.", metavar="DURATION")] = "30s",
    forge: Annotated[
        list[str] | None,
        typer.Option(help="Mint a token with this claim under the recovered key.", metavar="NAME=VALUE"),
    ] = None,
    public_out: Annotated[
        str | None, typer.Option("--public-out", help="Write the recovered public key.", metavar="FILE")
    ] = None,
    private_out: Annotated[
        str | None, typer.Option("--private-out", help="Write the whole key, 0600.", metavar="FILE")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="Format of what is written: jwk, pem or der.")] = "jwk",
    show_private: Annotated[
        bool, typer.Option("--show-private", help="Show the private exponent and the factors.")
    ] = False,
    kid: KidOption = None,
    passphrase: PassphraseOption = None,
    force: ForceOption = False,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
) -> int:
    """Recover the rest of a key from what has leaked.

    From (n, d), the key that services hold when RSA's roles are reversed, to the secret e, the factors, and a token
    that they accept. A public key with a huge exponent counts as (n, d). Exit 1 if nothing was found, which does not
    show that the key is safe.

    Example: jwtctl recover service.jwk --forge sub=admin
    """
    from jwtctl.cli import files
    from jwtctl.recovery import rsa_exponent

    files.must_be_free("-", public_out, private_out, force=force)
    claims = _claims(forge) if forge else None
    key = files.one_key(files.read_keys(leak, files.passphrase_from(passphrase)), kid)
    deadline = time.monotonic() + duration(budget, "--budget")
    found = rsa_exponent.recover(
        key,
        clock=time.monotonic,
        stop=lambda: time.monotonic() > deadline,
        on_step=_teller(quiet=quiet),
    )
    proof = rsa_exponent.prove(found, claims, {"kid": key.kid} if key.kid is not None else {})
    if json:
        from jwtctl.render import json_v1

        json_v1.write(
            json_v1.recovery(found, proof=_named(proof), forged_token=proof.forged_token, show_private=show_private),
            sys.stdout,
        )
    else:
        from jwtctl.render import text

        text.recovery(
            found,
            sys.stdout,
            proof=_named(proof),
            forged_token=proof.forged_token,
            show_private=show_private,
            color=wants_color(color),
        )
    _write(key, found, public_out, private_out, to, force=force)
    return 0 if found.recovered else 1


def _teller(*, quiet: bool) -> "Callable[[Attempt], None]":
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda step: say("note", f"{step.method}: {'found' if step.found else 'nothing'} in {step.seconds:.1f} s")


def _claims(forge: list[str]) -> dict[str, object]:
    from jwtctl.cli.members import members

    issued = int(time.time())
    return members(forge, "--forge", {"iat": issued, "exp": issued + 3600})


def _named(proof: object) -> dict[str, bool]:
    names = ("exponent_identity", "factors_multiply", "forged_token_verifies")
    return {name: getattr(proof, name) for name in names if getattr(proof, name) is not None}


def _write(
    leak: "Key", found: "Recovery", public_out: str | None, private_out: str | None, form: str, *, force: bool
) -> None:
    from jwtctl.cli import files
    from jwtctl.jose import key_writing
    from jwtctl.recovery.rsa_exponent import whole_key

    if not found.recovered or (public_out is None and private_out is None):
        return
    key = whole_key(leak, found)
    private = key_writing.write((key,), form, private=True) if private_out is not None else b""
    public = key_writing.write((key,), form, private=False) if public_out is not None else b""
    if private_out is not None:
        files.write(private_out, private, private=True, force=force)
    if public_out is not None:
        files.write(public_out, public, force=force)


COMMANDS = (recover,)
