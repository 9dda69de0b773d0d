import hashlib
import mmap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis.blocklist import Blocklist
from jwtctl.errors import InputError


def entry(number, collection):
    return hashlib.sha256(number.to_bytes((number.bit_length() + 7) // 8, "big")).digest()[:15] + bytes([collection])


def made_of(numbers):
    return b"".join(sorted(entry(number, collection) for number, collection in numbers.items()))


@given(st.dictionaries(st.integers(1, 10**40), st.integers(0, 255), min_size=1), st.integers(1, 10**40))
def test_what_is_in_the_list_is_found_and_nothing_else(numbers, other):
    blocklist = Blocklist(made_of(numbers), {1: "debianssl"})
    assert len(blocklist) == len(numbers)
    for number, collection in numbers.items():
        found = blocklist.find(number)
        assert found is not None
        assert (found.digest, found.id) == (entry(number, collection)[:15], collection)
        assert found.name == ("debianssl" if collection == 1 else "")
    assert (blocklist.find(other) is not None) == (other in numbers)


def test_a_mapped_file_is_searched_in_place(tmp_path):
    path = tmp_path / "blocklist.dat"
    path.write_bytes(made_of({3 * i + 1: 2 for i in range(1000)}))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        blocklist = Blocklist(octets)
        assert blocklist.find(1 + 3 * 500).id == 2
        assert blocklist.find(2) is None


def test_a_number_is_hashed_without_leading_zeros():
    # SHA-256 of the octet 1 and of the octets 1 0.
    blocklist = Blocklist(
        bytes.fromhex("4bf5122f344554c53bde2ebb8cd2b70047dc540c94ceb704a23875c11273e107")[:15] + b"\x07"
    )
    assert blocklist.find(1).id == 7
    assert blocklist.find(256) is None


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "0 octets are no blocklist: its entries have 16 octets"),
        (bytes(17), "17 octets are no blocklist: its entries have 16 octets"),
        (b"\xff" * 16 + bytes(16), "this is no blocklist: its entries are not sorted"),
    ],
)
def test_other_files_are_refused(octets, message):
    with pytest.raises(InputError, match=message):
        Blocklist(octets)


@given(st.binary(min_size=16, max_size=160).map(lambda octets: octets[: len(octets) // 16 * 16]), st.integers(1, 100))
def test_any_entries_end_the_search(octets, number):
    try:
        blocklist = Blocklist(octets)
    except InputError:
        return
    found = blocklist.find(number)
    assert found is None or octets.count(found.digest)
