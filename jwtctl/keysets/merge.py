"""Key sets put together, and what of them may be published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import key
from jwtctl.keysets.identity import at, canonical, material, metadata, short
from jwtctl.model import KeySet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jwtctl.model import Key


def merge(key_sets: Iterable[KeySet]) -> KeySet:
    """Put key sets together, in the order given.

    The same key with the same metadata is kept once, in its first place, and as the private key if any of them is.

    Returns:
        All keys, each with the place it came from; every entry that could not be read is among the problems.

    Raises:
        KeyMaterialError: if one kid names two different keys, naming both places.
    """
    sets = tuple(key_sets)
    kept: dict[str, Key] = {}
    named: dict[str, tuple[str, Key]] = {}
    for item in (item for key_set in sets for item in key_set.keys):
        itself = material(item)
        if item.kid is not None:
            known, holder = named.setdefault(item.kid, (itself, item))
            if known != itself:
                raise KeyMaterialError(
                    f"kid '{short(item.kid)}' names two different keys: {at(holder.place)} and {at(item.place)}",
                    hint="verifiers choose a key by its kid: rename one of them before tokens are signed with it",
                )
        identity = f"{itself} {canonical(metadata(item))}"
        if identity not in kept or (item.is_private and not kept[identity].is_private):
            kept[identity] = item
    return KeySet(
        ", ".join(dict.fromkeys(key_set.source for key_set in sets)),
        tuple(kept.values()),
        tuple(problem for key_set in sets for problem in key_set.problems),
        is_jwks=True,
        defects=tuple(f"{key_set.source}: {defect}" for key_set in sets for defect in key_set.defects),
        published=any(key_set.published for key_set in sets),
    )


def public(key_set: KeySet, *, drop_symmetric: bool = False) -> dict[str, Any]:
    """The JWK Set document (RFC 7517 section 5) to publish: public halves, each with a kid, equal ones once.

    Entries that could not be read are left out; they stand in the set's problems, for the caller to warn of.

    Args:
        key_set: private or public keys.
        drop_symmetric: leave out HMAC secrets, which are refused otherwise.

    Raises:
        KeyMaterialError: for an HMAC secret, or a key whose public half it does not state, naming its place.
    """
    documents: dict[str, dict[str, Any]] = {}
    for item in key_set.keys:
        if item.is_symmetric and drop_symmetric:
            continue
        try:
            half = key.public_half(item)
        except KeyMaterialError as err:
            name = f", kid '{short(item.kid)}'" if item.kid is not None else ""
            raise KeyMaterialError(f"{at(item.place)}{name}: {err.message}", hint=err.hint) from err
        jwk = key.to_jwk(half._replace(kid=half.kid if half.kid is not None else key.thumbprint(half)), private=False)
        documents.setdefault(canonical(jwk), jwk)
    return {"keys": list(documents.values())}
