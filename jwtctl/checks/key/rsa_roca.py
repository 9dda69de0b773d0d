"""RSA moduli that Infineon's RSALib made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.checks.factored import is_odd_modulus
from jwtctl.checks.proof import hexadecimal
from jwtctl.cryptanalysis.fingerprints import roca
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_PRACTICAL_BITS = 2048


class RsaRoca(KeyCheck):
    """An RSA modulus has the fingerprint of Infineon's RSALib.

    Why it matters:
        From 2012 to 2017 smart cards, security keys and TPMs with this library made primes of one form, a power of
        65537 modulo a product of small primes, and n shows it. It leaves so few choices that Coppersmith's method
        factors moduli of 1024 bits in about 100 days of one core and of 2048 bits in some 140 years of one core, which
        is a matter of money. No sound key looks like that: one in 2^154 does by chance.

    What to do:
        Make a new key, outside the device or after its firmware was replaced, and take this one out of service.
    """

    id = "rsa-roca"
    severity = Severity.CRITICAL
    cites = ("CVE-2017-15361", "Nemec, Sys, Svenda, Klinec, Matyas, The return of Coppersmith's attack, 2017")
    proof = "the discrete logarithm of n"

    def applies(self, key: Key, audit: Audit) -> bool:
        return is_odd_modulus(key)

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        found = roca(n)
        if found and pow(found.generator, found.exponent, found.modulus) == n % found.modulus:
            yield self.finding(
                key,
                f"n is a power of {found.generator} modulo the product of the first 39 primes, as in keys of RSALib",
                at="/n",
                witness=hexadecimal(**found._asdict()),
                severity=Severity.CRITICAL if key.bits <= _PRACTICAL_BITS else Severity.HIGH,
            )
