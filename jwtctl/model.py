"""The values that cross floors: frozen dataclasses and enums, standard library only.

Nothing here computes. Mappings and sequences inside are to be treated as read-only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(IntEnum):
    """How bad a finding is, in ascending order.

    CRITICAL is a proven loss of the private key, HIGH a broken MUST or a proven break, MEDIUM a broken SHOULD, LOW
    good practice, INFO merely notable.
    """

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The lower-case name, as it stands in options and in JSON."""
        return self.name.lower()


class Confidence(Enum):
    """How sure a finding is: proved with a witness, or only likely."""

    CERTAIN = "certain"
    HEURISTIC = "heuristic"


class Format(Enum):
    """Output formats; each is one module of `render/`."""

    TEXT = "text"
    JSON = "json"
    NDJSON = "ndjson"
    SARIF = "sarif"
    GITHUB = "github"


class Role(Enum):
    """Who is supposed to hold the audited files."""

    AUTO = "auto"
    ISSUER = "issuer"
    VERIFIER = "verifier"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found.

    Attributes:
        source: a path, a URL, `-` for standard input, or `env:NAME`.
        index: position in a key set or PEM bundle, from 0; None for a thing that stands alone.
        line: line of the file at which it starts, from 1; None when it has no lines (DER).
    """

    source: str
    index: int | None = None
    line: int | None = None


PRIVATE_NUMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi"})
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it was written, sound or not: nothing is checked beyond its syntax.

    Attributes:
        kty: `RSA`, `EC`, `OKP`, `oct`, `AKP` (RFC 7518 section 6, RFC 8037, RFC 9964).
        crv: curve name for EC and OKP, else None.
        numbers: RSA: n, e, d, p, q, dp, dq, qi; EC: x, y, d. Absent members are absent; an RSA key that states
            only (n, d) has no `e`.
        octets: OKP: x, d; oct: k; AKP: pub, priv.
        members: the JWK object as it was written, empty for every other format.
        alg, use, key_ops, kid: JWK members of that name, None when absent.
        container: what it was read from, in words: `JWK`, `PEM PKCS#8 private key`, `X.509 certificate` …
        certificates: DER of the certificate(s) it came with (certificate file, PKCS#12, x5c), leaf first.
        place: where it was found.
        defects: what is syntactically odd about it but did not stop it from being read, in words.
    """

    kty: str
    crv: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    octets: Mapping[str, bytes] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    alg: str | None = None
    use: str | None = None
    key_ops: tuple[str, ...] | None = None
    kid: str | None = None
    container: str = "JWK"
    certificates: tuple[bytes, ...] = ()
    place: Place = Place("-")
    defects: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        """Whether it holds any secret member: a private number, a private octet string, or an HMAC secret."""
        return (
            any(name in PRIVATE_NUMBERS for name in self.numbers)
            or any(name in {"d", "k", "priv"} for name in self.octets)
            or "oth" in self.members
        )

    @property
    def is_symmetric(self) -> bool:
        """Whether the one key both signs and verifies."""
        return self.kty == "oct"

    @property
    def bits(self) -> int:
        """Length in bits of the RSA modulus or of the HMAC secret; 0 for curves, whose name says it."""
        if self.kty == "RSA":
            return self.numbers.get("n", 0).bit_length()
        return 8 * len(self.octets.get("k", b""))

    def __repr__(self) -> str:
        """Names the key without showing any number, so that no secret reaches a traceback."""
        half = "private" if self.is_private else "public"
        return f"<Key {self.kty} {self.crv or self.bits} {half} kid={self.kid!r} from {self.place.source!r}>"


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """An entry of a key set (or of a file with several keys) that could not be read as a key.

    Attributes:
        place: where it stands.
        message: what is wrong, one line.
        members: the object as it was written, when it is one.
        kid: its kid, when it states one.
    """

    place: Place
    message: str
    members: Mapping[str, Any] = field(default_factory=dict)
    kid: str | None = None


