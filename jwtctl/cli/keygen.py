"""`jwtctl keygen`."""

from typing import Annotated

import typer

from jwtctl.cli.options import ForceOption, OutputOption, PassphraseOption, QuietOption, deliver, say, warner


def keygen(
    alg: Annotated[
        str,
        typer.Argument(
            help="RS256…PS512, ES256, ES384, ES512, ES256K, Ed25519, Ed448, EdDSA, HS256…HS512, ML-DSA-44/65/87, "
            "RSA-OAEP-256, ECDH-ES, A256KW …"
        ),
    ],
    *,
    size: Annotated[int | None, typer.Option(help="Bits of an RSA modulus (3072) or of an HMAC secret.")] = None,
    crv: Annotated[str | None, typer.Option(help="Curve for EdDSA and ECDH-ES.")] = None,
    kid: Annotated[str, typer.Option(help="thumbprint (RFC 7638), uuid, or the text itself.")] = "thumbprint",
    use: Annotated[str | None, typer.Option(help="sig or enc, where the algorithm does not say it.")] = None,
    to: Annotated[str, typer.Option("--to", help="jwk, jwks, pem, der or ssh.")] = "jwk",
    passphrase: PassphraseOption = None,
    output: OutputOption = None,
    public_out: Annotated[
        str | None, typer.Option("--public-out", help="Write the public half, in the same format.", metavar="FILE")
    ] = None,
    force: ForceOption = False,
    insecure_size: Annotated[
        bool, typer.Option("--insecure-size", help="Allow sizes that the RFCs forbid, for tests.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Make a key.

    The private key goes to standard output or -o FILE, a summary with the kid to standard error.

    Example: jwtctl keygen ES256 -o issuer.jwk --public-out issuer.pub.jwk
    """
    from jwtctl.cli import files
    from jwtctl.errors import KeyMaterialError, UsageError
    from jwtctl.jose import generate, key_writing
    from jwtctl.jose.key import describe, named

    files.must_be_free(output or "-", public_out, force=force)
    key_writing.must_be_form(to)
    secret = None if passphrase is None else files.passphrase_from(passphrase)()
    made = generate.generate(alg, size=size, crv=crv, insecure_size=insecure_size)
    key = named(made, kid, use)
    try:
        private = key_writing.write((key,), to, private=True, passphrase=secret, comment=key.kid or "")
        public = b"" if public_out is None else key_writing.write((key,), to, private=False, comment=key.kid or "")
    except KeyMaterialError as err:
        # No input is at fault: what was asked for does not go together.
        raise UsageError(err.message, hint=err.hint) from err
    deliver(private, output, private=True, force=force)
    if public_out is not None:
        deliver(public, public_out, private=False, force=force)
    if key.use != made.use:
        warner(quiet=quiet)(f"{alg} is for use {made.use}: verifiers and jwtctl refuse this key for it")
    if not quiet:
        say("note", f"made a key: {describe(key)}, alg {key.alg}, kid {key.kid}")


COMMANDS = (keygen,)
