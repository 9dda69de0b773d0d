"""What LEAK arguments hold: a key in any format, a leak document, or what is left of a private key file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.errors import KeyMaterialError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jwtctl.model import Key, KeySet
    from jwtctl.recovery.evidence import Piece


def read(source: str, kid: str | None, passphrase: Callable[[], bytes | None]) -> tuple[Piece, ...]:
    """Read one LEAK.

    Args:
        source: path, `-` or `env:NAME`.
        kid: which key of several.
        passphrase: of an encrypted key.

    Returns:
        One piece; of a file with several keys and no `kid` all that leaked whole, which are attacked together.

    Raises:
        InputError: if it cannot be read.
        KeyMaterialError: if it is nothing of all that; the message says what it is.
    """
    from jwtctl.cli import files
    from jwtctl.jose import json_object, key_formats
    from jwtctl.jose.leak import is_leak, parse_leak
    from jwtctl.jose.torn_key import parse_torn
    from jwtctl.model import Place

    if source.startswith("pkcs11:") or files.is_store(source):
        return _leaked(files.read_keys(source, passphrase), kid)
    octets = files.read(source)
    text = octets.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] == b"{":
        try:
            document, repeated = json_object.parse(text)
        except ValueError:
            document, repeated = None, ()
        if is_leak(document):
            if repeated:
                raise KeyMaterialError(f"{source!r}: member {repeated[0]!r} stands twice")
            return (parse_leak(document, Place(source)),)
    try:
        return _leaked(key_formats.read(octets, source, passphrase=passphrase), kid)
    except KeyMaterialError as err:
        whole = err
    try:
        return (parse_torn(octets.decode("utf-8", "replace"), Place(source)),)
    except KeyMaterialError as err:
        # A file that once was a private key is told what is left of it; any other, what it is.
        raise (err if b"PRIVATE KEY" in octets and "encrypted" not in whole.message else whole) from err


def _leaked(key_set: KeySet, kid: str | None) -> tuple[Key, ...]:
    from jwtctl.cli import files
    from jwtctl.recovery.evidence import leaked_pair

    leaked = tuple(key for key in key_set.keys if key.kty == "RSA" and leaked_pair(key.numbers))
    return leaked if kid is None and len(leaked) > 1 else (files.one_key(key_set, kid),)
