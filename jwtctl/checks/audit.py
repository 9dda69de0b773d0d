"""An audit: every check over everything that was given, each one contained."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from jwtctl.checks.base import Check, EstateCheck, KeyCheck, KeySetCheck
from jwtctl.checks.effort import Effort, affordable
from jwtctl.checks.proof import ExponentPair, is_product
from jwtctl.checks.shared_work import in_shares
from jwtctl.checks.suppression import is_at
from jwtctl.cryptanalysis import known_factors
from jwtctl.cryptanalysis.batch_gcd import with_common_factor
from jwtctl.cryptanalysis.factoring import carmichael, factor_from_exponents
from jwtctl.errors import InputError
from jwtctl.jose.key_age import begun
from jwtctl.model import CheckInfo, Confidence, Finding, InventoryKey, Key, Policy, Report, Role, Severity, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jwtctl.checks.seen import SeenKeys
    from jwtctl.cryptanalysis.blocklist import Blocklist
    from jwtctl.model import KeyProblem, KeySet

_S = TypeVar("_S")
_A = TypeVar("_A")

LARGEST_SEARCHED_BITS = 16_384
"""No search is made with larger numbers: OpenSSL refuses such moduli (OPENSSL_RSA_MAX_MODULUS_BITS), so nobody verifies
with them, and each step would take seconds."""
_TOO_LARGE = 1 << LARGEST_SEARCHED_BITS
LONGEST_ORDINARY_EXPONENT = 64
"""Bits of the longest public exponent that anybody means to be public: OpenSSL's OPENSSL_RSA_MAX_PUBEXP_BITS."""
_SHARE = 64
_FEW_KEYS = 16
"""So many are looked at one by one sooner than together."""


@dataclass(slots=True)
class Audit:
    """What a check may use beyond its subject.

    Attributes:
        role: who is supposed to hold the files.
        clock: monotonic seconds.
        budget: seconds that searches may take for one key.
        key_sets: everything that was given.
        now: Unix time by which certificates are judged; without it nothing is said of their dates.
        policy: what the team decided.
        effort: which searches to make; None makes those that so many keys leave time for.
        blocklist: hashes of moduli whose private keys are public.
        seen: the moduli of earlier audits.
        jobs: number of processes.
    """

    role: Role
    clock: Callable[[], float]
    budget: float = 10
    key_sets: Sequence[KeySet] = ()
    now: float | None = None
    policy: Policy = field(default_factory=Policy)
    effort: Effort | None = None
    blocklist: Blocklist | None = None
    seen: SeenKeys | None = None
    jobs: int = 1
    _spent: dict[int, float] = field(default_factory=dict)
    _partners: dict[tuple[int, int], ExponentPair | None] = field(default_factory=dict)
    _home: dict[int, KeySet] = field(default_factory=dict)
    _affordable: Effort = Effort.DEEP
    _ruled_out: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        self._home = {id(key): key_set for key_set in self.key_sets for key in key_set.keys}
        self._affordable = affordable(sum(len(key_set.keys) for key_set in self.key_sets))

    def reaches(self, effort: Effort) -> bool:
        """Whether searches of so much effort are made."""
        return effort <= (self._affordable if self.effort is None else self.effort)

    def screen(self, *, mutually: bool) -> None:
        """Compare many moduli with all known primes at once, and perhaps with each other, for `may_have_factor`."""
        keys = (key for key_set in self.key_sets for key in key_set.keys if is_searched(key))
        moduli = list(dict.fromkeys(key.numbers.get("n", 0) for key in keys))
        if len(moduli) <= _FEW_KEYS:
            return
        if mutually:
            # The known primes cost next to nothing beside the comparison with each other.
            known = known_factors.product(n.bit_length() for n in moduli)
            suspects = with_common_factor(moduli, int(known), jobs=self.jobs)
        else:
            suspects = known_factors.with_known_factor(moduli)
        self._ruled_out = frozenset(moduli) - suspects

    def may_have_factor(self, n: int) -> bool:
        """Whether a modulus may have a factor that `screen` looks for: False if that was ruled out."""
        return n not in self._ruled_out

    def stop_for(self, key: Key) -> Callable[[], bool]:
        """A `stop` for a search about one key; all of them share its budget, whatever is done for other keys between.

        What a search took is known from when it last asked.
        """
        begun, before = self.clock(), self._spent.get(id(key), 0.0)

        def stop() -> bool:
            self._spent[id(key)] = spent = before + self.clock() - begun
            return spent > self.budget

        return stop

    def home_of(self, key: Key) -> KeySet | None:
        """The key set that a key came in."""
        return self._home.get(id(key))

    def role_of(self, source: str) -> Role:
        """Who holds a file: as the policy says of its path, or else as the caller says of all of them."""
        return next((rule.role for rule in reversed(self.policy.roles) if is_at(rule.path, source)), self.role)

    def is_public_set(self, key_set: KeySet) -> bool:
        """Whether a key set is for everybody's eyes: it came from a URL, or it is a JWK Set that no issuer claims.

        One that had to be decrypted first is for nobody's eyes.
        """
        if any(key.container.startswith("JWE-wrapped") for key in key_set.keys):
            return False
        return key_set.published or (key_set.is_jwks and self.role_of(key_set.source) is not Role.ISSUER)

    def stop_after(self, keys: int) -> Callable[[], bool]:
        """A signal that turns true when the time for searches in that many keys is over, counted from now."""
        deadline = self.clock() + self.budget * keys
        return lambda: self.clock() > deadline

    def partner_of(self, n: int, exponent: int) -> ExponentPair | None:
        """Search for the exponent that undoes another one, once per key and within the budget.

        Returns:
            The proved pair; None if there is none to be found, or if the numbers are too odd or too large to search.
        """
        if (n, exponent) not in self._partners:
            self._partners[n, exponent] = self._search(n, exponent)
        return self._partners[n, exponent]

    def pair_of(self, key: Key) -> ExponentPair | None:
        """What undoes the e of an RSA key, if e is longer than any ordinary one and the key is weak for it.

        Returns:
            A proved pair, whose partner is either short and stated in the key, or was found from n and e alone; None
            for ordinary keys and where nothing was found.
        """
        n, e = key.numbers.get("n", 0), key.numbers.get("e", 0)
        if e.bit_length() <= LONGEST_ORDINARY_EXPONENT or not is_searched(key):
            return None
        stated = _stated_pair(key, n, e)
        return stated if stated and is_short(n, stated.partner) else self.partner_of(n, e)

    def _search(self, n: int, exponent: int) -> ExponentPair | None:
        from jwtctl.cryptanalysis.ladder import Lattices, recover_exponent  # noqa: PLC0415 - only where a key calls for it

        if n % 2 == 0 or max(n.bit_length(), exponent.bit_length()) > LARGEST_SEARCHED_BITS:
            return None
        try:
            # Half of the time for lattices: their reductions cannot be interrupted, and no process is begun here.
            found = recover_exponent(
                n, exponent, clock=self.clock, stop=self.stop_after(keys=1), lattices=Lattices(self.budget / 2)
            )
        except InputError:
            return None
        if found.e is None:
            return None
        pair = ExponentPair(n, exponent, found.e, found.factors)
        return pair if pair.is_proved() else None


