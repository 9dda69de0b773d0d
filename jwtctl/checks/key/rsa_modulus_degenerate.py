"""RSA moduli that are even, prime, or a power."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LARGEST_SEARCHED_BITS
from jwtctl.checks.base import KeyCheck
from jwtctl.checks.effort import Effort
from jwtctl.checks.proof import hexadecimal
from jwtctl.cryptanalysis.factoring import is_probable_prime, perfect_power
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaModulusDegenerate(KeyCheck):
    """An RSA modulus is even, prime, or a power of one number.

    Why it matters:
        RSA rests on a modulus that nobody can split. An even one is split by looking at it, a power by taking the
        root, and a prime needs no splitting: in all three cases the private exponent follows from the public key by
        one division with remainder. Such moduli come from broken generators and from damaged or forged files. In a run
        over very many keys no modulus is tested for being prime, which takes longer than all the rest.

    What to do:
        Treat every token under this key as forged, remove the key, and make another one with a generator that is in
        wide use (`jwtctl keygen RS256`). Look for other keys from the same source.
    """

    id = "rsa-modulus-degenerate"
    severity = Severity.CRITICAL
    cites = ("RFC 8017 section 3.1", "NIST SP 800-89 section 5.3.3")
    proof = "the factor, the root, or that n is prime"
    effort = Effort.USUAL

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "RSA"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers.get("n", 0)
        if n < 2:
            yield self.finding(key, f"the modulus is {n}", at="/n")
        elif n % 2 == 0:
            yield self.finding(key, "the modulus is even", at="/n", witness={"factor": "0x2"})
        elif n.bit_length() <= LARGEST_SEARCHED_BITS:
            yield from self._odd(key, n, audit)

    def _odd(self, key: Key, n: int, audit: Audit) -> Iterator[Finding]:
        if (power := perfect_power(n)) and power[0] ** power[1] == n:
            root, exponent = power
            yield self.finding(
                key,
                f"the modulus is a number of {root.bit_length()} bits to the power of {exponent}",
                at="/n",
                witness=hexadecimal(root=root, exponent=exponent),
            )
        # Half of what the usual searches cost: nothing cheaper than a power modulo n is known to rule out a prime.
        elif audit.reaches(self.effort) and is_probable_prime(n):
            yield self.finding(
                key,
                "the modulus is prime, so the private exponent is the inverse of e modulo n - 1",
                at="/n",
                witness=hexadecimal(n=n),
            )
