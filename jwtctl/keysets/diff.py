"""What changed between two key sets, and whether verifiers in the field survive it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jwtctl.jose import key
from jwtctl.keysets.identity import MATERIAL, canonical, material, metadata, short
from jwtctl.model import PRIVATE_MEMBERS, Change, Key, KeyProblem, KeySet, KeySetChange, KeySetDiff

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

_METADATA = frozenset({"kid", "alg", "use", "key_ops", "x5u", "x5c", "x5t", "x5t#S256"})
_SELECTING = frozenset({"alg", "use"})
_LITTLE_KNOWN = {
    "AKP": "many verifiers do not read keys of type AKP (RFC 9964), and some refuse a whole set for one",
    "Ed25519": "many verifiers know this key only as EdDSA, not by the alg Ed25519 (RFC 9864)",
    "Ed448": "many verifiers know this key only as EdDSA, not by the alg Ed448 (RFC 9864)",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a set, readable or not.

    Attributes:
        material: equal for equal key material; never shown.
        thumbprint: None as well for an HMAC secret, of which it would allow guesses to be tested (RFC 7638 section 7).
        metadata: all members but the material and the kid.
        spelling: public material as it was written, empty if it was no JWK.
        kty: key type, empty for an entry that cannot be read.
        bits: of an RSA modulus or HMAC secret, else 0.
    """

    material: str = field(repr=False)
    kid: str | None
    thumbprint: str | None
    private: bool
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    spelling: Mapping[str, Any] = field(default_factory=dict, repr=False)
    kty: str = ""
    bits: int = 0

    @property
    def name(self) -> str:
        if self.kid is not None:
            return f"kid '{short(self.kid)}'"
        return f"the key with thumbprint {self.thumbprint}" if self.thumbprint else "an entry without kid"


def diff(
    old: KeySet,
    new: KeySet,
    *,
    max_ttl: int | None = None,
    snapshot_age: int | None = None,
    cache_ttl: int | None = None,
) -> KeySetDiff:
    """Compare two key sets by key material (RFC 7638 thumbprint), then by kid.

    Unsafe are: a removal, unless the tokens signed before the old set was taken have expired; a kid that names other
    material than before, since caches go by kid; a kid, `alg` or `use` changed under a key in use; private material
    that appears; a new key that is smaller than those of its type, or of a kind that many verifiers cannot read; and a
    set of which nothing remains, for whoever has cached it verifies no token of the new keys. Entries that cannot be
    read are compared by what they state.

    Args:
        old: the set as it was.
        new: the set as it is.
        max_ttl: longest life of a token in seconds.
        snapshot_age: seconds since the old set was taken. Safe removals also need the issuer to have stopped signing
            with the key by then, which no key set tells.
        cache_ttl: how long verifiers may keep a key set, in seconds.

    Returns:
        Changes in the order of the new set, then removals in that of the old one, then a change of order.
    """
    before, after = _entries(old), _entries(new)
    pairs, gone, come = _paired(before, after)
    changes: list[KeySetChange] = []
    named_before = _materials_by_kid(before)
    named_after = _materials_by_kid(after)
    replaced = {
        kid for kid, materials in named_after.items() if kid in named_before and not materials <= named_before[kid]
    }
    partner = {id(new_entry): old_entry for old_entry, new_entry in pairs}
    least = _least_bits(before)
    for entry in after:
        former = partner.get(id(entry))
        if former is None or former.kid != entry.kid:
            reused = entry.kid in replaced and entry.material not in named_before.get(entry.kid or "", ())
            if reused:
                changes.append(
                    _change(Change.KID_REUSED, entry, f"{entry.name} now names other key material", unsafe=True)
                )
            elif former is None:
                risks = [*_risks(entry, least), *([] if pairs or not before else [_uncached(cache_ttl)])]
                detail = "; ".join([f"{entry.name} is new", *risks])
                changes.append(_change(Change.ADDED, entry, detail, unsafe=bool(risks)))
        if former is not None:
            changes += _metadata_changes(former, entry)
        if entry.private and not (former is not None and former.private):
            detail = f"{entry.name} holds private members" + ("" if former is None else ", which it did not before")
            changes.append(_change(Change.PRIVATE_MATERIAL, entry, detail, unsafe=True))
    expired = max_ttl is not None and snapshot_age is not None and snapshot_age >= max_ttl
    changes += [
        _change(Change.REMOVED, entry, f"{entry.name} is gone; {_stranding(max_ttl, snapshot_age)}", unsafe=not expired)
        for entry in gone
        if entry.kid not in replaced
    ]
    if not come and not gone:
        place = {id(entry): position for position, entry in enumerate(before)}
        order = [place[id(partner[id(entry)])] for entry in after]
        if order != sorted(order):
            changes.append(KeySetChange(Change.ORDER, None, None, "the same keys in another order"))
    return KeySetDiff(tuple(changes))


def _least_bits(entries: Iterable[_Entry]) -> dict[str, int]:
    least: dict[str, int] = {}
    for entry in entries:
        if entry.bits:
            least[entry.kty] = min(entry.bits, least.get(entry.kty, entry.bits))
    return least


def _risks(entry: _Entry, least: Mapping[str, int]) -> Iterator[str]:
    if entry.bits and entry.bits < least.get(entry.kty, 0):
        yield f"its {entry.bits} bits are fewer than the {least[entry.kty]} of the smallest before"
    for name in (entry.kty, str(entry.metadata.get("alg"))):
        if name in _LITTLE_KNOWN:
            yield _LITTLE_KNOWN[name]


