"""Which libraries refuse an RSA private key that is mathematically sound, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jwtctl.jose.multi_prime import other_primes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.model import Key

OPENSSL_MAX_MODULUS_BITS = 16_384
"""OPENSSL_RSA_MAX_MODULUS_BITS."""
OPENSSL_SMALL_MODULUS_BITS = 3072
"""OPENSSL_RSA_SMALL_MODULUS_BITS: up to here an exponent may be as long as the modulus."""
OPENSSL_MAX_EXPONENT_BITS = 64
"""OPENSSL_RSA_MAX_PUBEXP_BITS: for longer moduli."""

_PROBE = b"jwtctl: does this key sign?"


class Refusal(NamedTuple):
    """One library that does not take a key.

    Attributes:
        library: its name, with what it stands under.
        reason: why, in words; names the limit.
        measured: whether it was tried just now; otherwise it is what the library's documentation says.
    """

    library: str
    reason: str
    measured: bool


def refusals(key: Key) -> tuple[Refusal, ...]:
    """Every known library that will refuse a whole RSA private key, or sign with it what it calls wrong itself.

    `cryptography`, and OpenSSL below it, is asked: it signs a message with the key and verifies it. An empty answer
    means that it did, and that no documented limit of another library is in the way.

    Args:
        key: an RSA private key with all its members.

    Raises:
        KeyMaterialError: an `oth` member that is malformed.
    """
    return tuple(_refusals(key))


def _refusals(key: Key) -> Iterator[Refusal]:
    primes = 2 + len(other_primes(key.members))
    reason = _of_openssl(key, primes)
    if reason:
        yield Refusal("cryptography (OpenSSL)", reason, measured=True)
    most = _most_primes(key.numbers["n"].bit_length())
    if primes > most:
        reason = f"its check of a key takes {most} primes for a modulus of this length, not {primes}"
        yield Refusal("openssl rsa -check", reason, measured=False)
    if primes > 2:
        yield Refusal("PyJWT, jwcrypto and joserfc", f"they are built on cryptography: {primes} primes", measured=False)
    e = key.numbers["e"].bit_length()
    if e > 31:
        yield Refusal("Go crypto/rsa", f"e has {e} bits, and at most 31 are taken", measured=False)
    if e > 32:
        yield Refusal("Windows CryptoAPI", f"e has {e} bits, and RSAPUBKEY.pubexp holds 32", measured=False)


def _most_primes(bits: int) -> int:
    """Primes that OpenSSL takes for a modulus of so many bits (ossl_rsa_multip_cap, crypto/rsa/rsa_mp.c)."""
    return 5 if bits >= 8192 else 4 if bits >= 4096 else 3 if bits >= 1024 else 2


def _of_openssl(key: Key, primes: int) -> str:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    from jwtctl.jose import key_der

    n, e = key.numbers["n"].bit_length(), key.numbers["e"].bit_length()
    try:
        private = serialization.load_der_private_key(
            key_der.write_private(key), None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(private, rsa.RSAPrivateKey):
            return "it takes the key for one of another type"
        signature = private.sign(_PROBE, padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, OverflowError, MemoryError, TypeError) as err:
        if primes > 2:
            return f"the key has {primes} primes, and it reads two"
        if n > OPENSSL_MAX_MODULUS_BITS:
            return f"n has {n} bits, above OPENSSL_RSA_MAX_MODULUS_BITS = {OPENSSL_MAX_MODULUS_BITS}"
        return (str(err).split("\n", maxsplit=1)[0].rstrip(".") or "it gives no reason")[:200]
    try:
        private.public_key().verify(signature, _PROBE, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        if n > OPENSSL_SMALL_MODULUS_BITS and e > OPENSSL_MAX_EXPONENT_BITS:
            return (
                f"it signs, but calls every signature wrong: e has {e} bits, above OPENSSL_RSA_MAX_PUBEXP_BITS = "
                f"{OPENSSL_MAX_EXPONENT_BITS} for a modulus of more than {OPENSSL_SMALL_MODULUS_BITS} bits"
            )
        return "it signs, but calls its own signature wrong: the numbers of the key do not belong together"
    return ""
