"""From whatever is known of an RSA private key to the whole of it: numbers, parts of numbers, or a torn file.

What a leak document states is believed, and contradictions in it are errors. What a torn file seems to say is one of
several readings: each is tried, and a result counts only if it is proved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from jwtctl.cryptanalysis import factoring, ladder
from jwtctl.errors import InputError, MissingExtraError
from jwtctl.jose.leak import NOTHING_LEGIBLE
from jwtctl.model import Attempt, Recovery
from jwtctl.recovery.fragment_cases import CRT, Case, cases_of
from jwtctl.recovery.fragment_steps import NEED_E, STEPS, Candidate, Step, has

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jwtctl.jose.leak import Leak
    from jwtctl.jose.torn_key import TornKey


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
    cases = cases_of(leak, torn)
    log = _Log()
    for step in STEPS:
        fitting = [case for case in cases if step.applies(case)]
        if not fitting:
            continue
        if stop():
            log.skipped.append(step.method)
            continue
        found = _attempt(step, fitting, log, clock=clock, stop=_cut(clock, stop, step_seconds), on_step=on_step)
        if found:
            return found
    found = _by_ladder(cases, log, clock=clock, stop=stop, on_step=on_step, step_seconds=step_seconds)
    return found or _missed(cases, log)


def _cut(clock: Callable[[], float], stop: Callable[[], bool], seconds: float) -> Callable[[], bool]:
    begin = clock()
    return lambda: stop() or clock() - begin > seconds


def _attempt(
    step: Step,
    cases: Iterable[Case],
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


def _guesses_e(step: Step, cases: Iterable[Case]) -> bool:
    return step.method in NEED_E and not any("e" in case.numbers for case in cases)


def _usual(cases: Iterable[Case]) -> str:
    tried = dict.fromkeys(e for case in cases for e in case.exponents)
    return ", ".join(map(str, tried)) or "none of the usual exponents fits its legible bits, and none"


@dataclass(frozen=True, slots=True, repr=False)
class _Proved:
    n: int
    e: int
    d: int
    factors: tuple[int, ...]
    notes: tuple[str, ...]
    ordinary: bool


def _proved(case: Case, candidate: Candidate) -> _Proved | None:
    """The whole key under these factors, if everything that is claimed of it holds."""
    n, factors = candidate.n, candidate.factors
    if len(factors) < 2 or math.prod(factors) != n or case.numbers.get("n", n) != n:
        return None
    if not case.known.get("n", NOTHING_LEGIBLE).agree(n) or not all(map(factoring.is_probable_prime, factors)):
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


def _exponent(case: Case, candidate: Candidate, order: int) -> tuple[int | None, list[str]]:
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
        halves = [case.numbers[name] for name in CRT.values() if name in case.numbers]
        if math.gcd(e, order) == 1 and all(
            any((half * e - 1) % (p - 1) == 0 for p in candidate.factors) for half in halves
        ):
            return e, [
                f"e is not stated, and nothing depends on it: {e} was taken, the first usual one that is possible"
            ]
    return None, []


def _private_exponent(case: Case, e: int, factors: tuple[int, ...], order: int) -> int:
    """The d that is stated if it belongs to e; else the one, modulo λ or φ, of which more is as it is known."""
    stated = case.numbers.get("d")
    if stated is not None and stated * e % order == 1:
        return stated
    bits = case.known.get("d", NOTHING_LEGIBLE)
    phi = math.prod(p - 1 for p in factors)
    reduced = pow(e, -1, order)
    if not bits.agree(reduced) and math.gcd(e, phi) == 1 and bits.agree(pow(e, -1, phi)):
        return pow(e, -1, phi)
    return reduced


def _compared(case: Case, e: int, d: int, factors: tuple[int, ...]) -> tuple[list[str], list[str]]:
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
            (agreeing if name in key and bits.agree(key[name]) else differing).append(f"{name} (in part)")
        if len(differing) < len(best[1]):
            best = agreeing, differing
    return best


# Nothing found.


def _by_ladder(
    cases: Iterable[Case],
    log: _Log,
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None],
    step_seconds: float,
) -> Recovery | None:
    """With n and d alone the question is that of `ladder`; its answer, or None if it found nothing either."""
    for case in cases:
        if has(case, "n", "d") and "e" not in case.numbers:
            n, d = case.numbers["n"], case.numbers["d"]
            try:
                found = ladder.recover_exponent(
                    n, d, clock=clock, stop=stop, on_step=on_step, step_seconds=step_seconds
                )
            except InputError:
                if case.torn:
                    continue
                raise
            log.attempts += found.attempts
            log.notes += found.notes
            if found.recovered:
                return Recovery(n, found.e, found.d, found.factors, found.method, tuple(log.attempts), tuple(log.notes))
    return None


def _missed(cases: list[Case], log: _Log) -> Recovery:
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
