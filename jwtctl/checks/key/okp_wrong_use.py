"""Edwards keys for encryption, and Montgomery keys for signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_SIGNING = {"sign", "verify"}
_AGREEING = {"deriveKey", "deriveBits", "encrypt", "decrypt", "wrapKey", "unwrapKey"}


class OkpWrongUse(KeyCheck):
    """A key on Ed25519, Ed448, X25519 or X448 is labelled for what its curve cannot do.

    Why it matters:
        The Ed curves sign, the X curves agree on keys, and neither does the other (RFC 8037). A verifier that picks
        keys by use finds one that fails on every token; one that converts between the two forms uses a single key for
        two purposes.

    What to do:
        Correct use and key_ops, or the curve: `jwtctl keygen Ed25519` makes a key that signs, `jwtctl keygen ECDH-ES
        --crv X25519` one for encryption.
    """

    id = "okp-wrong-use"
    severity = Severity.MEDIUM
    cites = ("RFC 8037 section 3", "RFC 7517 section 4.2")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "OKP" and (key.use is not None or key.key_ops is not None)

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        signs = str(key.crv).startswith("Ed")
        if key.use == ("enc" if signs else "sig"):
            yield self.finding(key, f"use is {key.use}, which {key.crv} cannot serve", at="/use")
        wrong = [name for name in key.key_ops or () if name in (_AGREEING if signs else _SIGNING)]
        if wrong:
            named = ", ".join(dict.fromkeys(wrong))
            yield self.finding(key, f"key_ops has {named}, which {key.crv} cannot serve", at="/key_ops")
