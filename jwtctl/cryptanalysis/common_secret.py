"""Several leaked keys together: one secret exponent for several moduli, or two secret exponents for one modulus.

Both reach further than a single key does, with lattices of dimension 3 or 4 that take a millisecond. The d are public
here and the e secret, which exchanges their roles against the papers. As for a single key, p + q is replaced by the
middle of its range, which is worth some bits more than the papers say.
"""

from __future__ import annotations

from itertools import islice, product
from math import gcd, log2
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.cryptanalysis.boneh_durfee import factors_of_sum, gcd_candidates, interval_centre, y_bits
from jwtctl.cryptanalysis.exponent import satisfies
from jwtctl.cryptanalysis.factoring import factor_from_exponents, never
from jwtctl.cryptanalysis.lattice_reduction import shortest_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_KEYS = 12
"""`common_secret_exponent` takes no more keys: the bound grows little by another one."""

_MAX_COMBINATIONS = 4096
_SMOOTH = 5040
_MARGIN = 2


class _Key(NamedTuple):
    n: int
    d: int
    centre: int
    y_bits: int


def common_secret_bits(moduli: Sequence[int]) -> int:
    """The length of e up to which `common_secret_exponent` finds it for these moduli.

    For r moduli of one length about n^(1/2 - 1/(2(r + 1))) and some bits more: 683, 769 and 821 bits for two, three and
    four of 2048 bits, 342, 385 and 411 for 1024.
    """
    widest = max(map(y_bits, moduli))
    volume = widest + sum(log2(n) + widest - y_bits(n) for n in moduli)
    return int(volume / (len(moduli) + 1) - widest) - _MARGIN


def common_secret_exponent(
    pairs: Sequence[tuple[int, int]], stop: Callable[[], bool] = never
) -> tuple[tuple[int, ...], ...] | None:
    """The factors of each modulus if one short e belongs to all of them, else None.

    It finds every e of up to `common_secret_bits` bits if each d was reduced modulo φ(n), or modulo λ(n) with
    gcd(p - 1, q - 1) among the first `gcd_candidates`, of which 4096 combinations are tried, some seconds for three
    keys; up to 13 bits less if every gcd divides 5040. The bound is heuristic: 40 of 40 sets of two or
    three keys were found at it.

    Source: Hinek, On the security of multi-prime RSA and common private exponent RSA, 2006.

    Args:
        pairs: (n, d) of 2 to MAX_KEYS keys with different moduli of two primes with a ratio below √2.
        stop: polled between lattices, each of which takes a millisecond.

    Raises:
        ValueError: for another number of keys.
        MissingExtraError: if python-flint is not installed.
    """
    if not 2 <= len(pairs) <= MAX_KEYS:
        raise ValueError(f"from 2 to {MAX_KEYS} keys can be attacked together")
    keys = [_Key(n, d, interval_centre(n, 0, 0), y_bits(n)) for n, d in pairs]
    # A multiple of the right G costs a few bits of the bound, and saves most combinations.
    combinations = [(_SMOOTH,) * len(pairs), *_combinations([gcd_candidates(n, d) for n, d in pairs])]
    for gcds in combinations:
        if stop():
            return None
        for e in _common_candidates(keys, gcds):
            if satisfies(*_first(pairs, e)):
                factors = tuple(factor_from_exponents(n, e, d) for n, d in pairs)
                if all(factors):
                    return factors
    return None


def _first(pairs: Sequence[tuple[int, int]], e: int) -> tuple[int, int, int]:
    n, d = pairs[0]
    return n, e, d


def _combinations(choices: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """One of each, those of early choices first."""
    width = max(int(_MAX_COMBINATIONS ** (1 / len(choices))), 2)
    indices = product(*(range(min(len(choice), width)) for choice in choices))
    ordered = sorted(islice(indices, _MAX_COMBINATIONS), key=sum)
    return [tuple(choice[i] for choice, i in zip(choices, row, strict=True)) for row in ordered]


def _common_candidates(keys: Sequence[_Key], gcds: Sequence[int]) -> list[int]:
    """What e may be if (e, G·e·d - k·N' for each key) is short, where N' = φ(n) but for the error in p + q."""
    widest = max(key.y_bits for key in keys)
    size = len(keys) + 1
    scales = [1 << (widest - key.y_bits) for key in keys]
    rows = [[1 << widest, *(s * G * key.d for s, G, key in zip(scales, gcds, keys, strict=True))]]
    for i, (scale, key) in enumerate(zip(scales, keys, strict=True), 1):
        row = [0] * size
        row[i] = scale * (key.n + 1 - key.centre)
        rows.append(row)
    return [abs(row[0]) >> widest for row in shortest_rows(rows)]


def two_exponents_bits(n: int) -> int:
    """The length of two exponents up to which `two_exponents_one_modulus` finds them: n^(5/14) and some bits."""
    return int((4 * log2(n) - 3 * y_bits(n)) / 7) - _MARGIN - 1


def two_exponents_one_modulus(n: int, d1: int, d2: int) -> tuple[int, int] | None:
    """The factors of n if the exponents that belong to d1 and d2 are both short, else None.

    It finds all e of up to `two_exponents_bits` bits, 731 for 2048, if both d were reduced modulo φ(n), or both modulo
    λ(n) with gcd(p - 1, q - 1) among the `gcd_candidates`. The bound is heuristic: 80 of 80 pairs were found at it.

    Source: Howgrave-Graham and Seifert, Extending Wiener's attack in the presence of many decrypting exponents, 1999.

    Args:
        n: modulus of two primes with a ratio below √2.
        d1: a leaked exponent.
        d2: another one.

    Raises:
        MissingExtraError: if python-flint is not installed.
    """
    for G in gcd_candidates(n, max(d1, d2)):
        found = _two_exponents(n, G * d1, G * d2, G)
        if found:
            return found
    return None


def _two_exponents(n: int, D1: int, D2: int, G: int) -> tuple[int, int] | None:
    """From a lattice with (k1·k2, k2·e1, k1·e2, e1·e2) as coordinates of a short vector.

    With W = e·D - k·N', which is about k·2^y, its entries are k1·k2, k2·W1, k2·e1·D1 - k1·e2·D2 = G·(k2 - k1) and
    W1·W2, all scaled to the length of the last.
    """
    y = y_bits(n)
    N = n + 1 - interval_centre(n, 0, 0)
    scales = [2 * y, y, 2 * y + two_exponents_bits(n) - G.bit_length() + 1, 0]
    basis = [[1, -N, 0, N * N], [0, D1, -D1, -D1 * N], [0, 0, D2, -D2 * N], [0, 0, 0, D1 * D2]]
    rows = [[x << bits for x, bits in zip(row, scales, strict=True)] for row in basis]
    for row in shortest_rows(rows):
        both_k = row[0] >> scales[0]
        k2_e1 = ((row[1] >> scales[1]) + both_k * N) // D1
        k1_e2 = ((row[2] >> scales[2]) + k2_e1 * D1) // D2
        for other, D in ((k2_e1, D1), (k1_e2, D2)):
            common = gcd(both_k, other)
            if common:
                k, e = abs(both_k) // common, abs(other) // common
                if k and (found := factors_of_sum(n, n + 1 - e * D // k)):
                    return found
    return None
