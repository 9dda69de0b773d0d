"""Signing keys that tokens give away because their nonces were not random."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from jwtctl.checks.base import CorpusCheck
from jwtctl.checks.curve_points import point_of
from jwtctl.checks.proof import hexadecimal
from jwtctl.checks.signers import EcdsaSigned, EddsaSigned, by_signer, ecdsa_signed, eddsa_signed
from jwtctl.checks.token_audit import right_under
from jwtctl.cryptanalysis import eddsa_nonces
from jwtctl.cryptanalysis.ecdsa_nonces import reused_nonce
from jwtctl.cryptanalysis.ecdsa_public_key import ecdsa_public_keys
from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES, decode
from jwtctl.cryptanalysis.nonce_ladder import find_bias
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.jose.token import numeric_date
from jwtctl.model import Confidence, Key, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.cryptanalysis.weierstrass import Point
    from jwtctl.model import Finding, GivenToken

_COMPARED = 4
_MOST = 120
"""Signatures of one key that are searched: lattices take no more."""
_TIMED = 8


class TokenEcdsaNonce(CorpusCheck):
    """Tokens give their signing key away: a nonce came twice, or nonces are short, biased or predictable.

    Why it matters:
        An ECDSA signature is one equation with two unknowns, the key and a nonce. Two signatures with one nonce, or
        some dozens whose nonces have a few bits in common, are enough to compute the private key from tokens alone.
        This happened to game consoles, wallets, PuTTY and many a home-made signer. EdDSA derives its nonces, but falls
        as quickly where one comes twice.

    What to do:
        Revoke the key now, and treat every token under it as forged. Sign with a library that derives nonces (RFC 6979,
        or Ed25519) or takes all of their bits from the system's random generator. Nothing found does not show the
        nonces to be random: a bias of less than 8 bits is not looked for.
    """

    id = "token-ecdsa-nonce"
    severity = Severity.CRITICAL
    cites = (
        "RFC 6979 section 3",
        "CVE-2024-31497",
        "Howgrave-Graham, Smart, Lattice attacks on digital signature schemes, 2001",
        "Breitner, Heninger, Biased nonce sense, 2019",
    )
    proof = "the private number behind the public key; without that key a heuristic"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        return bool(ecdsa_signed(tokens) or eddsa_signed(tokens))

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        stop = audit.stop()
        fell: set[tuple[str, Point]] = set()
        signed = ecdsa_signed(tokens)
        for first, second, public, d in _reused(signed, stop):
            fell.add((first.crv, public))
            yield from self._word((first, second), public, d, "two tokens have one nonce, up to its sign")
        for (crv, public), its in by_signer(signed, audit, stop).items():
            if (crv, public) not in fell and not stop():
                some = its[:_MOST]
                found = find_bias(
                    CURVES[crv],
                    public,
                    [each.signature for each in some],
                    candidates=_issue_times(some),
                    quick=True,
                    clock=audit.clock,
                    stop=stop,
                )
                if found.x is not None:
                    yield from self._word(some, public, found.x, found.detail)
        yield from self._edwards(eddsa_signed(tokens), audit, stop)

    def _word(self, signed: Sequence[EcdsaSigned], public: Point, d: int, how: str) -> Iterator[Finding]:
        crv = signed[0].crv
        # By OpenSSL, where the search has its own arithmetic.
        if point_of(Key("EC", crv, {"d": d})) != public:
            return
        key = Key("EC", crv, {"x": public[0], "y": public[1]})
        for each in signed:
            if right_under(each.token, key):
                yield self.finding(
                    each.token,
                    f"the private key behind its {each.token.alg} signature is known: {how}",
                    at="/signature",
                    witness={"crv": crv, **hexadecimal(x=public[0], y=public[1], d=d)},
                )

    def _edwards(self, signed: Sequence[EddsaSigned], audit: TokenAudit, stop: Callable[[], bool]) -> Iterator[Finding]:
        by_nonce: dict[bytes, list[EddsaSigned]] = defaultdict(list)
        for each in signed:
            by_nonce[each.R].append(each)
        for same in by_nonce.values():
            # One signature under two texts is a copy, or what stands where a signature was removed.
            if len({each.S for each in same}) < 2 or stop():
                continue
            key = next((key for each in same[:_COMPARED] if (key := audit.verified_with(each.token))), None)
            scalar = _scalar(same, key, stop)
            for each in same:
                if scalar is not None:
                    yield self.finding(
                        each.token,
                        f"the private scalar behind its {each.crv} signature is known: {len(same)} tokens have one R",
                        at="/signature",
                        witness={"crv": each.crv, **hexadecimal(scalar=scalar)},
                    )
                elif key is None:
                    yield self.finding(
                        each.token,
                        f"its R is that of {len(same)} {each.crv} tokens: if their signatures are right, the private "
                        "scalar is known to whoever has the public key",
                        at="/signature",
                        witness={"R": same[0].R.hex()},
                        confidence=Confidence.HEURISTIC,
                    )


def _reused(
    signed: Sequence[EcdsaSigned], stop: Callable[[], bool]
) -> Iterator[tuple[EcdsaSigned, EcdsaSigned, Point, int]]:
    """Tokens with equal r, and the key that both give, for which no public key need be known."""
    seen: dict[tuple[str, int], list[EcdsaSigned]] = defaultdict(list)
    for second in signed:
        earlier = seen[second.crv, second.signature.r]
        curve = CURVES[second.crv]
        for first in earlier:
            if stop():
                return
            pair = first.signature, second.signature
            possible = [set(ecdsa_public_keys(curve, *signature)) for signature in pair]
            for public in possible[0] & possible[1]:
                if (d := reused_nonce(curve, public, pair)) is not None:
                    yield first, second, public, d
        if len(earlier) < _COMPARED:
            earlier.append(second)


def _issue_times(signed: Sequence[EcdsaSigned]) -> list[int]:
    dates = (numeric_date(each.token.claims.get("iat")) for each in signed[:_TIMED])
    return [int(date) * unit for date in dates if date for unit in (1, 1000)]


def _scalar(same: Sequence[EddsaSigned], key: Key | None, stop: Callable[[], bool]) -> int | None:
    if key is None:
        return None
    crv, octets = same[0].crv, key.octets.get("x", b"")
    curve = EDWARDS_CURVES[crv]
    point = decode(curve, octets)
    if point is None:
        return None
    return eddsa_nonces.reused_nonce(curve, point, [each.under(octets) for each in same if each.crv == crv], stop)
