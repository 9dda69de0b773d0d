"""Keys from tokens alone: the reversed RSA issuer's signing key, or the public key of an ordinary RSA or ECDSA issuer."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from jwtctl.cryptanalysis import ladder
from jwtctl.cryptanalysis.ecdsa_public_key import ecdsa_public_keys
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.errors import KeyMaterialError, TokenError
from jwtctl.jose import algorithms, forge, token
from jwtctl.jose.signature_equation import EcdsaEquation, RsaEquation, equation_of
from jwtctl.model import Attempt, Key, Recovery
from jwtctl.recovery import rsa_tokens
from jwtctl.recovery.rsa_exponent import LARGEST_ORDINARY_EXPONENT, Proof, numbers_proof
from jwtctl.recovery.rsa_tokens import Relation
from jwtctl.recovery.search_process import DEFAULT_MEMORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jwtctl.model import Token

MAX_TOKENS = 1_000
"""Tokens of one list that are looked at."""
MAX_CHARACTERS = 16 * 1024 * 1024
"""Their length in all."""

EC_PUBLIC = (
    "this is the public key of an ordinary issuer: every ECDSA signature gives it away, which is no vulnerability"
)
_PIVOTS = 8
_REASONS = 5
_ASKED = 16
_LONGEST_KID = 256


class Signed(NamedTuple):
    """A token and the equation that its signature satisfies."""

    token: Token
    equation: RsaEquation | EcdsaEquation


class Gathered(NamedTuple):
    """Tokens that a key can be recovered from, in groups that may have one key each, and remarks on all others."""

    groups: tuple[tuple[Signed, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What was recovered, from which tokens, and the relation that these satisfy if they are of an RSA issuer."""

    found: Recovery
    tokens: tuple[Signed, ...] = ()
    relation: Relation | None = None


def gather(lines: Iterable[str]) -> Gathered:
    """Read tokens, one per line, and sort them: RSA before ECDSA, then the largest group first.

    A group has one kind of algorithm, one `kid` and one length of signature; the `kid` counts only if it brings two
    tokens together. The same token twice counts once.

    Raises:
        TokenError: if no line holds a token.
    """
    unread: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    signed: dict[str, Signed] = {}
    room, number = MAX_CHARACTERS, 0
    rest = iter(lines)
    for number, line in enumerate(rest, 1):
        room -= len(line)
        try:
            parsed = token.parse(line)
        except TokenError as err:
            unread[err.message] += 1
        else:
            try:
                signed.setdefault(parsed.text, Signed(parsed, equation_of(parsed)))
            except TokenError as err:
                closed[err.message] += 1
        if number == MAX_TOKENS or room < 0:
            break
    if not signed and not closed:
        reason = next(iter(unread), "it is empty")
        raise TokenError(f"no token in the list: {reason}", hint="one compact token per line is expected")
    notes = [*_reasons(closed, "token", ""), *_reasons(unread, "line", " skipped")]
    if next(rest, None) is not None:
        notes.append(f"only the first {_count(number, 'token')} were read")
    return Gathered(tuple(map(tuple, _groups(list(signed.values())))), tuple(notes))


def _reasons(counted: Counter[str], what: str, outcome: str) -> Iterator[str]:
    for reason, number in counted.most_common(_REASONS):
        yield f"{_count(number, what)}{outcome}: {reason}"
    others = counted.total() - sum(number for _, number in counted.most_common(_REASONS))
    if others:
        yield f"{_count(others, what)}{outcome} for other reasons"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _groups(signed: Sequence[Signed]) -> list[list[Signed]]:
    def sorted_by(name: Callable[[Signed], object]) -> list[list[Signed]]:
        groups: dict[object, list[Signed]] = {}
        for each in signed:
            groups.setdefault(name(each), []).append(each)
        return sorted(groups.values(), key=lambda group: (isinstance(group[0].equation, EcdsaEquation), -len(group)))

    def kind(each: Signed) -> tuple[str, int]:
        if isinstance(each.equation, EcdsaEquation):
            return each.equation.crv, 0
        return "RSA", each.equation.octets

    by_kid = sorted_by(lambda each: (kind(each), str(each.token.header.get("kid"))))
    return by_kid if any(len(group) > 1 for group in by_kid) else sorted_by(kind)


