"""What survives of an RSA private key in a torn, redacted or photographed PEM file.

A key file has a fixed layout: PKCS#1 (RFC 8017 appendix A.1.2), which PKCS#8 wraps, is n, e, d, p, q, dp, dq, qi with a
header of two to four octets before each, and the lengths follow from the size of the key but for an octet here and
there. OpenSSH has another order. So one legible header says where in the file one looks, and that says of which number
the octets before and behind it are. Nothing is believed because it fits: whoever uses a reading proves it.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import der, torn_text
from jwtctl.jose.key_der import RSA_MEMBERS
from jwtctl.jose.leak import NOTHING_LEGIBLE, LegibleBits, Part
from jwtctl.jose.torn_text import MASKED, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jwtctl.jose.torn_text import Block
    from jwtctl.model import Place

MAX_OCTETS = 1 << 20
"""Size at which a text is refused."""
MIN_BITS, MAX_BITS = 512, 16_384
MAX_READINGS = 24
"""Readings that are kept where several fit as well."""

_OPENSSH_MEMBERS = ("n", "e", "d", "qi", "p", "q")
_COMMON_BITS = (*range(512, 4097, 256), 6144, 8192, 16_384)
_WORK = 400_000
"""Headers compared before a search ends with what it has: about two seconds."""
_PER_RUN = 16
_BEAM = 64
_KEPT = 12
_MAX_RUNS = 96
_MAX_LINES = 300
_CLEAR = 120
"""Bits of headers with which a reading is not doubted; in a short text, one for each _PER_HEADER characters."""
_PER_HEADER = 10
_COMMENT = 160
"""Octets that may follow the numbers in an OpenSSH file: a comment and padding."""
_SHORT_RUN = 80
"""Characters of a run that need not have a place: most lines hold no header."""
_AMBIGUOUS = 6
"""Line ends tried for a gap without a trace when another one follows; the longest number has as many lines."""
_ENOUGH = 20
"""Bits of headers that must fit before a run is believed to stand where it seems to."""
_TIE = 9
"""Readings whose headers fit by fewer bits than the best less this are dropped."""
_ANCHOR = 12
"""What it counts if a run that follows BEGIN or precedes END starts or ends as a key does."""
_SILENT = 32
"""What it costs to assume that lines are missing without a trace."""
_PLACED = 32
"""Legible bits with a place that count as one bit of a header."""
_BEHIND = 24
"""What octets behind the end of a layout cost: that of a header that fits by chance."""

_PKCS1, _PKCS8, _OPENSSH = "PKCS#1", "PKCS#8", "OpenSSH"
_FORMS_OF = {"RSA PRIVATE KEY": (_PKCS1,), "PRIVATE KEY": (_PKCS8,), "OPENSSH PRIVATE KEY": (_OPENSSH,)}
# The header of a number: its tag, and a length of more than a fifth of the shortest key.
_DER_HEADER = re.compile(rb"(?=\x02(?:\x82([\x01-\x08].)|\x81([\x80-\xff])|([\x21-\x7f])\x00[\x80-\xff]))", re.DOTALL)
# Only with a sign octet, which n, p and q have: zeros followed by a small number stand everywhere in such a file.
_SSH_HEADER = re.compile(rb"(?=\x00\x00([\x00-\x08].)\x00[\x80-\xff])", re.DOTALL)
_MAX_HITS = 256
_MASK_OF = re.compile(rf"[^{re.escape(MASKED)}]")


@dataclass(frozen=True, slots=True, repr=False)
class TornInteger:
    """One INTEGER of which at least one bit is legible.

    Attributes:
        roles: the names that it may have, the likeliest first.
        bits: which bits of the number are legible, and what they are.
        octets: length of its content as stated or as the layout has it; None if only its end survives.
        line: line of the file in which the run of characters that it stands in starts.
        offset: octet of that run at which its content starts; negative if its head is cut.
        whole: whether every bit is legible.
    """

    roles: tuple[str, ...]
    bits: LegibleBits
    octets: int | None
    line: int
    offset: int
    whole: bool

    @property
    def low(self) -> Part:
        """Its legible trailing bits, perhaps none."""
        return self.bits.low()

    @property
    def high(self) -> Part:
        """Its legible leading bits, the sign octet included; none if its length is not known."""
        return self.bits.high(8 * self.octets) if self.octets else Part(0, 0)

    def __repr__(self) -> str:
        """Says how much of it is there, and shows none of it."""
        return f"<TornInteger {'/'.join(self.roles)} {self.bits.mask.bit_count()} bits legible>"


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """One consistent way to say which bits belong to which number.

    Attributes:
        numbers: those that are whole.
        known: the legible bits of those that are not.
        modulus_bits: size of the key, None for a number that stands alone.
        score: bits of headers that fit, for the order of readings.
    """

    numbers: Mapping[str, int]
    known: Mapping[str, LegibleBits]
    modulus_bits: int | None
    score: int

    def __repr__(self) -> str:
        """Names what is there without showing any number."""
        return f"<Reading of {self.modulus_bits} bits: whole {', '.join(self.numbers)}; partly {', '.join(self.known)}>"


@dataclass(frozen=True, slots=True, repr=False)
class TornKey:
    """All that one torn file still says.

    Attributes:
        place: where the file stands.
        integers: in the order of the file.
        readings: at least one, the likeliest first.
        public: n and e of a whole public key or certificate in the same file, if there is one.
        legible: base64 characters that can be read.
    """

    place: Place
    integers: tuple[TornInteger, ...]
    readings: tuple[Reading, ...]
    public: Mapping[str, int] = field(default_factory=dict)
    legible: int = 0

    @property
    def modulus_bits(self) -> int | None:
        """Size of the key according to the likeliest reading."""
        return self.readings[0].modulus_bits if self.readings else None

    def __repr__(self) -> str:
        """Says how much of it is there, and shows none of it."""
        return f"<TornKey {len(self.integers)} integers, {len(self.readings)} readings from {self.place.source!r}>"


def parse_torn(text: str, place: Place) -> TornKey:
    """Read what survives of an RSA private key.

    Masked characters keep their place where the lengths of the lines allow it, whole lines may be missing with or
    without a trace, head and tail may be cut anywhere, lines may be torn off at either side, and the text may be
    quoted, indented, numbered or wrapped in JSON, YAML or source code. Bounded: at most 1 MiB, and about two seconds.

    Args:
        text: the file.
        place: where it stands.

    Raises:
        KeyMaterialError: too large, encrypted, or nothing of a key survives; the message says which.
    """
    if len(text) > MAX_OCTETS:
        raise KeyMaterialError(f"more than {MAX_OCTETS} characters, where a torn key file has some thousand")
    rest, public = _public_half(text)
    blocks = [block for block in torn_text.blocks(rest) if not _is_public(block)]
    sealed = [block for block in blocks if block.encrypted]
    budget = _Budget(_WORK)
    best: TornKey | None = None
    for block in sorted((block for block in blocks if not block.encrypted), key=lambda block: -block.legible)[:8]:
        budget.laid.clear()
        found = _parse_block(block, place, public, budget)
        if found and (best is None or found.readings[0].score > best.readings[0].score):
            best = found
    if best:
        return best
    if sealed or any(_is_sealed(block) for block in blocks):
        raise KeyMaterialError(
            "this torn private key is encrypted: without every octet of it nothing can be decrypted",
            hint="look for an unencrypted copy of the key",
        )
    legible = sum(block.legible for block in blocks)
    raise KeyMaterialError(
        f"nothing of an RSA private key survives here: {legible} characters of base64 hold no part of one"
        if legible
        else "nothing of an RSA private key survives here: there is no base64 at all"
    )


@dataclass(slots=True)
class _Budget:
    """What may still be done, and the runs for which it was done: parts of one run come up again and again."""

    left: int
    laid: dict[Run, list[_Placed]] = field(default_factory=dict)

    def spend(self, units: int = 1) -> bool:
        self.left -= units
        return self.left >= 0


class _Octets(NamedTuple):
    """Decoded octets, and which of their bits are legible."""

    values: bytes
    masks: bytes

    @property
    def size(self) -> int:
        return len(self.values)


class _Choice(NamedTuple):
    """One length that a number may have: how its encoding starts, and how unusual that is in bits.

    Attributes:
        octets: length of the content.
        start: header and first content octets.
        mask: the bits of `start` that are certain.
        header: length of the header.
        cost: minus log2 of how often it happens, about.
    """

    octets: int
    start: bytes
    mask: bytes
    header: int
    cost: int


class _Item(NamedTuple):
    """A number of a layout with its possible lengths, or fixed octets (role empty)."""

    role: str
    choices: tuple[_Choice, ...]


class _Seed(NamedTuple):
    """Where a walk through a layout may begin: its form, the size of the modulus, and the number of an item in it."""

    form: str
    bits: int
    item: int


class _Placed(NamedTuple):
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
    octets: _Octets
    line: int


def _public_half(text: str) -> tuple[str, dict[str, int]]:
    """The n and e of a whole public key or certificate in the text, and the text without it."""
    from jwtctl.jose import key_formats, openssh

    spans = [
        match
        for pattern in (
            r"-----BEGIN ((?:RSA )?PUBLIC KEY|(?:TRUSTED )?CERTIFICATE)-----[^-]{1,65536}-----END \1-----",
            openssh.PUBLIC_LINE.pattern,
        )
        for match in list(re.finditer(pattern, text, re.MULTILINE))[:8]
    ]
    public: dict[str, int] = {}
    for match in spans:
        whole = match[0]
        text = text.replace(whole, "\n")
        try:
            keys = key_formats.read(whole.replace("\\n", "\n").encode("utf-8", "replace"), "FILE").keys
        except KeyMaterialError:
            continue
        for key in keys:
            if key.kty == "RSA" and not public:
                public = {name: key.numbers[name] for name in ("n", "e") if name in key.numbers}
    return text, public


def _is_public(block: Block) -> bool:
    return block.label.endswith(("PUBLIC KEY", "CERTIFICATE", "PARAMETERS")) or block.label.startswith(("EC ", "DSA "))


def _is_sealed(block: Block) -> bool:
    # The OID of PBES2 in PKCS#8, or an OpenSSH file whose first string names a cipher.
    head = next((run.text for runs in torn_text.readings(block) for run in runs[:1] if run.at_start), "")
    octets = _octets(head[:128], 0).values
    return b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d" in octets or (
        octets.startswith(b"openssh-key-v1\0") and not octets.startswith(b"openssh-key-v1\0\0\0\0\4none")
    )


def _parse_block(block: Block, place: Place, public: Mapping[str, int], budget: _Budget) -> TornKey | None:
    ways = [runs[:_MAX_RUNS] for runs in torn_text.readings(block)]
    laid = [[_anchored(run, block.label, budget) for run in runs] for runs in ways]
    states = [state for options in laid for state in _combined(options)]
    settled = any(
        all(options or len(run.text) < _SHORT_RUN for run, options in zip(runs, each, strict=True))
        for runs, each in zip(ways, laid, strict=True)
    )
    clear = max((state.score for state in states), default=0) >= min(_CLEAR, block.legible // _PER_HEADER)
    if not (settled and clear):
        # Only then lines may be missing without a trace: somewhere inside a run for which no good place was found.
        for runs, each in zip(ways, laid, strict=True):
            parts = [[*whole, *_in_parts(run, block.label, budget, 3)] for run, whole in zip(runs, each, strict=True)]
            states += _combined(parts)
    if not states:
        return None
    best = max(state.rank for state in states)
    kept: dict[tuple[tuple[str, int, int], ...], _State] = {}
    for state in sorted(states, key=lambda state: -state.rank):
        if state.rank >= best - _TIE and len(kept) < MAX_READINGS:
            identity = tuple((role, bits.mask, bits.value) for role, bits in sorted(state.known.items()))
            kept.setdefault(identity, state)
    readings = tuple(_reading(state) for state in kept.values())
    return TornKey(place, _integers(kept.values()), readings, public, block.legible)


class _State(NamedTuple):
    """Placements of several runs that do not contradict each other."""

    score: int
    family: str
    bits: int
    known: Mapping[str, LegibleBits]
    placed: tuple[_Placed, ...]

    @property
    def rank(self) -> int:
        """The score, with what the reading makes of the rest: the right one has a place for nearly everything."""
        return self.score + sum(bits.mask.bit_count() for bits in self.known.values()) // _PLACED


def _combined(options: Iterable[list[tuple[_Placed, ...]]]) -> list[_State]:
    states = [_State(0, "", 0, {}, ())]
    for placements in options:
        grown = list(states)
        for state in states:
            for placed in placements:
                joined: _State | None = state
                for each in placed:
                    joined = joined and _joined(joined, each)
                if joined:
                    grown.append(joined._replace(score=joined.score - _SILENT * (len(placed) - 1)))
        grown.sort(key=lambda state: -state.rank)
        states = grown[:_BEAM]
    return [state for state in states if state.placed]


def _joined(state: _State, placed: _Placed) -> _State | None:
    if state.placed and (state.family, state.bits) != (placed.family, placed.bits):
        return None
    known = dict(state.known)
    for role, start, octets in placed.items:
        bits = known.get(role, NOTHING_LEGIBLE).joined(_bits(placed.octets, start, octets))
        if bits is None:
            return None
        known[role] = bits
    return _State(state.score + placed.score, placed.family, placed.bits, known, (*state.placed, placed))


def _bits(octets: _Octets, start: int, length: int) -> LegibleBits:
    first, end = max(start, 0), min(start + length, octets.size)
    if first >= end:
        return NOTHING_LEGIBLE
    shift = 8 * (start + length - end)
    value, mask = (int.from_bytes(part[first:end], "big") << shift for part in octets)
    return LegibleBits(mask, value & mask)


def _reading(state: _State) -> Reading:
    lengths = {role: octets for placed in state.placed for role, _, octets in placed.items}
    numbers, known = {}, {}
    for role, bits in state.known.items():
        if bits.mask.bit_count() == 8 * lengths[role]:
            numbers[role] = bits.value
        elif bits.mask:
            known[role] = _with_sign(bits, role, state.bits)
    return Reading(numbers, known, state.bits, state.rank)


def _with_sign(bits: LegibleBits, role: str, modulus_bits: int) -> LegibleBits:
    """The bits with what the size of the key says of the highest ones."""
    length = {"n": modulus_bits, "p": modulus_bits // 2, "q": modulus_bits // 2}.get(role)
    if length is None:
        return bits
    # Two primes of half the bits each, whose product has them all, have their top bit set; so has n.
    return LegibleBits(bits.mask & ((1 << length) - 1) | 1 << (length - 1) | 1, bits.value | 1 << (length - 1) | 1)


def _integers(states: Iterable[_State]) -> tuple[TornInteger, ...]:
    roles: dict[tuple[int, int, int], dict[str, None]] = {}
    found: dict[tuple[int, int, int], tuple[LegibleBits, int]] = {}
    for state in states:
        for placed in state.placed:
            for role, start, octets in placed.items:
                bits = _bits(placed.octets, start, octets)
                if bits.mask:
                    identity = (placed.line, start + octets, bits.mask)
                    roles.setdefault(identity, {})[role] = None
                    found.setdefault(identity, (bits, octets))
    integers = []
    for identity in sorted(roles):
        line, end, _ = identity
        bits, octets = found[identity]
        start = end - octets
        whole = bits.mask.bit_count() == 8 * octets
        integers.append(TornInteger(tuple(roles[identity]), bits, octets if start >= 0 else None, line, start, whole))
    return tuple(integers)


def _octets(text: str, alignment: int) -> _Octets:
    """Decode characters of which `alignment` others, illegible, stand before the first in its group of four."""
    padded = MASKED * alignment + text
    length = -(-len(padded) * 6 // 8)
    padded += MASKED * (-len(padded) % 4)
    values = binascii.a2b_base64(padded.replace(MASKED, "A"))
    masks = binascii.a2b_base64(_MASK_OF.sub("/", padded).replace(MASKED, "A"))
    return _Octets(values[:length], masks[:length])


def _anchored(run: Run, label: str, budget: _Budget) -> list[tuple[_Placed, ...]]:
    """The likeliest ways to lay a run over a layout: from its start and to its end if it has them, if that fits."""
    for start, end in dict.fromkeys(
        ((run.at_start, run.at_end), (False, run.at_end), (run.at_start, False), (False, False))
    ):
        if whole := _laid(run._replace(at_start=start, at_end=end), label, budget):
            return [(placed,) for placed in whole]
    return []


def _in_parts(run: Run, label: str, budget: _Budget, depth: int) -> list[tuple[_Placed, ...]]:
    """The likeliest ways to lay a run over a layout in two parts or more, between which lines are missing."""
    lefts: dict[int, list[_Placed]] = {}
    rights: dict[int, list[_Placed]] = {}
    for line in run.lines[:_MAX_LINES]:
        left, right = _cut(run, line)
        lefts[line], rights[line] = _laid(left, label, budget)[:4], _laid(right, label, budget)[:4]
    found: list[tuple[_Placed, ...]] = [
        (left, right) for line in lefts for left in lefts[line] for right in rights[line] if _of_one_key(left, right)
    ]
    reached = [line for line in lefts if lefts[line]]
    if not found and depth > 1:
        for line in reached[-_AMBIGUOUS:]:
            others = _in_parts(_cut(run, line)[1], label, budget, depth - 1)
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


def _of_one_key(*placed: _Placed) -> bool:
    return len({(each.family, each.bits) for each in placed}) == 1


def _laid(run: Run, label: str, budget: _Budget) -> list[_Placed]:
    """The ways in which all of a run fits a layout, the likeliest first."""
    run = run._replace(lines=())
    if run not in budget.laid:
        budget.laid[run] = _newly_laid(run, label, budget)
    return budget.laid[run]


def _newly_laid(run: Run, label: str, budget: _Budget) -> list[_Placed]:
    found: dict[tuple[str, int, tuple[tuple[str, int, int], ...]], _Placed] = {}
    for alignment in (0,) if run.at_start else range(4):
        if not budget.spend(_PER_RUN + len(run.text) // 32):
            break
        octets = _octets(run.text, alignment)
        ends = _ends(run.text, len(run.text) + alignment, octets.size) if run.at_end else (None,)
        explained: set[int] = set()
        for hit, seeds in _seeds(run, label, octets):
            if hit in explained:
                continue
            for seed in seeds:
                for placed in _walked(seed, hit, octets, run, budget, ends=ends):
                    explained.update(start - _header_length(placed.family, size) for _, start, size in placed.items)
                    identity = (placed.family, placed.bits, placed.items)
                    if identity not in found or found[identity].score < placed.score:
                        found[identity] = placed
    return sorted(found.values(), key=lambda placed: -placed.score)[:_KEPT]


def _walked(
    seed: _Seed, position: int, octets: _Octets, run: Run, budget: _Budget, *, ends: tuple[int | None, ...]
) -> Iterator[_Placed]:
    """The ways to lay a run over a layout of which one number starts at a position."""
    form, bits, index = seed
    items = _layout(form, bits)
    ahead = [
        way for end in ends for way in _forward(items[index:], position, octets, budget, end=end, free=form == _OPENSSH)
    ]
    ahead.sort(key=lambda way: -way[0])
    behind = _backward(items[:index], position, octets, budget, begun=run.at_start) if ahead else []
    for score, after in ahead[:_KEPT]:
        for more, before in behind[:_KEPT]:
            if score + more >= _ENOUGH:
                family = "SSH" if form == _OPENSSH else "DER"
                yield _Placed(family, bits, score + more, (*before, *after), octets, run.line)


def _ends(text: str, characters: int, octets: int) -> tuple[int, ...]:
    """Where the octets of a text that is whole may end: a masked character may have been padding."""
    if characters % 4:
        return (octets - 1,)
    masked = len(text) - len(text.rstrip(MASKED))
    return tuple(octets - padding for padding in range(min(masked, 2) + 1))


def _forward(
    items: tuple[_Item, ...], position: int, octets: _Octets, budget: _Budget, *, end: int | None, free: bool
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
        states = sorted(grown, key=lambda state: -state[0])[:_BEAM]
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
    items: tuple[_Item, ...], position: int, octets: _Octets, budget: _Budget, *, begun: bool
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
        states = sorted(grown, key=lambda state: -state[0])[:_BEAM]
    finished = [] if begun else finished
    anchored = _ANCHOR if begun else 0
    for score, at, placed in states:
        if begun and at:
            continue
        surplus = at > 0 and 0xFF in octets.masks[:at]
        finished.append((score + anchored - (_BEHIND if surplus else 0), at, placed))
    return [(score, placed) for score, _, placed in sorted(finished, key=lambda state: -state[0])]


def _fit(octets: _Octets, position: int, choice: _Choice) -> int | None:
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


def _seeds(run: Run, label: str, octets: _Octets) -> Iterator[tuple[int, list[_Seed]]]:
    """Positions at which a layout can be anchored, each with what may stand there."""
    forms = _FORMS_OF.get(label, (_PKCS1, _PKCS8, _OPENSSH))
    hits = [
        (
            position,
            [
                _Seed(form, bits, index)
                for form in forms
                if (form == _OPENSSH) == ssh
                for bits, index in _numbers_of(form, length)
            ],
        )
        for position, length, ssh in _headers(octets)
    ]
    if not run.at_start:
        yield from hits
        return
    sizes = {*_COMMON_BITS, *(seed.bits for _, seeds in hits for seed in seeds)}
    yield 0, [_Seed(form, bits, 0) for form in forms for bits in sorted(sizes)]


def _headers(octets: _Octets) -> Iterator[tuple[int, int, bool]]:
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


@lru_cache(maxsize=512)
def _numbers_of(form: str, octets: int) -> tuple[tuple[int, int], ...]:
    """(size of the modulus, index in the layout) of every number that may have content of this length."""
    sizes = {factor * (octets + more) for factor in (8, 16) for more in (-1, 0, 1, 2)}
    return tuple(
        (bits, index)
        for bits in sorted(sizes)
        if MIN_BITS <= bits <= MAX_BITS and bits % 16 == 0
        for index, item in enumerate(_layout(form, bits))
        if item.role and any(choice.octets == octets for choice in item.choices)
    )


@lru_cache(maxsize=128)
def _layout(form: str, bits: int) -> tuple[_Item, ...]:
    """What a key file of this form holds for a modulus of this size."""
    if form == _OPENSSH:
        string = [b"none", b"none", b"", b"ssh-rsa"]
        none, _, empty, kind = (len(each).to_bytes(4, "big") + each for each in string)
        head = _fixed(b"openssh-key-v1\0" + none + none + empty + b"\0\0\0\1", 4, kind)
        numbers = [_number(name, bits, _ssh_header) for name in _OPENSSH_MEMBERS]
        return (head, numbers[1], numbers[0], _fixed(b"", 12, kind), *numbers)
    inner = _fixed(b"\x30\x82", 2, b"\x02\x01\x00")
    outer = _fixed(b"\x30\x82", 2, bytes.fromhex("020100300d06092a864886f70d01010105000482"), 2)
    return (*((outer,) if form == _PKCS8 else ()), inner, *(_number(name, bits, _der_header) for name in RSA_MEMBERS))


def _fixed(*parts: bytes | int) -> _Item:
    """Octets that are always the same; a number stands for as many that vary."""
    start = b"".join(bytes(part) if isinstance(part, int) else part for part in parts)
    mask = b"".join(bytes(part) if isinstance(part, int) else b"\xff" * len(part) for part in parts)
    return _Item("", (_Choice(0, start, mask, len(start), 0),))


def _der_header(octets: int) -> bytes:
    return der.encode(der.INTEGER, bytes(octets))[:-octets]


def _ssh_header(octets: int) -> bytes:
    return octets.to_bytes(4, "big")


def _header_length(family: str, octets: int) -> int:
    return 4 if family == "SSH" else len(_der_header(octets))


def _number(role: str, bits: int, header_of: Callable[[int], bytes]) -> _Item:
    """A number with its usual lengths first; costs are minus log2 of how rare the others are."""
    full = bits // 8 if role in {"n", "e", "d"} else bits // 16
    lengths = {
        # Two primes of half the length, which have their top bit set, as n has.
        **dict.fromkeys(("n", "p", "q"), ((full + 1, 0),)),
        # Reduced modulo lambda(n), d is a bit shorter than n; every further octet has a chance of 1/256.
        "d": ((full, 0), (full + 1, 2), (full - 1, 7), (full - 2, 15), (3, 20)),
        **dict.fromkeys(("dp", "dq", "qi"), ((full, 1), (full + 1, 1), (full - 1, 7), (full - 2, 15))),
        # Not 65537: another short one, or that of a key whose exponents changed places.
        "e": ((1, 6), (3, 8), (2, 9), *((octets, 10) for octets in (4, 5, 8, 9)), (full, 20), (full + 1, 20)),
    }[role]
    choices = []
    for octets, cost in lengths:
        header = header_of(octets)
        content, mask = (b"\0\x80", b"\xff\x80") if octets == full + 1 else (b"\0", b"\x80")
        choices.append(_Choice(octets, header + content, b"\xff" * len(header) + mask, len(header), cost))
    if role in {"e", "d"}:
        header = header_of(3)
        usual = _Choice(3, header + b"\1\0\1", b"\xff" * (len(header) + 3), len(header), 0 if role == "e" else 20)
        choices.insert(0, usual)
    return _Item(role, tuple(choices))
