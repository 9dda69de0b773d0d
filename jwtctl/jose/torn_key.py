"""What survives of an RSA private key in a torn, redacted or photographed PEM file.

Runs of legible characters are laid over the layout of a key file (`torn_placement`); what several of them say together
is a reading. Nothing is believed because it fits: whoever uses a reading proves it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import torn_text
from jwtctl.jose.leak import NOTHING_LEGIBLE, LegibleBits, Part
from jwtctl.jose.torn_placement import BEAM, Budget, anchored, decode, in_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jwtctl.jose.torn_placement import Octets, Placed
    from jwtctl.jose.torn_text import Block
    from jwtctl.model import Place

MAX_OCTETS = 1 << 20
"""Size at which a text is refused."""
MAX_READINGS = 24
"""Readings that are kept where several fit as well."""
_WORK = 400_000
"""Headers compared before a search ends with what it has: about two seconds."""
_MAX_RUNS = 96
_CLEAR = 120
"""Bits of headers with which a reading is not doubted; in a short text, one for each _PER_HEADER characters."""
_PER_HEADER = 10
_SHORT_RUN = 80
"""Characters of a run that need not have a place: most lines hold no header."""
_TIE = 9
"""Readings whose headers fit by fewer bits than the best less this are dropped."""
_SILENT = 32
"""What it costs to assume that lines are missing without a trace."""
_PLACED = 32
"""Legible bits with a place that count as one bit of a header."""


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
    budget = Budget(_WORK)
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
    octets = decode(head[:128], 0).values
    return b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d" in octets or (
        octets.startswith(b"openssh-key-v1\0") and not octets.startswith(b"openssh-key-v1\0\0\0\0\4none")
    )


def _parse_block(block: Block, place: Place, public: Mapping[str, int], budget: Budget) -> TornKey | None:
    ways = [runs[:_MAX_RUNS] for runs in torn_text.readings(block)]
    laid = [[anchored(run, block.label, budget) for run in runs] for runs in ways]
    states = [state for options in laid for state in _combined(options)]
    settled = any(
        all(options or len(run.text) < _SHORT_RUN for run, options in zip(runs, each, strict=True))
        for runs, each in zip(ways, laid, strict=True)
    )
    clear = max((state.score for state in states), default=0) >= min(_CLEAR, block.legible // _PER_HEADER)
    if not (settled and clear):
        # Only then lines may be missing without a trace: somewhere inside a run for which no good place was found.
        for runs, each in zip(ways, laid, strict=True):
            parts = [[*whole, *in_parts(run, block.label, budget, 3)] for run, whole in zip(runs, each, strict=True)]
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
    placed: tuple[Placed, ...]

    @property
    def rank(self) -> int:
        """The score, with what the reading makes of the rest: the right one has a place for nearly everything."""
        return self.score + sum(bits.mask.bit_count() for bits in self.known.values()) // _PLACED


def _combined(options: Iterable[list[tuple[Placed, ...]]]) -> list[_State]:
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
        states = grown[:BEAM]
    return [state for state in states if state.placed]


def _joined(state: _State, placed: Placed) -> _State | None:
    if state.placed and (state.family, state.bits) != (placed.family, placed.bits):
        return None
    known = dict(state.known)
    for role, start, octets in placed.items:
        bits = known.get(role, NOTHING_LEGIBLE).joined(_bits(placed.octets, start, octets))
        if bits is None:
            return None
        known[role] = bits
    return _State(state.score + placed.score, placed.family, placed.bits, known, (*state.placed, placed))


def _bits(octets: Octets, start: int, length: int) -> LegibleBits:
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
