"""RSA private keys whose numbers do not belong together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jwtctl.checks.audit import is_searched
from jwtctl.checks.base import KeyCheck
from jwtctl.cryptanalysis.exponent import satisfies
from jwtctl.cryptanalysis.factoring import is_probable_prime
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_CRT = ("dp", "dq", "qi")


class RsaPrivateInconsistent(KeyCheck):
    """The numbers of an RSA private key contradict each other.

    Why it matters:
        Signers use the Chinese remainder theorem: one half of the work with p and dp, the other with q and dq. If
        one of dp, dq and qi is wrong, a signature comes out right modulo one prime and wrong modulo the other, and a
        single such signature gives the factors to everybody who sees it (Boneh, DeMillo and Lipton 1997; Lenstra
        1996), unless the signer checks its own work. If p, q, e or d are wrong, tokens are signed that nobody
        accepts. The numbers may be damaged, mixed up from two keys, or planted.

    What to do:
        Do not sign with this file. Restore the key from a good copy. If n, e and d are right,
        `jwtctl recover KEY --private-out FILE` writes a whole key again. If tokens were signed with wrong CRT numbers and
        handed out, replace the key.
    """

    id = "rsa-private-inconsistent"
    severity = Severity.CRITICAL
    cites = ("RFC 8017 section 3.2", "Boneh, DeMillo, Lipton 1997")
    proof = "the equations of RFC 8017 section 3.2 that fail"

    def applies(self, key: Key, audit: Audit) -> bool:
        return is_searched(key) and key.is_private

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        # A number that was stated as zero is absent: rsa-private-partial says so.
        numbers = {name: number for name, number in key.numbers.items() if number}
        failed = _failed(numbers, primes=3 if "oth" in key.members else 2)
        if failed:
            leaks = all(name in _CRT for name in failed)
            consequence = (
                "one signature made with it can give the key away" if leaks else "it signs what nobody accepts"
            )
            yield self.finding(
                key,
                f"{'; '.join(failed.values())}: {consequence}",
                at=f"/{next(iter(failed))}",
                severity=None if leaks else Severity.HIGH,
            )


def _failed(numbers: Mapping[str, int], primes: int) -> dict[str, str]:
    """The equations of RFC 8017 section 3.2 that do not hold, in words, by the number that is suspected."""
    n, e, d = (numbers.get(name) for name in ("n", "e", "d"))
    p, q = numbers.get("p"), numbers.get("q")
    failed = {}
    if n and p and q and (n % (p * q) if primes > 2 else n - p * q):
        failed["n"] = "p·q does not divide n" if primes > 2 else "p·q is not n"
    for name in ("p", "q"):
        if name in numbers and not is_probable_prime(numbers[name]):
            failed[name] = f"{name} is not prime"
    if failed or not n:
        return failed
    if e and d:
        if p and q:
            if (e * d - 1) % math.lcm(p - 1, q - 1):
                failed["d"] = "e·d is not 1 modulo lcm(p - 1, q - 1)"
        elif not satisfies(n, e, d):
            failed["d"] = "e and d do not undo each other modulo n"
    for name, prime in (("dp", p), ("dq", q)):
        if d and prime and name in numbers and (numbers[name] - d) % (prime - 1):
            failed[name] = f"{name} is not d modulo {name[1]} - 1"
    if p and q and "qi" in numbers and (numbers["qi"] * q - 1) % p:
        failed["qi"] = "q·qi is not 1 modulo p"
    return failed
