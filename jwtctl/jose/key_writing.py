"""Writing keys: JWK, JWK Set, PEM, DER and OpenSSH.

PEM and DER are encoded here, number by number, so that a key whose exponents a library refuses (a reversed RSA key
that was recovered, say) can still be written.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError, UsageError
from jwtctl.jose import key_der
from jwtctl.jose.key import complete_public, public_half, to_jwk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jwtctl.model import Key

MAX_FACTORED_BITS = 16384
"""Modulus up to which missing factors are derived from n, e and d: some seconds of work."""
FORMS = ("jwk", "jwks", "pem", "der", "ssh")


def must_be_form(form: str) -> None:
    """Raise a UsageError if this is none of FORMS."""
    if form not in FORMS:
        raise UsageError(f"unknown form {form!r}", hint=f"forms are {', '.join(FORMS)}")


def write(
    keys: Sequence[Key], form: str, *, private: bool, passphrase: bytes | None = None, comment: str = ""
) -> bytes:
    """Write keys in one form, ending in a newline where the form is text.

    Args:
        keys: at least one; `jwk`, `der` and a private `ssh` file hold exactly one.
        form: one of FORMS. PEM and DER are PKCS#8 (private) or SubjectPublicKeyInfo (public).
        private: whether to write the private key or its public half.
        passphrase: encrypts private output: PKCS#8 with PBES2, OpenSSH with bcrypt-pbkdf, JWK with a JWE (PBES2).
        comment: of an OpenSSH key.

    Raises:
        KeyMaterialError: a key has no such form, or lacks the numbers for it.
        UsageError: the number of keys does not fit the form, or a passphrase is given for public output or is empty.
    """
    must_be_form(form)
    if not keys or (len(keys) > 1 and (form in {"jwk", "der"} or (form == "ssh" and private))):
        raise UsageError(
            f"{len(keys)} keys do not fit into one {form} file", hint="choose one with --kid, or write --to jwks"
        )
    if passphrase is not None and not private:
        raise UsageError("a public key is not encrypted", hint="leave the passphrase out")
    if passphrase == b"":
        raise UsageError("the passphrase is empty")
    if form in {"jwk", "jwks"}:
        return _json(keys, form, private=private, passphrase=passphrase)
    if form == "ssh":
        return _ssh(keys, comment, private=private, passphrase=passphrase)
    written = b""
    for key in keys:
        octets, label = _der(key, private=private, passphrase=passphrase)
        written += pem(label, octets, 64) if form == "pem" else octets
    return written


def document(members: Mapping[str, Any]) -> bytes:
    """Write a JWK or JWK Set as it is: JSON for people to read and to compare line by line, ending in a newline."""
    text = json.dumps(members, ensure_ascii=False, indent=2, allow_nan=False)
    if not text.replace("\n", "").isprintable():
        # Control characters beyond C0 and bidi overrides are legal in JSON, but must not reach a terminal.
        text = json.dumps(members, indent=2, allow_nan=False)
    return text.encode() + b"\n"


def complete_private(key: Key) -> Key:
    """The key with every member of its kind, derived from those that are there; RSA factors need n, e and d.

    Raises:
        KeyMaterialError: it is no private key, or its numbers do not allow it.
    """
    if not key.is_private:
        raise KeyMaterialError("this is the public half of a key", hint="give the private key")
    return _complete_rsa(key) if key.kty == "RSA" else complete_public(key)


def pem(label: str, octets: bytes, width: int = 64) -> bytes:
    """PEM of some DER, with so many characters of base64 in a line (RFC 7468)."""
    text = base64.b64encode(octets)
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    return b"\n".join((b"-----BEGIN %b-----" % label.encode(), *lines, b"-----END %b-----" % label.encode(), b""))


def _json(keys: Sequence[Key], form: str, *, private: bool, passphrase: bytes | None) -> bytes:
    jwks = [to_jwk(_for_jwk(key) if private else public_half(key), private=private) for key in keys]
    text = document(jwks[0] if form == "jwk" else {"keys": jwks})
    if passphrase is None:
        return text
    from jwtctl.jose.key_encryption import encrypt_jwe

    return encrypt_jwe(text, passphrase, "jwk+json" if form == "jwk" else "jwk-set+json").encode() + b"\n"


def _for_jwk(key: Key) -> Key:
    # With p and q, a JWK must hold dp, dq and qi too (RFC 7518 section 6.3.2), which OpenSSH files do not all have.
    if key.kty == "RSA" and {"e", "d", "p", "q"} <= key.numbers.keys() and min(key.numbers["p"], key.numbers["q"]) > 1:
        return _complete_rsa(key)
    return complete_public(key)


def _der(key: Key, *, private: bool, passphrase: bytes | None) -> tuple[bytes, str]:
    if key.is_symmetric:
        # Both writers refuse it by name; deriving a public half first would say something else.
        return key_der.write_public(key), ""
    if not private:
        return key_der.write_public(public_half(key)), "PUBLIC KEY"
    info = key_der.write_private(complete_private(key))
    if passphrase is None:
        return info, "PRIVATE KEY"
    from jwtctl.jose.key_encryption import encrypt_pkcs8

    return encrypt_pkcs8(info, passphrase), "ENCRYPTED PRIVATE KEY"


def _ssh(keys: Sequence[Key], comment: str, *, private: bool, passphrase: bytes | None) -> bytes:
    from jwtctl.jose import openssh

    for key in keys:
        if key.is_symmetric:
            key_der.write_public(key)
    if not private:
        return b"".join(openssh.write_public(public_half(key), comment or key.kid or "") for key in keys)
    key = complete_private(keys[0])
    octets = openssh.write_private(key, comment or key.kid or "", passphrase)
    return pem("OPENSSH PRIVATE KEY", octets, 70)


def _complete_rsa(key: Key) -> Key:
    numbers = dict(key.numbers)
    if "e" not in numbers:
        raise KeyMaterialError(
            "this RSA key states no public exponent", hint="jwtctl recover KEY tries to find the public exponent"
        )
    if "d" not in numbers:
        raise KeyMaterialError("this RSA key has private numbers, but no d")
    if "p" not in numbers or "q" not in numbers:
        numbers["p"], numbers["q"] = _factors(numbers["n"], numbers["e"], numbers["d"])
    return key._replace(numbers=_with_crt(numbers))


def _with_crt(numbers: dict[str, int]) -> dict[str, int]:
    # Numbers that are there stay as they are, right or wrong: writing is not repairing.
    p, q, d = numbers["p"], numbers["q"], numbers["d"]
    if p < 2 or q < 2:
        raise KeyMaterialError("this RSA key has a factor below 2")
    derived = dict(numbers)
    if "dp" not in numbers:
        derived["dp"] = d % (p - 1)
    if "dq" not in numbers:
        derived["dq"] = d % (q - 1)
    if "qi" not in numbers:
        try:
            derived["qi"] = pow(q, -1, p)
        except ValueError as err:
            raise KeyMaterialError("the factors of this RSA key are not coprime, so it has no qi") from err
    return {name: derived[name] for name in key_der.RSA_MEMBERS}


def _factors(n: int, e: int, d: int) -> tuple[int, int]:
    if max(n.bit_length(), e.bit_length() // 2, d.bit_length() // 2) > MAX_FACTORED_BITS:
        raise KeyMaterialError("this RSA key states no factors, and is too large to derive them")
    from cryptography.hazmat.primitives.asymmetric.rsa import rsa_recover_prime_factors

    try:
        p, q = rsa_recover_prime_factors(n, e, d)
    except (ValueError, ArithmeticError, AssertionError) as err:
        raise KeyMaterialError(
            "n, e and d of this RSA key do not belong together, so its factors cannot be derived",
            hint="jwtctl audit-keys FILE says what is wrong",
        ) from err
    return max(p, q), min(p, q)
