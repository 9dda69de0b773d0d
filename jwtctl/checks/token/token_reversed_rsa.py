"""RSA tokens that were signed with the public exponent."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.checks.base import CorpusCheck
from jwtctl.checks.proof import hexadecimal
from jwtctl.cryptanalysis.modulus_from_signatures import USUAL_EXPONENTS, modulus_from_signatures
from jwtctl.errors import TokenError
from jwtctl.jose.header_keys import header_keys
from jwtctl.jose.signature_equation import RsaEquation, equation_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_LARGE = 1 << 10
"""Below, all exponents together take 0.05 s for two tokens of 2048 bits, above each of them some 35 s and 190 MiB."""
_PIVOTS = 3
_TRIED = 16
_OTHERS = 64
_LONGEST = 512


class _Signed(NamedTuple):
    token: GivenToken
    equation: RsaEquation

    def is_under(self, n: int, e: int) -> bool:
        m, s, _ = self.equation
        return max(m, s) < n and pow(m, e, n) == s


class TokenReversedRsa(CorpusCheck):
    """A token is signed with the public exponent of an RSA key, and verified with the private one.

    Why it matters:
        Some systems sign with e, in the belief that it is a secret if d is handed out in its place. But then two tokens
        give n and e away, without any key: n divides m^e - s of each. Whoever has both signs tokens that all services
        accept. With the ordinary roles the same arithmetic gives but the public key, which is no finding.

    What to do:
        Treat every token under this key as forged. Make a new key (`jwtctl keygen RS256`), keep d with the issuer, and
        hand out (n, e). `jwtctl recover --tokens FILE` shows what the tokens give away. Without a key only exponents up
        to 257 are looked for; with --budget 60s (2048 bits; 143s for 4096) 65537 as well.
    """

    id = "token-reversed-rsa"
    severity = Severity.CRITICAL
    cites = ("RFC 8017 section 3", "Ploetz, Calculating an RSA public key from two signatures, 2018")
    proof = "n and e with m^e = s modulo n"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        return any(_equations(tokens))

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        stop = audit.stop()
        groups: dict[tuple[int, str, str], dict[str, _Signed]] = {}
        for signed in _equations(tokens):
            token, (_, _, octets) = signed
            named = octets, repr(token.claims.get("iss")), repr(token.header.get("kid"))
            groups.setdefault(named, {})[token.text] = signed
        for group in (list(group.values()) for group in groups.values()):
            if stop():
                break
            found, how = _under_known(group, audit), "of a key that is known"
            if not found and not any(audit.verified_with(token) for token, _ in group[:_TRIED]):
                found, how = _from_two(group, audit.budget, stop), "which any two of these tokens give away"
            if found:
                yield from self._word(group, *found, how)

    def _word(self, group: Sequence[_Signed], n: int, e: int, how: str) -> Iterator[Finding]:
        for signed in group:
            if signed.is_under(n, e):
                yield self.finding(
                    signed.token,
                    f"it is signed with the exponent {e}: m^{e} = s modulo the modulus of {n.bit_length()} bits {how}",
                    at="/signature",
                    witness=hexadecimal(n=n, e=e),
                )


def _equations(tokens: Sequence[GivenToken]) -> Iterator[_Signed]:
    for token in tokens:
        if token.token is not None and token.alg in ("RS256", "RS384", "RS512"):
            try:
                equation = equation_of(token.token)
            except TokenError:
                continue
            if isinstance(equation, RsaEquation):
                yield _Signed(token, equation)


def _under_known(group: Sequence[_Signed], audit: TokenAudit) -> tuple[int, int] | None:
    first, (_, _, octets) = group[0]
    for key in (*audit.keys_for(first), *(key for _, key in header_keys(first))):
        n = key.numbers.get("n", 0)
        if key.kty != "RSA" or (n.bit_length() + 7) // 8 != octets:
            continue
        stated = {key.numbers[name] for name in ("e", "d") if name in key.numbers}
        exponents = {*USUAL_EXPONENTS, *(number for number in stated if 1 < number < _LARGE)}
        for e in sorted(exponents):
            if any(signed.is_under(n, e) for signed in group[:_TRIED]):
                return n, e
    return None


def _from_two(group: Sequence[_Signed], budget: float, stop: Callable[[], bool]) -> tuple[int, int] | None:
    pairs = list({equation.m: (equation.m, equation.s) for _, equation in group}.values())[:_OTHERS]
    octets = group[0].equation.octets
    small = [e for e in USUAL_EXPONENTS if e < _LARGE]
    # One altered token among the first must not hide what the others give away.
    for i, j in combinations(range(min(len(pairs), _PIVOTS)), 2):
        order = [pairs[i], pairs[j], *(pair for k, pair in enumerate(pairs) if k not in {i, j})]
        found = modulus_from_signatures(order, small, octets=octets, reversed_roles=True, stop=stop)
        if found:
            return found.n, found.e
    if len(pairs) > 1 and octets <= _LONGEST and budget >= 60 * (octets / 256) ** 1.25 and not stop():
        large = [e for e in USUAL_EXPONENTS if e >= _LARGE]
        if found := modulus_from_signatures(pairs, large, octets=octets, reversed_roles=True, stop=stop):
            return found.n, found.e
    return None
