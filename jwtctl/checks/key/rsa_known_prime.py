"""RSA moduli with a prime that others had before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.factored import FactoringCheck, splits
from jwtctl.cryptanalysis.factoring import pair
from jwtctl.cryptanalysis.known_primes import known_divisor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaKnownPrime(FactoringCheck):
    """A prime of an RSA modulus was found in other keys before.

    Why it matters:
        Machines without randomness made the same primes over and over. Researchers collected keys from the whole
        internet, and wherever two had a prime in common they published it: whoever has the list computes one greatest
        common divisor and has the private key. It takes no second key of yours.

    What to do:
        Treat every token under this key as forged and replace it. Make keys on a machine that has been up for a while,
        or pass the randomness in, and audit all keys of the same origin together: they share primes with each other
        that nobody has published yet.
    """

    id = "rsa-known-prime"
    cites = ("Heninger, Durumeric, Wustrow, Halderman, Mining your Ps and Qs, 2012", "badkeys sharedprimes, 2025")
    screened = True

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        known = known_divisor(n) if audit.may_have_factor(n) else 1
        if known == n:
            yield self.finding(
                key, "all prime factors of n are known from other keys, and the private key with them", at="/n"
            )
        elif (factors := pair(known, n)) and splits(n, factors):
            yield self.broken(key, f"a factor of {known.bit_length()} bits is known from other keys", factors)
