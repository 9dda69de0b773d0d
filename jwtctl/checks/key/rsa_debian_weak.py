"""RSA moduli in a list of keys whose private halves are public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_DEBIAN = 1


class RsaDebianWeak(KeyCheck):
    """An RSA modulus stands in a list of known private keys, such as those of Debian's OpenSSL.

    Why it matters:
        From 2006 to 2008 OpenSSL on Debian and Ubuntu drew its keys from 32,768 process numbers, and all of them have
        been made again: some two million keys (CVE-2008-0166). The blocklist of badkeys knows these, those of other
        broken generators, and private keys from firmware and documentation. Whoever has the list has the private key.

    What to do:
        Treat every token under this key as forged, make a new one on a machine of today (`jwtctl keygen RS256`), and
        look for others that came with it.
    """

    id = "rsa-debian-weak"
    severity = Severity.CRITICAL
    cites = ("CVE-2008-0166", "badkeys BLOCKLISTFORMAT, 2025")
    proof = "the hash of n in the list"

    def applies(self, key: Key, audit: Audit) -> bool:
        return audit.blocklist is not None and key.kty == "RSA" and key.numbers.get("n", 0) > 0

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        listed = audit.blocklist.find(key.numbers["n"]) if audit.blocklist else None
        if listed:
            collection = f"collection {listed.id}" + (f", {short(listed.name, 60)!r}" if listed.name else "")
            what = "a key of Debian's OpenSSL of 2006 to 2008" if listed.id == _DEBIAN else "a key that is public"
            yield self.finding(
                key,
                f"the blocklist has the modulus as {what} ({collection})",
                at="/n",
                witness={"sha256_120": listed.digest.hex(), "collection": listed.id},
            )
