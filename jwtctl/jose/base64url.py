"""Base64url without padding, read strictly (RFC 7515 section 2, RFC 4648 sections 3.5 and 5)."""

from __future__ import annotations

import binascii

_TO_STANDARD = str.maketrans("-_", "+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")


def encode(octets: bytes) -> str:
    """Encode octets as base64url without padding."""
    return binascii.b2a_base64(octets, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def encode_integer(number: int, octets: int | None = None) -> str:
    """Encode a non-negative integer as Base64urlUInt (RFC 7518 section 2).

    Args:
        number: the integer.
        octets: fixed length for curve coordinates (RFC 7518 section 6.2.1.2); None for as few as possible.
    """
    length = octets if octets is not None else max(1, (number.bit_length() + 7) // 8)
    return encode(number.to_bytes(length, "big"))


def decode(text: str) -> bytes:
    """Decode the one canonical encoding of some octets.

    Raises:
        ValueError: naming what is not canonical: padding, a character outside the alphabet (the standard alphabet's
            `+` and `/` are outside), an impossible length, or unused bits that are not zero. Each would give one
            token many spellings (RFC 8725bis section 3.14).
    """
    if defect := defect_of(text):
        raise ValueError(defect)
    return decode_lenient(text)


def decode_lenient(text: str) -> bytes:
    """Decode what common libraries would accept: padding, either alphabet, white space and stray bits pass.

    Raises:
        ValueError: if it is not base64 of any kind.
    """
    squeezed = "".join(text.split()).rstrip("=").translate(_TO_STANDARD)
    try:
        return binascii.a2b_base64(squeezed + "=" * (-len(squeezed) % 4), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError, ValueError) as err:
        raise ValueError("not base64url") from err


def decode_and_judge(text: str) -> tuple[bytes, str]:
    """What `decode_lenient` gives, and what `defect_of` says.

    Raises:
        ValueError: if it is not base64 of any kind.
    """
    octets = decode_lenient(text)
    return octets, "" if encode(octets) == text else defect_of(text)


def defect_of(text: str) -> str:
    """Say in words why a text is not canonical base64url, or return an empty string."""
    if text.endswith("="):
        return "base64url with padding"
    if "+" in text or "/" in text:
        return "standard base64 alphabet instead of base64url"
    if "".join(text.split()) != text:
        return "white space inside base64url"
    try:
        octets = decode_lenient(text)
    except ValueError:
        return "not base64url"
    return "" if encode(octets) == text else "base64url with unused bits set"
