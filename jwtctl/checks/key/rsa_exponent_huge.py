"""RSA public exponents beyond 64 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LONGEST_ORDINARY_EXPONENT
from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_OPENSSL_LIMITED_ABOVE = 3072


class RsaExponentHuge(KeyCheck):
    """An RSA public exponent is longer than 64 bits.

    Why it matters:
        No key generator makes such an exponent by default: most often it is a private exponent that was published as
        e, or the mark of a short private one, both of which give the key away (rsa-roles-reversed,
        rsa-small-private-exponent). What verifiers do with it differs. With a modulus of up to 3072 bits OpenSSL, and
        what is built on it, verifies, at the price of signing: 70 to 80 times the time of e = 65537 at 2048 bits,
        130 to 156 times at 3072 (measured with cryptography 50.0.2 for an exponent as long as the modulus). With a
        longer modulus OpenSSL calls every signature wrong, and Go takes no exponent above 31 bits at all.

    What to do:
        Replace the key by one with e = 65537 (`jwtctl keygen RS256`). If e was meant to be a secret, run
        `jwtctl recover KEY` to see what the published number gives away.
    """

    id = "rsa-exponent-huge"
    severity = Severity.HIGH
    cites = (
        "OpenSSL OPENSSL_RSA_MAX_PUBEXP_BITS",
        "Go crypto/rsa PublicKey",
        "FIPS 186-5 section A.1.1",
    )

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA" and "e" in key.numbers

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        bits = key.numbers["e"].bit_length()
        if bits > LONGEST_ORDINARY_EXPONENT:
            consequence = (
                "with this modulus OpenSSL calls every signature wrong"
                if key.bits > _OPENSSL_LIMITED_ABOVE
                else "verifying with it costs as much as signing"
                if 2 * bits > key.bits
                else "many verifiers refuse it"
            )
            yield self.finding(key, f"an exponent of {bits} bits: {consequence}", at="/e")
