"""A token taken apart."""

# Without postponed annotations: typing would compile those of named tuples from their text, at every start.
from collections.abc import Mapping
from typing import Any, NamedTuple


class Token(NamedTuple):
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
