"""Primes shared among many moduli, in nearly linear time instead of a gcd for each pair."""

from __future__ import annotations

import math
import multiprocessing
import signal
from itertools import zip_longest
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import is_probable_prime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.connection import Connection

_GUARD = 64
_ONE = mpz(1)
_MOST_COMPARED = 256
_WORTH_A_PROCESS = 1 << 22
"""Bits of all moduli together from which on half of the tree pays for another process."""


def shared_factors(moduli: Iterable[int], *, jobs: int = 1) -> dict[int, tuple[int, ...]]:
    """Find every modulus that has a prime in common with another one, and split it.

    Args:
        moduli: integers above 1, smaller ones are passed over; equal ones count once, whoever holds them.
        jobs: with 2 or more, half of the work for many moduli is done in another process.

    Returns:
        For each modulus that shares a prime its factors, descending, with the modulus as their product. They are
        prime if the modulus has two primes. Moduli of three primes or more that share several of them with one
        another may keep these in one factor, and a modulus that divides another may be its own only factor.

    Source: Heninger, Durumeric, Wustrow, Halderman, Mining your Ps and Qs, 2012, after Bernstein 2004. The tree here
    carries C = Σ P/n_i beside P = Π n_i: modulo n_i that sum is P/n_i, so remainders are taken modulo n_i, not n_i².
    100,000 moduli of 2048 bits take less than 1 GiB.
    """
    distinct = [mpz(n) for n in dict.fromkeys(moduli) if n > 1]
    if len(distinct) < 2:
        return {}
    common = _shared_with_the_others(distinct, apart=jobs > 1)
    pieces = {n: {g} for n, g in zip(distinct, common, strict=True) if g > 1}
    _separate([(n, g) for n, (g,) in pieces.items() if not is_probable_prime(int(g))], distinct, pieces)
    return {int(n): _refine(n, found) for n, found in pieces.items()}


def large_common_divisors(numbers: Iterable[int], bits: int = 128, *, jobs: int = 1) -> dict[int, tuple[int, int]]:
    """Find numbers that have a divisor of more than `bits` bits in common with another one.

    Args:
        numbers: integers above 1, smaller ones are passed over; equal ones count once.
        bits: two random numbers have such a divisor in common with a chance of 2^-bits.
        jobs: as for `shared_factors`.

    Returns:
        For each such number the divisor and one other number that has it too. Of more than _MOST_COMPARED such
        numbers, those may be left out that have none in common with the first of them.
    """
    distinct = [mpz(n) for n in dict.fromkeys(numbers) if n > 1]
    if len(distinct) < 2:
        return {}
    common = _shared_with_the_others(distinct, apart=jobs > 1)
    found: dict[int, tuple[int, int]] = {}
    compared: list[mpz] = []
    # Few numbers get here: small primes of many others seldom make up so many bits.
    for n in (n for n, g in zip(distinct, common, strict=True) if g.bit_length() > bits):
        for other in compared:
            divisor = gmpy2.gcd(n, other)
            if divisor.bit_length() > bits:
                found[int(n)] = int(divisor), int(other)
                found.setdefault(int(other), (int(divisor), int(n)))
                break
        if len(compared) < _MOST_COMPARED:
            compared.append(n)
    return found


def with_common_factor(moduli: Iterable[int], known: int = 1, *, jobs: int = 1) -> frozenset[int]:
    """Those of many integers that have a prime factor in common with another one, or with a number that is known.

    Args:
        moduli: integers above 1, smaller ones are passed over; equal ones count once.
        known: a positive integer, such as the product of many primes: among many moduli it costs next to nothing.
        jobs: as for `shared_factors`.
    """
    distinct = [mpz(n) for n in dict.fromkeys(moduli) if n > 1]
    if len(distinct) < 2:
        return frozenset(int(n) for n in distinct if gmpy2.gcd(n, known) > 1)
    common = _shared_with_the_others(distinct, mpz(known), apart=jobs > 1)
    return frozenset(int(n) for n, g in zip(distinct, common, strict=True) if g > 1)


def shared_with_product(moduli: Iterable[int], product: int) -> dict[int, int]:
    """Find every modulus that has a prime in common with a product, such as that of all moduli of earlier days.

    Args:
        moduli: integers above 1, smaller ones are passed over.
        product: a positive integer of any length; each modulus should not be among its factors.

    Returns:
        For each such modulus its greatest common divisor with the product: the modulus itself if it divides that.
    """
    distinct = [mpz(n) for n in dict.fromkeys(moduli) if n > 1]
    if not distinct:
        return {}
    remainders = _remainders(mpz(product), _product_tree(distinct))
    common = ((n, gmpy2.gcd(n, remainder)) for n, remainder in zip(distinct, remainders, strict=True))
    return {int(n): int(g) for n, g in common if g > 1}


def product_of(moduli: Iterable[int], product: int = 1) -> int:
    """The product of some moduli and of another product, such as that of all moduli of earlier days."""
    added = [mpz(n) for n in moduli]
    return int(math.prod(_product_tree(added)[-1], start=mpz(product)))


