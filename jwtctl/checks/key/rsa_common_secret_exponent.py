"""RSA keys with different moduli and one secret exponent."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from jwtctl.checks.audit import LONGEST_ORDINARY_EXPONENT, is_searched
from jwtctl.checks.base import EstateCheck
from jwtctl.checks.proof import ExponentPair
from jwtctl.cryptanalysis.common_secret import MAX_KEYS, common_secret_exponent
from jwtctl.cryptanalysis.factoring import carmichael
from jwtctl.cryptanalysis.lattice_reduction import has_flint
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaCommonSecretExponent(EstateCheck):
    """Several RSA keys with different moduli have one short secret exponent.

    Why it matters:
        Somebody who takes the exponent for the secret keeps it and renews only the modulus. But each published
        exponent says something about the secret one, and a lattice puts that together: with two keys of 2048 bits it
        finds 684 bits, with three 770, where one key alone gives away 512. Up to 12 keys with long exponents are
        tried, all together and two by two. Needs the extra `lattice` (pip install 'jwtctl[lattice]'); without it the
        check does not apply.

    What to do:
        Treat every token under these keys as forged. Make new keys with e = 65537 (`jwtctl keygen RS256`), each with
        a private exponent of its own, as long as it comes out.
    """

    id = "rsa-common-secret-exponent"
    severity = Severity.CRITICAL
    cites = ("Hinek, On the security of multi-prime RSA and common private exponent RSA, 2006",)
    proof = "d: m^(e·d) = m modulo n, and p·q = n"

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return has_flint() and len({key.numbers["n"] for key in keys if _exponent(key)}) > 1

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        # What one key gives away alone is rsa-roles-reversed or rsa-small-private-exponent.
        by_modulus = {
            key.numbers["n"]: key
            for key in keys
            if (exponent := _exponent(key)) and not audit.partner_of(key.numbers["n"], exponent)
        }
        group = [(n, _exponent(key)) for n, key in by_modulus.items()][:MAX_KEYS]
        stop = audit.stop_after(keys=1)
        solved: set[int] = set()
        for size in dict.fromkeys((len(group), 2)):
            for chosen in combinations(group, size):
                if size < 2 or solved.intersection(n for n, _ in chosen) or stop():
                    continue
                pairs = _proved(chosen, common_secret_exponent(chosen, stop))
                solved.update(pair.n for pair in pairs)
                for pair in pairs:
                    yield self._told(by_modulus[pair.n], pair, len(chosen))

    def _told(self, key: Key, pair: ExponentPair, count: int) -> Finding:
        given, partner = ("e", "d") if "e" in key.numbers else ("d", "e")
        return self.finding(
            key,
            f"one secret exponent of {pair.partner.bit_length()} bits undoes those of {count} keys, "
            "which together give it away",
            at=f"/{given}",
            witness=pair.witness(given=given, partner=partner),
        )


def _exponent(key: Key) -> int:
    """The exponent that everybody sees and that is too long to be an ordinary one; 0 if there is none."""
    exponent = key.numbers.get("e", 0) or key.numbers.get("d", 0)
    long = is_searched(key) and exponent.bit_length() > LONGEST_ORDINARY_EXPONENT
    return exponent if long and exponent % 2 and key.numbers.get("n", 0) % 2 else 0


def _proved(chosen: Sequence[tuple[int, int]], factors: tuple[tuple[int, ...], ...] | None) -> list[ExponentPair]:
    """One pair for each key, if the exponents that undo theirs are the same and the factors are right."""
    if not factors:
        return []
    partners = [pow(exponent, -1, carmichael(primes)) for (_, exponent), primes in zip(chosen, factors, strict=True)]
    pairs = [
        ExponentPair(n, exponent, partner, primes)
        for (n, exponent), partner, primes in zip(chosen, partners, factors, strict=True)
    ]
    return pairs if len(set(partners)) == 1 and all(pair.is_proved() for pair in pairs) else []
