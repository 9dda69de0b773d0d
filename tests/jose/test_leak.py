import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import leak
from jwtctl.model import Place

PLACE = Place("leak.json")
WHOLE = {
    "schema": "jwtctl.leak/1",
    "n": "0xc1",
    "e": "0x3",
    "d": "0x2B",
    "p": "0x0d",
    "p_bits": 4,
    "p_high": {"value": "0x3", "bits": 2},
    "p_low": {"value": "0x1", "bits": 2},
    "d_low": {"value": "0x3", "bits": 3},
    "e_window": {"known": "0x10000", "shift": 4, "bits": 36},
    "known": {"p": {"mask": "0xf0", "value": "0x50"}, "dq": {"mask": "0x1", "value": "0x0"}},
    "others": [{"n": "0xc5", "d": "0x5"}],
}


def test_every_member_is_read():
    found = leak.parse_leak(WHOLE, PLACE)
    assert found.numbers == {"n": 0xC1, "e": 3, "d": 0x2B, "p": 13}
    assert (found.p_bits, found.p_high, found.p_low) == (4, leak.Part(3, 2), leak.Part(1, 2))
    assert found.d_low == leak.Part(3, 3)
    assert found.e_window == leak.ExponentWindow(0x10000, 4, 36)
    assert found.known == {"p": leak.LegibleBits(0xF0, 0x50), "dq": leak.LegibleBits(1, 0)}
    assert found.others == ({"n": 0xC5, "d": 5},)
    assert found.place is PLACE


def test_absent_members_are_absent():
    found = leak.parse_leak({"schema": "jwtctl.leak/1", "n": "0x1f", "later": 1}, PLACE)
    assert found == leak.Leak({"n": 31}, PLACE)


def test_a_leak_as_key():
    key = leak.key_of(leak.parse_leak(WHOLE, PLACE))
    assert (key.kty, key.container, key.place, key.is_private) == ("RSA", "leak JSON", PLACE, True)
    primes = leak.parse_leak({"schema": "jwtctl.leak/1", "p": "0xd", "q": "0xb"}, PLACE)
    assert leak.key_of(primes).numbers["n"] == 143
    with pytest.raises(KeyMaterialError, match="without the modulus n"):
        leak.key_of(leak.parse_leak({"schema": "jwtctl.leak/1", "p_low": {"value": "0x1", "bits": 1}}, PLACE))


def test_no_number_shows_in_a_repr():
    assert "2b" not in repr(leak.parse_leak(WHOLE, PLACE)).lower()
    assert repr(leak.Part(77, 7)).find("77") < 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"schema": "jwtctl.leak/2"}, "its schema is not"),
        ({"n": 193}, "/n: a hexadecimal string"),
        ({"n": "c1"}, "/n: a hexadecimal string"),
        ({"n": "0x"}, "/n: a hexadecimal string"),
        ({"n": "0x-1"}, "/n: a hexadecimal string"),
        ({"n": "0x1_0"}, "/n: a hexadecimal string"),
        ({"n": "0x\uff11"}, "/n: a hexadecimal string"),
        ({"n": "0x" + "f" * 300_000}, "/n: longer than"),
        ({"p_bits": -1}, "/p_bits: a number of bits"),
        ({"p_bits": True}, "/p_bits: a number of bits"),
        ({"p_bits": 10**12}, "/p_bits: a number of bits"),
        ({"p_high": "0x1"}, "/p_high: an object is expected, not a string"),
        ({"p_high": {"value": "0x1"}}, "/p_high/bits: a number of bits"),
        ({"p_high": {"bits": 1}}, "/p_high/value: a hexadecimal string"),
        ({"p_low": {"value": "0xff", "bits": 7}}, "more than the 7 bits"),
        ({"e_window": {"known": "0x1", "shift": 0}}, "/e_window/bits"),
        ({"known": {"n": {"mask": "0x1", "value": "0x1"}}}, "/known/n: known bits are read of"),
        ({"known": {"p": {"mask": "0x1", "value": "0x2"}}}, "its mask calls illegible"),
        ({"known": []}, "/known: an object is expected, not a array"),
        ({"others": {}}, "/others: an array"),
        ({"others": [1]}, "/others/0: an object is expected"),
        ({"others": [{"n": 1}]}, "/others/0/n"),
    ],
)
def test_wrong_shapes_are_named_with_their_place(changed, message):
    with pytest.raises(KeyMaterialError, match=message):
        leak.parse_leak({**WHOLE, **changed}, PLACE)


def test_a_document_that_states_nothing():
    with pytest.raises(KeyMaterialError, match="states nothing"):
        leak.parse_leak({"schema": "jwtctl.leak/1"}, PLACE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["0x1", "0xff"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "bits", "mask", "p"]), inner, max_size=3)
    ),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*WHOLE]), JSON))
def test_any_document_is_read_or_refused(members):
    try:
        leak.parse_leak({**members, "schema": "jwtctl.leak/1"}, PLACE)
    except KeyMaterialError as err:
        assert "\n" not in err.message  # noqa: PT017 - the property is about the error


def test_the_document_of_the_manual_is_json():
    assert leak.parse_leak(json.loads(json.dumps(WHOLE)), PLACE).numbers["n"] == 0xC1


def test_leading_and_trailing_bits():
    bits = leak.LegibleBits(0b1110_0111, 0b1010_0101)
    assert (bits.low(), bits.high(8)) == (leak.Part(0b101, 3), leak.Part(0b101, 3))
    assert (leak.LegibleBits(0, 0).low(), leak.LegibleBits(0, 0).high(8)) == (leak.Part(0, 0), leak.Part(0, 8 - 8))
    assert (leak.LegibleBits(0xFF, 0x81).low(), leak.LegibleBits(0xFF, 0x81).high(8)) == (
        leak.Part(0x81, 8),
        leak.Part(0x81, 8),
    )


def test_bits_of_one_number_are_joined_unless_they_contradict_each_other():
    low, high = leak.LegibleBits(0b0111, 0b0101), leak.LegibleBits(0b1100, 0b0100)
    assert low.joined(high) == high.joined(low) == leak.LegibleBits(0b1111, 0b0101)
    assert low.joined(leak.LegibleBits(0b0100, 0)) is None
    assert leak.NOTHING_LEGIBLE.joined(low) == low
    assert (low.agree(0b1101), low.agree(0b1100)) == (True, False)