def is_short(n: int, d: int) -> bool:
    """Whether a private exponent is below n^0.293, which is as far as any published attack on (n, e) reaches.

    Source: Boneh and Durfee, Cryptanalysis of RSA with private key d less than N^0.292, 1999.
    """
    return 1000 * d.bit_length() <= 293 * n.bit_length()


def _stated_pair(key: Key, n: int, e: int) -> ExponentPair | None:
    d, p, q = (key.numbers.get(name, 0) for name in ("d", "p", "q"))
    factors = (p, q) if is_product(n, (p, q)) else factor_from_exponents(n, e, d)
    if not factors:
        return None
    try:
        pair = ExponentPair(n, e, pow(e, -1, carmichael(factors)), factors)
    except ValueError:
        return None
    return pair if pair.is_proved() else None


def is_searched(key: Key) -> bool:
    """Whether a key is an RSA key with numbers that searches take."""
    return key.kty == "RSA" and max(key.numbers.values(), default=0) < _TOO_LARGE


def audit(
    checks: Sequence[Check],
    given: Audit,
    *,
    unreadable: Iterable[KeyProblem] = (),
    on_key: Callable[[Key], None] = lambda _: None,
) -> Report:
    """Run checks over key sets.

    Args:
        checks: the checks to make.
        given: the key sets and what checks may use.
        unreadable: inputs that could not be read, to be reported with the rest.
        on_key: told of each key before it is looked at, or after it with several jobs, for a progress bar.

    Returns:
        The report. A check that raised is in it as a finding `check-failed`; the others went on.
    """
    findings: list[Finding] = []
    skipped = 0
    keys = [key for key_set in given.key_sets for key in key_set.keys]
    searched = any(map(is_searched, keys))
    key_checks = [check for check in checks if isinstance(check, KeyCheck)]

    def of_some(share: range) -> tuple[list[Finding], int]:
        some = [keys[position] for position in share]
        if given.jobs < 2:
            for key in some:
                on_key(key)
        return _about_keys(key_checks, some, given)

    if screened := [check for check in checks if check.screened]:
        # Without it the checks look at everything themselves, and what goes wrong there is told.
        with contextlib.suppress(Exception):
            given.screen(mutually=any(isinstance(check, EstateCheck) for check in screened))
    share_of = 1 if given.reaches(Effort.DEEP) else _SHARE
    for share, (found, passed) in in_shares(of_some, len(keys), given.jobs, share_of):
        findings += found
        skipped += passed
        if given.jobs > 1:
            for position in share:
                on_key(keys[position])
    documents = [each for each in given.key_sets if each.is_jwks or each.problems or each.published]
    for key_set in documents:
        for check in checks:
            if isinstance(check, KeySetCheck):
                skipped += run(check, check.applies, check.find, key_set, given, findings)
    for check in checks:
        if isinstance(check, EstateCheck):
            skipped += run(check, check.applies, check.find, keys, given, findings)
    findings.sort(key=worst_first)
    return Report(
        findings=tuple(findings),
        subjects=len(keys) + len(documents),
        checks=len(checks),
        not_applicable=skipped,
        unreadable=tuple(unreadable),
        rules={check.id: check.info() for check in checks} | {FAILED.id: FAILED},
        inventory=tuple(map(_listed, keys)),
        left_out=tuple(check.id for check in checks if not given.reaches(check.effort)) if searched else (),
        now=given.now,
    )


