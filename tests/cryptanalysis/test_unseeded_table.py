import pytest

from jwtctl.cryptanalysis import unseeded
from jwtctl.cryptanalysis.factoring import is_probable_prime
from jwtctl.cryptanalysis.unseeded_table import OFFSETS
from tests import tables


@pytest.mark.parametrize("bits", OFFSETS)
def test_every_offset_leads_to_a_prime(bits):
    guesses = list(unseeded.guesses(bits))
    assert len(guesses) == len(OFFSETS[bits]) == 2 * unseeded.DRAWS * len(unseeded.GENERATORS)
    numbers = [guess + offset for (_, guess), offset in zip(guesses, OFFSETS[bits], strict=True)]
    assert all(number.bit_length() == bits for number in numbers)
    # A tenth of them; the whole table is computed again below.
    assert all(map(is_probable_prime, numbers[::10]))


@pytest.mark.slow
def test_all_of_it_computed_again():
    assert (tables.FOLDER / "unseeded_table.py").read_text() == tables.unseeded_table()
