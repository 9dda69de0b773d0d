import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.jose import der


@given(st.integers(min_value=0, max_value=1 << 3000))
def test_integers_come_back_and_are_canonical(number):
    element = der.read_one(der.encode_integer(number))
    assert element.unsigned() == number
    assert element.integer_defect() == ""


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 1 << 40), max_size=8))
def test_object_identifiers_come_back(first, second, rest):
    dotted = ".".join(map(str, (first, second, *rest)))
    assert der.read_one(der.encode_oid(dotted)).oid() == dotted


@given(st.binary(max_size=300))
def test_octets_come_back(content):
    element = der.read_one(der.encode(der.OCTET_STRING, content))
    assert element.octets() == content


@given(st.binary(max_size=200))
def test_any_octets_give_elements_or_a_der_error(octets):
    try:
        element = der.read_one(octets)
        element.children()
    except der.DerError:
        return
    assert element.encoding == octets


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("30", "cut short"),
        ("3003020101ff", "1 octets after the end"),
        ("30800000", "indefinite length"),
        ("30810102", "not the shortest"),
        ("3082000102", "not the shortest"),
        ("3085010000000001", "impossible"),
        ("1f8101", "more than one octet"),
        ("3005020101", "cut short"),
    ],
)
def test_what_der_forbids_is_named(octets, message):
    with pytest.raises(der.DerError, match=message):
        der.read_one(bytes.fromhex(octets))


def test_missing_octets_are_counted():
    with pytest.raises(der.DerError) as caught:
        der.read_one(bytes.fromhex("3005020101"))
    assert caught.value.missing == 2


@pytest.mark.parametrize(
    ("octets", "defect"),
    [("0200", "empty"), ("0201ff", "negative"), ("02020001", "padded"), ("020200ff", ""), ("020100", "")],
)
def test_odd_integers_are_read_and_named(octets, defect):
    found = der.read_one(bytes.fromhex(octets)).integer_defect()
    assert (defect in found) if defect else not found


def test_nesting_and_width_are_bounded():
    nested = b""
    for _ in range(der.MAX_DEPTH + 2):
        nested = der.encode(der.SEQUENCE, nested)
    element = der.read_one(nested)
    for _ in range(der.MAX_DEPTH):
        (element,) = element.children()
    with pytest.raises(der.DerError, match="nested deeper"):
        element.children()
    wide = der.encode(der.SEQUENCE, b"\x05\x00" * (der.MAX_CHILDREN + 1))
    with pytest.raises(der.DerError, match="more than 4096"):
        der.read_one(wide).children()


@pytest.mark.parametrize("method", ["octets", "bits", "oid", "unsigned", "children"])
def test_each_accessor_refuses_another_type(method):
    with pytest.raises(der.DerError, match="NULL where"):
        getattr(der.read_one(b"\x05\x00"), method)()
