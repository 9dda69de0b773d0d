"""`jwtctl key show|public|convert|thumbprint`."""

import sys
from typing import Annotated

import typer

from jwtctl.cli.options import (
    ColorOption,
    ForceOption,
    FormatOption,
    JsonOption,
    KidOption,
    OutputOption,
    PassphraseOption,
    deliver,
    emit,
    say,
    unusable_entries,
    wants_color,
)

KeyArgument = Annotated[str, typer.Argument(help="The key: a path, - or env:NAME, in any format.", metavar="KEY")]
FormOption = Annotated[str, typer.Option("--to", help="jwk, jwks, pem, der or ssh.")]


def show(
    key: KeyArgument,
    *,
    kid: KidOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
    format_: FormatOption = "text",
    color: ColorOption = "auto",
) -> None:
    """Say what a key is, without showing any secret.

    Example: jwtctl key show issuer.pem
    """
    from jwtctl.cli import files
    from jwtctl.jose.key_facts import facts

    key_set = files.chosen(files.read_keys(key, files.passphrase_from(passphrase)), kid)
    described = [facts(found) for found in key_set.keys]
    if json or format_ == "json":
        from jwtctl.render import json_v1

        json_v1.write(json_v1.keys(described), sys.stdout)
    else:
        from jwtctl.render import text

        text.keys(described, sys.stdout, color=wants_color(color))
    for line in unusable_entries(key_set.problems, sources=True):
        say("warning", line)


def public(
    key: KeyArgument,
    *,
    to: FormOption = "jwk",
    kid: KidOption = None,
    passphrase: PassphraseOption = None,
    output: OutputOption = None,
    force: ForceOption = False,
) -> None:
    """Write the public half of a key.

    Example: jwtctl key public issuer.jwk --to pem -o issuer.pub.pem
    """
    from jwtctl.cli import files
    from jwtctl.jose import key_writing

    key_set = files.chosen(files.read_keys(key, files.passphrase_from(passphrase)), kid)
    keys = key_set.keys if key_set.is_jwks or to in {"jwks", "pem"} else (files.one_key(key_set, kid),)
    written = key_writing.write(keys, "jwks" if to == "jwk" and len(keys) > 1 else to, private=False)
    deliver(written, output, private=False, force=force)


def convert(
    key: KeyArgument,
    *,
    to: FormOption = "jwk",
    kid: KidOption = None,
    passphrase: PassphraseOption = None,
    new_passphrase: Annotated[
        str | None,
        typer.Option("--new-passphrase-file", help="Encrypt the result with this passphrase.", metavar="FILE|env:NAME"),
    ] = None,
    output: OutputOption = None,
    force: ForceOption = False,
) -> None:
    """Write a key in another format; a private key stays private.

    Example: jwtctl key convert issuer.jwk --to pem -o issuer.pem
    """
    from jwtctl.cli import files
    from jwtctl.jose import key_writing

    key_set = files.chosen(files.read_keys(key, files.passphrase_from(passphrase)), kid)
    private = any(found.is_private for found in key_set.keys)
    secret = None if new_passphrase is None else files.passphrase_from(new_passphrase)()
    deliver(
        key_writing.write(key_set.keys, to, private=private, passphrase=secret), output, private=private, force=force
    )


def thumbprint(
    key: KeyArgument,
    *,
    hash_name: Annotated[str, typer.Option("--hash", help="sha256, sha384 or sha512.")] = "sha256",
    uri: Annotated[bool, typer.Option("--uri", help="As a URI (RFC 9278).")] = False,
    kid: KidOption = None,
    passphrase: PassphraseOption = None,
) -> None:
    """Print the RFC 7638 thumbprint of each key, one per line.

    Example: jwtctl key thumbprint issuer.jwk
    """
    from jwtctl.cli import files
    from jwtctl.errors import KeyMaterialError, UsageError
    from jwtctl.jose import key as keys

    if hash_name not in {"sha256", "sha384", "sha512"}:
        raise UsageError(f"--hash {hash_name!r} is not known", hint="sha256, sha384 or sha512")
    for found in files.chosen(files.read_keys(key, files.passphrase_from(passphrase)), kid).keys:
        printed = (keys.thumbprint_uri if uri else keys.thumbprint)(found, hash_name)
        if printed is None:
            raise KeyMaterialError(
                f"{key!r}: an RSA key without its public exponent has no thumbprint", hint=f"jwtctl recover {key}"
            )
        emit(printed + "\n")


COMMANDS = (show, public, convert, thumbprint)
