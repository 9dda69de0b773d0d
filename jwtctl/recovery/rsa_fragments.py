"""From whatever is known of an RSA private key to the whole of it: numbers, parts of numbers, or a torn file.

What a leak document states is believed, and contradictions in it are errors. What a torn file seems to say is one of
several readings: each is tried, and a result counts only if it is proved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from jwtctl.cryptanalysis import (
    branch_and_prune,
    coppersmith,
    crt_exponents,
    exponent,
    factoring,
    high_private_exponent,
    ladder,
    low_private_exponent,
    scattered_bits_without_modulus,
)
from jwtctl.errors import InputError, MissingExtraError
from jwtctl.jose.leak import LegibleBits
from jwtctl.jose.torn_key import high_part, low_part
from jwtctl.model import Attempt, Recovery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jwtctl.jose.leak import ExponentWindow, Leak
    from jwtctl.jose.torn_key import Reading, TornKey

USUAL_EXPONENTS = (65537, 3, 17, 5, 7, 257, 35, 37, 41, 11, 13, 19, 23, 31, 65539, 4097, 4294967297)
"""Tried in this order where e is needed and nothing states it."""
_SHORTER = 12
_LEAST_NUMBER = 1 << 64
"""Whole numbers of a torn file below this are exponents or nothing."""
_PRIMES = ("p", "q")
_CRT = {"p": "dp", "q": "dq"}


@dataclass(frozen=True, slots=True, repr=False)
class _Case:
    """One way to understand what is known: whole numbers and legible bits by name."""

    numbers: Mapping[str, int]
    known: Mapping[str, LegibleBits]
    integers: tuple[int, ...] = ()
    window: ExponentWindow | None = None
    others: tuple[int, ...] = ()
    prime_bits: int | None = None
    modulus_bits: int | None = None
    torn: bool = False

    @property
    def exponents(self) -> tuple[int, ...]:
        """The e that is known, or the usual ones that agree with what is known of it."""
        if "e" in self.numbers:
            return (self.numbers["e"],)
        bits = self.known.get("e", LegibleBits(0, 0))
        return tuple(e for e in USUAL_EXPONENTS if not (e ^ bits.value) & bits.mask)

    def length_of(self, name: str) -> int:
        """Bits of p or q under the modulus that is known: half of it each, if nothing else is stated."""
        n = self.numbers["n"].bit_length()
        if self.prime_bits is None:
            return (n + 1) // 2
        return self.prime_bits if name == "p" else n - self.prime_bits


@dataclass(frozen=True, slots=True, repr=False)
class _Candidate:
    """Factors of some n, and the e under which they were found, if one was needed."""

    n: int
    factors: tuple[int, ...]
    e: int | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """`search` gives candidates for one case; `applies` says whether the case has what it needs."""

    method: str
    bound: str
    applies: Callable[[_Case], bool]
    search: Callable[[_Case, Callable[[], bool]], Iterator[_Candidate]]


@dataclass(slots=True)
class _Log:
    """What was done so far."""

    attempts: list[Attempt] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def recover_fragments(
    leak: Leak,
    torn: TornKey | None = None,
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool] = factoring.never,
    on_step: Callable[[Attempt], None] = lambda _: None,
    step_seconds: float = math.inf,
) -> Recovery:
    """Complete an RSA key from whatever of it is known, the cheapest way first.

    Args:
        leak: whole numbers and parts of numbers that are certain; its numbers may be empty if there is a torn file.
        torn: what survives of a torn key file of the same key.
        clock: monotonic seconds, for the times of the attempts.
        stop: polled between and within the steps; once it is true, the search ends with what it has.
        on_step: is told of each step when it is over.
        step_seconds: longest time for one step.

    Returns:
        A Recovery. On success these were checked by other code than the search: the product of the factors, the
        primality of each, e·d ≡ 1 modulo λ(n), m^(e·d) = m modulo each factor for several m, and that all that is
        certain agrees. `rsa_exponent.whole_key` makes the key of it. On failure `attempts` and `notes` say what was
        tried and what that excludes.

    Raises:
        InputError: if numbers that are stated contradict each other, or cannot be an RSA key; the message names them.
    """
    cases = _cases(leak, torn)
    log = _Log()
    for step in _STEPS:
        fitting = [case for case in cases if step.applies(case)]
        if not fitting:
            continue
        if stop():
            log.skipped.append(step.method)
            continue
        found = _attempt(step, fitting, log, clock=clock, stop=_cut(clock, stop, step_seconds), on_step=on_step)
        if found:
            return found
    return _by_ladder(cases, log, clock=clock, stop=stop, on_step=on_step) or _missed(cases, log)


def _cut(clock: Callable[[], float], stop: Callable[[], bool], seconds: float) -> Callable[[], bool]:
    begin = clock()
    return lambda: stop() or clock() - begin > seconds


def _attempt(
    step: _Step,
    cases: Iterable[_Case],
    log: _Log,
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None],
) -> Recovery | None:
    begin = clock()
    keys: dict[int, _Proved] = {}
    try:
        for case in cases:
            for candidate in step.search(case, stop):
                if done := _proved(case, candidate):
                    keys.setdefault(done.n, done)
                    if "n" in case.numbers:
                        break
            if stop() or (keys and "n" in case.numbers):
                break
    except MissingExtraError as err:
        log.notes.append(f"{step.method} was not tried: {err.message} ({err.hint})")
        return None
    bound = f"{step.bound}; e is not stated: {_usual(cases)} were tried" if _guesses_e(step, cases) else step.bound
    # Without n, numbers that are reduced as generators do it, under primes of one length, are no accident.
    ordinary = [key for key in keys.values() if key.ordinary]
    found = ordinary[0] if len(ordinary) == 1 else next(iter(keys.values())) if len(keys) == 1 else None
    if len(keys) > 1 and found:
        log.notes.append("other keys fit as well, but only of this one the primes have one length, and d is reduced")
    elif len(keys) > 1:
        log.notes.append(
            f"{step.method} found {len(keys)} keys that agree with all that is known: which of them is meant, only n, a "
            "token or another number of the key can tell"
        )
    if found is None and stop():
        # It may have ended early: what its bound says was not searched to the end.
        log.skipped.append(step.method)
        return None
    log.attempts.append(Attempt(step.method, found is not None, clock() - begin, bound))
    on_step(log.attempts[-1])
    if found is None:
        return None
    return Recovery(
        found.n, found.e, found.d, found.factors, step.method, tuple(log.attempts), (*log.notes, *found.notes)
    )


def _guesses_e(step: _Step, cases: Iterable[_Case]) -> bool:
    return step.method in _NEED_E and not any("e" in case.numbers for case in cases)


def _usual(cases: Iterable[_Case]) -> str:
    tried = dict.fromkeys(e for case in cases for e in case.exponents)
    return ", ".join(map(str, tried)) or "none of the usual exponents fits its legible bits, and none"


# What is known.


def _cases(leak: Leak, torn: TornKey | None) -> list[_Case]:
    numbers = dict(leak.numbers)
    for name, number in (torn.public if torn else {}).items():
        if numbers.setdefault(name, number) != number:
            raise InputError(f"{name} of the leak is not {name} of the public key beside the torn one")
    stated = _Case(
        numbers,
        _known_bits(leak, numbers),
        (),
        leak.e_window,
        tuple(other["n"] for other in leak.others if other.get("n", 0) > 1),
        leak.p_bits,
        2 * leak.p_bits if leak.p_bits else None,
    )
    _refuse(stated)
    if torn is None or not torn.readings:
        return [stated]
    integers = tuple(
        dict.fromkeys(each.bits.value for each in torn.integers if each.whole and each.bits.value >= _LEAST_NUMBER)
    )
    merged: dict[tuple[object, ...], _Case] = {}
    for reading in torn.readings:
        case = _merged(stated, reading, integers)
        if case and _is_possible(case):
            identity = (*sorted(case.numbers.items()), *((name, b.mask, b.value) for name, b in case.known.items()))
            merged.setdefault(identity, case)
    if not merged and "n" in stated.numbers:
        return [replace(stated, integers=integers, torn=True)]
    if not merged:
        raise InputError(
            "no reading of the torn key makes sense: its numbers contradict each other, or what else is stated"
        )
    return list(merged.values())


def _is_possible(case: _Case) -> bool:
    try:
        _refuse(case)
    except InputError:
        return False
    return True


def _merged(stated: _Case, reading: Reading, integers: tuple[int, ...]) -> _Case | None:
    numbers, known = reading.numbers, reading.known
    together = {**numbers, **stated.numbers}
    if any(together[name] != number for name, number in numbers.items()):
        return None
    bits: dict[str, LegibleBits] = {}
    for name in {*known, *stated.known}:
        one, two = (each.get(name, LegibleBits(0, 0)) for each in (known, stated.known))
        both = LegibleBits(one.mask | two.mask, one.value | two.value)
        number = together.get(name)
        if (one.value ^ two.value) & one.mask & two.mask or (number is not None and not _agrees(number, both)):
            return None
        if number is None:
            bits[name] = both
    return replace(
        stated, numbers=together, known=bits, integers=integers, modulus_bits=reading.modulus_bits, torn=True
    )


def _known_bits(leak: Leak, numbers: Mapping[str, int]) -> dict[str, LegibleBits]:
    """All parts of numbers as legible bits; those at the top of p need its length."""
    known = {name: bits for name, bits in leak.known.items() if bits.mask}
    parts = {"p_low": ("p", leak.p_low, 0), "d_low": ("d", leak.d_low, 0)}
    if leak.p_high:
        length = leak.p_bits or (numbers["n"].bit_length() + 1) // 2 if "n" in numbers else leak.p_bits
        if length is None:
            raise InputError("p_high says nothing without p_bits or n: the length of p is not known")
        if leak.p_high.bits > length:
            raise InputError("p_high has more bits than p")
        parts["p_high"] = ("p", leak.p_high, length - leak.p_high.bits)
    for stated, (name, part, shift) in parts.items():
        if part and part.bits:
            before = known.get(name, LegibleBits(0, 0))
            bits = LegibleBits((1 << part.bits) - 1 << shift, part.value << shift)
            if (before.value ^ bits.value) & before.mask & bits.mask:
                raise InputError(f"{stated} contradicts what else is stated of {name}")
            known[name] = LegibleBits(before.mask | bits.mask, before.value | bits.value)
    for name, bits in list(known.items()):
        if name in numbers:
            if not _agrees(numbers[name], bits):
                raise InputError(f"the bits that are stated of {name} are not those of the {name} that is stated")
            del known[name]
    return known


def _agrees(number: int, bits: LegibleBits) -> bool:
    return not (number ^ bits.value) & bits.mask


def _refuse(case: _Case) -> None:
    """InputError for numbers of which no RSA key is made."""
    n = case.numbers.get("n")
    if n is not None:
        if not ladder.MIN_BITS <= n.bit_length() <= ladder.MAX_BITS:
            raise InputError(f"n has {n.bit_length()} bits, where {ladder.MIN_BITS} to {ladder.MAX_BITS} are expected")
        if n % 2 == 0:
            raise InputError("n is even, so it is no RSA modulus")
        if factoring.is_probable_prime(n):
            raise InputError("n is prime, so it is no RSA modulus")
    if case.prime_bits is not None and not 2 <= case.prime_bits < (n.bit_length() if n else ladder.MAX_BITS):
        raise InputError(f"p_bits is {case.prime_bits}, which no prime of such a modulus has")
    longest = (n.bit_length() if n else ladder.MAX_BITS) + ladder.MAX_EXCESS
    for name, number in case.numbers.items():
        if number.bit_length() > longest:
            raise InputError(f"{name} is more than {longest} bits long")
        if number < {"e": 3, "qi": 1}.get(name, 2) or (name in {"e", "d", "p", "q"} and number % 2 == 0):
            raise InputError(f"{name} is even or too small, so it belongs to no RSA key")
    for name, bits in case.known.items():
        if bits.mask.bit_length() > longest:
            raise InputError(f"bits are stated of {name} beyond {longest}")
    _refuse_contradictions(case.numbers)


def _refuse_contradictions(numbers: Mapping[str, int]) -> None:
    n, e, d, p, q, qi = (numbers.get(name) for name in ("n", "e", "d", "p", "q", "qi"))
    for name, prime in (("p", p), ("q", q)):
        if n and prime and (prime >= n or n % prime):
            raise InputError(f"{name} does not divide n")
    if n and p and q and n % (p * q):
        raise InputError("p and q are no two factors of n")
    if n and e and d and not exponent.satisfies(n, e, d):
        raise InputError("e and d do not belong together: 2^(e*d) is not 2 modulo n")
    for name, prime in (("p", p), ("q", q)):
        half = numbers.get(_CRT[name])
        if prime and half and d and (half - d) % (prime - 1):
            raise InputError(f"{_CRT[name]} and d do not belong together: they differ modulo {name} - 1")
        if prime and half and e and (half * e - 1) % (prime - 1):
            raise InputError(f"{_CRT[name]} and e do not belong together: their product is not 1 modulo {name} - 1")
    if p and q and qi and (qi * q - 1) % p:
        raise InputError("qi is not the inverse of q modulo p")


# The steps.


def _stored(case: _Case, _: Callable[[], bool]) -> Iterator[_Candidate]:
    n, primes = case.numbers.get("n"), [case.numbers[name] for name in _PRIMES if name in case.numbers]
    if n is None:
        yield _Candidate(math.prod(primes), tuple(sorted(primes, reverse=True)))
    elif n % math.prod(primes) == 0:
        factors = [*primes, n // math.prod(primes)]
        yield _Candidate(n, tuple(sorted((factor for factor in factors if factor > 1), reverse=True)))


def _shared(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n = case.numbers["n"]
    for other in case.others:
        if stop():
            return
        p = math.gcd(n, other)
        if 1 < p < n:
            yield _Candidate(n, (max(p, n // p), min(p, n // p)))


def _by_modulus_part(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    bits = case.known["n"]
    low, length = low_part(bits), bits.mask.bit_length()
    high = high_part(bits, length)
    for e in case.exponents:
        for prime in (prime for primes in _primes(case, e, stop) for prime in primes if prime % 2):
            if low.bits:
                cofactor = low.value * pow(prime, -1, 1 << low.bits) % (1 << low.bits)
                yield _Candidate(prime * cofactor, (max(prime, cofactor), min(prime, cofactor)), e)
            cofactor = -(-(high.value << (length - high.bits)) // prime) | 1
            yield _Candidate(prime * cofactor, (max(prime, cofactor), min(prime, cofactor)), e)


def _primes(case: _Case, e: int, stop: Callable[[], bool]) -> tuple[list[int], list[int]]:
    """What p may be and what q may be, by themselves or by dp and dq."""
    one, two = (
        [case.numbers[name]]
        if name in case.numbers
        else list(crt_exponents.primes_from_crt_exponent(e, case.numbers[half], stop))
        if half in case.numbers
        else []
        for name, half in _CRT.items()
    )
    return one, two


def _by_exponents(case: _Case, _: Callable[[], bool]) -> Iterator[_Candidate]:
    n, d = case.numbers["n"], case.numbers["d"]
    for e in case.exponents:
        if exponent.satisfies(n, e, d):
            yield _Candidate(n, factoring.factor_from_exponents(n, e, d), e)


def _by_crt_exponent(case: _Case, _: Callable[[], bool]) -> Iterator[_Candidate]:
    n = case.numbers["n"]
    for name in _CRT.values():
        if name in case.numbers:
            for e in case.exponents:
                yield _Candidate(n, crt_exponents.factor_from_crt_exponent(n, e, case.numbers[name]), e)


def _without_modulus(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
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
            yield _Candidate(one * two, (max(one, two), min(one, two)), e)


def _by_unknown_e(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n = case.numbers["n"]
    for name in _CRT.values():
        if name in case.numbers:
            found = crt_exponents.factor_from_crt_exponent_unknown_e(n, case.numbers[name], stop=stop)
            if found:
                yield _Candidate(n, found[1], found[0])


def _by_every_role(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n = case.numbers["n"]
    for number in case.integers:
        if stop():
            return
        p = math.gcd(number, n)
        if 1 < p < n:
            yield _Candidate(n, (max(p, n // p), min(p, n // p)))
        for e in case.exponents:
            yield _Candidate(n, crt_exponents.factor_from_crt_exponent(n, e, number), e)


def _by_window(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n, d, window = case.numbers["n"], case.numbers["d"], case.window
    if window:
        e = exponent.exponent_window(n, d, window.known, window.shift, window.bits, stop=stop)
        if e:
            yield _Candidate(n, factoring.factor_from_exponents(n, e, d), e)


def _by_part_of_prime(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n = case.numbers["n"]
    for name in _PRIMES:
        if name in case.known:
            low, high, shift, gap = _gap(case.known[name], case.length_of(name))
            if high:
                factors = coppersmith.prime_from_gap(n, high, low, shift, gap, stop)
            else:
                factors = coppersmith.prime_from_low_bits(n, low, shift, case.length_of(name), stop)
            yield _Candidate(n, factors)


def _gap(bits: LegibleBits, length: int) -> tuple[int, int, int, int]:
    """(low, high, bits of low, bits of the gap) around everything that is not known of a number of `length` bits."""
    low, high = low_part(bits), high_part(bits, length)
    count = min(low.bits, length)
    return low.value & ((1 << count) - 1), high.value, count, max(length - high.bits - count, 0)


def _by_high_private_exponent(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n, bits = case.numbers["n"], case.known["d"]
    length = bits.mask.bit_length()
    high = high_part(bits, length)
    unknown = length - high.bits
    for e in case.exponents:
        yield _Candidate(n, high_private_exponent.factor_from_high_private_exponent(n, e, high.value, unknown, stop), e)


def _by_scattered_bits(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n = case.numbers["n"]
    known = {name: (bits.mask, bits.value) for name, bits in case.known.items() if name in branch_and_prune.NAMES}
    for e in case.exponents:
        factors = branch_and_prune.reconstruct(n, e, known, prime_bits=case.prime_bits, stop=stop)
        if factors:
            yield _Candidate(n, factors, e)


def _by_bits_without_modulus(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    if case.modulus_bits is None:
        return
    names = ("n", "p", "q", "d", "dp", "dq")
    known = {name: (bits.mask, bits.value) for name, bits in case.known.items() if name in names}
    known |= {name: ((1 << case.modulus_bits) - 1, case.numbers[name]) for name in names if name in case.numbers}
    for e in case.exponents:
        primes = scattered_bits_without_modulus.primes_from_scattered_bits(e, known, case.modulus_bits // 2, stop)
        if primes:
            yield _Candidate(math.prod(primes), primes, e)


def _by_low_private_exponent(case: _Case, stop: Callable[[], bool]) -> Iterator[_Candidate]:
    n, bits = case.numbers["n"], case.known["d"]
    low = low_part(bits)
    for e in case.exponents:
        factors = low_private_exponent.factor_from_low_private_exponent(
            n, e, low.value, low.bits, stop, known_high=(bits.mask, bits.value)
        )
        yield _Candidate(n, factors, e)


def _has(case: _Case, *names: str) -> bool:
    return all(name in case.numbers for name in names)


def _any(case: _Case, *names: str) -> bool:
    return any(name in case.numbers for name in names)


def _has_prime_pair_without_modulus(case: _Case) -> bool:
    if "n" in case.numbers or not _any(case, "p", "q", "dp", "dq"):
        return False
    two = _any(case, "p", "dp") and _any(case, "q", "dq")
    return two or (_any(case, "p", "dp") and "qi" in case.numbers) or "d" in case.numbers


def _known_share(case: _Case, *names: str) -> bool:
    """Whether anything beyond the length and parity of one of these is legible."""
    return any(name in case.known and case.known[name].mask.bit_count() > 8 for name in names)


def _has_its_head(case: _Case) -> bool:
    """Whether d is legible from its top on; it may be some bits shorter than n."""
    return case.known["d"].mask.bit_length() >= case.numbers["n"].bit_length() - _SHORTER


_NEED_E = {
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
_STEPS = (
    _Step(
        "stored-factors",
        "the primes that are stated",
        lambda case: _any(case, *_PRIMES) if "n" in case.numbers else _has(case, *_PRIMES),
        _stored,
    ),
    _Step(
        "shared-prime",
        "a prime that n has in common with the modulus of another key that is stated",
        lambda case: "n" in case.numbers and bool(case.others),
        _shared,
    ),
    _Step(
        "stored-exponents",
        "d, if it belongs to e",
        lambda case: _has(case, "n", "d"),
        _by_exponents,
    ),
    _Step(
        "crt-exponent",
        "dp or dq, if it belongs to e and n",
        lambda case: "n" in case.numbers and _any(case, "dp", "dq"),
        _by_crt_exponent,
    ),
    _Step(
        "modulus-part",
        "p, q, dp or dq, and as many leading or trailing bits of n as the other prime has",
        lambda case: "n" in case.known and _any(case, *_PRIMES, *_CRT.values()),
        _by_modulus_part,
    ),
    _Step(
        "primes-without-modulus",
        f"p and q from dp, dq, qi and d, with k below 2^{crt_exponents.MULTIPLIER_LIMIT.bit_length() - 1} and below e in "
        "e*dp = 1 + k*(p - 1)",
        _has_prime_pair_without_modulus,
        _without_modulus,
    ),
    _Step(
        "integers-in-every-role",
        "each whole number of the torn file as p, q, d, dp and dq",
        lambda case: "n" in case.numbers and bool(case.integers),
        _by_every_role,
    ),
    _Step(
        "crt-exponent-unknown-e",
        "dp or dq with any odd e below 2^17",
        lambda case: "n" in case.numbers and "e" not in case.numbers and _any(case, "dp", "dq"),
        _by_unknown_e,
    ),
    _Step(
        "exponent-window",
        "every e in the window that is stated",
        lambda case: _has(case, "n", "d") and case.window is not None,
        _by_window,
    ),
    _Step(
        "part-of-a-prime",
        "p or q with one gap of somewhat less than a quarter of the length of n (Coppersmith)",
        lambda case: "n" in case.numbers and _known_share(case, *_PRIMES),
        _by_part_of_prime,
    ),
    _Step(
        "high-private-exponent",
        "d of which somewhat less than a quarter of the length of n is missing at its end, for two primes of one length",
        lambda case: "n" in case.numbers and _known_share(case, "d") and _has_its_head(case),
        _by_high_private_exponent,
    ),
    _Step(
        "scattered-bits",
        f"bits of p, q, d, dp and dq that leave at most {branch_and_prune.MAX_WIDTH} ways to go on at every bit (27 % of "
        "all five, 42 % of p, q and d, or 59 % of p and q, spread evenly), for two primes of one length",
        lambda case: "n" in case.numbers and _known_share(case, *branch_and_prune.NAMES),
        _by_scattered_bits,
    ),
    _Step(
        "scattered-bits-without-modulus",
        f"bits of n, p, q, d, dp and dq that leave at most {scattered_bits_without_modulus.MAX_WIDTH} ways to go on at "
        "every bit (70 % of all six, spread evenly; 45 % with the first 24 bits of each), for two primes of one length and "
        f"an e below 2^{scattered_bits_without_modulus.EXPONENT_LIMIT.bit_length() - 1}",
        lambda case: "n" not in case.numbers and case.modulus_bits is not None and _known_share(case, *_PRIMES),
        _by_bits_without_modulus,
    ),
    _Step(
        "low-private-exponent",
        "somewhat more than the last quarter of d, for a small e and two primes of one length",
        lambda case: "n" in case.numbers and _known_share(case, "d"),
        _by_low_private_exponent,
    ),
)


# Proof.


@dataclass(frozen=True, slots=True, repr=False)
class _Proved:
    n: int
    e: int
    d: int
    factors: tuple[int, ...]
    notes: tuple[str, ...]
    ordinary: bool


def _proved(case: _Case, candidate: _Candidate) -> _Proved | None:
    """The whole key under these factors, if everything that is claimed of it holds."""
    n, factors = candidate.n, candidate.factors
    if len(factors) < 2 or math.prod(factors) != n or case.numbers.get("n", n) != n:
        return None
    if not _agrees(n, case.known.get("n", LegibleBits(0, 0))) or not all(map(factoring.is_probable_prime, factors)):
        return None
    order = factoring.carmichael(factors)
    e, notes = _exponent(case, candidate, order)
    if e is None:
        return None
    d = _private_exponent(case, e, factors, order)
    others = list(islice(factoring.bases(n), 2, 5))
    if e * d % order != 1 or not all(pow(m, e * d, p) == m % p for p in factors for m in others):
        return None
    agreeing, differing = _compared(case, e, d, factors)
    if differing and "n" not in case.numbers:
        # Then what else is known is the only witness.
        return None
    if agreeing:
        notes.append(f"what else is known agrees with the key that was found: {', '.join(agreeing)}")
    if differing:
        notes.append(f"what is stated of {', '.join(differing)} does not belong to the key of this modulus")
    if not {"n", "n (in part)", "d", "d (in part)"} & {*agreeing}:
        notes.append("n is stated nowhere: that this is the key that was looked for, only a token of it can show")
    if len(set(factors)) < len(factors):
        notes.append("n has a repeated prime factor")
    phi = math.prod(p - 1 for p in factors)
    reduced = d in {pow(e, -1, modulus) for modulus in (order, phi) if math.gcd(e, modulus) == 1}
    ordinary = reduced and len({p.bit_length() for p in factors}) == 1
    return _Proved(n, e, d, factors, tuple(notes), ordinary)


def _exponent(case: _Case, candidate: _Candidate, order: int) -> tuple[int | None, list[str]]:
    """The e of a key, and what is to be said of it; None if there is none."""
    stated = case.numbers.get("e")
    if stated is not None:
        if math.gcd(stated, order) == 1:
            return stated, []
        if not case.torn:
            raise InputError("e has a divisor in common with lambda(n), so no d belongs to it")
        return None, []
    if candidate.e is not None:
        if math.gcd(candidate.e, order) > 1:
            return None, []
        return candidate.e, [f"e is not stated: {candidate.e} is the one that fits"]
    d = case.numbers.get("d")
    if d is not None and math.gcd(d, order) == 1:
        return pow(d, -1, order), ["e is not stated: it follows from d"]
    for e in case.exponents:
        halves = [case.numbers[name] for name in _CRT.values() if name in case.numbers]
        if math.gcd(e, order) == 1 and all(
            any((half * e - 1) % (p - 1) == 0 for p in candidate.factors) for half in halves
        ):
            return e, [
                f"e is not stated, and nothing depends on it: {e} was taken, the first usual one that is possible"
            ]
    return None, []


def _private_exponent(case: _Case, e: int, factors: tuple[int, ...], order: int) -> int:
    """The d that is stated if it belongs to e; else the one, modulo λ or φ, of which more is as it is known."""
    stated = case.numbers.get("d")
    if stated is not None and stated * e % order == 1:
        return stated
    bits = case.known.get("d", LegibleBits(0, 0))
    phi = math.prod(p - 1 for p in factors)
    reduced = pow(e, -1, order)
    if not _agrees(reduced, bits) and math.gcd(e, phi) == 1 and _agrees(pow(e, -1, phi), bits):
        return pow(e, -1, phi)
    return reduced


def _compared(case: _Case, e: int, d: int, factors: tuple[int, ...]) -> tuple[list[str], list[str]]:
    """Names of numbers and parts of numbers that agree with a key, and of those that do not."""
    if len(factors) > 2:
        return [], []
    best: tuple[list[str], list[str]] = ([], [*case.numbers, *case.known])
    for p, q in (factors, factors[::-1]):
        key = {"n": p * q, "e": e, "d": d, "p": p, "q": q, "dp": d % (p - 1), "dq": d % (q - 1)}
        if p != q:
            key["qi"] = pow(q, -1, p)
        order = math.lcm(p - 1, q - 1)
        agreeing: list[str] = []
        differing: list[str] = []
        for name, number in case.numbers.items():
            modulus = {"d": order, "dp": p - 1, "dq": q - 1, "qi": p}.get(name)
            same = (number - key[name]) % modulus == 0 if modulus and name in key else number == key.get(name)
            (agreeing if same else differing).append(name)
        for name, bits in case.known.items():
            (agreeing if name in key and _agrees(key[name], bits) else differing).append(f"{name} (in part)")
        if len(differing) < len(best[1]):
            best = agreeing, differing
    return best


# Nothing found.


def _by_ladder(
    cases: Iterable[_Case],
    log: _Log,
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None],
) -> Recovery | None:
    """With n and d alone the question is that of `ladder`; its answer, or None if it found nothing either."""
    for case in cases:
        if _has(case, "n", "d") and "e" not in case.numbers:
            n, d = case.numbers["n"], case.numbers["d"]
            try:
                found = ladder.recover_exponent(n, d, clock=clock, stop=stop, on_step=on_step)
            except InputError:
                if case.torn:
                    continue
                raise
            log.attempts += found.attempts
            log.notes += found.notes
            if found.recovered:
                return Recovery(n, found.e, found.d, found.factors, found.method, tuple(log.attempts), tuple(log.notes))
    return None


def _missed(cases: list[_Case], log: _Log) -> Recovery:
    whole = dict.fromkeys(name for case in cases for name in case.numbers)
    part = {
        name: max(case.known[name].mask.bit_count() for case in cases if name in case.known)
        for name in dict.fromkeys(name for case in cases for name in case.known)
    }
    notes = list(log.notes)
    known = [*whole, *(f"{bits} bits of {name}" for name, bits in part.items())]
    notes.append(f"known: {', '.join(known) or 'nothing'}")
    notes += [f"excluded by {attempt.method}: {attempt.bound}" for attempt in log.attempts]
    if "n" not in whole:
        notes.append(
            "n is not known: with the public key or a certificate of this key, much less of the rest is needed"
        )
    if set(whole) <= {"n", "e"} and not part:
        notes.append("nothing of the private key is known")
    if {"n", "qi"} <= set(whole) <= {"n", "e", "qi"}:
        notes.append(
            "qi alone is not enough: q is a root of qi*x^2 - x modulo n, and just too large for Coppersmith's method"
        )
    if log.skipped:
        notes.append(f"not finished: {', '.join(log.skipped)}")
    notes.append("this does not show that the key is safe")
    one = cases[0].numbers
    return Recovery(
        n=one.get("n"), e=one.get("e"), d=one.get("d"), attempts=tuple(log.attempts), notes=tuple(dict.fromkeys(notes))
    )