@dataclass(frozen=True, slots=True)
class KeySet:
    """All keys of one source: a JWKS (RFC 7517 section 5), a PEM bundle, or a single key.

    Attributes:
        source: path, URL, `-` or `env:NAME`.
        keys: those that could be read, in the order of the document.
        problems: entries that could not.
        is_jwks: whether the source is a JWK Set document.
        members: the JWKS object as it was written, empty for other formats.
        octets: size of the document in bytes.
        defects: what is syntactically odd about the document (duplicate member names …), in words.
        published: whether it came from a URL, and so is public.
    """

    source: str
    keys: tuple[Key, ...] = ()
    problems: tuple[KeyProblem, ...] = ()
    is_jwks: bool = False
    members: Mapping[str, Any] = field(default_factory=dict)
    octets: int = 0
    defects: tuple[str, ...] = ()
    published: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A JWS in compact serialization (RFC 7515 section 7.1), taken apart but not verified.

    Attributes:
        text: the compact form, without surrounding white space or a `Bearer` prefix.
        header: the protected header.
        payload: the decoded payload.
        claims: the payload as a JSON object, or None if it is no JSON object.
        signature: the decoded signature.
        defects: breaches of the syntax that a verifier must refuse (duplicate members, non-canonical base64url …).
        notes: what is odd but not wrong, for people.
    """

    text: str
    header: Mapping[str, Any]
    payload: bytes
    claims: Mapping[str, Any] | None
    signature: bytes
    defects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def signing_input(self) -> bytes:
        """The octets that the signature covers: header and payload as they were encoded."""
        return self.text.rpartition(".")[0].encode()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of a verdict: what was expected, what was there, and whether that is fine."""

    name: str
    ok: bool
    expected: str = ""
    got: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KeyRef:
    """Which key a verdict or a finding speaks of."""

    kid: str | None = None
    thumbprint: str | None = None
    alg: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of verifying one token: every check made, and nothing implied beyond them."""

    checks: tuple[CheckResult, ...]
    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] | None = None
    payload: bytes = b""
    key: KeyRef | None = None

    @property
    def valid(self) -> bool:
        """True only if at least the signature was checked and no check failed."""
        return any(check.name == "signature" and check.ok for check in self.checks) and all(c.ok for c in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of the failed checks, in order, each once."""
        return tuple(dict.fromkeys(check.name for check in self.checks if not check.ok))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step of a search for a secret.

    Attributes:
        method: kebab-case name of the step (`stored-exponent`, `common-exponents`, `continued-fraction` …).
        found: whether it gave the secret.
        seconds: time it took.
        bound: what a miss of this step excludes, in plain words.
    """

    method: str
    found: bool
    seconds: float
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a leak gave away, each part proved before it was put here.

    Attributes:
        n, e, d: modulus, signing exponent and verification exponent, when known.
        factors: the prime factors of n, descending; empty if n was not factored.
        method: the step that succeeded, empty if none did.
        attempts: every step that was tried, in order.
        notes: what is to be said about the result or about its absence, one sentence each.
    """

    n: int | None = None
    e: int | None = None
    d: int | None = None
    factors: tuple[int, ...] = ()
    method: str = ""
    attempts: tuple[Attempt, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def recovered(self) -> bool:
        """Whether a step succeeded."""
        return bool(self.method)

    def __repr__(self) -> str:
        """Names the result without showing any number."""
        return f"<Recovery method={self.method!r} factors={len(self.factors)}>"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about."""

    source: str
    index: int | None = None
    line: int | None = None
    kid: str | None = None
    thumbprint: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect, stated no more strongly than it was proved.

    Attributes:
        id: the check's public id, `rsa-modulus-small`.
        message: one sentence about this subject, with the numbers that matter, lower case, no full stop.
        at: JSON pointer (RFC 6901) into the key, `/n`, or an empty string.
        witness: the few values with which anyone can recheck a claimed break; integers as `0x…` strings.
        cites: sources of the rule.
        fingerprint: stable across runs, file moves and reordering.
    """

    id: str
    severity: Severity
    confidence: Confidence
    message: str
    subject: Subject
    at: str = ""
    witness: Mapping[str, Any] = field(default_factory=dict)
    cites: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """What renderers need to know about a check: the rule behind a finding."""

    id: str
    severity: Severity
    title: str
    why: str
    remedy: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of an audit.

    Attributes:
        findings: worst first, then by place.
        subjects: number of keys and key sets looked at.
        checks: number of checks that were available.
        not_applicable: number of (check, subject) pairs in which the check did not apply.
        suppressed: number of findings dropped by `--ignore` or a baseline.
        unreadable: inputs that could not be read, with the reason; they make the exit 3.
        rules: description of every check that was available, by id.
    """

    findings: tuple[Finding, ...]
    subjects: int
    checks: int
    not_applicable: int = 0
    suppressed: int = 0
    unreadable: tuple[KeyProblem, ...] = ()
    rules: Mapping[str, CheckInfo] = field(default_factory=dict)


class Change(Enum):
    """Kinds of difference between two key sets."""

    ADDED = "added"
    REMOVED = "removed"
    KID_REUSED = "kid-reused"
    METADATA = "metadata"
    PRIVATE_MATERIAL = "private-material"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class KeySetChange:
    """One difference between two key sets."""

    kind: Change
    kid: str | None
    thumbprint: str | None
    detail: str
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class KeySetDiff:
    """All differences between two key sets; equal when there are none."""

    changes: tuple[KeySetChange, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing changed."""
        return not self.changes

    @property
    def safe(self) -> bool:
        """Whether no change strands live tokens or weakens the set."""
        return not any(change.unsafe for change in self.changes)
