"""Keys and key sets, as they were written."""

# Without postponed annotations: typing would compile those of named tuples from their text, at every start.
from collections.abc import Mapping
from typing import Any, NamedTuple

_NOTHING: Mapping[str, Any] = {}


class Place(NamedTuple):
    """Where something was found.

    Attributes:
        source: a path, a URL, `-` for standard input, or `env:NAME`.
        index: position in a key set or PEM bundle, from 0; None for a thing that stands alone.
        line: line of the file at which it starts, from 1; None when it has no lines (DER).
    """

    source: str
    index: int | None = None  # type: ignore[assignment]  # it hides the method index of tuples, which nobody calls
    line: int | None = None


PRIVATE_NUMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi"})
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})


class Key(NamedTuple):
    """A key as it was written, sound or not: nothing is checked beyond its syntax.

    Attributes:
        kty: `RSA`, `EC`, `OKP`, `oct`, `AKP` (RFC 7518 section 6, RFC 8037, RFC 9964).
        crv: curve name for EC and OKP, else None.
        numbers: RSA: n, e, d, p, q, dp, dq, qi; EC: x, y, d. Absent members are absent; an RSA key that states
            only (n, d) has no `e`.
        octets: OKP: x, d; oct: k; AKP: pub, priv.
        members: the JWK object as it was written; of other formats only `oth`, the primes of an RSA key beyond two.
        alg, use, key_ops, kid: JWK members of that name, None when absent.
        container: what it was read from, in words: `JWK`, `PEM PKCS#8 private key`, `X.509 certificate` …
        certificates: DER of the certificate(s) it came with (certificate file, PKCS#12, x5c), leaf first.
        place: where it was found.
        defects: what is syntactically odd about it but did not stop it from being read, in words.
        limited_to: signature algorithms that the file limits an RSA key to (RFC 4055 section 1.2); None if it does not.
    """

    kty: str
    crv: str | None = None
    numbers: Mapping[str, int] = _NOTHING
    octets: Mapping[str, bytes] = _NOTHING
    members: Mapping[str, Any] = _NOTHING
    alg: str | None = None
    use: str | None = None
    key_ops: tuple[str, ...] | None = None
    kid: str | None = None
    container: str = "JWK"
    certificates: tuple[bytes, ...] = ()
    place: Place = Place("-")
    defects: tuple[str, ...] = ()
    limited_to: tuple[str, ...] | None = None

    @property
    def is_jwk(self) -> bool:
        """Whether it was written as a JWK, which has members of its own to judge."""
        return "kty" in self.members

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


class KeyProblem(NamedTuple):
    """An entry of a key set (or of a file with several keys) that could not be read as a key.

    Attributes:
        place: where it stands.
        message: what is wrong, one line.
        members: the object as it was written, when it is one.
        kid: its kid, when it states one.
    """

    place: Place
    message: str
    members: Mapping[str, Any] = _NOTHING
    kid: str | None = None


class KeySet(NamedTuple):
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
    members: Mapping[str, Any] = _NOTHING
    octets: int = 0
    defects: tuple[str, ...] = ()
    published: bool = False
