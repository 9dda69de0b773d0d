"""HMAC secrets that no random generator made."""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.checks.common_secrets import LONGEST_READ, explanation_of, share_of_words
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_SHORTEST = 16
"""Octets of the shortest secret that is looked at: what oct-short speaks of needs no second finding."""
_LEAST_BITS = 112
"""Strength that NIST SP 800-131A asks of any key."""
_WORDS = 0.4
_LONGEST_PERIOD = 256
_UUID = re.compile(rb"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\}?")
_ALPHABETS = (
    (re.compile(rb"[0-9]+"), 10, "decimal digits"),
    (re.compile(rb"[0-9a-f]+|[0-9A-F]+"), 16, "hexadecimal digits"),
    (re.compile(rb"[a-z]+|[A-Z]+"), 26, "letters of one case"),
    (re.compile(rb"[a-z0-9]+|[A-Z0-9]+"), 36, "letters of one case and digits"),
    (re.compile(rb"[A-Za-z0-9+/_=-]+"), 64, "letters and digits"),
    (re.compile(rb"[ -~]+"), 95, "printable characters"),
)


class OctLowEntropy(KeyCheck):
    """A symmetric key does not look like the output of a random generator.

    Why it matters:
        Length is not strength: a sentence of forty letters, one octet forty times, or a UUID is as long as a good
        secret and can be guessed offline, from a single token. RFC 8725 forbids passwords as keys.

    What to do:
        Make the secret with a random generator of full length (`jwtctl keygen HS256`, or `openssl rand -base64 48`).
        The finding is a guess from the look of the secret; if it came from a good generator, ignore it.
    """

    id = "oct-low-entropy"
    severity = Severity.HIGH
    cites = ("RFC 8725 section 3.5", "NIST SP 800-133 revision 2 section 4", "NIST SP 800-131A revision 2")
    proof = "none: a heuristic"

    def applies(self, key: Key, audit: Audit) -> bool:
        octets = len(key.octets.get("k", b""))
        return key.is_symmetric and octets >= _SHORTEST and not (key.alg or "").startswith("PBES2-")

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        secret = key.octets["k"]
        if explanation_of(secret):
            # oct-dictionary has said so.
            return
        if pattern := _pattern(secret):
            yield self._guess(key, f"the secret is {pattern}")
        elif len(secret) <= LONGEST_READ and share_of_words(secret) >= _WORDS:
            yield self._guess(key, "the secret is made of words")
        elif weakness := _few_bits(secret):
            yield self._guess(key, f"the secret is {weakness}", Severity.MEDIUM)

    def _guess(self, key: Key, message: str, severity: Severity | None = None) -> Finding:
        return self.finding(key, message, at="/k", severity=severity, confidence=Confidence.HEURISTIC)


def _pattern(secret: bytes) -> str:
    """What is regular about a secret.

    Of random octets, 16 or more, each of these holds with a probability below 2^-60.
    """
    if len(set(secret)) == 1:
        return f"one octet, {len(secret)} times"
    periods = range(1, min(len(secret) // 2, _LONGEST_PERIOD) + 1)
    if period := next((length for length in periods if secret[length:] == secret[:-length]), 0):
        return f"{period} octets, repeated"
    steps = {(after - before) % 256 for before, after in itertools.pairwise(secret)}
    if len(steps) == 1:
        return "a row of octets at one distance"
    distinct = len(set(secret))
    if distinct <= min(max(4, len(secret) // 6), 6):
        return f"made of {distinct} different octets"
    if len(secret) >= 32 and not any(secret[: len(secret) * 3 // 4]):
        return "zero in all but its last octets"
    if len(secret) >= 32 and not any(secret[len(secret) // 4 :]):
        return "zero in all but its first octets"
    return ""


def _few_bits(secret: bytes) -> str:
    if _UUID.fullmatch(secret):
        return "a UUID, of which at most 122 bits are random"
    for pattern, letters, what in _ALPHABETS:
        if pattern.fullmatch(secret):
            bits = math.floor(len(secret) * math.log2(letters))
            return f"text of {len(secret)} {what}, at most {bits} bits" if bits < _LEAST_BITS else ""
    return ""
