"""A run of characters finds its place in a key file, wherever it was cut out."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from jwtctl.jose.torn_placement import Budget, anchored, decode
from jwtctl.jose.torn_text import MASKED, Run

KEY = rsa.generate_private_key(65537, 1024)
DER = KEY.private_bytes(
    serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
TEXT = base64.b64encode(DER).decode().rstrip("=")
PRIMES = {KEY.private_numbers().p, KEY.private_numbers().q}


@pytest.mark.parametrize("alignment", range(4))
def test_characters_are_decoded_at_every_alignment(alignment):
    octets = decode(TEXT[alignment:], alignment)
    # The last character may begin an octet that the file does not have.
    assert octets.size == -(-len(TEXT) * 6 // 8)
    assert all(
        (value ^ right) & mask == 0 for value, right, mask in zip(octets.values, DER, octets.masks, strict=False)
    )
    assert octets.masks[3 : len(DER)] == b"\xff" * (len(DER) - 3)


def test_a_masked_character_hides_its_six_bits():
    octets = decode(MASKED + "AAA", 0)
    assert (octets.values, octets.masks) == (b"\0\0\0", b"\x03\xff\xff")


@pytest.mark.parametrize(("begin", "at_start"), [(0, True), (300, False), (301, False)])
def test_a_run_is_laid_where_it_stood(begin, at_start):
    run = Run(TEXT[begin:], (), at_start, at_end=True, line=1)
    placed = anchored(run, "RSA PRIVATE KEY", Budget(400_000))[0][0]
    assert (placed.family, placed.bits) == ("DER", 1024)
    found = {
        int.from_bytes(placed.octets.values[start : start + octets], "big")
        for role, start, octets in placed.items
        if role in {"p", "q"}
    }
    assert found == PRIMES


def test_a_budget_that_is_used_up_lays_nothing():
    assert anchored(Run(TEXT, (), at_start=True, at_end=True, line=1), "RSA PRIVATE KEY", Budget(0)) == []
