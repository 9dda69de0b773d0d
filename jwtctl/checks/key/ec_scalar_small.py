"""EC keys whose private number is found by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import EstateCheck
from jwtctl.checks.curve_points import holders, point_of
from jwtctl.checks.proof import hexadecimal
from jwtctl.cryptanalysis.ec_scalars import WORD_BITS, short_scalars, word_forms
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_WORDS = {
    "short": "a number of {bits} bits",
    "high": f"one word of {WORD_BITS} bits, with zeros after it",
    "repeated": f"one word of {WORD_BITS} bits, repeated",
}


class EcScalarSmall(EstateCheck):
    """The private number of an EC key is short, or one short word in disguise.

    Why it matters:
        A private key is as strong as the number of values that it may have, and 2^32 of them are tried in a second,
        from the public key alone. Such keys come from counters, from tests, and from generators that fill one word of
        a buffer: on blockchains, thieves empty accounts of this kind by robot (ethercombing, 2019).

    What to do:
        Treat every token under this key as forged. Find the program that made it and replace each key it has made; take
        keys from a library (`jwtctl keygen ES256`).
    """

    id = "ec-scalar-small"
    severity = Severity.CRITICAL
    cites = ("NIST SP 800-186 section 3.1", "FIPS 186-5 appendix A.2", "Bednarek, Ethercombing, 2019")
    proof = "d with d·G = Q"

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return any(key.kty == "EC" for key in keys)

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        for crv, points in holders(keys).items():
            curve = CURVES[crv]
            forms = {multiplier: name for name, multiplier in word_forms(curve).items()}
            found = short_scalars(curve, list(points), WORD_BITS, forms, stop=audit.stop_after(len(points)))
            for key in keys:
                point = point_of(key) if key.crv == crv else None
                if point and point in found:
                    multiplier, word = found[point]
                    what = _WORDS[forms[multiplier]].format(bits=word.bit_length())
                    yield self.finding(
                        key,
                        f"the private number is {what}, so everybody has it",
                        at="/x",
                        witness={"crv": crv, **hexadecimal(d=multiplier * word % curve.n)},
                    )
