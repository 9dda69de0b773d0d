"""ECDSA private keys from nonces that several keys have in common."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.ecdsa_nonces import Signature, nonce_points, reused_nonce
from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.weierstrass import Curve, Point, belongs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MAX_RING = 6
"""`shared_nonces` solves rings of so many keys at most."""


@dataclass(frozen=True, slots=True)
class SharedNonces:
    """What equal r under one key and under different keys gave away.

    Attributes:
        secrets: private keys by public key.
        pairs: (one key, another, r) where an r links two keys of which neither fell.
    """

    secrets: Mapping[Point, int] = field(repr=False)
    pairs: tuple[tuple[Point, Point, int], ...]


def shared_nonces(
    curve: Curve, corpus: Mapping[Point, Sequence[Signature]], stop: Callable[[], bool] = never
) -> SharedNonces:
    """The private keys that fall because nonces were used again, under one key or under several.

    A key falls with two equal r of its own; if it shares an r with a fallen key; and, with all keys of the ring, if
    up to 6 keys form a ring in which each shares an r with the next: as many equations as unknown keys and nonces.
    Two keys with two common r are the smallest. A nonce may have been negated anywhere.

    Args:
        curve: the curve of all keys.
        corpus: signatures by public key; those that do not hold are passed over.
        stop: polled within all steps; once it is true, the search ends with what it has.

    Raises:
        InputError: if a public key is not a point of the curve.

    Source: Brengel, Rossow, Identifying key leakage of Bitcoin users, 2018, which also has the rings.
    """
    counts = Counter(signature.r for signatures in corpus.values() for signature in signatures)
    held = {
        key: [its for its, _ in nonce_points(curve, key, (one for one in signatures if counts[one.r] > 1), stop)]
        for key, signatures in corpus.items()
    }
    holders: dict[int, dict[Point, Signature]] = defaultdict(dict)
    for key, signatures in held.items():
        for signature in signatures:
            holders[signature.r].setdefault(key, signature)
    links: dict[Point, list[tuple[Point, Signature, Signature]]] = defaultdict(list)
    pairs = []
    for r, signed in holders.items():
        for (key, own), (other, its) in pairwise(signed.items()):
            links[key].append((other, own, its))
            links[other].append((key, its, own))
            pairs.append((key, other, r))

    secrets: dict[Point, int] = {}

    def fell(key: Point, x: int) -> None:
        queue = deque([(key, x)])
        while queue:
            key, x = queue.popleft()
            if key in secrets or not belongs(curve, x, key):
                continue
            secrets[key] = x
            for other, own, its in links[key]:
                for sign in (1, -1):
                    slope, shift = _step(curve, own, its, sign)
                    queue.append((other, int((slope * x + shift) % curve.n)))

    for key, signatures in held.items():
        if key not in secrets and (x := reused_nonce(curve, key, signatures, stop)):
            fell(key, x)
    for key in list(links):
        if key not in secrets:
            for x in _ring_secrets(curve, key, links, stop):
                fell(key, x)
    open_pairs = tuple(pair for pair in pairs if pair[0] not in secrets)
    return SharedNonces(secrets, open_pairs)


def _step(curve: Curve, own: Signature, its: Signature, sign: int) -> tuple[mpz, mpz]:
    """(u, v) such that the other key is u·x + v if own and its signature have the same nonce, but for the sign."""
    ratio = sign * its.s * gmpy2.invert(own.s, curve.n)
    return ratio % curve.n, (ratio * own.z - its.z) * gmpy2.invert(own.r, curve.n) % curve.n


def _ring_secrets(
    curve: Curve,
    start: Point,
    links: Mapping[Point, Sequence[tuple[Point, Signature, Signature]]],
    stop: Callable[[], bool],
) -> Iterator[int]:
    """Candidates for the private key of `start` from a shortest ring through each r that it shares."""
    for neighbour, own, its in links[start]:
        if stop():
            return
        path = _shortest_path(neighbour, start, own.r, links)
        ring = [(own, its), *path] if path else []
        for signs in product((1, -1), repeat=len(ring)):
            slope, shift = mpz(1), mpz(0)
            for (mine, other), sign in zip(ring, signs, strict=True):
                u, v = _step(curve, mine, other, sign)
                slope, shift = u * slope % curve.n, (u * shift + v) % curve.n
            if slope != 1:
                yield int(shift * gmpy2.invert(1 - slope, curve.n) % curve.n)


def _shortest_path(
    start: Point, goal: Point, avoided: int, links: Mapping[Point, Sequence[tuple[Point, Signature, Signature]]]
) -> list[tuple[Signature, Signature]]:
    """The signatures that lead from key to key without the r to avoid; empty if nothing does."""
    paths: dict[Point, list[tuple[Signature, Signature]]] = {start: []}
    queue = deque([start])
    while queue:
        key = queue.popleft()
        if key == goal or len(paths[key]) == MAX_RING - 1:
            return paths.get(goal, [])
        for other, own, its in links[key]:
            if own.r != avoided and other not in paths:
                paths[other] = [*paths[key], (own, its)]
                queue.append(other)
    return []
