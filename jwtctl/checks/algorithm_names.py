"""The names of algorithms that the header of a token may have, and what is easily taken for one of them."""

from __future__ import annotations

import unicodedata

from jwtctl.jose.generate import ALGORITHMS

REGISTERED = frozenset(
    {*ALGORITHMS, "RSA1_5", "PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "none"}
)
"""Names of the JOSE registry for signatures and for the encryption of keys, also of those that are deprecated."""


def visible(name: str) -> str:
    """A name without white space, control characters and what else prints nothing."""
    return "".join(character for character in name if character.isprintable() and not character.isspace())


def taken_for(name: str) -> str:
    """The registered name that a text becomes where programs fold letters (a long s to s); empty if none."""
    return _BY_FOLDED.get(_folded(name), "")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


_BY_FOLDED = {_folded(name): name for name in REGISTERED}
