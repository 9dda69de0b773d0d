"""RSA moduli with a factor that trial division finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LARGEST_SEARCHED_BITS
from jwtctl.checks.base import KeyCheck
from jwtctl.checks.proof import hexadecimal, is_product
from jwtctl.cryptanalysis.factoring import is_probable_prime, small_factor
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaSmallFactor(KeyCheck):
    """An RSA modulus has a prime factor of at most 65537.

    Why it matters:
        A sound modulus is the product of two primes of equal length. One that a small prime divides was either made
        by a broken generator or is a damaged copy: of all odd
        numbers, nine in ten have such a factor (Mertens). If what remains after dividing is prime, the private key
        is known to everybody.

    What to do:
        Compare the key with the original, octet by octet. If this is the original, replace it and look for other keys
        from the same generator.
    """

    id = "rsa-small-factor"
    severity = Severity.CRITICAL
    cites = ("NIST SP 800-89 section 5.3.3",)
    proof = "the factor and its cofactor"
    screened = True

    def applies(self, key: Key, audit: Audit) -> bool:
        n = key.numbers.get("n", 0)
        return key.kty == "RSA" and n % 2 == 1 and n > 1

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        factor = small_factor(n) if audit.may_have_factor(n) else None
        if factor is None or factor == n or not is_product(n, (n // factor, factor)):
            return
        cofactor = n // factor
        if cofactor.bit_length() <= LARGEST_SEARCHED_BITS and is_probable_prime(cofactor):
            yield self.finding(
                key,
                f"the modulus is {factor} times a prime, so the private key is known to everybody",
                at="/n",
                witness=hexadecimal(p=cofactor, q=factor),
            )
        else:
            yield self.finding(
                key,
                f"the modulus is divisible by {factor}, so it is no product of two large primes, or a damaged copy of one",
                at="/n",
                witness=hexadecimal(factor=factor, cofactor=cofactor),
                severity=Severity.HIGH,
            )
