"""Keys that stand in a standard, a tutorial or a product; the tables are made by `tests/published.py`."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.jose.key import thumbprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.model import Key


class Publication(NamedTuple):
    """Where a key was published.

    Attributes:
        source: the text in which it stands.
        whole: whether the private half, or the secret, stands there too.
    """

    source: str
    whole: bool


def publication_of(key: Key) -> Publication | None:
    """Where a key or secret was published, as far as the table knows; None otherwise.

    Keys are compared by their thumbprints (RFC 7638), secrets by the SHA-256 of their octets.
    """
    digest = hashlib.sha256(key.octets["k"]).hexdigest() if key.is_symmetric else thumbprint(key)
    return _table().get(digest or "")


@lru_cache
def secrets() -> Mapping[bytes, str]:
    """Every published HMAC secret, in each way in which programs read its text, and where it was published.

    Keys are told by hashes, but whoever holds only a token has to try the secrets themselves.
    """
    rows = files("jwtctl.checks").joinpath("published_secrets.tsv").read_text("utf-8").splitlines()
    return {bytes.fromhex(octets): source for octets, _, source in (row.partition("\t") for row in rows)}


@lru_cache
def _table() -> Mapping[str, Publication]:
    rows = files("jwtctl.checks").joinpath("published.tsv").read_text("utf-8").splitlines()
    cells = (row.split("\t") for row in rows)
    return {digest: Publication(source, half == "private") for digest, half, source in cells}
