"""RSA keys that have a prime in common with another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import is_searched
from jwtctl.checks.base import EstateCheck
from jwtctl.checks.proof import hexadecimal
from jwtctl.checks.seen import pairs
from jwtctl.cryptanalysis.batch_gcd import shared_factors
from jwtctl.keysets.identity import at
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        while, or pass the randomness in, and audit all keys of the same origin together,
        or with --seen FILE, which remembers those of earlier audits.
    """

    id = "rsa-shared-prime"
    severity = Severity.CRITICAL
    cites = ("Heninger, Durumeric, Wustrow, Halderman, Mining your Ps and Qs, 2012", "NIST SP 800-90B")
    proof = "p·q = n, and p divides both"
    screened = True

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return len({key.numbers.get("n") for key in keys if is_searched(key)}) > (0 if audit.seen else 1)

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        holders: dict[int, Key] = {}
        for key in filter(is_searched, keys):
            holders.setdefault(key.numbers.get("n", 0), key)
        if audit.seen:
            found = audit.seen.compare(holders, audit.may_have_factor, jobs=audit.jobs)
        else:
            found = pairs(shared_factors(filter(audit.may_have_factor, holders), jobs=audit.jobs))
        for key in filter(is_searched, keys):
            n = key.numbers.get("n", 0)
            if n in found:
                prime, other = found[n]
                where = f"at {at(holders[other].place)}" if other in holders else _remembered(other, audit)
                yield self.finding(
                    key,
                    f"a factor of {prime.bit_length()} bits is also in the modulus {where}, "
                    "so both private keys are known to everybody",
                    at="/n",
                    witness=hexadecimal(p=prime, q=n // prime),
                )


def _remembered(modulus: int, audit: Audit) -> str:
    earlier = audit.seen.earlier.get(modulus) if audit.seen else None
    return f"of a key seen earlier at {earlier.words}" if earlier else "of another key"
