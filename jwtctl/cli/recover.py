"""`jwtctl recover`."""

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from jwtctl.cli.options import (
    Color,
    ColorOption,
    ForceOption,
    FormatOption,
    JsonOption,
    KidOption,
    PassphraseOption,
    QuietOption,
    duration,
    say,
    size,
    wants_color,
)
from jwtctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jwtctl.model import Attempt, Key, Recovery
    from jwtctl.recovery.evidence import Means
    from jwtctl.recovery.rsa_exponent import Proof


def recover(
    leak: Annotated[
        list[str] | None,
        typer.Argument(
            help="What leaked: a key in any format, a JSON object of what is known, or a torn or redacted PEM; several "
            "are attacked together.",
            metavar="[LEAK]…",
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
    step_budget: Annotated[
        str | None, typer.Option("--step-budget", help="Longest time for one step of the search.", metavar="DURATION")
    ] = None,
    max_memory: Annotated[
        str, typer.Option("--max-memory", help="For the processes that search.", metavar="SIZE")
    ] = "2GiB",
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", help="Processes that search side by side; one for each core.", min=1, max=256),
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
    format_: FormatOption = "text",
    color: ColorOption = "auto",
    quiet: QuietOption = False,
) -> int:
    """Recover the rest of a key from what has leaked.

    From (n, d), the key that services hold when RSA's roles are reversed, to the secret e, the factors, and a token
    that they accept. A public key with a huge exponent counts as (n, d). A torn or redacted private key is completed
    from what is left of it; a public key beside it helps. Several keys of one issuer are attacked together. Exit 1 if
    nothing was found, which does not show that the key is safe.

    With --tokens no leak is needed: two RS256 tokens give away the n and e of an issuer that signs with a usual e, or
    the public key of an ordinary issuer, which is no vulnerability. ES256 tokens give theirs away too, PS256 tokens do
    not.

    Example: jwtctl recover service.jwk --forge sub=admin

    Example: jwtctl recover torn.pem public.pem --private-out whole.pem --to pem

    Example: jwtctl recover --tokens two.txt --forge sub=admin
    """
    from jwtctl.cli import files
    from jwtctl.jose.key_writing import must_be_form

    files.must_be_free("-", public_out, private_out, force=force)
    must_be_form(to)
    if not leak and tokens is None:
        raise UsageError("nothing to work on", hint="give a LEAK, --tokens FILE, or both")
    if not leak and private_out is not None:
        raise UsageError("tokens alone give no private key", hint="give LEAK too, or --public-out FILE")
    claims = _claims(forge) if forge else None
    seconds = duration(budget or ("30s" if tokens is None else "5m"), "--budget")
    search = _Search(
        seconds,
        duration(step_budget, "--step-budget") if step_budget is not None else seconds,
        size(max_memory, "--max-memory"),
        jobs or os.cpu_count() or 1,
        quiet,
    )
    ask = files.passphrase_from(passphrase)
    if tokens is None:
        found, proof, known = _from_leaks(leak or [], kid, ask, claims, search)
    else:
        found, proof, known = _from_tokens(tokens, leak or [], kid, ask, claims, search)
    _show(found, proof, json=json or format_ == "json", show_private=show_private, color=color)
    if forge and found.recovered and not proof.forged_token and not quiet:
        reason = "nothing that signs was recovered"
        if found.n is not None and found.d is not None:
            reason = f"a modulus of {found.n.bit_length()} bits is too short for an RS256 signature"
        say("warning", f"no token was minted: {reason}")
    _write(known, found, public_out, private_out, to, force=force, quiet=quiet)
    return 0 if found.recovered else 1


class _Search(NamedTuple):
    seconds: int
    step_seconds: int
    max_memory: int
    workers: int
    quiet: bool

    @contextlib.contextmanager
    def means(self) -> "Iterator[Means]":
        """What the search may cost, with a bar for whoever waits; Ctrl-C tells what was excluded so far."""
        from jwtctl.recovery.evidence import Means
        from jwtctl.render import progress

        done: list[Attempt] = []
        with progress.search(self.seconds, shown=progress.is_wanted(quiet=self.quiet)) as bar:

            def told(step: "Attempt") -> None:
                done.append(step)
                bar(step.method, 1)

            deadline = time.monotonic() + self.seconds
            means = Means(time.monotonic, deadline, self.max_memory, self.workers, self.step_seconds, told, bar)
            try:
                yield means
            except KeyboardInterrupt:
                _show_interrupted(done)
                raise


def _show_interrupted(done: "list[Attempt]") -> None:
    from jwtctl.model import Recovery
    from jwtctl.render import text

    notes = ("interrupted: what is listed was searched to its end, and nothing else",)
    text.recovery(Recovery(attempts=tuple(done), notes=notes), sys.stdout, proof={})
    sys.stdout.flush()


def _from_leaks(
    sources: list[str],
    kid: str | None,
    ask: "Callable[[], bytes | None]",
    claims: "Mapping[str, object] | None",
    search: _Search,
) -> "tuple[Recovery, Proof, Key | None]":
    from jwtctl.cli import leak_sources
    from jwtctl.recovery import evidence, rsa_exponent

    pieces = [piece for source in sources for piece in leak_sources.read(source, kid, ask)]
    with search.means() as means:
        found, known = evidence.recover(pieces, means)
    return found, rsa_exponent.prove(found, claims, {"kid": known.kid} if known.kid is not None else {}), known


def _from_tokens(  # noqa: PLR0917 - one call, of what the command was given
    source: str,
    leaks: list[str],
    kid: str | None,
    ask: "Callable[[], bytes | None]",
    claims: "Mapping[str, object] | None",
    search: _Search,
) -> "tuple[Recovery, Proof, Key | None]":
    from jwtctl.cli import files, leak_sources
    from jwtctl.jose.leak import Leak
    from jwtctl.model import Key
    from jwtctl.recovery import tokens

    pieces = [piece for leak in leaks for piece in leak_sources.read(leak, kid, ask)]
    if len(pieces) > 1:
        raise UsageError(
            "one key goes with --tokens", hint="give the one of the tokens' issuer, or choose it with --kid"
        )
    piece = pieces[0] if pieces else None
    if isinstance(piece, Leak):
        piece = Key("RSA", numbers=piece.numbers, container="leak JSON", place=piece.place)
    if piece is not None and not isinstance(piece, Key):
        raise UsageError("a torn file does not go with --tokens", hint="complete it first: jwtctl recover TORN PUBLIC")
    known = tokens.known_numbers(piece) if piece is not None else {}
    gathered = tokens.gather(files.token_lines(source))
    with search.means() as means:
        case = tokens.recover(
            gathered,
            known,
            clock=means.clock,
            stop=means.stop,
            on_step=means.on_step,
            max_memory=means.max_memory,
            step_seconds=means.step_seconds,
        )
    return case.found, tokens.prove(case, claims), piece


def _claims(forge: list[str]) -> dict[str, object]:
    from jwtctl.cli.members import members

    issued = int(time.time())
    return members(forge, "--forge", {"iat": issued, "exp": issued + 3600})


def _show(found: "Recovery", proof: "Proof", *, json: bool, show_private: bool, color: Color) -> None:
    from jwtctl.jose.key import to_jwk

    names = ("exponent_identity", "factors_multiply", "tokens_verify", "forged_token_verifies")
    held = {name: getattr(proof, name) for name in names if getattr(proof, name) is not None}
    keys = [to_jwk(key, private=False) for key in found.keys]
    if json:
        from jwtctl.render import json_v1

        document = json_v1.recovery(
            found, proof=held, forged_token=proof.forged_token, keys=keys, show_private=show_private
        )
        json_v1.write(document, sys.stdout)
        return
    from jwtctl.render import text

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
    leak: "Key | None",
    found: "Recovery",
    public_out: str | None,
    private_out: str | None,
    form: str,
    *,
    force: bool,
    quiet: bool,
) -> None:
    from jwtctl.cli import files
    from jwtctl.jose import key_writing
    from jwtctl.model import Key
    from jwtctl.recovery.rsa_exponent import whole_key

    if not found.recovered or (public_out is None and private_out is None):
        return
    if private_out is None and found.keys:
        keys = found.keys
    else:
        keys = (whole_key(leak or Key("RSA"), found), *(whole_key(Key("RSA"), other) for other in found.others))
    private = key_writing.write(keys, form, private=True) if private_out is not None else b""
    public = key_writing.write(keys, form, private=False) if public_out is not None else b""
    if private_out is not None:
        files.write(private_out, private, private=True, force=force)
        if not quiet:
            _warn_of_refusals(keys[0])
    if public_out is not None:
        files.write(public_out, public, force=force)


def _warn_of_refusals(key: "Key") -> None:
    from jwtctl.jose.library_limits import refusals

    for refusal in refusals(key):
        say("warning", f"{refusal.library} will refuse this key: {refusal.reason}")


COMMANDS = (recover,)
