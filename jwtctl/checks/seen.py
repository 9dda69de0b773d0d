"""The RSA moduli of earlier audits: their product, with which a new one is compared, and where each one stood."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.cryptanalysis.batch_gcd import product_of, shared_factors, shared_with_product
from jwtctl.errors import InputError
from jwtctl.jose.key import thumbprint
from jwtctl.keysets.identity import at, short
from jwtctl.model import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jwtctl.model import Key

MAGIC = b"jwtctl.seen/1\n"
_DIGEST = hashlib.sha256().digest_size
_LENGTH = struct.Struct(">Q")
_RECORD = struct.Struct(">III")
_CONTROL = (1 << 61) - 1


class Earlier(NamedTuple):
    """A modulus of an earlier audit.

    Attributes:
        label: source, index, kid and thumbprint of the first key that had it, a JSON array.
        prime: a factor that it is known to have in common with another one; 0 if there is none.
    """

    label: bytes
    prime: int

    @property
    def words(self) -> str:
        """Where the key stood, and its name."""
        try:
            source, index, kid, print_ = json.loads(self.label)
            return f"{at(Place(str(source), index))}{_name(kid, print_)}"
        except (ValueError, TypeError, RecursionError):
            return "a place that the file does not tell"


@dataclass(slots=True)
class SeenKeys:
    """What earlier audits have seen.

    Attributes:
        product: of all moduli.
        earlier: each modulus with its key.
        primes: for every modulus that shares a factor, old or new, that factor.
        compared: moduli of this audit that were compared with all others, so that they may be remembered.
    """

    product: int = 1
    earlier: dict[int, Earlier] = field(default_factory=dict)
    primes: dict[int, int] = field(default_factory=dict)
    compared: set[int] = field(default_factory=set)

    def compare(
        self, moduli: Iterable[int], may_share: Callable[[int], bool] = lambda _: True, *, jobs: int = 1
    ) -> Mapping[int, tuple[int, int]]:
        """Compare moduli with each other and with all earlier ones, unless that was done when they were new.

        Args:
            moduli: of this audit.
            may_share: false of one that is known to have no factor in common with any other of them.
            jobs: processes.

        Returns:
            For each of them that shares a factor: the factor, and another modulus, of today or earlier, that has it.
        """
        given = [n for n in dict.fromkeys(moduli) if n > 1]
        new = [n for n in given if n not in self.earlier]
        across = shared_with_product(new, self.product) if self.earlier else {}
        suspects = [*shared_factors(filter(may_share, new), jobs=jobs), *across]
        if across:
            suspects += shared_with_product(self.earlier, math.prod(across.values()))
        for n, (prime, _) in pairs(shared_factors(suspects)).items():
            self.primes.setdefault(n, prime)
        self.compared.update(new)
        partners = ((n, self._partner(n)) for n in given if n in self.primes)
        return {n: (self.primes[n], partner) for n, partner in partners if partner}

    def document(self, keys: Iterable[Key]) -> bytes:
        """What is to be kept, with the moduli that were compared and that these keys have.

        After a version line: the lengths of the product and of the rest, the product, one record for each modulus
        (lengths; modulus, shared prime, label), and the SHA-256 of everything before. Numbers are big-endian.
        """
        records = {n: each._replace(prime=self.primes.get(n, 0)) for n, each in self.earlier.items()}
        added = []
        for key in keys:
            n = key.numbers.get("n", 0)
            if n in self.compared and n not in records:
                records[n] = Earlier(_label(key), self.primes.get(n, 0))
                added.append(n)
        product = _octets(product_of(added, self.product))
        body = b"".join(
            part
            for n, each in records.items()
            for modulus, prime in [(_octets(n), _octets(each.prime))]
            for part in (_RECORD.pack(len(modulus), len(prime), len(each.label)), modulus, prime, each.label)
        )
        whole = b"".join((MAGIC, _LENGTH.pack(len(product)), _LENGTH.pack(len(body)), product, body))
        return whole + hashlib.sha256(whole).digest()

    def _partner(self, n: int) -> int | None:
        prime = self.primes[n]
        return next((m for m in self.primes if m != n and m % prime == 0 and n % prime == 0), None)


def pairs(found: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[int, int]]:
    """For each modulus a proper factor, and another modulus with that factor; each pair is divided out again.

    Args:
        found: moduli with their factors, as `shared_factors` gives them.
    """
    holders: dict[int, list[int]] = {}
    for n, factors in found.items():
        for factor in set(factors):
            # Two suffice: one of them is another modulus for everybody.
            if len(holders.setdefault(factor, [])) < 2:
                holders[factor].append(n)
    chosen = {}
    for n, factors in found.items():
        for factor in factors:
            others = [m for m in holders[factor] if m != n]
            if others and others[0] % factor == 0 and 1 < factor < n and n % factor == 0:
                chosen[n] = (factor, others[0])
                break
    return chosen


def read(octets: bytes, source: str) -> SeenKeys:
    """Read what `document` wrote; nothing at all is an audit without a past.

    Raises:
        InputError: if it is something else, or damaged.
    """
    if not octets:
        return SeenKeys()
    problem = InputError(f"{source!r} does not remember keys, or is damaged", hint="--seen FILE makes a new one")
    start = len(MAGIC) + 2 * _LENGTH.size
    if not octets.startswith(MAGIC) or len(octets) < start + _DIGEST:
        raise problem
    view = memoryview(octets)
    if hashlib.sha256(view[:-_DIGEST]).digest() != octets[-_DIGEST:]:
        raise problem
    length, rest = (_LENGTH.unpack_from(octets, len(MAGIC) + i * _LENGTH.size)[0] for i in (0, 1))
    if start + length + rest + _DIGEST != len(octets):
        raise problem
    product = int.from_bytes(view[start : start + length], "big")
    try:
        earlier = dict(_records(view[start + length : -_DIGEST]))
    except (ValueError, struct.error) as err:
        raise problem from err
    control = 1
    for n in earlier:
        control = control * n % _CONTROL
    # Whoever makes such a file on purpose cannot make an audit silent by a product of something else.
    if product % _CONTROL != control:
        raise problem
    return SeenKeys(product, earlier, {n: each.prime for n, each in earlier.items() if each.prime})


def _records(view: memoryview) -> Iterator[tuple[int, Earlier]]:
    position = 0
    while position < len(view):
        modulus, prime, label = _RECORD.unpack_from(view, position)
        start = position + _RECORD.size
        middle, last = start + modulus, start + modulus + prime
        position = last + label
        n, p = int.from_bytes(view[start:middle], "big"), int.from_bytes(view[middle:last], "big")
        if position > len(view) or n < 2 or (p and not 1 < p < n):
            raise ValueError("a record that is cut off, or no modulus and a factor of it")
        yield n, Earlier(bytes(view[last:position]), p)


def _name(kid: str | None, print_: str | None) -> str:
    if kid is not None:
        return f", kid '{short(kid)}'"
    return f", thumbprint {short(print_)}" if print_ else ""


def _label(key: Key) -> bytes:
    place = key.place
    return json.dumps([place.source, place.index, key.kid, thumbprint(key)], separators=(",", ":")).encode()


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