def known_numbers(leak: Key) -> dict[str, int]:
    """What a leaked RSA key adds to tokens; an exponent that is too long for a public one counts as d.

    Raises:
        KeyMaterialError: if it is no RSA key.
    """
    if leak.kty != "RSA":
        raise KeyMaterialError(f"this is a key of type {leak.kty}, with which tokens have nothing to recover")
    numbers = dict(leak.numbers)
    if "d" not in numbers and numbers.get("e", 0) >= LARGEST_ORDINARY_EXPONENT:
        numbers["d"] = numbers.pop("e")
    return numbers


def recover(
    gathered: Gathered,
    known: Mapping[str, int],
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None] = lambda _: None,
    max_memory: int = DEFAULT_MEMORY,
    step_seconds: float = math.inf,
) -> Case:
    """Recover a key from the first group of tokens that gives one away.

    Args:
        gathered: from `gather`.
        known: numbers of an RSA key that are known besides: n, or d without n.
        clock: monotonic seconds.
        stop: true when the budget is spent.
        on_step: told of each step when it is over.
        max_memory: octets, for the processes that search.
        step_seconds: longest time for one step.
    """
    if {"n", "d"} <= known.keys():
        return _with_exponents(gathered, known, clock, stop, on_step, step_seconds)
    attempts: tuple[Attempt, ...] = ()
    notes: tuple[str, ...] = ()
    for position, group in enumerate(gathered.groups):
        case = _from_group(group, known, clock, stop, on_step, max_memory, step_seconds)
        attempts += case.found.attempts
        notes = (*case.found.notes, *notes) if case.found.recovered else (*notes, *case.found.notes)
        if case.found.recovered:
            left = sum(map(len, gathered.groups[position + 1 :]))
            unused = (f"{_count(left, 'token')} of another kind, kid or length: not looked at",) if left else ()
            found = replace(case.found, attempts=attempts, notes=(*notes, *unused, *gathered.notes))
            return replace(case, found=found)
    return Case(Recovery(attempts=attempts, notes=(*notes, *gathered.notes)))


def _with_exponents(  # noqa: PLR0917 - one call, of what `recover` was given
    gathered: Gathered,
    known: Mapping[str, int],
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None],
    step_seconds: float,
) -> Case:
    """The exponent that belongs to d, for which no token is needed; these only tell which exponent signs."""
    e, p, q = (known.get(name) for name in ("e", "p", "q"))
    found = ladder.recover_exponent(
        known["n"], known["d"], e=e, p=p, q=q, clock=clock, stop=stop, on_step=on_step, step_seconds=step_seconds
    )
    if not found.recovered or found.n is None or found.e is None:
        return Case(replace(found, notes=(*found.notes, *gathered.notes)))
    rsa = [each for group in gathered.groups for each in group if isinstance(each.equation, RsaEquation)][:_ASKED]
    relations = [Relation(found.n, found.e, roles) for roles in (True, False)]
    fitting = [_fitting(rsa, relation) for relation in relations]
    relation, tokens = max(zip(relations, fitting, strict=True), key=lambda both: len(both[1]))
    meaning = rsa_tokens.REVERSED if relation.reversed_roles else rsa_tokens.COMPLETED
    note = f"{_count(len(tokens), 'token')} of {len(rsa)} fit: {meaning if tokens else 'they are of another key'}"
    key = Key("RSA", numbers={"n": found.n, "e": found.e}, container="tokens")
    found = replace(found, keys=(_named(key, tokens),) if tokens else (), notes=(*found.notes, note, *gathered.notes))
    return Case(found, tokens, relation if tokens else None)


def prove(case: Case, claims: Mapping[str, Any] | None) -> Proof:
    """Check a key against the tokens that it was recovered from, and mint a token with it if it signs.

    Args:
        case: from `recover`.
        claims: of the token to hand out; None mints one for the proof alone.
    """
    found = case.found
    if not found.recovered:
        return Proof()
    relation = case.relation
    if not case.tokens:
        # A whole key needs none, and those of another issuer say nothing about it.
        return numbers_proof(found)
    fit = all(_accepted(each, case) for each in case.tokens[:_ASKED])
    if relation is not None:
        fit = fit and len(_fitting(case.tokens, relation)) == len(case.tokens)
    proof = replace(numbers_proof(found), tokens_verify=fit) if found.d is not None else Proof(tokens_verify=fit)
    if relation is None or not fit:
        return proof
    n, e, reversed_roles = relation
    signing, verifying = (e, found.d) if reversed_roles else (found.d, e)
    if signing is None:
        return proof
    hash_bits = algorithms.SIGNATURES[case.tokens[0].token.header["alg"]].hash_bits
    header = {"kid": found.keys[0].kid} if found.keys[0].kid is not None else {}
    text = forge.forge(claims or {}, header, n=n, exponent=signing, hash_bits=hash_bits)
    equation = equation_of(token.parse(text))
    accepted = isinstance(equation, RsaEquation) and relation.holds(equation)
    if verifying is not None:
        accepted = accepted and forge.accepts(text, n=n, exponent=verifying, hash_bits=hash_bits)
    return replace(proof, forged_token_verifies=accepted, forged_token=text if accepted and claims is not None else "")


