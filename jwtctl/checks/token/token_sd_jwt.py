"""SD-JWTs whose disclosures do not belong to them, or that disclose too little or too much."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.claim_values import texts
from jwtctl.checks.header_key import is_right
from jwtctl.checks.token_audit import media_type_of
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms, base64url, json_object
from jwtctl.jose.given_tokens import given_token
from jwtctl.jose.key import from_jwk
from jwtctl.keysets.identity import short
from jwtctl.model import Place, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

MOST_DISCLOSURES = 1000
SHORTEST_SALT = 22
"""Characters of base64url of 128 bits (RFC 9901 section 9.3)."""
_HASHES = {
    f"{family}-{bits}": f"{name}{bits}"
    for family, name in (("sha", "sha"), ("sha3", "sha3_"))
    for bits in (256, 384, 512)
}
_RESERVED = frozenset({"_sd", "..."})
_ALWAYS_OPEN = frozenset({"iss", "aud", "exp", "nbf", "cnf"})


class TokenSdJwt(TokenCheck):
    """An SD-JWT has disclosures that do not belong to it, or is not bound as it should be.

    Why it matters:
        The signature covers digests, not the claims that were disclosed. A verifier that takes a disclosure without its
        digest takes claims that the holder made up. If the key binding is wrong, whoever copied the token presents it.

    What to do:
        Have a library of RFC 9901 make and check SD-JWTs. Verifiers reject one with a disclosure without a digest, with a
        digest that stands twice, and, where a holder must be known, without a right key binding JWT.
    """

    id = "token-sd-jwt"
    severity = Severity.HIGH
    cites = ("RFC 9901 section 7.1", "RFC 9901 section 9.3")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return bool(token.claims) and ("~" in token.text or "_sd" in token.claims or "_sd_alg" in token.claims)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        stated = token.claims.get("_sd_alg", "sha-256")
        hash_name = _HASHES.get(stated) if isinstance(stated, str) else None
        if hash_name is None:
            yield self.finding(token, "_sd_alg is no hash of 256 bits or more", at="/claims/_sd_alg")
            return
        encoded = token.text.split("~", MOST_DISCLOSURES + 1)[1:-1]
        if len(encoded) == MOST_DISCLOSURES:
            message = f"{MOST_DISCLOSURES:,} disclosures or more: only so many were looked at"
            yield self.finding(token, message, severity=Severity.LOW)
        digests = Counter(_digests(token.claims))
        named: list[tuple[str, list[Any]]] = []
        unreadable: dict[str, int] = {}
        for number, text in enumerate(encoded):
            disclosure, problem = _read(text)
            if problem:
                unreadable.setdefault(problem, number)
                continue
            digests.update(_digests({"": disclosure[-1]}))
            named.append((_digest(text, hash_name), disclosure))
        for problem, number in unreadable.items():
            yield self.finding(token, problem, at=f"/disclosures/{number}")
        if twice := sum(times > 1 for times in digests.values()):
            yield self.finding(token, f"digests that stand more than once: {twice:,}")
        if len(set(encoded)) < len(encoded):
            yield self.finding(token, f"disclosures that stand more than once: {len(encoded) - len(set(encoded)):,}")
        if foreign := sum(digest not in digests for digest, _ in named):
            message = f"disclosures without a digest in what was signed: {foreign:,} of {len(encoded):,}"
            yield self.finding(token, message)
        yield from self._disclosed(token, [disclosure for _, disclosure in named])
        yield from self._binding(token, hash_name)

    def _disclosed(self, token: GivenToken, disclosures: list[list[Any]]) -> Iterator[Finding]:
        names = [disclosure[1] for disclosure in disclosures if len(disclosure) == 3]
        if reserved := sorted(_RESERVED.intersection(names)):
            yield self.finding(token, f"a disclosure for the reserved name {reserved[0]!r}")
        if hidden := sorted(_ALWAYS_OPEN.intersection(names)):
            message = f"{', '.join(hidden)} can be left undisclosed, and then nobody checks it"
            yield self.finding(token, message, severity=Severity.MEDIUM)
        if weak := sum(len(disclosure[0]) < SHORTEST_SALT for disclosure in disclosures):
            message = f"disclosures with a salt of less than 128 bits, whose values can be guessed: {weak:,}"
            yield self.finding(token, message, severity=Severity.MEDIUM)

    def _binding(self, token: GivenToken, hash_name: str) -> Iterator[Finding]:
        presented, tilde, text = token.text.rpartition("~")
        if not tilde or not text:
            return
        binding = given_token(text, token.place)
        if binding.token is None or not binding.claims:
            yield self.finding(token, "what follows the last ~ is no key binding JWT", at="/kb")
            return
        if media_type_of(binding) != "kb+jwt":
            yield self.finding(token, "the key binding JWT has not the typ kb+jwt", at="/kb/header/typ")
        if missing := [name for name in ("iat", "aud", "nonce", "sd_hash") if name not in binding.claims]:
            yield self.finding(token, f"the key binding JWT has no {', '.join(missing)}", at="/kb/claims")
        if binding.claims.get("sd_hash", "") != _digest(presented + "~", hash_name) and "sd_hash" not in missing:
            yield self.finding(token, "sd_hash is not that of this SD-JWT", at="/kb/claims/sd_hash")
        yield from self._holder(token, binding)

    def _holder(self, token: GivenToken, binding: GivenToken) -> Iterator[Finding]:
        confirmed = token.claims.get("cnf")
        members = confirmed.get("jwk") if isinstance(confirmed, dict) else None
        if not isinstance(members, dict):
            if not confirmed:
                yield self.finding(token, "a key binding JWT, but no cnf with the key that it should be of", at="/kb")
        elif not _is_signed(binding, members):
            yield self.finding(token, "the key binding JWT is not signed with the key in cnf", at="/kb/signature")


def _read(text: str) -> tuple[list[Any], str]:
    """A disclosure: salt, name and value, or salt and value (RFC 9901 section 4.2); or what is wrong with it."""
    try:
        value, _ = json_object.parse(base64url.decode(text))
    except ValueError as err:
        return [], f"a disclosure is no JSON in base64url: {short(str(err).partition(' at ')[0])}"
    if not isinstance(value, list) or len(value) not in {2, 3} or not all(isinstance(part, str) for part in value[:-1]):
        return [], "a disclosure is no array of a salt, a name and a value"
    return value, ""


def _digest(text: str, hash_name: str) -> str:
    return base64url.encode(hashlib.new(hash_name, text.encode("utf-8", "surrogatepass")).digest())


def _digests(claims: Any) -> Iterator[str]:
    return (value.value for value in texts(claims) if value.name in _RESERVED)


def _is_signed(binding: GivenToken, members: dict[str, Any]) -> bool:
    try:
        key = from_jwk(members, Place("token"))
    except KeyMaterialError:
        return False
    return binding.alg in algorithms.usable_with(key) and is_right(binding, key) is not False
