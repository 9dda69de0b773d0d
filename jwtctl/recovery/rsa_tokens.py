"""The key of an RSA issuer from its RS256, RS384 or RS512 signatures alone, as long as its exponent is a usual one."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.cryptanalysis import ladder
from jwtctl.cryptanalysis.modulus_from_signatures import USUAL_EXPONENTS, modulus_from_signatures
from jwtctl.errors import InputError
from jwtctl.model import Attempt, Key, Recovery
from jwtctl.recovery.search_process import DEFAULT_MEMORY, race

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jwtctl.jose.signature_equation import RsaEquation

ORDINARY = (
    "this is the public key of an ordinary issuer: recovering it is no vulnerability, but a verifier that accepts it "
    "as an HMAC secret has one (RFC 8725 section 2.1)"
)
REVERSED = "the issuer signs with e, so n and e are its signing key: whoever has seen two of its tokens can mint others"
COMPLETED = "the issuer is an ordinary one: e is public, and the d that leaked signs"

_LARGE = 1 << 10
"""From here on an exponent is searched in processes of their own, since a gcd of that size cannot be interrupted."""
_MOST_BITS = (1 << 29) + (1 << 13)
"""Length of the numbers whose gcd is taken: e = 65537 at 8192 bits, three CPU minutes and 680 MiB in each process."""
_SCAN = 1 << 10
_PIVOTS = 5
_OTHERS = 64


class Relation(NamedTuple):
    """s^e = m modulo n, or m^e = s with the roles reversed."""

    n: int
    e: int
    reversed_roles: bool

    def holds(self, equation: RsaEquation) -> bool:
        """Whether a signature satisfies it, to the letter."""
        base, power = (equation.m, equation.s) if self.reversed_roles else (equation.s, equation.m)
        return max(base, power) < self.n and pow(base, self.e, self.n) == power


def recover(
    equations: Sequence[RsaEquation],
    known: Mapping[str, int],
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None] = lambda _: None,
    max_memory: int = DEFAULT_MEMORY,
    step_seconds: float = math.inf,
) -> tuple[Recovery, Relation | None]:
    """Find the modulus and the exponent behind signatures, cheapest exponent first, in both roles.

    Every exponent of USUAL_EXPONENTS is reached up to 8192 bits if two of the first five different signatures are of
    one key, and every odd one below 1024 if the first two are.

    Args:
        equations: of signatures of one length.
        known: `n`, if it is known; a `d` to complete the key with.
        clock: monotonic seconds.
        stop: true when the budget is spent; a gcd that is under way is then killed.
        on_step: told of each step when it is over.
        max_memory: octets, for the processes that search for large exponents.
        step_seconds: longest time for one step.

    Returns:
        The recovery, with factors only if d was known, and the relation, which at least two signatures satisfy (one,
        if n was known).
    """
    distinct = list({(equation.m, equation.s): equation for equation in equations}.values())
    needed = 1 if "n" in known else 2
    if len({equation.m for equation in distinct}) < needed:
        return Recovery(notes=(_too_few(len(equations)),)), None
    attempts: list[Attempt] = []
    unfinished: list[str] = []
    begin = clock()

    def cut() -> bool:
        return stop() or clock() - begin > step_seconds

    for method, bound, search in _steps(distinct, known, cut, max_memory):
        begin = clock()
        try:
            relation = None if stop() else search()
        except MemoryError:
            unfinished.append(f"{bound} (out of memory)")
            continue
        if relation is None and cut():
            unfinished.append(bound)
            continue
        if relation and sum(map(relation.holds, distinct)) < needed:
            relation = None
        attempts.append(Attempt(method, relation is not None, clock() - begin, bound))
        on_step(attempts[-1])
        if relation is not None:
            found = Recovery(relation.n, relation.e, method=method, attempts=tuple(attempts))
            found = _described(found, relation, distinct)
            return _completed(found, relation, known.get("d"), clock, stop), relation
    return Recovery(attempts=tuple(attempts), notes=tuple(_miss(attempts, unfinished, distinct))), None


def _too_few(given: int) -> str:
    if given == 1:
        return "one RSA signature alone gives no modulus away: a second token of the same issuer is needed"
    return f"these {given} RSA tokens have one and the same content: a different one of the same issuer is needed"


def _steps(
    equations: Sequence[RsaEquation], known: Mapping[str, int], stop: Callable[[], bool], max_memory: int
) -> Iterator[tuple[str, str, Callable[[], Relation | None]]]:
    if "n" in known:
        bound = f"e among {_listed(USUAL_EXPONENTS)} in either role, under the n that is known"
        yield "known-modulus", bound, partial(_with_modulus, known["n"], equations)
        return
    octets = equations[0].octets
    small = [e for e in USUAL_EXPONENTS if e < _LARGE]
    yield "token-gcd", f"e among {_listed(small)} in either role", partial(_small, equations, small, octets, stop)
    for e in USUAL_EXPONENTS:
        if e >= _LARGE and 8 * octets * e <= _MOST_BITS:
            yield f"token-gcd-{e}", f"e = {e} in either role", partial(_large, equations, e, octets, stop, max_memory)
    bound = f"every other odd e below {_SCAN} in either role, for the first two tokens"
    yield "token-gcd-scan", bound, partial(_scan, equations, octets, stop)


def _listed(exponents: Iterable[int]) -> str:
    return ", ".join(map(str, exponents))


def _with_modulus(n: int, equations: Sequence[RsaEquation]) -> Relation | None:
    relations = (Relation(n, e, roles) for e in USUAL_EXPONENTS for roles in (True, False))
    return next((relation for relation in relations if any(map(relation.holds, equations[:_PIVOTS]))), None)


def _orders(equations: Sequence[RsaEquation]) -> Iterator[list[tuple[int, int]]]:
    """The signatures, with each pair of the first few in front: one of another key must not spoil the search."""
    pairs = [(equation.m, equation.s) for equation in equations[:_OTHERS]]
    for j, i in sorted((j, i) for i, j in combinations(range(min(len(pairs), _PIVOTS)), 2)):
        if pairs[i][0] != pairs[j][0]:
            yield [pairs[i], pairs[j], *(pair for k, pair in enumerate(pairs) if k not in {i, j})]


def _small(
    equations: Sequence[RsaEquation], exponents: Sequence[int], octets: int, stop: Callable[[], bool]
) -> Relation | None:
    for pairs in _orders(equations):
        for roles in (True, False):
            found = modulus_from_signatures(pairs, exponents, octets=octets, reversed_roles=roles, stop=stop)
            if found is not None:
                return Relation(found.n, found.e, roles)
    return None


def _scan(equations: Sequence[RsaEquation], octets: int, stop: Callable[[], bool]) -> Relation | None:
    pairs = next(_orders(equations))
    for e in range(3, _SCAN, 2):
        for roles in (True, False) if e not in USUAL_EXPONENTS else ():
            found = modulus_from_signatures(pairs, (e,), octets=octets, reversed_roles=roles, stop=stop)
            if found is not None or stop():
                return found and Relation(found.n, found.e, roles)
    return None


def _large(
    equations: Sequence[RsaEquation], e: int, octets: int, stop: Callable[[], bool], max_memory: int
) -> Relation | None:
    # On a single processor, one role after the other: side by side, both would take as long as the two together.
    together = [(True, False)] if (os.cpu_count() or 1) > 1 else [(True,), (False,)]
    for pairs in _orders(equations):
        for roles in together:
            searches = [partial(_search, pairs, e, octets, role) for role in roles]
            outcome = race(searches, stop=stop, max_memory=max_memory)
            if outcome.result is None and outcome.stopped == "memory":
                raise MemoryError
            if outcome.stopped == "crash":
                raise RuntimeError("a gcd ended its process")
            if (relation := outcome.result) or stop():
                return relation
    return None


def _search(pairs: Sequence[tuple[int, int]], e: int, octets: int, role: bool, _tell: object) -> Relation | None:
    found = modulus_from_signatures(pairs, (e,), octets=octets, reversed_roles=role)
    return Relation(found.n, found.e, role) if found else None


def _described(found: Recovery, relation: Relation, equations: Sequence[RsaEquation]) -> Recovery:
    notes = [REVERSED if relation.reversed_roles else ORDINARY]
    fitting = sum(map(relation.holds, equations))
    if fitting < len(equations):
        notes.append(
            f"{fitting} of {len(equations)} different tokens fit: the others were altered, or have another key"
        )
    key = Key("RSA", numbers={"n": relation.n, "e": relation.e}, container="tokens")
    return replace(found, keys=(key,), notes=tuple(notes), public_only=not relation.reversed_roles)


def _completed(
    found: Recovery, relation: Relation, d: int | None, clock: Callable[[], float], stop: Callable[[], bool]
) -> Recovery:
    """With d and the factors of n, if a d is known that belongs to it."""
    if d is None:
        return found
    try:
        whole = ladder.recover_exponent(relation.n, d, e=relation.e, clock=clock, stop=stop)
    except InputError as err:
        return replace(found, notes=(*found.notes, f"the d that is known is of another key: {err.message}"))
    if not whole.recovered:
        return replace(found, notes=(*found.notes, "no time was left to factor n with the d that is known"))
    first = REVERSED if relation.reversed_roles else COMPLETED
    return replace(found, d=whole.d, factors=whole.factors, notes=(first, *found.notes[1:]), public_only=False)


def _miss(attempts: Sequence[Attempt], unfinished: Sequence[str], equations: Sequence[RsaEquation]) -> Iterator[str]:
    octets = equations[0].octets
    if attempts:
        looked = min(len(equations), _PIVOTS)
        which = "these two" if len(equations) == 2 else f"any two of the {'first ' * (len(equations) > looked)}{looked}"
        yield f"excluded: one key signed {which} tokens with {'; '.join(attempt.bound for attempt in attempts)}"
    if unfinished:
        yield f"not finished: {'; '.join(unfinished)}; a longer --budget or --step-budget goes on"
    too_long = [e for e in USUAL_EXPONENTS if 8 * octets * e > _MOST_BITS]
    if too_long:
        yield f"not tried for signatures of {octets:,} bytes, for lack of memory: e = {_listed(too_long)}"
    yield (
        "unknown: any other exponent; a long one gives nothing away through tokens. That does not show that the key "
        "is safe"
    )
