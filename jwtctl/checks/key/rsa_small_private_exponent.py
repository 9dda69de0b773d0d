"""RSA private exponents so short that the public key gives them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LONGEST_ORDINARY_EXPONENT, is_short
from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaSmallPrivateExponent(KeyCheck):
    """The private exponent of an RSA key is so short that the public key gives it away.

    Why it matters:
        A short d makes signing fast, and fills e up to the length of the modulus. Wiener showed in 1990 that d is then
        a denominator in the continued fraction of e/n as long as it has no more than a quarter of the bits of n: a
        few milliseconds of work. Boneh and Durfee raised that to 29 hundredths. The public key is the private key.

    What to do:
        Treat every token under this key as forged. Make a new key with e = 65537 (`jwtctl keygen RS256`), and let d be
        as long as it comes out.
    """

    id = "rsa-small-private-exponent"
    severity = Severity.CRITICAL
    cites = (
        "Wiener 1990, IEEE Transactions on Information Theory 36(3)",
        "Boneh, Durfee 1999",
        "FIPS 186-5 section A.1.1",
    )
    proof = "d: m^(e·d) = m modulo n, and p·q = n"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA" and key.numbers.get("e", 0).bit_length() > LONGEST_ORDINARY_EXPONENT

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        pair = audit.pair_of(key)
        if pair is None:
            return
        bits = pair.partner.bit_length()
        # A shorter one is an ordinary public exponent: rsa-roles-reversed.
        if bits > LONGEST_ORDINARY_EXPONENT and is_short(pair.n, pair.partner):
            yield self.finding(
                key,
                f"the private exponent has {bits} bits, where n has {key.bits}: the public key gives it away",
                at="/e",
                witness=pair.witness(given="e", partner="d"),
            )
