"""What completes an RSA key from fragments of it, the cheapest way first; each result is a candidate until it is proved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jwtctl.cryptanalysis import (
    branch_and_prune,
    coppersmith,
    crt_exponents,
    exponent,
    factoring,
    high_private_exponent,
    low_private_exponent,
    scattered_bits_without_modulus,
)
from jwtctl.recovery.fragment_cases import CRT, PRIMES, Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jwtctl.jose.leak import LegibleBits

_SHORTER = 12


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """Factors of some n, and the e under which they were found, if one was needed."""

    n: int
    factors: tuple[int, ...]
    e: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`search` gives candidates for one case; `applies` says whether the case has what it needs."""

    method: str
    bound: str
    applies: Callable[[Case], bool]
    search: Callable[[Case, Callable[[], bool]], Iterator[Candidate]]


def _stored(case: Case, _: Callable[[], bool]) -> Iterator[Candidate]:
    n, primes = case.numbers.get("n"), [case.numbers[name] for name in PRIMES if name in case.numbers]
    if n is None:
        yield Candidate(math.prod(primes), tuple(sorted(primes, reverse=True)))
    elif n % math.prod(primes) == 0:
        factors = [*primes, n // math.prod(primes)]
        yield Candidate(n, tuple(sorted((factor for factor in factors if factor > 1), reverse=True)))


def _shared(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n = case.numbers["n"]
    for other in case.others:
        if stop():
            return
        if factors := factoring.pair(math.gcd(n, other), n):
            yield Candidate(n, factors)


def _by_modulus_part(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    bits = case.known["n"]
    low, length = bits.low(), bits.mask.bit_length()
    high = bits.high(length)
    for e in case.exponents:
        for prime in (prime for primes in _primes(case, e, stop) for prime in primes if prime % 2):
            if low.bits:
                cofactor = low.value * pow(prime, -1, 1 << low.bits) % (1 << low.bits)
                yield Candidate(prime * cofactor, (max(prime, cofactor), min(prime, cofactor)), e)
            cofactor = -(-(high.value << (length - high.bits)) // prime) | 1
            yield Candidate(prime * cofactor, (max(prime, cofactor), min(prime, cofactor)), e)


def _primes(case: Case, e: int, stop: Callable[[], bool]) -> tuple[list[int], list[int]]:
    """What p may be and what q may be, by themselves or by dp and dq."""
    one, two = (
        [case.numbers[name]]
        if name in case.numbers
        else list(crt_exponents.primes_from_crt_exponent(e, case.numbers[half], stop))
        if half in case.numbers
        else []
        for name, half in CRT.items()
    )
    return one, two


def _by_exponents(case: Case, _: Callable[[], bool]) -> Iterator[Candidate]:
    n, d = case.numbers["n"], case.numbers["d"]
    for e in case.exponents:
        if exponent.satisfies(n, e, d):
            yield Candidate(n, factoring.factor_from_exponents(n, e, d), e)


def _by_crt_exponent(case: Case, _: Callable[[], bool]) -> Iterator[Candidate]:
    n = case.numbers["n"]
    for name in CRT.values():
        if name in case.numbers:
            for e in case.exponents:
                yield Candidate(n, crt_exponents.factor_from_crt_exponent(n, e, case.numbers[name]), e)


def _without_modulus(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    numbers = case.numbers
    qi, d = numbers.get("qi"), numbers.get("d")
    for e in case.exponents:
        ps, qs = _primes(case, e, stop)
        pairs = [(one, two) for one in ps for two in qs]
        if qi:
            pairs += [(one, two) for one in ps for two in crt_exponents.primes_from_crt_coefficient(one, qi)]
        if d:
            pairs += [(one, two) for one in ps for two in crt_exponents.second_primes(e, d, one, stop)]
            pairs += [(one, two) for two in qs for one in crt_exponents.second_primes(e, d, two, stop)]
        for one, two in dict.fromkeys(pairs):
            yield Candidate(one * two, (max(one, two), min(one, two)), e)


def _by_unknown_e(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n = case.numbers["n"]
    for name in CRT.values():
        if name in case.numbers:
            found = crt_exponents.factor_from_crt_exponent_unknown_e(n, case.numbers[name], stop=stop)
            if found:
                yield Candidate(n, found[1], found[0])


def _by_every_role(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n = case.numbers["n"]
    for number in case.integers:
        if stop():
            return
        if factors := factoring.pair(math.gcd(number, n), n):
            yield Candidate(n, factors)
        for e in case.exponents:
            yield Candidate(n, crt_exponents.factor_from_crt_exponent(n, e, number), e)


def _by_window(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n, d, window = case.numbers["n"], case.numbers["d"], case.window
    if window:
        e = exponent.exponent_window(n, d, window.known, window.shift, window.bits, stop=stop)
        if e:
            yield Candidate(n, factoring.factor_from_exponents(n, e, d), e)


def _by_part_of_prime(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n = case.numbers["n"]
    for name in PRIMES:
        if name in case.known:
            low, high, shift, gap = _gap(case.known[name], case.length_of(name))
            if high:
                factors = coppersmith.prime_from_gap(n, high, low, shift, gap, stop)
            else:
                factors = coppersmith.prime_from_low_bits(n, low, shift, case.length_of(name), stop)
            yield Candidate(n, factors)


def _gap(bits: LegibleBits, length: int) -> tuple[int, int, int, int]:
    """(low, high, bits of low, bits of the gap) around everything that is not known of a number of `length` bits."""
    low, high = bits.low(), bits.high(length)
    count = min(low.bits, length)
    return low.value & ((1 << count) - 1), high.value, count, max(length - high.bits - count, 0)


def _by_high_private_exponent(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n, bits = case.numbers["n"], case.known["d"]
    length = bits.mask.bit_length()
    high = bits.high(length)
    unknown = length - high.bits
    for e in case.exponents:
        yield Candidate(n, high_private_exponent.factor_from_high_private_exponent(n, e, high.value, unknown, stop), e)


def _by_scattered_bits(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n = case.numbers["n"]
    known = {name: (bits.mask, bits.value) for name, bits in case.known.items() if name in branch_and_prune.NAMES}
    for e in case.exponents:
        factors = branch_and_prune.reconstruct(n, e, known, prime_bits=case.prime_bits, stop=stop)
        if factors:
            yield Candidate(n, factors, e)


def _by_bits_without_modulus(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    if case.modulus_bits is None:
        return
    names = ("n", "p", "q", "d", "dp", "dq")
    known = {name: (bits.mask, bits.value) for name, bits in case.known.items() if name in names}
    known |= {name: ((1 << case.modulus_bits) - 1, case.numbers[name]) for name in names if name in case.numbers}
    for e in case.exponents:
        primes = scattered_bits_without_modulus.primes_from_scattered_bits(e, known, case.modulus_bits // 2, stop)
        if primes:
            yield Candidate(math.prod(primes), primes, e)


def _by_low_private_exponent(case: Case, stop: Callable[[], bool]) -> Iterator[Candidate]:
    n, bits = case.numbers["n"], case.known["d"]
    low = bits.low()
    for e in case.exponents:
        factors = low_private_exponent.factor_from_low_private_exponent(
            n, e, low.value, low.bits, stop, known_high=(bits.mask, bits.value)
        )
        yield Candidate(n, factors, e)


def has(case: Case, *names: str) -> bool:
    """Whether all of these numbers are known in whole."""
    return all(name in case.numbers for name in names)


def _any(case: Case, *names: str) -> bool:
    return any(name in case.numbers for name in names)


def _has_prime_pair_without_modulus(case: Case) -> bool:
    if "n" in case.numbers or not _any(case, "p", "q", "dp", "dq"):
        return False
    two = _any(case, "p", "dp") and _any(case, "q", "dq")
    return two or (_any(case, "p", "dp") and "qi" in case.numbers) or "d" in case.numbers


def _known_share(case: Case, *names: str) -> bool:
    """Whether anything beyond the length and parity of one of these is legible."""
    return any(name in case.known and case.known[name].mask.bit_count() > 8 for name in names)


def _has_its_head(case: Case) -> bool:
    """Whether d is legible from its top on; it may be some bits shorter than n."""
    return case.known["d"].mask.bit_length() >= case.numbers["n"].bit_length() - _SHORTER


NEED_E = {
    "stored-exponents",
    "crt-exponent",
    "modulus-part",
    "primes-without-modulus",
    "integers-in-every-role",
    "high-private-exponent",
    "scattered-bits",
    "scattered-bits-without-modulus",
    "low-private-exponent",
}
STEPS = (
    Step(
        "stored-factors",
        "the primes that are stated",
        lambda case: _any(case, *PRIMES) if "n" in case.numbers else has(case, *PRIMES),
        _stored,
    ),
    Step(
        "shared-prime",
        "a prime that n has in common with the modulus of another key that is stated",
        lambda case: "n" in case.numbers and bool(case.others),
        _shared,
    ),
    Step(
        "stored-exponents",
        "d, if it belongs to e",
        lambda case: has(case, "n", "d"),
        _by_exponents,
    ),
    Step(
        "crt-exponent",
        "dp or dq, if it belongs to e and n",
        lambda case: "n" in case.numbers and _any(case, "dp", "dq"),
        _by_crt_exponent,
    ),
    Step(
        "modulus-part",
        "p, q, dp or dq, and as many leading or trailing bits of n as the other prime has",
        lambda case: "n" in case.known and _any(case, *PRIMES, *CRT.values()),
        _by_modulus_part,
    ),
    Step(
        "primes-without-modulus",
        f"p and q from dp, dq, qi and d, with k below 2^{crt_exponents.MULTIPLIER_LIMIT.bit_length() - 1} and below e in "
        "e*dp = 1 + k*(p - 1)",
        _has_prime_pair_without_modulus,
        _without_modulus,
    ),
    Step(
        "integers-in-every-role",
        "each whole number of the torn file as p, q, d, dp and dq",
        lambda case: "n" in case.numbers and bool(case.integers),
        _by_every_role,
    ),
    Step(
        "crt-exponent-unknown-e",
        "dp or dq with any odd e below 2^17",
        lambda case: "n" in case.numbers and "e" not in case.numbers and _any(case, "dp", "dq"),
        _by_unknown_e,
    ),
    Step(
        "exponent-window",
        "every e in the window that is stated",
        lambda case: has(case, "n", "d") and case.window is not None,
        _by_window,
    ),
    Step(
        "part-of-a-prime",
        "p or q with one gap of somewhat less than a quarter of the length of n (Coppersmith)",
        lambda case: "n" in case.numbers and _known_share(case, *PRIMES),
        _by_part_of_prime,
    ),
    Step(
        "high-private-exponent",
        "d of which somewhat less than a quarter of the length of n is missing at its end, for two primes of one length",
        lambda case: "n" in case.numbers and _known_share(case, "d") and _has_its_head(case),
        _by_high_private_exponent,
    ),
    Step(
        "scattered-bits",
        f"bits of p, q, d, dp and dq that leave at most {branch_and_prune.MAX_WIDTH} ways to go on at every bit (27 % of "
        "all five, 42 % of p, q and d, or 59 % of p and q, spread evenly), for two primes of one length",
        lambda case: "n" in case.numbers and _known_share(case, *branch_and_prune.NAMES),
        _by_scattered_bits,
    ),
    Step(
        "scattered-bits-without-modulus",
        f"bits of n, p, q, d, dp and dq that leave at most {scattered_bits_without_modulus.MAX_WIDTH} ways to go on at "
        "every bit (70 % of all six, spread evenly; 45 % with the first 24 bits of each), for two primes of one length and "
        f"an e below 2^{scattered_bits_without_modulus.EXPONENT_LIMIT.bit_length() - 1}",
        lambda case: "n" not in case.numbers and case.modulus_bits is not None and _known_share(case, *PRIMES),
        _by_bits_without_modulus,
    ),
    Step(
        "low-private-exponent",
        "somewhat more than the last quarter of d, for a small e and two primes of one length",
        lambda case: "n" in case.numbers and _known_share(case, "d"),
        _by_low_private_exponent,
    ),
)
