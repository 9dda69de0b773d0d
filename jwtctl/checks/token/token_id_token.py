"""ID tokens that OpenID Connect does not describe."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jwtctl.checks.base import CorpusCheck
from jwtctl.checks.token_audit import is_untyped
from jwtctl.jose import base64url
from jwtctl.jose.algorithms import is_none
from jwtctl.jose.half_hash import half_hash
from jwtctl.jose.token import numeric_date
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

TOGETHER = 5
"""Seconds within which an ID token and an access token of one answer are issued."""
MOST_COMPARED = 20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HASHES = ("at_hash", "c_hash", "s_hash")


class TokenIdToken(CorpusCheck):
    """An ID token is not what OpenID Connect Core describes.

    Why it matters:
        at_hash and c_hash bind an access token or a code to the log-in: where their hash cannot be told, or is of another
        length, libraries skip the comparison and another token is slipped in (CVE-2026-28498). Without azp among several
        audiences no client can tell whether the token was made for it.

    What to do:
        Have the issuer compute the hashes with the hash of the alg, sign with an alg that has one, name the client in azp,
        keep sub within 255 ASCII characters, and use an https URL without query or fragment as iss.
    """

    id = "token-id-token"
    severity = Severity.MEDIUM
    cites = ("OpenID Connect Core 1.0 sections 2 and 3.1.3.7", "CVE-2026-28498")
    proof = "the token itself; in part a heuristic"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        return any(_is_one(token, audit) for token in tokens)

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        accesses: dict[Hashable, list[GivenToken]] = {}
        for token in tokens:
            if token.claims and not _is_one(token, audit) and (slots := _slots(token)):
                accesses.setdefault(slots[1], []).append(token)
        for token in tokens:
            if _is_one(token, audit):
                yield from self._hashes(token, accesses)
                yield from self._claims(token)

    def _claims(self, token: GivenToken) -> Iterator[Finding]:
        claims = token.claims
        audience = claims.get("aud")
        if isinstance(audience, list) and len(audience) > 1 and "azp" not in claims:
            message = f"{len(audience):,} audiences and no azp: no client can tell that it is meant"
            yield self.finding(token, message, at="/claims/aud")
        sub = claims.get("sub")
        if isinstance(sub, str) and (len(sub) > 255 or not sub.isascii()):
            yield self.finding(token, "sub is more than 255 ASCII characters", at="/claims/sub")
        issuer = claims.get("iss")
        if isinstance(issuer, str) and (wrong := _wrong_issuer(issuer)):
            yield self.finding(token, f"iss {wrong}", at="/claims/iss")
        if "acr" in claims and not isinstance(claims["acr"], str):
            yield self.finding(token, "acr is no string", at="/claims/acr")
        amr = claims.get("amr", [])
        if not isinstance(amr, list) or not all(isinstance(entry, str) for entry in amr):
            yield self.finding(token, "amr is no array of strings", at="/claims/amr")

    def _hashes(self, token: GivenToken, accesses: Mapping[Hashable, Sequence[GivenToken]]) -> Iterator[Finding]:
        alg = token.alg
        if not isinstance(alg, str) or is_none(alg):
            return
        lengths = {len(half) for half in _halves("", alg)}
        for name in _HASHES:
            if name not in token.claims:
                continue
            value = token.claims[name]
            if not lengths:
                message = f"{name} with an alg to which no hash belongs: clients that cannot compute it may skip it"
                yield self.finding(token, message, at=f"/claims/{name}")
            elif not isinstance(value, str) or base64url.defect_of(value):
                yield self.finding(token, f"{name} is no base64url text", at=f"/claims/{name}", severity=Severity.HIGH)
            elif len(value) not in lengths:
                right = " or ".join(map(str, sorted(lengths)))
                message = f"{name} has {len(value):,} characters, where the half hash of this alg has {right}"
                yield self.finding(token, message, at=f"/claims/{name}", severity=Severity.HIGH)
            elif name == "at_hash" and _is_of_none(value, alg, _issued_with(token, accesses)):
                message = "at_hash is of no access token here that was issued to the same subject at that time"
                yield self.finding(token, message, at="/claims/at_hash", confidence=Confidence.HEURISTIC)


def _is_one(token: GivenToken, audit: TokenAudit) -> bool:
    """Whether it is an ID token: by the profile, or by a hash that only these have."""
    if not token.claims:
        return False
    if audit.profile:
        return audit.profile == "id-token"
    return is_untyped(token) and any(name in token.claims for name in _HASHES)


def _halves(text: str, alg: str) -> set[str]:
    crvs = ("Ed25519", "Ed448") if alg == "EdDSA" else (None,)
    return {half for crv in crvs if (half := half_hash(text, alg, crv)) is not None}


def _is_of_none(value: str, alg: str, others: Sequence[GivenToken]) -> bool:
    return 0 < len(others) <= MOST_COMPARED and not any(value in _halves(other.text, alg) for other in others)


def _slots(token: GivenToken) -> list[Hashable]:
    """The time of issue in steps of TOGETHER, the one before and the one after, each with issuer and subject."""
    issuer, sub, issued = (token.claims.get(name) for name in ("iss", "sub", "iat"))
    if not isinstance(issuer, str) or not isinstance(sub, str) or (date := numeric_date(issued)) is None:
        return []
    return [(issuer, sub, int(date) // TOGETHER + step) for step in (-1, 0, 1)]


def _issued_with(token: GivenToken, accesses: Mapping[Hashable, Sequence[GivenToken]]) -> Sequence[GivenToken]:
    return [other for slot in _slots(token) for other in accesses.get(slot, ())[: MOST_COMPARED + 1]]


def _wrong_issuer(issuer: str) -> str:
    try:
        url = urlsplit(issuer)
    except ValueError:
        return "is no URL"
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK):
        return "is no https URL"
    return "has a query or a fragment" if "?" in issuer or "#" in issuer else ""
