"""HMAC tokens whose secret is the text of a public key."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.checks import macs
from jwtctl.checks.base import CorpusCheck
from jwtctl.jose.header_keys import header_keys
from jwtctl.jose.key import thumbprint
from jwtctl.jose.public_texts import public_texts
from jwtctl.keysets.identity import at, short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken, Key

_MOST_KEYS = 100
"""Trusted keys whose texts are tried; each has some 150 of them."""


class _Text(NamedTuple):
    key: Key
    what: str
    member: str


class TokenHsPublicKeySecret(CorpusCheck):
    """The secret of an HMAC is the text of a public key, as in an attack by algorithm confusion.

    Why it matters:
        A public key is known to everybody, so everybody writes such tokens. Either this one is an attack on a verifier
        that takes the algorithm from the token and the key as mere octets, or an issuer has signed with its public key
        all along.

    What to do:
        If a verifier accepted it, treat what it let in as hostile. Have verifiers take the algorithm from the key or
        from their configuration, never from the token; and replace such a secret (`jwtctl keygen HS256`).
    """

    id = "token-hs-public-key-secret"
    severity = Severity.CRITICAL
    cites = (
        "RFC 8725 section 2.1",
        "CVE-2015-9235",
        "CVE-2016-10555",
        "CVE-2017-11424",
        "CVE-2022-29217",
        "CVE-2024-33663",
        "CVE-2024-37568",
    )
    proof = "the HMAC, made again under that text"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        return any(macs.is_mac(token) and (audit.keys or {"jwk", "x5c"} & token.header.keys()) for token in tokens)

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        stop = audit.stop()
        # Every token under every text: one that an attacker wrote stands among those that he took for a model.
        known = _texts([("", key) for key in audit.keys if not key.is_symmetric][:_MOST_KEYS], stop)
        for group in macs.groups(tokens):
            last = b""
            for token in group:
                secret = last if last and macs.verifies(token, last) else macs.secret_among(token, known, stop)
                if secret is not None:
                    last = secret
                    yield self._word(token, secret, known[secret])
                    continue
                own = _texts(header_keys(token), stop)
                if (secret := macs.secret_among(token, own, stop)) is not None:
                    yield self._word(token, secret, own[secret])

    def _word(self, token: GivenToken, secret: bytes, text: _Text) -> Finding:
        key, what, member = text
        named = f"the key that its {member} holds" if member else f"{short(key.kid or 'the key')!r} of {at(key.place)}"
        witness = {"text": what, "sha256_of_text": hashlib.sha256(secret).hexdigest(), "jkt": thumbprint(key) or ""}
        return self.finding(
            token,
            f"its {token.alg} MAC is right under a public text of {named}: {what}",
            at=f"/header/{member}" if member else "/signature",
            witness=witness,
        )


def _texts(keys: Iterable[tuple[str, Key]], stop: Callable[[], bool]) -> dict[bytes, _Text]:
    texts: dict[bytes, _Text] = {}
    for member, key in keys:
        if stop():
            break
        for text, what in public_texts(key):
            texts.setdefault(text, _Text(key, what, member))
    return texts
