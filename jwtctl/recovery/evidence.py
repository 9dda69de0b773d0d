"""All that somebody has of a key, or of several, and which search it is for."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from jwtctl.cryptanalysis.ladder import Lattices
from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose.leak import NOTHING_LEGIBLE, Leak, key_of
from jwtctl.jose.torn_key import TornKey
from jwtctl.model import Attempt, Key, Place, Recovery
from jwtctl.recovery import rsa_exponent
from jwtctl.recovery.rsa_exponent import LARGEST_ORDINARY_EXPONENT
from jwtctl.recovery.rsa_fragments import recover_fragments
from jwtctl.recovery.search_process import race
from jwtctl.recovery.several_keys import recover_several

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jwtctl.cryptanalysis.lattice_ladder import Part

    Piece = Key | Leak | TornKey

_FRAGMENTS = frozenset({"p", "q", "dp", "dq", "qi"})
_GRACE = 1.0
"""Seconds that a search has to come to its own end when its time is over, before it is killed."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a search may cost, and how it tells of itself.

    Attributes:
        clock: monotonic seconds.
        deadline: by that clock.
        max_memory: octets, for all processes of a search together.
        workers: number of processes that search side by side.
        step_seconds: longest time for one step.
        on_step: is told of each step when it is over.
        on_progress: is told the words of a step and the part of it that is done, from 0 to 1.
    """

    clock: Callable[[], float]
    deadline: float
    max_memory: int
    workers: int = 1
    step_seconds: float = math.inf
    on_step: Callable[[Attempt], None] = lambda _: None
    on_progress: Callable[[str, float], None] = lambda _label, _part: None

    def stop(self) -> bool:
        """Whether the time is over."""
        return self.clock() > self.deadline

    def overdue(self) -> bool:
        """Whether a search that should have ended by itself must be killed."""
        return self.clock() > self.deadline + _GRACE


def recover(pieces: Sequence[Piece], means: Means) -> tuple[Recovery, Key]:
    """Attack everything that is known together.

    Args:
        pieces: keys, leak documents and torn files. One key is attacked by itself; several with n and d each as keys
            of one issuer; public keys and numbers complete what a torn file or a leak document leaves out.
        means: what it may cost.

    Returns:
        The recovery, and the key as far as it was known, for its kid and its kind.

    Raises:
        KeyMaterialError: if nothing has leaked, or it is no RSA key.
        InputError: if numbers contradict each other or cannot be an RSA key.
    """
    torn = [piece for piece in pieces if isinstance(piece, TornKey)]
    leaks = [piece for piece in pieces if isinstance(piece, Leak)]
    keys = [piece for piece in pieces if isinstance(piece, Key)]
    if len(pieces) > 1 and (other := next((key for key in keys if key.kty != "RSA"), None)):
        raise KeyMaterialError(
            f"{other.place.source!r} is a key of type {other.kty}, which says nothing about an RSA key",
            hint="leave it out",
        )
    pairs = [pair for key in keys if (pair := leaked_pair(key.numbers))]
    pairs += [pair for leak in leaks for numbers in (leak.numbers, *leak.others) if (pair := leaked_pair(numbers))]
    if len(torn) > 1:
        raise InputError("two torn files: which pieces are of one key cannot be told", hint="give one at a time")
    subject = keys[0] if keys else Key("RSA", container="leak", place=pieces[0].place)
    if not torn and len(set(pairs)) > 1:
        several = partial(recover_several, pairs, clock=means.clock, stop=means.stop, step_seconds=means.step_seconds)
        return _isolated(several, means), subject
    if not torn and len(pieces) == 1 and (key := _whole(pieces[0])) is not None:
        return rsa_exponent.recover(
            key,
            clock=means.clock,
            stop=means.stop,
            on_step=means.on_step,
            lattices=_lattices(means),
            step_seconds=means.step_seconds,
        ), key
    merged = _merged([*leaks, *(Leak(key.numbers, key.place) for key in keys if key.kty == "RSA")], pieces[0].place)
    if not torn and not _says_anything(merged):
        raise KeyMaterialError(
            "nothing of a private key has leaked here",
            hint="give the key that the services hold, or what is left of one",
        )
    search = partial(
        recover_fragments,
        merged,
        torn[0] if torn else None,
        clock=means.clock,
        stop=means.stop,
        step_seconds=means.step_seconds,
    )
    return _isolated(search, means), subject


def leaked_pair(numbers: Mapping[str, int]) -> tuple[int, int] | None:
    """(n, d) of a key that leaked whole, where d may have been published as e; None for any other."""
    if "n" not in numbers:
        return None
    exponent = numbers.get("d") or (numbers.get("e", 0) if numbers.get("e", 0) >= LARGEST_ORDINARY_EXPONENT else 0)
    return (numbers["n"], exponent) if exponent else None


def _whole(piece: Piece) -> Key | None:
    """A key of which n and d are known in whole, or nothing private at all: then the ladder has the answer, or says so."""
    if isinstance(piece, Leak):
        more = piece.p_high or piece.p_low or piece.d_low or piece.e_window or piece.known
        return (
            key_of(piece) if not more and leaked_pair(piece.numbers) and not _FRAGMENTS & piece.numbers.keys() else None
        )
    if isinstance(piece, Key) and (leaked_pair(piece.numbers) or not _FRAGMENTS & piece.numbers.keys()):
        return piece
    return None


def _says_anything(leak: Leak) -> bool:
    return bool(
        (_FRAGMENTS | {"d"}) & leak.numbers.keys()
        or leak.p_high
        or leak.p_low
        or leak.d_low
        or leak.e_window
        or leak.known
        or leak.others
    )


def _merged(leaks: Sequence[Leak], place: Place) -> Leak:
    """One document of several, of one key.

    Raises:
        InputError: if two state different values of one number, or of bits of it.
    """
    merged = Leak({}, place)
    for leak in leaks:
        for name, number in leak.numbers.items():
            if merged.numbers.get(name, number) != number:
                raise InputError(f"{name} differs between what was given: these are different keys")
        known = dict(merged.known)
        for name, bits in leak.known.items():
            both = known.get(name, NOTHING_LEGIBLE).joined(bits)
            if both is None:
                raise InputError(f"bits of {name} differ between what was given: these are different keys")
            known[name] = both
        merged = replace(
            merged,
            numbers={**merged.numbers, **leak.numbers},
            known=known,
            others=(*merged.others, *leak.others),
            **{
                name: getattr(leak, name) if getattr(leak, name) is not None else getattr(merged, name)
                for name in ("p_bits", "p_high", "p_low", "d_low", "e_window")
            },
        )
    return merged


def _isolated(search: Callable[..., Recovery], means: Means) -> Recovery:
    """A search in a process of its own; what it had excluded before it was killed is not lost."""
    attempts: list[Attempt] = []

    def heard(_position: int, attempt: Attempt) -> None:
        attempts.append(attempt)
        means.on_step(attempt)

    outcome = race(
        [lambda tell: search(on_step=tell)], stop=means.overdue, max_memory=means.max_memory, on_progress=heard
    )
    if outcome.result is not None:
        return outcome.result
    words = {
        "time": "its time was over",
        "memory": "--max-memory was reached",
        "crash": "the library underneath failed",
    }
    return Recovery(
        attempts=tuple(attempts),
        notes=(
            f"not finished: the search was ended, since {words[outcome.stopped]}",
            "this does not show that the key is safe",
        ),
    )


def _lattices(means: Means) -> Lattices:
    seconds = max(means.deadline - means.clock(), 0)

    def run(label: str, parts: Sequence[Part]) -> tuple[tuple[int, ...] | None, str]:
        done = [0.0] * len(parts)

        def heard(position: int, told: tuple[int, int]) -> None:
            done[position] = told[0] / told[1]
            means.on_progress(label, sum(done) / len(done))

        means.on_progress(label, 0)
        end = min(means.clock() + means.step_seconds, means.deadline) + _GRACE
        throttled = [_throttled(part, means.clock) for part in parts]
        outcome = race(throttled, stop=lambda: means.clock() > end, max_memory=means.max_memory, on_progress=heard)
        return outcome.result, outcome.stopped

    return Lattices(seconds * means.workers, means.workers, run)


def _throttled(part: Part, clock: Callable[[], float]) -> Part:
    """The same search, telling its progress a few times a second at most: intervals take less than a millisecond."""

    def search(tell: Callable[[object], None]) -> tuple[int, ...] | None:
        last = [0.0]

        def seldom(value: object) -> None:
            if clock() - last[0] > 0.2:
                last[0] = clock()
                tell(value)

        return part(seldom)

    return search
