"""One block of AES, for generators that are built on it."""

from __future__ import annotations


def encrypt_block(key: bytes, block: bytes) -> bytes:
    """AES of one block of 16 octets under a key of 16, 24 or 32 (FIPS 197)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    # One block has no mode: ECB is the name for that.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - see above
    return encryptor.update(block) + encryptor.finalize()
