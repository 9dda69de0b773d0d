"""RSA moduli that the npm package keypair made with a seed that can be guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.factored import FactoringCheck
from jwtctl.checks.proof import hexadecimal, is_product
from jwtctl.cryptanalysis.keypair_js import recognise
from jwtctl.jose.aes_block import encrypt_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class RsaKeypairJs(FactoringCheck):
    """An RSA key was made by the npm package keypair from a seed of hardly any randomness.

    Why it matters:
        Before version 1.0.4 the seed was mostly zeros under Node.js, so that users of the package, GitKraken among
        them, got the same keys again and again. Found are the moduli of 1024, 2048, 3072 and 4096 bits whose seed is
        an octet followed by zeros, one third of all that the package made; the key is made again as a proof. For the others
        a blocklist is needed (rsa-debian-weak).

    What to do:
        Treat every token under this key as forged, make a new one (`jwtctl keygen RS256`), and update or remove the
        package. Distrust every other key that it made.
    """

    id = "rsa-keypair-js"
    cites = ("CVE-2021-41117", "GHSL-2021-1012")
    proof = "the seed, and p·q = n"

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        n = key.numbers["n"]
        found = recognise(n, encrypt_block)
        if found and is_product(n, found[1]):
            seed, (p, q) = found
            yield self.finding(
                key,
                f"keypair before 1.0.4 makes this key from the seed {seed[0]:02x} and {len(seed) - 1} zeros, so the private "
                "key is known to everybody",
                at="/n",
                witness={"seed": seed.hex(), **hexadecimal(p=p, q=q)},
            )
