"""PKCS#12 files (RFC 7292): the keys and certificates inside, whatever their numbers are.

The MAC is not checked: it protects the file against strangers who do not know its password, and what a wrong
password decrypts to is no DER.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import der, key_der
from jwtctl.jose.key_encryption import UnsupportedCipherError, WrongPassphraseError, decrypt_pkcs8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.jose.der import Element
    from jwtctl.jose.key_der import Certificate
    from jwtctl.jose.key_encryption import Unlocker
    from jwtctl.model import Key

_DATA, _ENCRYPTED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_BAGS = "1.2.840.113549.1.12.10.1."
_KEY_BAG, _SHROUDED_BAG, _CERT_BAG, _SAFE_BAG = (f"{_BAGS}{number}" for number in (1, 2, 3, 6))


def read(pfx: Element, unlocker: Unlocker) -> Iterator[Key | Certificate | KeyMaterialError]:
    """Give the keys and certificates of a PKCS#12 file in its order, and an error for each part that is unusable.

    A file without a password is encrypted with the empty one, so that one is tried when none was given; what it does
    not open is an error in its place.

    Raises:
        KeyMaterialError: malformed.
        WrongPassphraseError: if a passphrase was given and opens not every part.
    """
    try:
        content = pfx.children()[1].children()
        if content[0].oid() != _DATA:
            raise KeyMaterialError("a PKCS#12 file sealed with a public key, which is not supported")
        # Old tools put certificates under RC2 and the key under Triple DES: what matters comes first.
        unsupported: list[UnsupportedCipherError] = []
        for info in read_sequence(content[1].inside().octets()):
            for part in _content(info, unlocker):
                if isinstance(part, UnsupportedCipherError):
                    unsupported.append(part)
                else:
                    yield part
        yield from unsupported
    except (ValueError, IndexError) as err:
        reason = str(err) if isinstance(err, der.DerError) else "a part of it is missing or misshapen"
        raise KeyMaterialError(
            f"a malformed PKCS#12 file: {reason}",
            hint="openssl pkcs12 -in FILE -nodes writes what is inside as PEM",
        ) from err


def read_sequence(octets: bytes) -> tuple[Element, ...]:
    """The elements of a SEQUENCE that an OCTET STRING wraps."""
    return der.read_one(octets).children()


def _content(info: Element, unlocker: Unlocker) -> Iterator[Key | Certificate | KeyMaterialError]:
    kind, wrapped = info.children()[:2]
    if kind.oid() == _DATA:
        yield from _bags(wrapped.inside().octets(), unlocker)
    elif kind.oid() == _ENCRYPTED_DATA:
        sealed = wrapped.inside().children()[1].children()
        if len(sealed) < 3 or sealed[2].tag != 0x80:
            raise KeyMaterialError("a PKCS#12 file with encrypted data in pieces, which is not supported")
        try:
            plain = _decrypted(sealed[1], sealed[2].content, unlocker)
        except WrongPassphraseError:
            raise
        except KeyMaterialError as err:
            yield err
            return
        yield from _bags(plain, unlocker)
    else:
        yield KeyMaterialError("a part of this PKCS#12 file is sealed with a public key")


def _bags(octets: bytes, unlocker: Unlocker, depth: int = 0) -> Iterator[Key | Certificate | KeyMaterialError]:
    for bag in read_sequence(octets):
        kind, value = bag.children()[:2]
        try:
            if kind.oid() == _KEY_BAG:
                yield key_der.read_private_info(value.inside())
            elif kind.oid() == _SHROUDED_BAG:
                algorithm, ciphertext = value.inside().children()
                plain = _decrypted(algorithm, ciphertext.octets(), unlocker)
                yield key_der.read_private_info(der.read_one(plain))
            elif kind.oid() == _CERT_BAG:
                found = key_der.read(value.inside().children()[1].inside().octets())
                if isinstance(found, key_der.Certificate):
                    yield found
            elif kind.oid() == _SAFE_BAG and depth < 4:
                yield from _bags(value.inside().encoding, unlocker, depth + 1)
        except WrongPassphraseError:
            raise
        except KeyMaterialError as err:
            yield err


def _decrypted(algorithm: Element, ciphertext: bytes, unlocker: Unlocker) -> bytes:
    passphrase = unlocker.optional_passphrase()
    try:
        plain = decrypt_pkcs8(algorithm, ciphertext, passphrase, unlocker)
        der.read_one(plain)
    except (WrongPassphraseError, der.DerError) as err:
        unlocker.passphrase("this PKCS#12 file")
        raise WrongPassphraseError("this PKCS#12 file") from err
    return plain
