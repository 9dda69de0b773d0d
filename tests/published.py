"""The tables of published keys, made from the keys themselves: `python -m tests.published` writes them, tests hold them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from pathlib import Path

from jwtctl.jose.key import from_jwk, thumbprint
from jwtctl.model import Place

VECTORS = Path(__file__).resolve().parent / "vectors" / "published"
TABLE = Path(__file__).resolve().parent.parent / "jwtctl" / "checks" / "published.tsv"
SECRETS = TABLE.with_name("published_secrets.tsv")


def each_key():
    """Each published key and where it was published."""
    for entry in json.loads((VECTORS / "keys.json").read_text()):
        members = {name: value for name, value in entry.items() if name != "source"}
        yield from_jwk(members, Place("keys.json")), entry["source"]


def each_secret():
    """Each published text, and where it was published."""
    for entry in json.loads((VECTORS / "secrets.json").read_text()):
        yield entry["text"], entry["source"]


def readings(text):
    """The octets that programs make of a secret in a configuration file."""
    yield text.encode()
    with contextlib.suppress(ValueError):
        yield bytes.fromhex(text)
    # Hexadecimal digits as well: a tutorial of Spring hands them to a base64 decoder.
    with contextlib.suppress(ValueError):
        yield base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def table():
    """One row for each key: its RFC 7638 thumbprint, or the SHA-256 of a secret; which half is public; where."""
    rows = {}
    for key, source in each_key():
        digest = hashlib.sha256(key.octets["k"]).hexdigest() if key.is_symmetric else thumbprint(key)
        rows.setdefault(digest, ("private" if key.is_private else "public", source))
    for text, source in each_secret():
        for octets in readings(text):
            rows.setdefault(hashlib.sha256(octets).hexdigest(), ("private", source))
    return "".join("\t".join((digest, *row)) + "\n" for digest, row in sorted(rows.items()))


def secrets():
    """One row for each way in which programs read a published secret: its octets in hexadecimal, and where."""
    rows = {key.octets["k"]: source for key, source in each_key() if key.is_symmetric}
    for text, source in each_secret():
        for octets in readings(text):
            rows.setdefault(octets, source)
    return "".join(f"{octets.hex()}\t{source}\n" for octets, source in sorted(rows.items()))


if __name__ == "__main__":
    TABLE.write_text(table())
    SECRETS.write_text(secrets())
