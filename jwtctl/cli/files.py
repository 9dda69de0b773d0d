"""What commands read and write: paths, `-`, `@file`, `env:NAME`; with size caps in, and all or nothing out."""

from __future__ import annotations

import functools
import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from jwtctl.errors import InputError, KeyMaterialError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO, TextIO

    from jwtctl.model import Key, KeySet, Schedule

MAX_OCTETS = 16 * 1024 * 1024
"""Largest key file, key set or token list that is read at once."""

LONGEST_LINE = 2 * 1024 * 1024
"""What is kept of a line in a list of tokens; the longest token that is read at all is shorter."""


def read(source: str, *, limit: int = MAX_OCTETS) -> bytes:
    """Read a path, `-` for standard input, or `env:NAME`.

    Raises:
        InputError: if it does not exist, is a directory, cannot be read, or is longer than the limit.
        UsageError: if standard input is a terminal.
    """
    if source == "-":
        return _bounded(_standard_input().read, "standard input", limit)
    if source.startswith("env:"):
        return _environment(source[4:])
    try:
        with Path(source).open("rb") as file:
            return _bounded(file.read, source, limit)
    except OSError as err:
        hint = "--jwks URL fetches a key set" if source.lower().startswith(("https://", "http://")) else ""
        raise InputError(f"{source!r}: {_reason(err)}", hint=hint) from err
    except ValueError as err:
        raise InputError(f"{source!r} is no file name") from err


def read_argument(argument: str, what: str, *, limit: int = MAX_OCTETS) -> bytes:
    """Read an argument that may stand for itself: `-`, `@FILE`, or the text.

    Raises:
        InputError: as `read`.
    """
    if argument == "-":
        return read("-", limit=limit)
    if argument.startswith("@"):
        return read(argument[1:], limit=limit)
    octets = argument.encode("utf-8", "surrogateescape")
    if len(octets) > limit:
        raise InputError(f"{what} is longer than {limit:,} bytes")
    return octets


def read_token(argument: str | None) -> str:
    """Read the one TOKEN argument: itself, `@FILE`, `-`, or standard input when it is left out.

    Raises:
        InputError: if there is none, or it is no ASCII text.
    """
    return ascii_text(read_argument(argument if argument is not None else "-", "the token"))


def ascii_text(octets: bytes) -> str:
    """Text of a token, which is ASCII by its nature; anything else is kept visible for the error that follows."""
    return octets.decode("utf-8", "backslashreplace")


def token_lines(source: str) -> Iterator[str]:
    """One token per line, blank lines skipped, without reading everything at once."""
    return (line for _, line in numbered_lines(source))


