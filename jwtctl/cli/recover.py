"""`jwtctl recover`."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

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
from jwtctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwtctl.model import Attempt, Key, Recovery
    from jwtctl.recovery.rsa_exponent import Proof


def recover(
    leak: Annotated[
        str | None,
        typer.Argument(
            help="What leaked: a key in any format, or a JSON object of what is known.",
            metavar="[LEAK]",
            show_default=False,
        ),
    ] = None,
    *,
    tokens: Annotated[
        str | None,
        typer.Option(help="Tokens of one issuer, one per line; they may do without any LEAK.", metavar="FILE"),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(help="Time for the whole search: 30s, or 5m with --tokens.", metavar="DURATION")
    ] = None,
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
    to: Annotated[str, typer.Option("--to", help="Format of what is written: jwk, jwks, pem or der.")] = "jwk",
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

    With --tokens no leak is needed: two RS256 tokens give away the n and e of an issuer that signs with a usual e, or
    the public key of an ordinary issuer, which is no vulnerability. ES256 tokens give theirs away too, PS256 tokens do
    not.

    Example: jwtctl recover service.jwk --forge sub=admin

    Example: jwtctl recover --tokens two.txt --forge sub=admin
    """
    from jwtctl.cli import files

    files.must_be_free("-", public_out, private_out, force=force)
    _refuse(leak, tokens, private_out)
    claims = _claims(forge) if forge else None
    key = _leaked(leak, kid, passphrase, partial=tokens is not None) if leak is not None else None
    search = _Search(duration(budget or ("30s" if tokens is None else "5m"), "--budget"), _teller(quiet=quiet))
    if key is not None and tokens is None:
        found, proof = _from_leak(key, claims, search)
    else:
        found, proof = _from_tokens(tokens or "-", key, claims, search)
    _show(found, proof, json=json, show_private=show_private, color=color)
    if forge and found.recovered and not proof.forged_token and not quiet:
        say("warning", "no token was minted: nothing that signs was recovered")
    _write(key, found, public_out, private_out, to, force=force)
    return 0 if found.recovered else 1


class _Search(NamedTuple):
    seconds: int
    on_step: "Callable[[Attempt], None]"

    def options(self) -> "dict[str, Callable[..., Any]]":
        deadline = time.monotonic() + self.seconds
        return {"clock": time.monotonic, "stop": lambda: time.monotonic() > deadline, "on_step": self.on_step}


def _refuse(leak: str | None, tokens: str | None, private_out: str | None) -> None:
    if leak is None and tokens is None:
        raise UsageError("nothing to work on", hint="give a LEAK, --tokens FILE, or both")
    if leak is None and private_out is not None:
        raise UsageError("tokens alone give no private key", hint="give LEAK too, or --public-out FILE")


def _leaked(source: str, kid: str | None, passphrase: str | None, *, partial: bool) -> "Key":
    from jwtctl.cli import files

    if not partial or source.startswith("pkcs11:"):
        return files.one_key(files.read_keys(source, files.passphrase_from(passphrase)), kid)
    from jwtctl.jose import key_formats, leak

    octets = files.read(source)
    if (stated := leak.without_modulus(octets, source)) is not None:
        return stated
    return files.one_key(key_formats.read(octets, source, passphrase=files.passphrase_from(passphrase)), kid)


def _from_leak(key: "Key", claims: "Mapping[str, object] | None", search: _Search) -> "tuple[Recovery, Proof]":
    from jwtctl.recovery import rsa_exponent

    found = rsa_exponent.recover(key, **search.options())
    return found, rsa_exponent.prove(found, claims, {"kid": key.kid} if key.kid is not None else {})


def _from_tokens(
    source: str, key: "Key | None", claims: "Mapping[str, object] | None", search: _Search
) -> "tuple[Recovery, Proof]":
    from jwtctl.cli import files
    from jwtctl.recovery import tokens

    known = tokens.known_numbers(key) if key is not None else {}
    case = tokens.recover(tokens.gather(files.token_lines(source)), known, **search.options())
    return case.found, tokens.prove(case, claims)


def _teller(*, quiet: bool) -> "Callable[[Attempt], None]":
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda step: say("note", f"{step.method}: {'found' if step.found else 'nothing'} in {step.seconds:.1f} s")


def _claims(forge: list[str]) -> dict[str, object]:
    from jwtctl.cli.members import members

    issued = int(time.time())
    return members(forge, "--forge", {"iat": issued, "exp": issued + 3600})


def _show(found: "Recovery", proof: "Proof", *, json: bool, show_private: bool, color: Color) -> None:
    from jwtctl.jose.key import to_jwk
    from jwtctl.render import json_v1, text

    names = ("exponent_identity", "factors_multiply", "tokens_verify", "forged_token_verifies")
    held = {name: getattr(proof, name) for name in names if getattr(proof, name) is not None}
    keys = [to_jwk(key, private=False) for key in found.keys]
    if json:
        document = json_v1.recovery(
            found, proof=held, forged_token=proof.forged_token, keys=keys, show_private=show_private
        )
        json_v1.write(document, sys.stdout)
        return
    text.recovery(
        found,
        sys.stdout,
        proof=held,
        forged_token=proof.forged_token,
        keys=keys,
        show_private=show_private,
        color=wants_color(color),
    )


def _write(
    leak: "Key | None", found: "Recovery", public_out: str | None, private_out: str | None, form: str, *, force: bool
) -> None:
    from jwtctl.cli import files
    from jwtctl.jose import key_writing
    from jwtctl.model import Key
    from jwtctl.recovery.rsa_exponent import whole_key

    if not found.recovered or (public_out is None and private_out is None):
        return
    keys = found.keys if private_out is None and found.keys else (whole_key(leak or Key("RSA"), found),)
    private = key_writing.write(keys, form, private=True) if private_out is not None else b""
    public = key_writing.write(keys, form, private=False) if public_out is not None else b""
    if private_out is not None:
        files.write(private_out, private, private=True, force=force)
    if public_out is not None:
        files.write(public_out, public, force=force)


COMMANDS = (recover,)
