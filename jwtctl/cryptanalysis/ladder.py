"""The whole search for a secret exponent, cheapest step first, each result proved before it is returned."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import gmpy2

from jwtctl.cryptanalysis import exponent, factoring, lattice_ladder
from jwtctl.errors import InputError, MissingExtraError
from jwtctl.model import Attempt, Recovery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jwtctl.cryptanalysis.lattice_ladder import Part, Rung

    Runner = Callable[[str, Sequence[Part]], tuple[tuple[int, ...] | None, str]]
    """Runs the parts of a search, side by side or in turn: a result or None, and why it was cut short, if it was."""

MIN_BITS = 16
MAX_BITS = 16_384
MAX_EXCESS = 4_096
"""An exponent is below n times two to the power of this."""
GIANT_STEP_BITS = 38
"""`baby_step_giant_step` is used for e below 2^38: some seconds and 100 MB."""

_FERMAT_STEPS = 100_000
_RATIO_LIMIT = 64
_SMOOTH_BOUND = 1 << 16


@dataclass(frozen=True, slots=True)
class _Step:
    """`search` gives all primes of n, or nothing; `bound` says what nothing means."""

    method: str
    bound: str
    search: Callable[[], tuple[int, ...]]
    rung: Rung | None = None


class _UnfinishedError(Exception):
    """A search was cut short: by `time`, for want of `memory`, or by a `crash` of the library underneath."""


@dataclass(frozen=True, slots=True)
class Lattices:
    """What may be spent on lattices, and how their searches are run.

    Attributes:
        seconds: of one core; none at all leaves lattices out.
        workers: into how many parts a scan is split.
        run: runs the parts of a search; see Runner.
    """

    seconds: float = 0
    workers: int = 1
    run: Runner = lattice_ladder.in_turn


NO_LATTICES = Lattices()


def recover_exponent(
    n: int,
    d: int,
    *,
    e: int | None = None,
    p: int | None = None,
    q: int | None = None,
    clock: Callable[[], float],
    stop: Callable[[], bool] = factoring.never,
    on_step: Callable[[Attempt], None] | None = None,
    lattices: Lattices = NO_LATTICES,
    step_seconds: float = math.inf,
) -> Recovery:
    """Find the exponent e that belongs to d, and the prime factors of n.

    The two exponents play the same part: for a public key with a huge exponent, pass that exponent as d.

    Args:
        n: modulus.
        d: the exponent that leaked, reduced modulo φ(n), modulo λ(n) or not at all.
        e: the other exponent, if it is known; checked, not believed.
        p: a prime factor of n, if one is known; checked, not believed.
        q: another one.
        clock: seconds, for the times of the attempts.
        stop: polled between and within the steps; once it is true, the search ends with what it has.
        on_step: is told of each step when it is over.
        lattices: what may be spent on lattices, which come last.
        step_seconds: longest time for one step; what a step that was cut short would exclude is not claimed.

    Returns:
        A Recovery. On success e is the least positive one, d^-1 mod λ(n), and these were checked: the product of the
        factors, the primality of each, e·d ≡ 1 modulo λ(n), and m^(e·d) = m modulo each factor for several m. On
        failure `attempts` and `notes` say what is excluded.

    Raises:
        InputError: if n is even, prime, a perfect power, or not of 16 to 16384 bits; if an exponent is below 2, even,
            or no less than n·2^4096; if a given e or d has no partner, or a given prime does not divide n.
    """
    _refuse(n, d, e, (p, q))
    attempts: list[Attempt] = []
    skipped: list[str] = []
    climbed: list[Rung] = []
    begin = clock()

    def cut() -> bool:
        return stop() or (step_seconds < math.inf and clock() - begin > step_seconds)

    for step in _steps(n, d, e, [x for x in (p, q) if x], cut, lattices):
        if stop():
            skipped.append(step.method)
            continue
        begin = clock()
        try:
            factors = step.search()
        except _UnfinishedError as err:
            skipped.append(f"{step.method} for {step.bound} ({err})")
            continue
        except MissingExtraError as err:
            skipped.append(f"lattices ({err.message}: {err.hint})")
            break
        result = _proved(n, d, e, factors)
        if result is None and not step.rung and cut():
            # It may have ended early: what its bound says was not searched to the end.
            skipped.append(step.method)
            continue
        attempts.append(Attempt(step.method, result is not None, clock() - begin, step.bound))
        if on_step:
            on_step(attempts[-1])
        if result is not None:
            return Recovery(n, result, d, factors, step.method, tuple(attempts), tuple(_remarks(result, d, e, factors)))
        if step.rung:
            climbed.append(step.rung)
    return Recovery(n=n, d=d, attempts=tuple(attempts), notes=tuple(_miss(n, d, attempts, skipped, climbed)))


def _refuse(n: int, d: int, e: int | None, primes: Iterable[int | None]) -> None:
    if not MIN_BITS <= n.bit_length() <= MAX_BITS or n < 0:
        raise InputError(f"n has {n.bit_length()} bits, where {MIN_BITS} to {MAX_BITS} are expected")
    if n % 2 == 0:
        raise InputError("n is even, so it is no RSA modulus")
    for name, value in (("d", d), ("e", e)):
        if value is None:
            continue
        if value < (2 if name == "d" else 1):
            raise InputError(f"{name} is too small to be an exponent")
        if value % 2 == 0:
            raise InputError(f"{name} is even, so no other exponent belongs to it")
        if value >= n << MAX_EXCESS:
            raise InputError(f"{name} is {MAX_EXCESS} bits or more longer than n")
    product = 1
    for name, prime in zip("pq", primes, strict=True):
        if prime is not None:
            product *= prime
            if not 1 < prime < n or n % product:
                raise InputError(f"{name} does not divide n")
    if factoring.perfect_power(n):
        raise InputError("n is a perfect power, so it is no RSA modulus")
    if factoring.is_probable_prime(n):
        raise InputError("n is prime, so it is no RSA modulus")
    if e is not None and not exponent.satisfies(n, e, d):
        raise InputError("e and d do not belong together: 2^(e*d) is not 2 modulo n")


def _steps(  # noqa: PLR0917 - one call, of what the public function was given
    n: int, d: int, e: int | None, primes: list[int], stop: Callable[[], bool], lattices: Lattices
) -> Iterable[_Step]:
    def by_exponent(found: int | None) -> tuple[int, ...]:
        return factoring.factor_from_exponents(n, found, d) if found else ()

    if e is not None:
        yield _Step("stored-exponent", "the exponent that was given", lambda: by_exponent(e))
    if primes:
        rest = n // math.prod(primes)
        yield _Step("stored-factors", "the primes that were given", lambda: _primes_of([*primes, rest]))
    yield _Step(
        "common-exponents",
        f"every odd e below 2^{exponent.COMMON_LIMIT.bit_length() - 1} and within {exponent.COMMON_WIDTH} of "
        f"2^{', 2^'.join(map(str, exponent.COMMON_NEAR))}, and the negatives of these",
        lambda: by_exponent(exponent.common_exponents(n, d)),
    )
    yield _Step(
        "continued-fraction",
        _fraction_bound(n, d),
        lambda: by_exponent(exponent.continued_fraction(n, d, stop)),
    )
    yield _Step(
        "small-factor",
        f"every prime factor up to {factoring.SMALL_PRIME_LIMIT}",
        lambda: _primes_of(_small_factors(n)),
    )
    yield _Step(
        "fermat",
        f"two factors that differ by less than 2^{(8 * _FERMAT_STEPS * math.isqrt(n)).bit_length() // 2}",
        lambda: _primes_of(factoring.fermat(n, _FERMAT_STEPS)),
    )
    yield _Step(
        "prime-ratio",
        f"two factors whose ratio is next to u/v with u, v up to {_RATIO_LIMIT}",
        lambda: _primes_of(factoring.prime_ratio(n, _RATIO_LIMIT)),
    )
    yield _Step(
        "p-minus-1",
        f"a prime p with every prime power of p - 1 up to {_SMOOTH_BOUND}",
        lambda: _primes_of(factoring.p_minus_1(n, _SMOOTH_BOUND, stop)),
    )
    if d.bit_length() > n.bit_length() + 64 and exponent.continued_fraction_bits(n, d) < GIANT_STEP_BITS:
        yield _Step(
            "baby-step-giant-step",
            f"every odd e below 2^{GIANT_STEP_BITS}, however long d is",
            lambda: by_exponent(exponent.baby_step_giant_step(n, d, GIANT_STEP_BITS, stop)),
        )

    if lattices.seconds > 0:
        for rung in lattice_ladder.rungs(n, d, lattices.seconds):
            yield _Step(rung.method, rung.bound, partial(_climb, n, d, rung, lattices, stop), rung)


def _climb(n: int, d: int, rung: Rung, lattices: Lattices, stop: Callable[[], bool]) -> tuple[int, ...]:
    run = lattice_ladder.in_turn if rung.search.seconds < lattice_ladder.QUICK_SECONDS else lattices.run
    found, cut_short = run(rung.bound, rung.parts(n, d, lattices.workers, stop))
    if not found and (cut_short or stop()):
        raise _UnfinishedError(cut_short or "time")
    return found or ()


def _fraction_bound(n: int, d: int) -> str:
    two, three, four = (exponent.continued_fraction_bits(n, d, primes) for primes in (2, 3, 4))
    # A d that is longer than n was not reduced: then the length is worked out for a gcd of at most 2.
    tried = exponent.multipliers(n) if d < n else [1, 2]
    listed = ", ".join(map(str, tried[:8])) + (", ..." if len(tried) > 8 else "")
    return (
        f"every e of up to {two} bits ({two / n.bit_length():.3f} of the length of n) for two primes with a ratio "
        f"below 2, if d was taken modulo phi(n), or modulo lambda(n) with gcd(p-1, q-1) among {listed}; "
        f"of up to {three} and {four} bits for three and four such primes, if d was taken modulo phi(n)"
    )


def _small_factors(n: int) -> list[int]:
    parts = []
    while (prime := factoring.small_factor(n)) is not None:
        parts.append(prime)
        n //= prime
    return [*parts, n]


def _primes_of(parts: Iterable[int] | None) -> tuple[int, ...]:
    """The parts above 1, descending, if all of them are primes or powers of primes; else nothing."""
    primes: list[int] = []
    for part in (part for part in parts or () if part > 1):
        base, power = factoring.perfect_power(part) or (part, 1)
        if not factoring.is_probable_prime(base):
            return ()
        primes += [base] * power
    return tuple(sorted(primes, reverse=True))


def _proved(n: int, d: int, given: int | None, factors: tuple[int, ...]) -> int | None:
    """The least e for d under these factors of n, if everything that is claimed of them holds."""
    if len(factors) < 2 or math.prod(factors) != n or not all(map(factoring.is_probable_prime, factors)):
        return None
    order = factoring.carmichael(factors)
    if math.gcd(d, order) != 1:
        raise InputError("d has a divisor in common with lambda(n), so no exponent belongs to it")
    if given is not None and given * d % order != 1:
        raise InputError("e and d do not belong together: e*d is not 1 modulo lambda(n)")
    e = pow(d, -1, order)
    # The searches used the first of these bases, and 2, 3 and 5.
    others = list(islice(factoring.bases(n), 1, 4))
    holds = all(gmpy2.powmod(m, e * d, p) == m % p for p in factors for m in others)
    return e if holds and e * d % order == 1 else None


def _remarks(found: int, d: int, given: int | None, factors: tuple[int, ...]) -> Iterable[str]:
    if given is not None and given != found:
        yield "the e that was given is equivalent to this one, the least: they differ by a multiple of lambda(n)"
    negative = factoring.carmichael(factors) - found
    if negative.bit_length() < found.bit_length() // 2:
        yield f"e is the negative of a short exponent of {negative.bit_length()} bits modulo lambda(n)"
    if len(set(factors)) < len(factors):
        yield "n has a repeated prime factor"
    if d.bit_length() <= 64:
        yield "the exponent that was given is short: it is an ordinary public exponent, and e the private one"


def _miss(n: int, d: int, attempts: list[Attempt], skipped: list[str], climbed: Sequence[Rung]) -> Iterable[str]:
    done = {attempt.method: attempt.bound for attempt in attempts}
    excluded = [
        done[method] for method in ("common-exponents", "continued-fraction", "baby-step-giant-step") if method in done
    ]
    if excluded:
        yield f"proved: e is none of these: {'; '.join(excluded)}"
    if reach := lattice_ladder.reach(iter(climbed)):
        yield (
            f"heuristic: e is not {reach}, for two primes with a ratio below 1.4; lattices are not proved never to miss, "
            "and missed none of the keys at these lengths that they were tried on"
        )
    if skipped:
        yield f"not finished: {', '.join(skipped)}"
    yield (
        f"unknown: anything else; beyond n^0.2929 ({n.bit_length() * 2929 // 10_000} bits) there is no published "
        "attack, and recovering e is equivalent to factoring n (May 2004, Coron and May 2007)"
    )
    if d.bit_length() <= 64:
        yield "d is short, so (n, d) is an ordinary public key and e its private exponent"
    else:
        yield (
            "wrong all the same: (n, d) is a public key, whatever it is called; verifying with it costs dozens of times as "
            "much as with a short exponent, OpenSSL refuses it beyond 3072 bits, Go and Windows at any length, and every "
            "service holds what libraries take for a private key"
        )
    yield "this does not show that the key is safe"
