"""A token as an audit was given it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.model.key import Place
    from jwtctl.model.token import Token


class GivenToken(NamedTuple):
    """A text that is meant to be a token, and what it is.

    Attributes:
        text: the token itself, without quotes, white space or a `Bearer` prefix; an SD-JWT with its disclosures (RFC 9901).
        place: where it was found.
        header: the protected header, empty if it cannot be read.
        token: it taken apart if it is a JWS in compact serialization (RFC 7515 section 7.1), else None.
        parts: what stands between the dots, disclosures apart: three for a JWS, five for a JWE (RFC 7516 section 7.1).
        problem: why it is neither, in words.
        around: the line that it was found in, when text was searched for tokens; empty for one given by itself.
    """

    text: str
    place: Place
    header: Mapping[str, Any]
    token: Token | None
    parts: tuple[str, ...]
    problem: str = ""
    around: str = ""

    @property
    def is_jwe(self) -> bool:
        """Whether it is a JWE in compact serialization with a header that can be read."""
        return len(self.parts) == 5 and bool(self.header)

    @property
    def claims(self) -> Mapping[str, Any]:
        """The claims of a JWS; empty where there are none."""
        return (self.token.claims if self.token is not None else None) or {}

    @property
    def alg(self) -> Any:
        """The `alg` of the header, whatever it is; None if there is none."""
        return self.header.get("alg")
