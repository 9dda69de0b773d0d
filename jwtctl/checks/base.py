"""What a check is: its rule, whom it concerns, what it finds, and how all checks are gathered."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import pkgutil
from typing import TYPE_CHECKING, Any, ClassVar

from jwtctl.checks.effort import Effort
from jwtctl.errors import UsageError, did_you_mean
from jwtctl.jose.key import thumbprint
from jwtctl.model import CheckInfo, Confidence, Finding, GivenToken, Key, KeyProblem, KeySet, Severity, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.checks.token_audit import TokenAudit

    Auditable = Key | KeySet | KeyProblem | GivenToken


class Check:
    """One rule. A subclass is named after the defect, and its docstring is what `jwtctl explain ID` prints.

    The docstring has a title line and two sections, `Why it matters:` and `What to do:`. A check has no state of its
    own; what it may use beyond its subject comes with the `Audit`.

    Attributes:
        id: public id, never reused.
        severity: the level of a finding, unless the finding says otherwise.
        cites: at least one RFC, BCP, CVE or paper.
        proof: what a finding rests on, in words; a heuristic is called one.
        effort: of all that it searches; an audit that does not reach it leaves out some of that, or all.
        screened: whether it asks `Audit.may_have_factor`.
    """

    id: ClassVar[str]
    severity: ClassVar[Severity]
    cites: ClassVar[tuple[str, ...]]
    proof: ClassVar[str]
    effort: ClassVar[Effort] = Effort.QUICK
    screened: ClassVar[bool] = False

    @classmethod
    def info(cls) -> CheckInfo:
        """The rule in words, from the class and its docstring."""
        title, _, rest = inspect.cleandoc(cls.__doc__ or "").partition("\n")
        why, _, remedy = rest.partition("What to do:")
        why = " ".join(why.replace("Why it matters:", "").split())
        return CheckInfo(cls.id, cls.severity, title.rstrip("."), why, " ".join(remedy.split()), cls.cites, cls.proof)

    def finding(
        self,
        subject: Auditable,
        message: str,
        *,
        at: str = "",
        witness: Mapping[str, Any] | None = None,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.CERTAIN,
        of: str = "",
    ) -> Finding:
        """Word a finding.

        Args:
            subject: the key, the key set, the entry that is no key, or the token.
            message: one sentence, lower case, without a full stop, with the numbers that matter.
            at: JSON pointer into the subject.
            witness: with what anyone can recheck it.
            severity: where it differs from the rule's.
            confidence: certain, unless it is a heuristic.
            of: tells findings of one rule about one subject apart, such as a kid.
        """
        identity = "|".join((self.id, identity_of(subject), at, of))
        return Finding(
            id=self.id,
            severity=self.severity if severity is None else severity,
            confidence=confidence,
            message=message,
            subject=_subject(subject),
            at=at,
            witness=witness or {},
            cites=self.cites,
            fingerprint=hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        )


class KeyCheck(Check):
    """A rule about one key."""

    proof = "the key itself"

    def applies(self, key: Key, audit: Audit) -> bool:
        """Whether the rule concerns this key at all."""
        raise NotImplementedError

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        """Give what is wrong with a key to which the rule applies."""
        raise NotImplementedError


class KeySetCheck(Check):
    """A rule about one key set as a document."""

    proof = "the key set itself"

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        """Whether the rule concerns this key set at all."""
        raise NotImplementedError

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        """Give what is wrong with a key set to which the rule applies."""
        raise NotImplementedError


class EstateCheck(Check):
    """A rule about all keys that were given, together."""

    proof = "the keys themselves"

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        """Whether the rule concerns these keys at all."""
        raise NotImplementedError

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        """Give what is wrong among keys to which the rule applies."""
        raise NotImplementedError


class TokenCheck(Check):
    """A rule about one token."""

    proof = "the token itself"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        """Whether the rule concerns this token at all."""
        raise NotImplementedError

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        """Give what is wrong with a token to which the rule applies."""
        raise NotImplementedError


class CorpusCheck(Check):
    """A rule about all tokens that were given, together."""

    proof = "the tokens themselves"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        """Whether the rule concerns these tokens at all."""
        raise NotImplementedError

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        """Give what is wrong among tokens to which the rule applies."""
        raise NotImplementedError


KEY_KINDS, TOKEN_KINDS = ("key", "keyset"), ("token",)
"""Packages of the checks that `audit-keys` and `audit-tokens` make."""


def all_checks(kinds: Iterable[str] = (*KEY_KINDS, *TOKEN_KINDS)) -> tuple[Check, ...]:
    """Every check of some packages, by default of all, sorted by id."""
    found: list[Check] = []
    for kind in kinds:
        package = importlib.import_module(f"jwtctl.checks.{kind}")
        for entry in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{entry.name}")
            found += [
                value()
                for value in vars(module).values()
                if isinstance(value, type) and issubclass(value, Check) and value.__module__ == module.__name__
            ]
    return tuple(sorted(found, key=lambda check: check.id))


def selected(checks: Iterable[Check], select: Sequence[str], ignore: Sequence[str]) -> tuple[Check, ...]:
    """The checks that a run makes.

    Args:
        checks: all of them.
        select: ids to keep; empty keeps all.
        ignore: ids to leave out.

    Raises:
        UsageError: for an id that no check has, with the nearest ones.
    """
    by_id = {check.id: check for check in checks}
    for wanted in (*select, *ignore):
        if wanted not in by_id:
            raise unknown_id(wanted, by_id)
    return tuple(check for id_, check in by_id.items() if (not select or id_ in select) and id_ not in ignore)


def unknown_id(wanted: str, known: Iterable[str]) -> UsageError:
    """Word the error for an id that no check has."""
    hint = did_you_mean(wanted, known) or "jwtctl explain --list names them all"
    return UsageError(f"no check is called {wanted!r}", hint=hint)


def identity_of(subject: Auditable) -> str:
    """What stays the same when a key moves to another file or place; for an HMAC secret it gives nothing away."""
    if isinstance(subject, GivenToken):
        # Tokens come and go; what is wrong with those of one issuer, key and kind is one thing.
        named = [subject.claims.get("iss"), *(subject.header.get(name) for name in ("kid", "alg", "typ"))]
        return f"token:{json.dumps(named, sort_keys=True)[:1000]}" if subject.header else f"text:{subject.problem}"
    if isinstance(subject, KeyProblem):
        return f"unusable:{subject.message}:{subject.kid}"
    if isinstance(subject, KeySet):
        return hashlib.sha256("\n".join(sorted(map(identity_of, subject.keys))).encode()).hexdigest()
    if subject.is_symmetric:
        return f"oct:{subject.bits}:{subject.kid}"
    if print_ := thumbprint(subject):
        return print_
    # In hexadecimal: decimal digits of long integers take quadratic time, and Python refuses more than 4300 of them.
    public = {name: hex(subject.numbers[name]) for name in ("n", "x", "y") if name in subject.numbers}
    return f"{subject.kty}:{hashlib.sha256(repr(public).encode()).hexdigest()}:{subject.kid}"


def _subject(subject: Auditable) -> Subject:
    if isinstance(subject, KeySet):
        return Subject(subject.source)
    place = subject.place
    if isinstance(subject, GivenToken):
        kid = subject.header.get("kid")
        return Subject(place.source, place.index, place.line, kid if isinstance(kid, str) else None)
    if isinstance(subject, KeyProblem):
        return Subject(place.source, place.index, place.line, subject.kid)
    # A hash of a secret lets anyone test guesses of it offline (RFC 7638 section 7).
    print_ = None if subject.is_symmetric else thumbprint(subject)
    return Subject(place.source, place.index, place.line, subject.kid, print_)
