"""Where in a key file a run of legible base64 stands: it is laid over the layouts of `key_layout`.

One legible header says where in the file one looks, and that says of which number the octets before and behind it are.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.jose.key_layout import FORMS_OF, OPENSSH, PKCS1, PKCS8, header_length, layout, numbers_of
from jwtctl.jose.torn_text import MASKED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.jose.key_layout import Choice, Item
    from jwtctl.jose.torn_text import Run

_COMMON_BITS = (*range(512, 4097, 256), 6144, 8192, 16_384)
_PER_RUN = 16
BEAM = 64
_KEPT = 12
_MAX_LINES = 300
_COMMENT = 160
"""Octets that may follow the numbers in an OpenSSH file: a comment and padding."""
_AMBIGUOUS = 6
"""Line ends tried for a gap without a trace when another one follows; the longest number has as many lines."""
_ENOUGH = 20
"""Bits of headers that must fit before a run is believed to stand where it seems to."""
_ANCHOR = 12
"""What it counts if a run that follows BEGIN or precedes END starts or ends as a key does."""
_BEHIND = 24
"""What octets behind the end of a layout cost: that of a header that fits by chance."""

# The header of a number: its tag, and a length of more than a fifth of the shortest key.
_DER_HEADER = re.compile(rb"(?=\x02(?:\x82([\x01-\x08].)|\x81([\x80-\xff])|([\x21-\x7f])\x00[\x80-\xff]))", re.DOTALL)
# Only with a sign octet, which n, p and q have: zeros followed by a small number stand everywhere in such a file.
_SSH_HEADER = re.compile(rb"(?=\x00\x00([\x00-\x08].)\x00[\x80-\xff])", re.DOTALL)
_MAX_HITS = 256
_MASK_OF = re.compile(rf"[^{re.escape(MASKED)}]")


@dataclass(slots=True)
class Budget:
    """What may still be done, and the runs for which it was done: parts of one run come up again and again."""

    left: int
    laid: dict[Run, list[Placed]] = field(default_factory=dict)

    def spend(self, units: int = 1) -> bool:
        """Take units of it; False if it is used up."""
        self.left -= units
        return self.left >= 0


class Octets(NamedTuple):
    """Decoded octets, and which of their bits are legible."""

    values: bytes
    masks: bytes

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.values)


class _Seed(NamedTuple):
    """Where a walk through a layout may begin: its form, the size of the modulus, and the number of an item in it."""

    form: str
    bits: int
    item: int


class Placed(NamedTuple):
    """A run laid over a layout.

    Attributes:
        family: DER or SSH.
        bits: size of the modulus.
        score: bits of headers that fit, less what was unusual.
        items: (index in the layout, start of the content in the run, octets of the content) of each number.
        octets: the run.
        line: where it starts.
    """

    family: str
    bits: int
    score: int
    items: tuple[tuple[str, int, int], ...]
    octets: Octets
    line: int


def decode(text: str, alignment: int) -> Octets:
    """Decode characters of which `alignment` others, illegible, stand before the first in its group of four."""
    padded = MASKED * alignment + text
    length = -(-len(padded) * 6 // 8)
    padded += MASKED * (-len(padded) % 4)
    values = binascii.a2b_base64(padded.replace(MASKED, "A"))
    masks = binascii.a2b_base64(_MASK_OF.sub("/", padded).replace(MASKED, "A"))
    return Octets(values[:length], masks[:length])


def anchored(run: Run, label: str, budget: Budget) -> list[tuple[Placed, ...]]:
    """The likeliest ways to lay a run over a layout: from its start and to its end if it has them, if that fits."""
    for start, end in dict.fromkeys(
        ((run.at_start, run.at_end), (False, run.at_end), (run.at_start, False), (False, False))
    ):
        if whole := _laid(run._replace(at_start=start, at_end=end), label, budget):
            return [(placed,) for placed in whole]
    return []


def in_parts(run: Run, label: str, budget: Budget, depth: int) -> list[tuple[Placed, ...]]:
    """The likeliest ways to lay a run over a layout in two parts or more, between which lines are missing."""
    lefts: dict[int, list[Placed]] = {}
    rights: dict[int, list[Placed]] = {}
    for line in run.lines[:_MAX_LINES]:
        left, right = _cut(run, line)
        lefts[line], rights[line] = _laid(left, label, budget)[:4], _laid(right, label, budget)[:4]
    found: list[tuple[Placed, ...]] = [
        (left, right) for line in lefts for left in lefts[line] for right in rights[line] if _of_one_key(left, right)
    ]
    reached = [line for line in lefts if lefts[line]]
    if not found and depth > 1:
        for line in reached[-_AMBIGUOUS:]:
            others = in_parts(_cut(run, line)[1], label, budget, depth - 1)
            found += [(left, *rest) for left in lefts[line] for rest in others if _of_one_key(left, *rest)]
    if not found:
        found += [(left,) for line in reached[-_AMBIGUOUS:] for left in lefts[line]]
        found += [(right,) for line in [line for line in rights if rights[line]][:_AMBIGUOUS] for right in rights[line]]
    return sorted(found, key=lambda parts: -sum(placed.score for placed in parts))[: 2 * _KEPT]


def _cut(run: Run, at: int) -> tuple[Run, Run]:
    lines = tuple(line - at for line in run.lines if line > at)
    number = run.line + sum(line <= at for line in run.lines)
    left = run._replace(text=run.text[:at], lines=tuple(line for line in run.lines if line < at), at_end=False)
    return left, run._replace(text=run.text[at:], lines=lines, at_start=False, line=number)


def _of_one_key(*placed: Placed) -> bool:
    return len({(each.family, each.bits) for each in placed}) == 1


def _laid(run: Run, label: str, budget: Budget) -> list[Placed]:
    """The ways in which all of a run fits a layout, the likeliest first."""
    run = run._replace(lines=())
    if run not in budget.laid:
        budget.laid[run] = _newly_laid(run, label, budget)
    return budget.laid[run]


def _newly_laid(run: Run, label: str, budget: Budget) -> list[Placed]:
    found: dict[tuple[str, int, tuple[tuple[str, int, int], ...]], Placed] = {}
    for alignment in (0,) if run.at_start else range(4):
        if not budget.spend(_PER_RUN + len(run.text) // 32):
            break
        octets = decode(run.text, alignment)
        ends = _ends(run.text, len(run.text) + alignment, octets.size) if run.at_end else (None,)
        explained: set[int] = set()
        for hit, seeds in _seeds(run, label, octets):
            if hit in explained:
                continue
            for seed in seeds:
                for placed in _walked(seed, hit, octets, run, budget, ends=ends):
                    explained.update(start - header_length(placed.family, size) for _, start, size in placed.items)
                    identity = (placed.family, placed.bits, placed.items)
                    if identity not in found or found[identity].score < placed.score:
                        found[identity] = placed
    return sorted(found.values(), key=lambda placed: -placed.score)[:_KEPT]


def _walked(
    seed: _Seed, position: int, octets: Octets, run: Run, budget: Budget, *, ends: tuple[int | None, ...]
) -> Iterator[Placed]:
    """The ways to lay a run over a layout of which one number starts at a position."""
    form, bits, index = seed
    items = layout(form, bits)
    ahead = [
        way for end in ends for way in _forward(items[index:], position, octets, budget, end=end, free=form == OPENSSH)
    ]
    ahead.sort(key=lambda way: -way[0])
    behind = _backward(items[:index], position, octets, budget, begun=run.at_start) if ahead else []
    for score, after in ahead[:_KEPT]:
        for more, before in behind[:_KEPT]:
            if score + more >= _ENOUGH:
                family = "SSH" if form == OPENSSH else "DER"
                yield Placed(family, bits, score + more, (*before, *after), octets, run.line)


def _ends(text: str, characters: int, octets: int) -> tuple[int, ...]:
    """Where the octets of a text that is whole may end: a masked character may have been padding."""
    if characters % 4:
        return (octets - 1,)
    masked = len(text) - len(text.rstrip(MASKED))
    return tuple(octets - padding for padding in range(min(masked, 2) + 1))


def _forward(
    items: tuple[Item, ...], position: int, octets: Octets, budget: Budget, *, end: int | None, free: bool
) -> list[tuple[int, tuple[tuple[str, int, int], ...]]]:
    """Ways in which these items follow from a position to the end of the octets, with their scores, best first.

    `end`: where the layout must end, if that is known; `free`: octets of another kind may follow it.
    """
    states: list[tuple[int, int, tuple[tuple[str, int, int], ...]]] = [(0, position, ())]
    finished = []
    for item in items:
        grown = []
        for score, at, placed in states:
            if at >= octets.size:
                finished.append((score, at, placed))
                continue
            for choice in item.choices:
                fit = _fit(octets, at, choice) if budget.spend() else None
                if fit is not None:
                    start = at + choice.header
                    one = ((item.role, start, choice.octets),) if item.role else ()
                    grown.append((score + fit - choice.cost, start + choice.octets, (*placed, *one)))
        states = sorted(grown, key=lambda state: -state[0])[:BEAM]
    finished = [] if end is not None else finished
    anchored = _ANCHOR if end is not None else 0
    for score, at, placed in states:
        rest = (octets.size if end is None else end) - at
        if end is not None and (rest < 0 or (rest and not free)):
            continue
        surplus = end is None and rest > 0 and 0xFF in octets.masks[at + (_COMMENT if free else 0) :]
        finished.append((score + anchored - (_BEHIND if surplus else 0), at, placed))
    return [(score, placed) for score, _, placed in sorted(finished, key=lambda state: -state[0])]


def _backward(
    items: tuple[Item, ...], position: int, octets: Octets, budget: Budget, *, begun: bool
) -> list[tuple[int, tuple[tuple[str, int, int], ...]]]:
    """As `_forward`, from a position to the start; `begun`: the octets start with the layout."""
    states: list[tuple[int, int, tuple[tuple[str, int, int], ...]]] = [(0, position, ())]
    finished = []
    for item in reversed(items):
        grown = []
        for score, at, placed in states:
            if at <= 0:
                finished.append((score, at, placed))
                continue
            for choice in item.choices:
                begin = at - choice.octets - choice.header
                fit = _fit(octets, begin, choice) if budget.spend() else None
                if fit is not None:
                    one = ((item.role, at - choice.octets, choice.octets),) if item.role else ()
                    grown.append((score + fit - choice.cost, begin, (*one, *placed)))
        states = sorted(grown, key=lambda state: -state[0])[:BEAM]
    finished = [] if begun else finished
    anchored = _ANCHOR if begun else 0
    for score, at, placed in states:
        if begun and at:
            continue
        surplus = at > 0 and 0xFF in octets.masks[:at]
        finished.append((score + anchored - (_BEHIND if surplus else 0), at, placed))
    return [(score, placed) for score, _, placed in sorted(finished, key=lambda state: -state[0])]


def _fit(octets: Octets, position: int, choice: Choice) -> int | None:
    """Legible bits with which a header at a position agrees, None if one differs."""
    begin, end = max(position, 0), min(position + len(choice.start), octets.size)
    if begin >= end:
        return 0
    wanted = slice(begin - position, end - position)
    certain, legible, seen, expected = (
        int.from_bytes(part, "big")
        for part in (choice.mask[wanted], octets.masks[begin:end], octets.values[begin:end], choice.start[wanted])
    )
    both = certain & legible
    return None if (seen ^ expected) & both else both.bit_count()


def _seeds(run: Run, label: str, octets: Octets) -> Iterator[tuple[int, list[_Seed]]]:
    """Positions at which a layout can be anchored, each with what may stand there."""
    forms = FORMS_OF.get(label, (PKCS1, PKCS8, OPENSSH))
    hits = [
        (
            position,
            [
                _Seed(form, bits, index)
                for form in forms
                if (form == OPENSSH) == ssh
                for bits, index in numbers_of(form, length)
            ],
        )
        for position, length, ssh in _headers(octets)
    ]
    if not run.at_start:
        yield from hits
        return
    sizes = {*_COMMON_BITS, *(seed.bits for _, seeds in hits for seed in seeds)}
    yield 0, [_Seed(form, bits, 0) for form in forms for bits in sorted(sizes)]


def _headers(octets: Octets) -> Iterator[tuple[int, int, bool]]:
    """(position, length of the content, whether it is SSH's) of what looks like the header of a number."""
    count = 0
    for pattern, ssh in ((_DER_HEADER, False), (_SSH_HEADER, True)):
        for match in pattern.finditer(octets.values):
            position = match.start()
            field = next(group for group in match.groups() if group is not None)
            if octets.masks[position : position + 5].count(0xFF) == 5:
                count += 1
                if count > _MAX_HITS:
                    return
                yield position, int.from_bytes(field, "big"), ssh
