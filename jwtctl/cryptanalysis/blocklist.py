"""Looking a public key up among the hashes of those whose private halves are public."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from mmap import mmap

ENTRY_OCTETS = 16
HASH_OCTETS = 15


class Listed(NamedTuple):
    """An entry of a blocklist.

    Attributes:
        digest: the first 120 bits of SHA-256 of the number.
        id: number of the collection that the key is in.
        name: its name, or an empty string if nobody gave one.
    """

    digest: bytes
    id: int
    name: str


class Blocklist:
    """The `blocklist.dat` of badkeys: sorted entries of 15 octets of a hash and one that names a collection.

    Args:
        octets: the file, in memory or mapped; only what is searched is read.
        names: name of each collection, by its number: `blocklists` of `badkeysdata.json`.

    Raises:
        InputError: if the length is no multiple of an entry's, or the first and the last entry are not in order.

    Source: badkeys, docs/BLOCKLISTFORMAT.md. An RSA key is known by its modulus, big-endian without leading zeros.
    """

    def __init__(self, octets: bytes | memoryview | mmap, names: Mapping[int, str] | None = None) -> None:
        self._octets, self._names = octets, names or {}
        self._count, rest = divmod(len(octets), ENTRY_OCTETS)
        if rest or not self._count:
            raise InputError(f"{len(octets)} octets are no blocklist: its entries have {ENTRY_OCTETS} octets")
        if self._entry(0) > self._entry(self._count - 1):
            raise InputError("this is no blocklist: its entries are not sorted")

    def __len__(self) -> int:
        return self._count

    def find(self, number: int) -> Listed | None:
        """The entry of a positive number, or None. About log2 of the length steps."""
        digest = hashlib.sha256(number.to_bytes((number.bit_length() + 7) // 8, "big")).digest()[:HASH_OCTETS]
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if self._entry(middle)[:HASH_OCTETS] < digest:
                low = middle + 1
            else:
                high = middle
        if low == self._count or self._entry(low)[:HASH_OCTETS] != digest:
            return None
        collection = self._entry(low)[HASH_OCTETS]
        return Listed(digest, collection, self._names.get(collection, ""))

    def _entry(self, index: int) -> bytes:
        return bytes(self._octets[index * ENTRY_OCTETS : (index + 1) * ENTRY_OCTETS])
