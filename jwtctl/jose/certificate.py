"""What an audit asks of an X.509 certificate (RFC 5280): whose key, how long, signed by whom and how."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, key_der

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.model import Key


class Certificate(NamedTuple):
    """The facts of one certificate.

    Attributes:
        subject, issuer: the names, as RFC 4514 writes them; text that others chose.
        not_before, not_after: Unix seconds.
        key: its public key, as far as JOSE has such keys; None otherwise.
        signature_hash: name of the hash under the issuer's signature (`sha1`, `sha256` …); None where the scheme has
            its own, as EdDSA.
        self_issued: whether subject and issuer are one name.
    """

    subject: str
    issuer: str
    not_before: float
    not_after: float
    key: Key | None
    signature_hash: str | None
    self_issued: bool


def read(encoding: bytes) -> Certificate:
    """Read a certificate.

    Args:
        encoding: its DER.

    Raises:
        KeyMaterialError: if it is none.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        found = _load(encoding)
        subject, issuer = found.subject, found.issuer
        not_before, not_after = found.not_valid_before_utc, found.not_valid_after_utc
    except (ValueError, OverflowError, x509.InvalidVersion) as err:
        raise KeyMaterialError("not an X.509 certificate in DER") from err
    try:
        hash_ = found.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError):
        hash_ = None
    return Certificate(
        subject.rfc4514_string(),
        issuer.rfc4514_string(),
        not_before.timestamp(),
        not_after.timestamp(),
        _public_key(encoding),
        hash_.name if hash_ else None,
        self_issued=subject == issuer,
    )


def is_issued_by(encoding: bytes, issuer: bytes) -> bool | None:
    """Whether a certificate bears another's name as its issuer and the signature of that one's key.

    Args:
        encoding: DER of the one.
        issuer: DER of the other.

    Returns:
        None if that cannot be told: one of them is no certificate, or the signature is of a kind that is not known.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        child, parent = _load(encoding), _load(issuer)
        if child.issuer != parent.subject:
            return False
        child.verify_directly_issued_by(parent)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
    return True


def thumbprint(encoding: bytes, hash_name: str) -> str:
    """Base64url of the hash of a certificate's DER, as in x5t and x5t#S256 (RFC 7517 sections 4.8 and 4.9).

    Args:
        encoding: its DER.
        hash_name: `sha1` or `sha256`.
    """
    from cryptography.hazmat.primitives import hashes

    classes: dict[str, Any] = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}
    hashing = hashes.Hash(classes[hash_name]())
    hashing.update(encoding)
    return base64url.encode(hashing.finalize())


def readable(key: Key) -> Iterator[tuple[int, Certificate]]:
    """The certificates that a key came with, each with its position; what is none is passed over."""
    for position, encoding in enumerate(key.certificates):
        try:
            yield position, read(encoding)
        except KeyMaterialError:
            continue


def stated_chain(key: Key) -> tuple[bytes | None, ...]:
    """The entries of a JWK's x5c, as `chain_in` gives them."""
    return chain_in(key.members)


def chain_in(members: Mapping[str, Any]) -> tuple[bytes | None, ...]:
    """The entries of the x5c of a JWK or header, decoded; None in the place of one that is no base64 of any kind.

    Without one, or with something else than an array of strings, the chain is empty.
    """
    entries = members.get("x5c")
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        return ()
    return tuple(map(_decoded, entries))


def _decoded(entry: str) -> bytes | None:
    try:
        return base64url.decode_lenient(entry)
    except ValueError:
        return None


def _load(encoding: bytes) -> Any:
    from cryptography import x509

    with warnings.catch_warnings():
        # What is odd about a certificate is for a check to say; a warning would land amid the report.
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(encoding)


def _public_key(encoding: bytes) -> Key | None:
    try:
        found = key_der.read(encoding)
    except KeyMaterialError:
        return None
    return found.key if isinstance(found, key_der.Certificate) else None
