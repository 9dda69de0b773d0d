"""RSA keys that have a prime in common with another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import is_searched
from jwtctl.checks.base import EstateCheck
from jwtctl.checks.proof import hexadecimal, is_product
from jwtctl.cryptanalysis.batch_gcd import shared_factors
from jwtctl.keysets.identity import at
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaSharedPrime(EstateCheck):
    """Two RSA keys have a prime in common.

    Why it matters:
        The greatest common divisor of two moduli costs microseconds, and if both were made with the same prime it
        factors both: no private key is needed, only the two public ones. It happens where machines make keys before
        they have gathered randomness. In 2012 one in 200 TLS hosts on the internet could be broken in this way.

    What to do:
        Treat every token under both keys as forged and replace both. Make keys on a machine that has been up for a
        while, or pass the randomness in, and audit all keys of the same origin together.
    """

    id = "rsa-shared-prime"
    severity = Severity.CRITICAL
    cites = ("Heninger, Durumeric, Wustrow, Halderman, Mining your Ps and Qs, 2012", "NIST SP 800-90B")

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return len({key.numbers.get("n") for key in keys if is_searched(key)}) > 1

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        holders: dict[int, Key] = {}
        for key in filter(is_searched, keys):
            holders.setdefault(key.numbers.get("n", 0), key)
        pairs = _pairs(shared_factors(holders))
        for key in filter(is_searched, keys):
            n = key.numbers.get("n", 0)
            if n in pairs:
                prime, other = pairs[n]
                yield self.finding(
                    key,
                    f"a factor of {prime.bit_length()} bits is also in the modulus at {at(holders[other].place)}, "
                    "so both private keys are known to everybody",
                    at="/n",
                    witness=hexadecimal(p=prime, q=n // prime),
                )


def _pairs(found: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[int, int]]:
    """For each modulus a proper factor, and another modulus with that factor; each pair is divided out again."""
    holders: dict[int, list[int]] = {}
    for n, factors in found.items():
        for factor in set(factors):
            # Two suffice: one of them is another modulus for everybody.
            if len(holders.setdefault(factor, [])) < 2:
                holders[factor].append(n)
    pairs = {}
    for n, factors in found.items():
        for factor in factors:
            others = [m for m in holders[factor] if m != n]
            if others and others[0] % factor == 0 and is_product(n, (factor, n // factor)):
                pairs[n] = (factor, others[0])
                break
    return pairs
