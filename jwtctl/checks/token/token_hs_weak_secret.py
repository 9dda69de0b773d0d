"""HMAC tokens whose secret can be guessed."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from jwtctl.checks import common_secrets, macs, published
from jwtctl.checks.base import CorpusCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_LOOKED_AT = 64
"""Tokens of one issuer, kid and alg on which the likeliest secrets are tried; all others are tried on one of them."""
_SHORT = 2


class TokenHsWeakSecret(CorpusCheck):
    """The secret of an HMAC was guessed: it is empty, very short, common, published, or in the wordlist.

    Why it matters:
        One token is enough to try secrets offline, hundreds of millions each second on one graphics card. Whoever finds
        it writes tokens with any claims, which every verifier accepts.

    What to do:
        Treat every token under this secret as forged, and make a secret from a random generator (`jwtctl keygen HS256`).
        The secrets tried are some 290,000; one that was not found may stand on a longer list (--wordlist).
    """

    id = "token-hs-weak-secret"
    severity = Severity.CRITICAL
    cites = ("RFC 8725 section 3.5", "RFC 7518 section 3.2", "CWE-521")
    proof = "the HMAC, made again under the secret"

    def applies(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> bool:
        return any(map(macs.is_mac, tokens))

    def find(self, tokens: Sequence[GivenToken], audit: TokenAudit) -> Iterator[Finding]:
        stop, fell = audit.stop(), set[str]()
        likeliest = (b"", *published.secrets(), *common_secrets.candidates(likeliest=True))
        rounds = (
            (likeliest, _LOOKED_AT),
            (common_secrets.candidates(), 1),
            (tuple(map(bytes, product(range(256), repeat=_SHORT))), 1),
            (audit.words, 1),
        )
        groups = macs.groups(tokens)
        for secrets, looked_at in rounds:
            for group in groups:
                for token in [token for token in group if token.text not in fell][:looked_at]:
                    if token.text in fell or (secret := macs.secret_among(token, secrets, stop)) is None:
                        continue
                    witness = _witness(secret, audit)
                    for each in macs.under_one_secret(group, secret):
                        fell.add(each.text)
                        message = f"its {each.alg} MAC is right under {witness['secret']}"
                        yield self.finding(each, message, at="/signature", witness=witness)


def _witness(secret: bytes, audit: TokenAudit) -> dict[str, str]:
    # An HMAC does not tell how many zero octets are at the end (RFC 2104 section 2).
    witness = {"secret": _explanation(secret), "octets": str(len(secret.rstrip(b"\0")))}
    if secret in audit.words:
        witness["wordlist_entry"] = str(audit.words.index(secret) + 1)
    return witness


def _explanation(secret: bytes) -> str:
    """What a secret is, without saying which."""
    if not (bare := secret.rstrip(b"\0")):
        return "the empty secret"
    if source := published.secrets().get(secret):
        return f"a secret that is published, in {source}"
    if how := common_secrets.explanation_of(secret):
        return how
    if len(bare) <= _SHORT:
        return f"a secret of {len(bare)} octet{'s' * (len(bare) > 1)}"
    return "a variant of a common secret" if secret in common_secrets.candidates() else "a word of the wordlist"
