"""RSA keys with one modulus and different exponents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.audit import LONGEST_ORDINARY_EXPONENT, is_searched
from jwtctl.checks.base import EstateCheck
from jwtctl.checks.proof import hexadecimal, is_product
from jwtctl.cryptanalysis.common_secret import two_exponents_one_modulus
from jwtctl.cryptanalysis.factoring import factor_from_multiple, is_probable_prime
from jwtctl.cryptanalysis.lattice_reduction import has_flint
from jwtctl.keysets.identity import at
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_LEAST_BITS, _MOST_BITS = 512, 8192


class RsaCommonModulus(EstateCheck):
    """Two RSA keys have one modulus and different exponents.

    Why it matters:
        Whoever has the private half of one key factors the modulus with it, and has the private half of the other. So
        all who share a modulus can sign for each other. If the two exponents are those of one key, published as e of
        two, everybody can: e·d - 1 is a multiple of λ(n), and that factors n. So do two long exponents whose secret
        counterparts are short, of up to 731 bits at 2048, with the extra `lattice`. What is encrypted to both keys is read
        by combining the two ciphertexts, without any private key.

    What to do:
        Make a new key for each holder (`jwtctl keygen RS256`). A finding of severity critical comes with the factors:
        then treat every token under both keys as forged.
    """

    id = "rsa-common-modulus"
    severity = Severity.HIGH
    cites = ("Simmons, A weak privacy protocol using the RSA crypto algorithm, 1983", "RFC 8017 section 3.1")
    proof = "the same n; p·q = n where one is private"

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return sum("e" in key.numbers and is_searched(key) for key in keys) > 1

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        first: dict[int, Key] = {}
        told: set[tuple[int, int]] = set()
        stop = audit.stop_after(keys=1)
        for key in (key for key in keys if is_searched(key) and key.numbers.keys() >= {"n", "e"}):
            n, e = key.numbers["n"], key.numbers["e"]
            other = first.setdefault(n, key)
            if other.numbers["e"] == e or (n, e) in told:
                continue
            told.add((n, e))
            factors = _factors(n, e, other.numbers["e"], stop)
            yield self.finding(
                key,
                f"the modulus is also at {at(other.place)}, with another exponent"
                + (": together they factor it, so the private key is known to everybody" if factors else ""),
                at="/n",
                witness=hexadecimal(p=factors[0], q=n // factors[0]) if factors else None,
                severity=Severity.CRITICAL if factors else None,
                of=hex(other.numbers["e"]),
            )


def _factors(n: int, e: int, other: int, stop: Callable[[], bool]) -> tuple[int, ...]:
    """The primes of n, if the exponents undo each other, are equivalent, or both belong to short ones."""
    for multiple in (e * other - 1, abs(e - other)):
        factors = factor_from_multiple(n, multiple)
        if is_product(n, factors):
            return factors
    if stop() or min(e, other).bit_length() <= LONGEST_ORDINARY_EXPONENT or not _is_reduced(n) or not has_flint():
        return ()
    found = two_exponents_one_modulus(n, e, other) or ()
    return found if is_product(n, found) and all(map(is_probable_prime, found)) else ()


def _is_reduced(n: int) -> bool:
    """Whether lattices with numbers of this length are of use, and take no more than seconds."""
    return n % 2 == 1 and _LEAST_BITS <= n.bit_length() <= _MOST_BITS