def _accepted(signed: Signed, case: Case) -> bool:
    """Whether a stock library accepts a token under what was found; yes, if what verifies was not found."""
    relation, d = case.relation, case.found.d
    if relation is None:
        return any(_verifies(signed.token, key) for key in case.found.keys)
    exponent = d if relation.reversed_roles else relation.e
    if exponent is None:
        return True
    hash_bits = algorithms.SIGNATURES[signed.token.header["alg"]].hash_bits
    return forge.accepts(signed.token.text, n=relation.n, exponent=exponent, hash_bits=hash_bits)


def _from_group(  # noqa: PLR0917 - one call, of what `recover` was given
    group: Sequence[Signed],
    known: Mapping[str, int],
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None],
    max_memory: int,
    step_seconds: float,
) -> Case:
    begin = clock()
    equations = [each.equation for each in group]
    rsa = [equation for equation in equations if isinstance(equation, RsaEquation)]
    if rsa:
        found, relation = rsa_tokens.recover(
            rsa, known, clock=clock, stop=stop, on_step=on_step, max_memory=max_memory, step_seconds=step_seconds
        )
        tokens = _fitting(group, relation) if relation else ()
        return Case(replace(found, keys=tuple(_named(key, tokens) for key in found.keys)), tokens, relation)
    found, tokens = _from_ecdsa(group)
    attempt = Attempt("ecdsa-public-key", found.recovered, clock() - begin, "the points that r stands for")
    on_step(attempt)
    return Case(replace(found, attempts=(attempt,)), tokens)


def _fitting(signed: Sequence[Signed], relation: Relation) -> tuple[Signed, ...]:
    return tuple(each for each in signed if isinstance(each.equation, RsaEquation) and relation.holds(each.equation))


def _named(key: Key, tokens: Sequence[Signed]) -> Key:
    """The key with the alg and kid of its tokens, where these agree."""
    headers = [each.token.header for each in tokens]
    algs, kids = ({repr(header.get(name)) for header in headers} for name in ("alg", "kid"))
    kid = headers[0].get("kid") if len(kids) == 1 else None
    return key._replace(
        alg=headers[0]["alg"] if len(algs) == 1 else None,
        kid=kid if isinstance(kid, str) and len(kid) <= _LONGEST_KID else None,
    )


def _from_ecdsa(group: Sequence[Signed]) -> tuple[Recovery, tuple[Signed, ...]]:
    counts: Counter[tuple[int, int]] = Counter()
    equations = [each.equation for each in group if isinstance(each.equation, EcdsaEquation)]
    crv = equations[0].crv
    for equation in equations[:_PIVOTS]:
        counts.update(ecdsa_public_keys(CURVES[crv], equation.z, equation.r, equation.s))
    most = max(counts.values(), default=0)
    keys = [Key("EC", crv, {"x": x, "y": y}, container="tokens") for (x, y), count in counts.items() if count == most]
    if not keys or (len(group) > 1 and most == 1):
        reason = "no two of these tokens are of one key" if keys else "no key makes such a signature"
        return Recovery(notes=(f"{_count(len(group), 'token')} over {crv}: {reason}",)), ()
    fitting = [tuple(each for each in group if _verifies(each.token, key)) for key in keys]
    tokens = max(fitting, key=len)
    notes = [EC_PUBLIC]
    if len(keys) > 1:
        notes.append(
            f"{len(keys)} keys are possible: a second token of the same issuer would tell which is the right one"
        )
    if len(tokens) < len(group):
        notes.append(f"{len(tokens)} of {len(group)} tokens fit: the others were altered, or have another key")
    found = Recovery(
        method="ecdsa-public-key",
        notes=tuple(notes),
        keys=tuple(_named(key, tokens) for key in keys),
        public_only=True,
    )
    return found, tokens


def _verifies(given: Token, key: Key) -> bool:
    try:
        return algorithms.verify(given.header["alg"], key, given.signing_input, given.signature)
    except KeyMaterialError:
        return False
