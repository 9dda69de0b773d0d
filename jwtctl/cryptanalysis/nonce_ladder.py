"""The whole search for what is wrong with the nonces of an ECDSA key, cheapest step first, each result proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.cryptanalysis.ecdsa_nonces import (
    Signature,
    derived_nonce,
    nonce_points,
    relations,
    reused_nonce,
    small_nonce,
)
from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.hidden_number import MAX_SAMPLES, Relation, hidden_number, samples, without_low_bits
from jwtctl.cryptanalysis.linear_nonces import MAX_WINDOWS, counter, recurrence
from jwtctl.cryptanalysis.weierstrass import Curve, Point, belongs
from jwtctl.errors import MissingExtraError
from jwtctl.model import Attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SMALL_BITS = 20
"""`find_bias` finds every nonce below 2^20, in whichever signature it is …"""
DEEP_BITS = 40
"""… and every one below 2^40, such as a time in seconds, in the first DEEP_SIGNATURES."""
DEEP_SIGNATURES = 4
PATTERN_BITS = 32
"""Nonces that are a number of this length repeated, or followed by zeros, are found in as many."""
COUNTER_GAPS = 4
"""Counters are found although up to three of their values are missing between two signatures."""
DEGREES = (1, 2, 3)
"""Recurrences of these degrees are looked for, in four, five and six successive signatures."""
BIASES = (256, 192, 128, 96, 64, 48, 32, 24, 20, 16, 14, 12, 11, 10, 9, 8, 7, 6, 5)
"""So many bits that are 0 or alike are looked for, as far as the signatures suffice."""
QUICK_BIAS = 8
"""`find_bias` looks for no fewer bits where it is to be quick."""
TRIES = 2
"""Lattices for each of them."""


@dataclass(frozen=True, slots=True)
class NonceSearch:
    """What `find_bias` found.

    Attributes:
        x: the private key, for which x·G is the public key, or None.
        method: the step that gave it: `reused-nonce`, `small-nonce` …; empty if none did.
        detail: what was wrong with the nonces, in words.
        attempts: every step that was made, in order, with what its miss excludes.
        notes: what is to be said about the result or about its absence, one sentence each.
    """

    x: int | None = field(default=None, repr=False)
    method: str = ""
    detail: str = ""
    attempts: tuple[Attempt, ...] = ()
    notes: tuple[str, ...] = ()


class _Step(NamedTuple):
    """`weakness` is what a hit shows, and with the caveat what a miss excludes.

    Not so for a lattice, which may as well show a bias of a bit less than it was made for.
    """

    method: str
    weakness: str
    search: Callable[[], int | None]
    caveat: str = ""
    by_lattice: bool = False


def find_bias(
    curve: Curve,
    public: Point,
    signatures: Sequence[Signature],
    *,
    candidates: Sequence[int] = (),
    quick: bool = False,
    clock: Callable[[], float],
    stop: Callable[[], bool] = never,
    on_step: Callable[[Attempt], None] = lambda _: None,
) -> NonceSearch:
    """Search for whatever may be wrong with the nonces of one key, cheapest first.

    Args:
        curve: the curve.
        public: the public key.
        signatures: in the order in which they were made, for the steps that look for counters and recurrences.
        candidates: see `derived_nonce`.
        quick: leave out what takes most of the time: a bias of fewer than QUICK_BIAS bits, patterns, and nonces up to
            2^DEEP_BITS. For 120 signatures over P-256 that leaves 4 of 31 seconds, for 20 of them 0.5 of 9.
        clock: seconds, for the times of the attempts.
        stop: polled between and within the steps; once it is true, the search ends with what it has.
        on_step: is told of each step when it is over.

    Raises:
        InputError: if the public key is not a point of the curve.
    """
    held = list({(one.z, one.r): one for one, _ in nonce_points(curve, public, signatures, stop)}.values())
    notes = []
    if len(held) < len(signatures) and not stop():
        notes.append(f"{len(signatures) - len(held)} signatures are repeated or do not hold under this key")
    attempts: list[Attempt] = []
    for step in _steps(curve, public, held, candidates, stop):
        if quick and _is_slow(step):
            continue
        begin = clock()
        try:
            x = None if stop() else step.search()
        except MissingExtraError as err:
            notes.append(f"{step.method} was left out: {err.message}")
            continue
        if x is not None and not belongs(curve, x, public):
            x = None
        if x is None and stop():
            # What this step excludes was not searched to the end.
            notes.append(f"the search was ended in the middle, at {step.method}")
            break
        attempts.append(Attempt(step.method, x is not None, clock() - begin, step.weakness + step.caveat))
        on_step(attempts[-1])
        if x is not None:
            detail = _bias(curve, held, x) if step.by_lattice else step.weakness
            return NonceSearch(x, step.method, detail, tuple(attempts), tuple(notes))
    enough, few = (_least_bias(curve, count) for count in (MAX_SAMPLES, len(held)))
    notes.append(f"a bias of fewer than {enough} bits is out of reach of plain lattice reduction on this curve")
    if few != enough:
        reach = f"fewer than {few} bits" if few else "any length"
        notes.append(f"a bias of {reach} takes more than {len(held)} signatures")
    notes.append("this does not show that the nonces are random")
    return NonceSearch(attempts=tuple(attempts), notes=tuple(notes))


def _steps(
    curve: Curve,
    public: Point,
    signatures: Sequence[Signature],
    candidates: Sequence[int],
    stop: Callable[[], bool],
) -> Iterator[_Step]:
    nonces = relations(curve, signatures)
    # Who keeps s in the lower half negates half of the nonces.
    signed = all(2 * s < curve.n for _, _, s in signatures)

    def check(x: int) -> bool:
        return belongs(curve, x, public)

    yield _Step("reused-nonce", "two nonces are equal", lambda: reused_nonce(curve, public, signatures, stop))
    yield _Step(
        "derived-nonce",
        f"a nonce is the digest, a coordinate, the r before it, one of {len(candidates)} candidates, the private key, "
        "or this plus, less or times one of those",
        lambda: derived_nonce(curve, public, signatures, candidates, stop),
    )
    yield _Step(
        "small-nonce",
        f"a nonce is below 2^{SMALL_BITS}, but for its sign",
        lambda: small_nonce(curve, public, signatures, SMALL_BITS, stop=stop),
    )
    yield _Step(
        "counter",
        f"nonces count up by one step, or up to {COUNTER_GAPS} of them where some are missing",
        lambda: counter(nonces, curve.n, check, gaps=COUNTER_GAPS, signed=signed, stop=stop),
        f", in one of the first {MAX_WINDOWS} signatures",
    )
    for degree in DEGREES:
        yield _Step(
            f"recurrence-{degree}",
            f"each nonce is a polynomial of degree {degree} of the one before, modulo the order",
            partial(recurrence, nonces, curve.n, check, degree=degree, signed=signed, stop=stop),
            f", in one of the first {MAX_WINDOWS} signatures",
        )
    for bits in BIASES:
        lattices = list(_lattices(curve, nonces, bits, signed=signed))
        if lattices:
            yield _Step(
                f"biased-nonce-{bits}",
                f"the first or the last {bits} bits of all nonces are 0 or alike",
                partial(_first, lattices, curve.n, check, stop),
                "; a lattice shows that as a rule, so a miss makes it unlikely only",
                by_lattice=True,
            )
    yield _Step(
        "patterned-nonce",
        f"one of the first {DEEP_SIGNATURES} nonces is {PATTERN_BITS} bits repeated, or followed by zeros",
        lambda: _patterned(curve, public, signatures[:DEEP_SIGNATURES], stop),
    )
    yield _Step(
        "small-nonce-deep",
        f"one of the first {DEEP_SIGNATURES} nonces is below 2^{DEEP_BITS}, but for its sign",
        lambda: small_nonce(curve, public, signatures[:DEEP_SIGNATURES], DEEP_BITS, stop=stop),
    )


def _is_slow(step: _Step) -> bool:
    slow = {"patterned-nonce", "small-nonce-deep", *(f"biased-nonce-{bits}" for bits in BIASES if bits < QUICK_BIAS)}
    return step.method in slow


def _patterned(curve: Curve, public: Point, signatures: Sequence[Signature], stop: Callable[[], bool]) -> int | None:
    """Nonces that are a multiple, by a short number, of 2^j or of 1 + 2^32 + 2^64 …, of the length of the order."""
    length = -(-curve.n.bit_length() // PATTERN_BITS) * PATTERN_BITS
    for multiplier in (((1 << length) - 1) // ((1 << PATTERN_BITS) - 1), 1 << (curve.n.bit_length() - PATTERN_BITS)):
        x = small_nonce(curve, public, signatures, PATTERN_BITS, multiplier=multiplier, stop=stop)
        if x is not None:
            return x
    return None


class _Lattice(NamedTuple):
    nonces: Sequence[Relation]
    width: int
    low: int = 0
    alike: bool = False


def _lattices(curve: Curve, nonces: Sequence[Relation], bits: int, *, signed: bool) -> Iterator[_Lattice]:
    """What nonces with this bias would satisfy, if there are enough of them."""
    n = curve.n
    if bits >= n.bit_length():
        return
    quotients = without_low_bits(nonces, n, bits)
    for values, width in ((nonces, 1 << (n.bit_length() - bits)), (quotients, (n >> bits) + 1)):
        plain, alike = (samples(n, width, len(nonces), alike=either) for either in (False, True))
        # Zeros are alike as well, for one nonce more.
        if plain and plain >= alike:
            yield _Lattice(values, width)
        if alike:
            yield _Lattice(values, width, alike=True)
        if signed and samples(n, 2 * width, len(nonces)):
            yield _Lattice(values, 2 * width, -width)


def _least_bias(curve: Curve, count: int) -> int:
    """The least bias that a lattice of so many nonces may show; 0 if there is none."""
    length = curve.n.bit_length()
    return min((bits for bits in BIASES if bits < length and samples(curve.n, 1 << (length - bits), count)), default=0)


def _bias(curve: Curve, signatures: Sequence[Signature], x: int) -> str:
    """What all nonces have in common, in words, now that they can be seen; of k and -k the one that shows more."""
    n, length = curve.n, curve.n.bit_length()
    nonces = [(a * x + b) % n for a, b in relations(curve, signatures)]
    differences = [k ^ nonces[0] for k in nonces]

    def zeros(value: int) -> int:
        """At the end."""
        return (value & -value).bit_length() - 1 if value else length

    bits, words = max(
        (min(length - min(k, n - k).bit_length() for k in nonces), "begin with {} zeros"),
        (min(max(zeros(k), zeros(n - k)) for k in nonces), "end with {} zeros"),
        (min(length - value.bit_length() for value in differences), "begin with the same {} bits"),
        (min(zeros(value) for value in differences), "end with the same {} bits"),
        key=itemgetter(0),
    )
    return f"all nonces {words.format(bits)}" if bits >= BIASES[-1] else "some of the nonces are biased"


def _first(lattices: Sequence[_Lattice], n: int, check: Callable[[int], bool], stop: Callable[[], bool]) -> int | None:
    for nonces, width, low, alike in lattices:
        x = hidden_number(nonces, n, width, check, low=low, alike=alike, tries=TRIES, stop=stop)
        if x is not None:
            return x
    return None