def _about_keys(checks: Sequence[KeyCheck], keys: Sequence[Key], given: Audit) -> tuple[list[Finding], int]:
    """What checks find in some keys, and how often a check did not apply."""
    found: list[Finding] = []
    passed = 0
    # One check after the other: the tables of one fit into a processor's cache, those of all do not.
    for check in checks:
        applies, find = check.applies, check.find
        for key in keys:
            # As run, without a call for each of millions.
            try:
                if applies(key, given):
                    found.extend(find(key, given))
                else:
                    passed += 1
            except Exception as err:  # noqa: BLE001 - one broken check must not silence the others
                found.append(failure(check, key, err))
    return found, passed


def _listed(key: Key) -> InventoryKey:
    sized = f"{key.kty} {key.bits}" if key.kty in {"RSA", "oct"} else None
    return InventoryKey(
        source=key.place.source,
        index=key.place.index,
        kid=key.kid,
        kind=key.kty,
        description=sized or key.crv or key.alg or key.kty,
        alg=key.alg,
        private=key.is_private,
        since=begun(key),
    )


FAILED = CheckInfo(
    "check-failed",
    Severity.HIGH,
    "A check failed to run",
    "A bug in jwtctl: this check has said nothing about the key, good or bad.",
    "Report it; meanwhile --ignore leaves the check out.",
    ("jwtctl",),
    "the error that it raised",
)


def run(  # noqa: PLR0917 - the body of every loop over checks
    check: Check,
    applies: Callable[[_S, _A], bool],
    find: Callable[[_S, _A], Iterator[Finding]],
    subject: _S,
    given: _A,
    findings: list[Finding],
) -> bool:
    """Add what a check finds to `findings`, also that it raised; tell whether it did not apply."""
    try:
        if not applies(subject, given):
            return True
        findings.extend(find(subject, given))
    except Exception as err:  # noqa: BLE001 - one broken check must not silence the others
        findings.append(failure(check, subject, err))
    return False


def failure(check: Check, subject: object, err: Exception) -> Finding:
    """The finding that stands for a check that raised."""
    place = getattr(subject, "place", None)
    source = place.source if place else str(getattr(subject, "source", "-"))
    message = f"check {check.id} failed on this input with {type(err).__name__}: a bug in jwtctl"
    return Finding(
        FAILED.id,
        FAILED.severity,
        Confidence.CERTAIN,
        message,
        Subject(source, place.index if place else None, place.line if place else None),
        cites=FAILED.cites,
        fingerprint=f"{FAILED.id}:{check.id}",
    )


def worst_first(finding: Finding) -> tuple[int, str, int, str, str]:
    """The order of findings in a report: by severity, and then by place."""
    subject = finding.subject
    index = subject.index if subject.index is not None else -1
    return (-finding.severity, subject.source, index, finding.id, finding.at)