def _uncached(cache_ttl: int | None) -> str:
    span = "have cached the old set" if cache_ttl is None else f"may keep the old set for {cache_ttl} s"
    return f"no key of the old set remains, and verifiers that {span} refuse its tokens until they look again"


def _stranding(max_ttl: int | None, snapshot_age: int | None) -> str:
    if max_ttl is None or snapshot_age is None:
        return "tokens signed with it fail unless all have expired"
    if snapshot_age >= max_ttl:
        return f"tokens live {max_ttl} s, and the old set is {snapshot_age} s old"
    return f"tokens live {max_ttl} s, but the old set is only {snapshot_age} s old: some signed with it may be live"


def _metadata_changes(old: _Entry, new: _Entry) -> list[KeySetChange]:
    changes = []
    if old.kid != new.kid:
        what = _transition("kid", old.kid, new.kid)
        # A kid that is added leaves old tokens, which name none, as they were.
        changes.append(_change(Change.METADATA, new, f"{old.name}: {what}", unsafe=old.kid is not None))
    for name in sorted(old.metadata.keys() | new.metadata.keys()):
        before, after = old.metadata.get(name), new.metadata.get(name)
        if before != after:
            unsafe = name in _SELECTING or (name == "key_ops" and _verifies(before) and not _verifies(after))
            changes.append(
                _change(Change.METADATA, new, f"{new.name}: {_transition(name, before, after)}", unsafe=unsafe)
            )
    if old.spelling and new.spelling and old.spelling != new.spelling:
        changes.append(_change(Change.METADATA, new, f"{new.name}: the same numbers, written otherwise", unsafe=False))
    if old.private and not new.private:
        changes.append(_change(Change.METADATA, new, f"{new.name}: its private members are gone", unsafe=False))
    return changes


def _transition(name: str, before: Any, after: Any) -> str:
    shown = name in {"kid", "alg", "use", "key_ops"}
    if before is None:
        return f"{short(name)} {_text(after)} added" if shown else f"{short(name)} added"
    if after is None:
        return f"{short(name)} {_text(before)} dropped" if shown else f"{short(name)} dropped"
    return f"{name} {_text(before)} became {_text(after)}" if shown else f"{short(name)} changed"


def _verifies(key_ops: Any) -> bool:
    return key_ops is None or (isinstance(key_ops, (list, tuple)) and "verify" in key_ops)


def _paired(
    before: Iterable[_Entry], after: Iterable[_Entry]
) -> tuple[list[tuple[_Entry, _Entry]], list[_Entry], list[_Entry]]:
    """Match entries of equal material: those that are equal throughout first, then by kid, then in order."""
    pairs: list[tuple[_Entry, _Entry]] = []
    gone, come = list(before), list(after)
    steps: tuple[Callable[[_Entry], Hashable], ...] = (
        lambda entry: (entry.material, entry.kid, entry.private, canonical(entry.metadata)),
        lambda entry: (entry.material, entry.kid),
        lambda entry: entry.material,
    )
    for identity in steps:
        waiting: dict[Hashable, list[_Entry]] = defaultdict(list)
        for entry in reversed(gone):
            waiting[identity(entry)].append(entry)
        left = []
        for entry in come:
            if candidates := waiting.get(identity(entry)):
                pairs.append((candidates.pop(), entry))
            else:
                left.append(entry)
        come = left
        matched = {id(old) for old, _ in pairs}
        gone = [entry for entry in gone if id(entry) not in matched]
    return pairs, gone, come


def _materials_by_kid(entries: Iterable[_Entry]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.kid is not None:
            found[entry.kid].add(entry.material)
    return dict(found)


def _entries(key_set: KeySet) -> list[_Entry]:
    found = [(item.place.index or 0, _of_key(item)) for item in key_set.keys]
    found += [(item.place.index or 0, _of_problem(item)) for item in key_set.problems]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def _of_key(item: Key) -> _Entry:
    thumbprint = key.thumbprint(item)
    return _Entry(
        material=material(item),
        kid=item.kid,
        thumbprint=None if item.is_symmetric else thumbprint,
        private=item.is_private,
        metadata={name: value for name, value in metadata(item).items() if name != "kid"},
        spelling={name: value for name, value in item.members.items() if name in MATERIAL - PRIVATE_MEMBERS},
        kty=item.kty,
        bits=item.bits,
    )


def _of_problem(item: KeyProblem) -> _Entry:
    # Of an unknown key type nobody can tell which other members are material: all of them are taken to be.
    rest = {name: value for name, value in item.members.items() if name not in _METADATA}
    return _Entry(
        material=canonical(rest) if item.members else item.message,
        kid=item.kid,
        thumbprint=None,
        private=not PRIVATE_MEMBERS.isdisjoint(item.members),
        metadata={
            name: value
            for name, value in item.members.items()
            if name in _METADATA and (name != "kid" or item.kid is None)
        },
    )


def _change(kind: Change, entry: _Entry, detail: str, *, unsafe: bool) -> KeySetChange:
    return KeySetChange(kind, entry.kid, entry.thumbprint, detail, unsafe)


def _text(value: Any) -> str:
    return short(f"'{value}'" if isinstance(value, str) else json.dumps(value))