def _shared_with_the_others(distinct: Sequence[mpz], known: mpz = _ONE, *, apart: bool = False) -> list[mpz]:
    """For each of at least two numbers: its gcd with the product of all others and `known`.

    Only the first half is compared with the product of the second: what is found there is all that the second half can
    have in common with the first, and mostly it is nothing. Each half is a tree of its own, in a process of its own if
    there is another one and if it pays.
    """
    first, second = distinct[: len(distinct) // 2], distinct[len(distinct) // 2 :]
    if apart and sum(n.bit_length() for n in distinct) >= _WORTH_A_PROCESS:
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_half_apart, args=(second, known, there), daemon=True)
        process.start()
        there.close()
        try:
            of_first = _half(first, lambda: known * here.recv())
            of_second: list[mpz] = here.recv()
        finally:
            process.kill()
            process.join()
            here.close()
    else:
        products: list[mpz] = []
        of_second = _half(second, lambda: known, told=products.append)
        of_first = _half(first, lambda: known * products.pop())
    across = math.prod(g for g in of_first if g > 1)
    if across > 1:
        remainders = _remainders(across, _product_tree(second))
        of_second = [gmpy2.gcd(n, g * r) for n, g, r in zip(second, of_second, remainders, strict=True)]
    return of_first + of_second


def _half_apart(values: Sequence[mpz], known: mpz, there: Connection) -> None:
    # Ctrl-C goes to the whole group of a terminal; it is the parent's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    there.send(_half(values, lambda: known, told=there.send))


def _half(
    values: Sequence[mpz], others: Callable[[], mpz], told: Callable[[mpz], object] = lambda _: None
) -> list[mpz]:
    """For each value: its gcd with the product of all other values, and of `others()`.

    Args:
        values: at least one number.
        others: asked for the product of what else the values are compared with, when it is needed.
        told: given the product of the values as soon as it is there.
    """
    levels = _product_tree(values)
    told(math.prod(levels[-1]))
    # Asked first, since whoever tells it in another process waits until it is heard.
    x = others() * _cofactor_sum(levels)
    return [gmpy2.gcd(n, remainder) for n, remainder in zip(values, _remainders(x, levels), strict=True)]


def _separate(queries: Sequence[tuple[mpz, mpz]], group: Sequence[mpz], pieces: dict[mpz, set[mpz]]) -> None:
    """Split composite g by looking through ever smaller halves of the group for one that shares only a part of it.

    Args:
        queries: pairs (n, g), where g divides n and the product of the group without n.
        group: moduli.
        pieces: gains divisors of each n.
    """
    if not queries or len(group) == 1:
        return
    halves = group[: len(group) // 2], group[len(group) // 2 :]
    remaining: tuple[list[tuple[mpz, mpz]], ...] = ([], [])
    for (n, g), first in zip(queries, _common(queries, halves[0]), strict=True):
        for divisor, queue in zip((first, g // first), remaining, strict=True):
            if divisor != g:
                pieces[n].add(divisor)
            if divisor > 1 and not is_probable_prime(int(divisor)):
                queue.append((n, divisor))
    for half, queue in zip(halves, remaining, strict=True):
        _separate(queue, half, pieces)


def _refine(n: mpz, divisors: Iterable[mpz]) -> tuple[int, ...]:
    factors = [n]
    for divisor in divisors:
        factors = [part for f in factors for g in [gmpy2.gcd(f, divisor)] for part in (g, f // g) if part > 1]
    return tuple(sorted(map(int, factors), reverse=True))


def _common(queries: Sequence[tuple[mpz, mpz]], group: Sequence[mpz]) -> list[mpz]:
    """For each (n, g), g dividing n: gcd of g with the product of the group without n."""
    levels = _product_tree(group)
    members = set(group)
    inside = [g for n, g in queries if n in members]
    outside = [g for n, g in queries if n not in members]
    remainders = {True: iter(()), False: iter(())}
    if outside:
        remainders[False] = iter(_remainders(math.prod(levels[-1]), _product_tree(outside)))
    if inside:
        remainders[True] = iter(_remainders(_cofactor_sum(levels), _product_tree(inside)))
    return [gmpy2.gcd(g, next(remainders[n in members])) for n, g in queries]


def _product_tree(values: Sequence[mpz]) -> list[list[mpz]]:
    """Levels from the values up to the last two products; the root is left out, it is seldom needed."""
    levels = [list(values)]
    while len(levels[-1]) > 2:
        level = levels[-1]
        levels.append([a * b for a, b in zip_longest(level[::2], level[1::2], fillvalue=1)])
    return levels


def _cofactor_sum(levels: Sequence[Sequence[mpz]]) -> mpz:
    """Σ P/n_i over the leaves n_i of a product tree with product P."""
    sums = [mpz(1)] * len(levels[0])
    for level in levels:
        products = iter(zip_longest(level[::2], level[1::2], fillvalue=1))
        sums = [s * b + t * a for (a, b), s, t in zip(products, sums[::2], [*sums[1::2], 0], strict=False)]
    return sums[0]


def _remainders(x: mpz, levels: list[list[mpz]]) -> list[mpz]:
    """X modulo each leaf of a product tree, which is taken apart meanwhile: memory is what limits large ones.

    Source: Bernstein, Scaled remainder trees, 2004. Going down, each node v with product P_v holds the fraction
    of x / P_v in fixed point, so that a step costs a multiplication by the sibling instead of a division.
    """
    parents = levels.pop()
    fractions = [((x % product) << (product.bit_length() + _GUARD)) // product for product in parents]
    while levels:
        level = levels.pop()
        children = []
        for i, product in enumerate(level):
            sibling = level[i ^ 1] if i ^ 1 < len(level) else 1
            size = parents[i // 2].bit_length()
            fraction = gmpy2.f_mod_2exp(fractions[i // 2] * sibling, size + _GUARD)
            children.append(fraction >> (size - product.bit_length()))
        fractions, parents = children, level
    # Every step doubles the error at most: after fewer than 60 of them rounding still gives the exact remainder.
    return [
        ((fraction * n >> (n.bit_length() + _GUARD - 1)) + 1 >> 1) % n
        for fraction, n in zip(fractions, parents, strict=True)
    ]
