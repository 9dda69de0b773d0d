"""Certificates to read and to audit: of any key, for any time, signed by anyone; the same keys in every run."""

from __future__ import annotations

import base64
import datetime as dt
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

JANUARY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
JULY = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


@lru_cache
def signer(scalar=7, curve=ec.SECP256R1):
    """A private key that depends on nothing but a number."""
    return ec.derive_private_key(0x1234567**8 + scalar, curve())


def edwards_signer(seed=7):
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(key, *, subject="leaf", issuer=None, by=None, start=JANUARY, end=JULY, digest=hashes.SHA256):
    """DER of a certificate for the public half of a private key; signed by itself unless `by` says otherwise."""
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer or subject))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(end)
        .sign(by or key, None if isinstance(by or key, ed25519.Ed25519PrivateKey) else digest())
    )
    return made.public_bytes(Encoding.DER)


@lru_cache
def chain():
    """Leaf, intermediate and root."""
    leaf, middle, root = signer(1), signer(2), signer(3)
    return (
        certificate(leaf, issuer="middle", by=middle),
        certificate(middle, subject="middle", issuer="root", by=root),
        certificate(root, subject="root"),
    )


def x5c(*encodings):
    """As x5c states them: standard base64."""
    return [base64.b64encode(encoding).decode() for encoding in encodings]
