"""The layouts are those of the files that libraries write."""

import random

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from jwtctl.jose.key_layout import FORMS_OF, OPENSSH, PKCS1, PKCS8, header_length, layout, numbers_of

ENCODINGS = {
    PKCS1: (serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL),
    PKCS8: (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8),
}


def fits(octets, position, choice):
    part = octets[position : position + len(choice.start)]
    return all((a ^ b) & m == 0 for a, b, m in zip(part, choice.start, choice.mask, strict=True))


@pytest.mark.parametrize("form", ENCODINGS)
@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_key_file_can_be_walked_by_its_layout(form, bits):
    encoding, private = ENCODINGS[form]
    octets = rsa.generate_private_key(65537, bits).private_bytes(encoding, private, serialization.NoEncryption())
    positions = {0}
    for item in layout(form, bits):
        positions = {
            position + choice.header + choice.octets
            for position in positions
            for choice in item.choices
            if position + len(choice.start) <= len(octets) and fits(octets, position, choice)
        }
        assert positions, item.role
    assert len(octets) in positions


def test_every_number_is_found_by_its_length():
    for form in (PKCS1, PKCS8, OPENSSH):
        for bits in (512, 2048, 16_384):
            for index, item in enumerate(layout(form, bits)):
                lengths = [choice.octets for choice in item.choices if choice.octets > 9]
                assert all((bits, index) in numbers_of(form, length) for length in lengths)


def test_headers_are_as_long_as_their_numbers_need():
    assert [header_length("DER", octets) for octets in (3, 127, 128, 255, 256)] == [2, 2, 3, 3, 4]
    assert header_length("SSH", random.Random(1).randrange(1, 500)) == 4
    assert set(FORMS_OF.values()) == {(PKCS1,), (PKCS8,), (OPENSSH,)}
