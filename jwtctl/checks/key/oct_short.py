"""Symmetric keys shorter than their algorithm asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OctShort(KeyCheck):
    """A symmetric key is shorter than its algorithm requires.

    Why it matters:
        RFC 7518 wants an HMAC secret to be at least as long as the hash: 256 bits for HS256, 384 for HS384, 512 for
        HS512. One token is enough to test guesses of the secret offline, at a rate that only its length and
        randomness limit. A content-encryption or key-wrap key of the wrong size does not work at all.

    What to do:
        Make a secret of full length from a random generator (`jwtctl keygen HS256`). Do not stretch the old one, and
        take no word or password.
    """

    id = "oct-short"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 3.2", "RFC 8725 section 3.5")

    def applies(self, key: Key, audit: Audit) -> bool:
        # The empty one is oct-empty; a password (PBES2) may have any length.
        return key.kty == "oct" and key.bits > 0 and not (key.alg or "").startswith("PBES2-")

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        needed = _needed(key.alg)
        what = key.alg
        if needed is None:
            what, needed = ("encryption", 128) if key.use == "enc" else ("HS256", 256)
        if key.bits < needed:
            yield self.finding(key, f"a secret of {key.bits} bits, where {what} requires at least {needed}", at="/k")


def _needed(alg: str | None) -> int | None:
    if alg is None:
        return None
    if alg in SIGNATURES:
        return SIGNATURES[alg].hash_bits or None
    if alg == "dir":
        return 128
    if composite := re.fullmatch(r"A\d{3}CBC-HS(256|384|512)", alg):
        return int(composite[1])
    aes = re.fullmatch(r"A(128|192|256)(KW|GCMKW|GCM)", alg)
    return int(aes[1]) if aes else None
