"""Keys whose certificate is signed over a broken hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose import certificate
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_BROKEN = {"md2": "MD2", "md4": "MD4", "md5": "MD5", "sha1": "SHA-1"}


class CertificateWeakHash(KeyCheck):
    """A certificate that comes with a key is signed over MD5 or SHA-1.

    Why it matters:
        Two texts with one such hash can be made, so that an issuer who signs one certificate has signed another one as
        well: this is how a false certification authority was made in 2008. Most libraries refuse these signatures. On
        a certificate that signed itself the signature proves nothing, whatever the hash, and it is not reported.

    What to do:
        Have the certificate issued again with SHA-256 or better.
    """

    id = "certificate-weak-hash"
    severity = Severity.MEDIUM
    cites = ("RFC 6194 section 3", "RFC 6151 section 2", "NIST SP 800-131A revision 2 section 9")
    proof = "the certificate itself"

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(key.certificates)

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for position, found in certificate.readable(key):
            if found.signature_hash in _BROKEN and not found.self_issued:
                name = _BROKEN[found.signature_hash]
                yield self.finding(
                    key, f"certificate {position + 1} of the chain is signed over {name}", of=str(position)
                )
