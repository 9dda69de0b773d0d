import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.jose import base64url
from tests.jose import vectors

ALPHABET = string.ascii_letters + string.digits + "-_"
NEARLY = st.text(alphabet=ALPHABET + "=+/ \n\té", max_size=40)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        # RFC 4648 section 10, without the padding
        (b"", ""),
        (b"f", "Zg"),
        (b"fo", "Zm8"),
        (b"foo", "Zm9v"),
        (b"foob", "Zm9vYg"),
        (b"fooba", "Zm9vYmE"),
        (b"foobar", "Zm9vYmFy"),
        # RFC 7515 appendix C
        (bytes([3, 236, 255, 224, 193]), "A-z_4ME"),
    ],
)
def test_published_encodings(octets, text):
    assert base64url.encode(octets) == text
    assert base64url.decode(text) == octets


@given(st.binary(max_size=100))
def test_octets_come_back(octets):
    encoded = base64url.encode(octets)
    assert encoded == vectors.text(octets)
    assert base64url.decode(encoded) == base64url.decode_lenient(encoded) == octets
    assert base64url.defect_of(encoded) == ""


@given(NEARLY | st.text(max_size=40))
def test_what_is_decoded_has_that_one_spelling(text):
    try:
        octets = base64url.decode(text)
    except ValueError as err:
        assert base64url.defect_of(text) == str(err)  # noqa: PT017 - the property is about the error
        return
    assert base64url.encode(octets) == text


@given(NEARLY | st.text(max_size=40))
def test_any_text_is_decoded_leniently_or_a_value_error(text):
    try:
        octets = base64url.decode_lenient(text)
    except ValueError as err:
        assert str(err) == "not base64url"  # noqa: PT017 - the property is about the error
        return
    assert isinstance(octets, bytes)
    assert base64url.decode_and_judge(text) == (octets, base64url.defect_of(text))


@given(st.binary(min_size=1, max_size=40), st.data())
def test_every_other_spelling_is_refused(octets, data):
    """The octets of one canonical text, spelled otherwise: lenient readers accept each, the strict one none."""
    canonical = base64url.encode(octets)
    where = data.draw(st.integers(0, len(canonical)))
    spellings = {
        canonical + "=" * data.draw(st.integers(1, 3)),
        canonical.replace("-", "+"),
        canonical.replace("_", "/"),
        canonical[:where] + data.draw(st.sampled_from(" \t\r\n\v\f\u00a0\u2003")) + canonical[where:],
    }
    for text in spellings - {canonical}:
        assert base64url.decode_lenient(text) == octets
        assert base64url.defect_of(text)
        with pytest.raises(ValueError, match=r"base64"):
            base64url.decode(text)


@pytest.mark.parametrize(("canonical", "unused"), [("Zg", 4), ("Zm8", 2)])
def test_unused_bits_must_be_zero(canonical, unused):
    last = ALPHABET_IN_ORDER.index(canonical[-1])
    for bits in range(1, 1 << unused):
        text = canonical[:-1] + ALPHABET_IN_ORDER[last + bits]
        assert base64url.decode_lenient(text) == base64url.decode(canonical)
        with pytest.raises(ValueError, match=r"^base64url with unused bits set$"):
            base64url.decode(text)


ALPHABET_IN_ORDER = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("Zg==", "base64url with padding"),
        ("=", "base64url with padding"),
        ("Zm8=", "base64url with padding"),
        ("+-Zm", "standard base64 alphabet instead of base64url"),
        ("/_Zm", "standard base64 alphabet instead of base64url"),
        ("Zm 9v", "white space inside base64url"),
        ("Zm9v\n", "white space inside base64url"),
        ("Z", "not base64url"),
        ("Zm9vY", "not base64url"),
        ("Z===Z", "not base64url"),
        ("Zg==Zg", "not base64url"),
        ("Zm.v", "not base64url"),
        ("Zm9\0", "not base64url"),
        ("Zm9\u200b", "not base64url"),
        ("\uff3am9v", "not base64url"),
        ("Zm9\ud800", "not base64url"),
        ("Zh", "base64url with unused bits set"),
    ],
)
def test_what_is_not_canonical_is_named(text, defect):
    assert base64url.defect_of(text) == defect
    with pytest.raises(ValueError, match=f"^{re.escape(defect)}$"):
        base64url.decode(text)


@pytest.mark.parametrize(
    ("number", "octets", "text"),
    [
        (0, None, "AA"),  # RFC 7518 section 2
        (1, None, "AQ"),
        (65537, None, "AQAB"),
        (255, None, "_w"),
        (256, None, "AQA"),
        (1, 4, "AAAAAQ"),
        (0, 3, "AAAA"),
    ],
)
def test_integers(number, octets, text):
    assert base64url.encode_integer(number, octets) == text


@given(st.integers(0, 1 << 2000))
def test_integers_come_back_in_as_few_octets_as_possible(number):
    octets = base64url.decode(base64url.encode_integer(number))
    assert int.from_bytes(octets, "big") == number
    assert number == 0 or octets[0]