def numbered_lines(source: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1, blank ones skipped; of a line beyond LONGEST_LINE only its beginning."""
    source = source.removeprefix("@")
    if source == "-":
        yield from _lines(_standard_input())
        return
    try:
        with Path(source).open("rb") as file:
            yield from _lines(file)
    except OSError as err:
        raise InputError(f"{source!r}: {_reason(err)}") from err
    except ValueError as err:
        raise InputError(f"{source!r} is no file name") from err


def _lines(file: BinaryIO) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(LONGEST_LINE)):
            pass
        if line.strip():
            yield number, ascii_text(line)


def read_keys(source: str, passphrase: Callable[[], bytes | None] | None = None) -> KeySet:
    """Read all keys of a KEY argument; of a store (`jwks rotate`) those that it publishes.

    Raises:
        InputError: if it cannot be read.
        KeyMaterialError: if it holds no key, or for a `pkcs11:` URI, whose device jwtctl does not drive.
    """
    from jwtctl.jose import key_formats

    if source.startswith("pkcs11:"):
        raise KeyMaterialError(
            "pkcs11: keys stay inside their device, which jwtctl does not drive",
            hint="export the public key (p11tool --export, pkcs11-tool --read-object) and give that file",
        )
    if is_store(source):
        from jwtctl.keysets import store

        return store.published(source)
    return key_formats.read(read(source), source, passphrase=passphrase)


def is_store(source: str) -> bool:
    """Whether an argument names a store of `jwks rotate`."""
    try:
        return source != "-" and Path(source).is_dir() and (Path(source) / "store.json").exists()
    except (OSError, ValueError):
        return False


def is_folder(source: str) -> bool:
    """Whether an argument names a directory; false for a name that can be none."""
    try:
        return Path(source).is_dir()
    except (OSError, ValueError):
        return False


def one_key(key_set: KeySet, kid: str | None = None, *, fits: Callable[[Key], bool] | None = None) -> Key:
    """The one key that a command works on.

    Args:
        key_set: what was read.
        kid: the caller's choice; a key without kid answers to its RFC 7638 thumbprint.
        fits: what the command can use; it narrows a choice among several.

    Raises:
        InputError: if there is none of that name, or several and no name.
    """
    keys = [key for key in key_set.keys if kid is None or key.kid == kid] or _by_thumbprint(key_set, kid)
    if not keys:
        if key_set.problems and (kid is None or any(problem.kid == kid for problem in key_set.problems)):
            problem = next(found for found in key_set.problems if kid is None or found.kid == kid)
            raise KeyMaterialError(f"{key_set.source!r}: {problem.message}")
        what = f"no key named {kid!r}" if kid is not None else "no key"
        named = _names(key_set.keys)
        raise KeyMaterialError(f"{key_set.source!r}: {what}", hint=f"it holds {named}" if named else "")
    if len(keys) > 1 and fits is not None:
        keys = [key for key in keys if fits(key)] or keys
    if len(keys) > 1:
        raise KeyMaterialError(
            f"{key_set.source!r} holds {len(keys)} keys: {_names(keys)}",
            hint="choose one with --kid, by its kid or its thumbprint (jwtctl key thumbprint)",
        )
    return keys[0]


def _by_thumbprint(key_set: KeySet, kid: str | None) -> list[Key]:
    if kid is None:
        return []
    from jwtctl.jose.key import thumbprint

    # Only where a key has no name of its own: a name always counts for more.
    return [key for key in key_set.keys if key.kid is None and not key.is_symmetric and thumbprint(key) == kid]


def _names(keys: Sequence[Key]) -> str:
    from jwtctl.jose.key import describe

    return ", ".join(
        repr(key.kid) if key.kid is not None else f"a key without kid ({describe(key)})" for key in keys[:10]
    )


def chosen(key_set: KeySet, kid: str | None) -> KeySet:
    """All keys of a set, or the one of a kid; InputError if there is none."""
    if kid is None and key_set.keys:
        return key_set
    return key_set._replace(keys=(one_key(key_set, kid),), problems=())


def signing_key(
    source: str | None, secret: Key | None, kid: str | None, passphrase: str | None
) -> tuple[Key, Schedule | None]:
    """The key to sign with: the one given as --key, the active one of a store with its schedule, or the HMAC secret.

    A kid names a key among several; a key that has none takes it.

    Raises:
        UsageError: if neither or both are given.
        InputError: if it cannot be read or chosen.
    """
    if (source is None) == (secret is None):
        hint = "--key KEY, --secret-file FILE or --secret env:NAME"
        raise UsageError("no key to sign with" if source is None else "choose one key to sign with", hint=hint)
    if secret is not None:
        return secret._replace(kid=kid), None
    if is_store(source or "-"):
        return _active_key(source or "-", kid)
    key_set = read_keys(source or "-", passphrase_from(passphrase))
    alone = len(key_set.keys) == 1 and (key_set.keys[0].kid is None or not key_set.is_jwks)
    key = one_key(key_set, None if alone else kid, fits=lambda key: key.is_private)
    return key._replace(kid=kid) if kid is not None else key, None


def _active_key(source: str, kid: str | None) -> tuple[Key, Schedule]:
    from jwtctl.keysets import store

    key, schedule = store.signing_key(source)
    if kid not in {None, key.kid}:
        raise UsageError(f"--kid {kid!r} is not the active key of {source!r}", hint="a store signs with its active key")
    return key, schedule


def passphrase_from(option: str | None) -> Callable[[], bytes | None]:
    """Where a passphrase comes from: a file, `env:NAME`, or a prompt when standard input and error are terminals.

    Args:
        option: value of `--passphrase-file`/`--passphrase`; None to ask.

    Returns:
        A function that gives the passphrase, without its final line break, or None if there is nobody to ask.
    """

    def ask() -> bytes | None:
        if sys.stdin is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        from getpass import getpass

        try:
            return getpass("passphrase: ", stream=sys.stderr).encode()
        except EOFError as err:
            raise InputError("no passphrase was given") from err

    @functools.cache
    def stated() -> bytes:
        return read(option or "-", limit=64 * 1024).removesuffix(b"\n").removesuffix(b"\r")

    return ask if option is None else stated


def secret_key(secret: str | None, secret_file: str | None, warn: Callable[[str], None]) -> Key | None:
    """An HMAC secret from `--secret` or `--secret-file`, or None if neither is given.

    Args:
        secret: `env:NAME`, `b64:…` (either alphabet), `hex:…`, or the secret itself, which earns a warning.
        secret_file: a file, `-` or `env:NAME` whose octets are the secret, all of them.
        warn: told of what makes the secret unsafe or surprising.

    Raises:
        UsageError: if both are given, or the encoding is wrong.
        InputError: if it cannot be read.
    """
    from jwtctl.jose import base64url
    from jwtctl.model import Key, Place

    if secret is not None and secret_file is not None:
        raise UsageError("--secret and --secret-file exclude each other")
    if secret_file is not None:
        octets = read(secret_file, limit=64 * 1024)
        if octets.endswith(b"\n"):
            warn("the secret ends with a line break, which is part of it")
        return Key("oct", octets={"k": octets}, container="secret", place=Place(secret_file))
    if secret is None:
        return None
    scheme, colon, rest = secret.partition(":")
    try:
        if colon and scheme == "env":
            octets = _environment(rest)
        elif colon and scheme == "hex":
            octets = bytes.fromhex(rest)
        elif colon and scheme == "b64":
            octets = base64url.decode_lenient(rest)
        else:
            warn("a secret on the command line is visible to other users and stays in the shell's history")
            octets = secret.encode("utf-8", "surrogateescape")
    except ValueError as err:
        raise UsageError(f"--secret {scheme}: is not {'hexadecimal' if scheme == 'hex' else 'base64'}") from err
    return Key("oct", octets={"k": octets}, container="secret", place=Place("--secret"))


def must_be_free(*paths: str | None, force: bool) -> None:
    """Make sure that several files can be written before the first one is, and before anything is computed for them.

    Raises:
        UsageError: if one exists and may not be replaced, or two are the same.
        InputError: if one is a directory, or would stand in none.
    """
    given = [path for path in paths if path is not None]
    for path in given:
        if given.count(path) > 1:
            raise UsageError(f"{path!r} is named for two results")
        if path != "-" and not force and (Path(path).is_file() or Path(path).is_symlink()):
            raise UsageError(f"{path!r} exists", hint="--force replaces it")
        if path and Path(path).is_dir():
            raise InputError(f"{path!r} is a directory", hint="name a file")
        if not Path(path).parent.is_dir():
            raise InputError(f"cannot write {path!r}: no such file or directory")


def write(path: str, octets: bytes, *, private: bool = False, force: bool = False) -> None:
    """Write a file, whole or not at all.

    The octets go to a temporary file beside the target, which then takes its name: a failed run leaves nothing, a
    killed one leaves the old file whole. Devices and pipes are written to as they are.

    Args:
        path: the target.
        octets: what to write.
        private: make it readable by its owner alone (mode 0600).
        force: replace an existing file.

    Raises:
        UsageError: if it exists and may not be replaced.
        InputError: if it cannot be written.
    """
    target = Path(path)
    try:
        if not path:
            raise ValueError("an empty name")  # noqa: TRY301 - as a name with a NUL in it, which the system refuses
        if target.is_dir():
            raise InputError(f"{path!r} is a directory", hint="name a file")
        if target.exists() and not target.is_file():
            target.write_bytes(octets)
            return
        if not force and (target.exists() or target.is_symlink()):
            raise UsageError(f"{path!r} exists", hint="--force replaces it")
        _replace(target.resolve(), octets, 0o600 if private else 0o666, force=force)
    except OSError as err:
        raise InputError(f"cannot write {path!r}: {_reason(err)}") from err
    except ValueError as err:
        raise InputError(f"{path!r} is no file name") from err


def _replace(target: Path, octets: bytes, mode: int, *, force: bool) -> None:
    temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        if not force:
            _claim(target, mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _claim(target: Path, mode: int) -> None:
    # Somebody may have made the target since it was looked for; only an exclusive creation is sure.
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    except FileExistsError as err:
        raise UsageError(f"{str(target)!r} exists", hint="--force replaces it") from err


_taken: weakref.WeakSet[TextIO] = weakref.WeakSet()


def _standard_input() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise InputError("standard input is closed")
    if sys.stdin.isatty():
        raise UsageError("nothing on standard input: it is a terminal", hint="give a file, or pipe something in")
    if sys.stdin in _taken:
        # The second reader would find it empty, and blame that on the token or the key.
        raise UsageError("standard input is asked for twice", hint="give one of the two as a file or as env:NAME")
    _taken.add(sys.stdin)
    return sys.stdin.buffer


def _environment(name: str) -> bytes:
    value = os.environb.get(name.encode("utf-8", "surrogateescape")) if os.supports_bytes_environ else None
    if value is None and not os.supports_bytes_environ and name in os.environ:
        value = os.environ[name].encode()
    if value is None:
        raise InputError(f"environment variable {name!r} is not set")
    return value


def _bounded(read_octets: Callable[[int], bytes], source: str, limit: int) -> bytes:
    octets = read_octets(limit + 1)
    if len(octets) > limit:
        raise InputError(f"{source!r} is larger than {limit:,} bytes")
    return octets


def _reason(err: OSError) -> str:
    return (err.strerror or str(err)).lower()
