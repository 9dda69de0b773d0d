"""Header parameters by their origin, and which of them a token calls critical (RFC 7515 section 4.1.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.keysets.identity import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jwtctl.model import GivenToken

_OF_BOTH = frozenset({"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"})
_OF_JWE = _OF_BOTH | {"enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"}

EXTENSIONS = {
    "b64": "RFC 7797",
    **dict.fromkeys(("iss", "sub", "aud"), "RFC 7519 section 5.3"),
    **dict.fromkeys(("url", "nonce"), "RFC 8555 section 6"),
    "ppt": "RFC 8225 section 8",
    "svt": "RFC 9321",
    **dict.fromkeys(("trust_chain", "peer_trust_chain"), "OpenID Federation 1.0"),
    "iheSSId": "IHE",
    **dict.fromkeys(
        ("x5t#o", "sigX5ts", "sigT", "srCms", "sigPl", "srAts", "adoTst", "sigPId", "sigD", "etsiU"),
        "ETSI TS 119 182-1",
    ),
    **{f"http://openbanking.org.uk/{name}": "Open Banking UK" for name in ("iat", "iss", "tan")},
}
"""Published extensions, which a header may rightly call critical, and where they are described."""


def standard(token: GivenToken) -> frozenset[str]:
    """Names that RFC 7515, RFC 7516 and RFC 7518 define for such tokens, and that are never called critical."""
    return _OF_JWE if token.is_jwe else _OF_BOTH


def critical(token: GivenToken) -> tuple[str, ...]:
    """The names in `crit`, as often as they stand there; what is no string is left out."""
    stated = token.header.get("crit")
    return tuple(name for name in stated if isinstance(name, str)) if isinstance(stated, list) else ()


def listed(names: Sequence[str], limit: int = 3) -> str:
    """Some names that strangers wrote, in words."""
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(repr(short(name, 60)) for name in names[:limit]) + rest
