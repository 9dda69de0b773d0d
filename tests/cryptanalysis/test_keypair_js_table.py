import pytest

from jwtctl.cryptanalysis.keypair_js_table import HEADS
from tests import tables


def test_there_is_a_head_for_every_octet():
    assert {bits: len(heads) for bits, heads in HEADS.items()} == dict.fromkeys((1024, 2048, 3072, 4096), 8 * 256)
    assert all(len({heads[i : i + 8] for i in range(0, 2048, 8)}) == 256 for heads in HEADS.values())


@pytest.mark.parametrize(("octet", "bits"), [(0, 1024), (255, 1024), (31, 2048), (128, 3072)])
def test_computed_again(octet, bits):
    assert HEADS[bits][8 * octet : 8 * octet + 8] == tables.head(octet, bits)


@pytest.mark.slow
def test_all_of_it_computed_again():
    assert (tables.FOLDER / "keypair_js_table.py").read_text() == tables.keypair_table()
