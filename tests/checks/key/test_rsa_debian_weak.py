import hashlib
import time

import pytest

from jwtctl.checks.audit import Audit, audit
from jwtctl.checks.key.rsa_debian_weak import RsaDebianWeak
from jwtctl.cryptanalysis.blocklist import Blocklist
from jwtctl.model import Confidence, KeySet, Role, Severity
from tests.checks.material import EC, applies, jwk, public_rsa, the_finding, weak

DIGEST = hashlib.sha256(weak().n.to_bytes(256, "big")).digest()[:15]


def run_with(key, *, collection, names=None):
    blocklist = Blocklist(bytes(16) + DIGEST + bytes([collection]), names)
    given = Audit(Role.AUTO, time.monotonic, key_sets=[KeySet("key.pem", (key,))], blocklist=blocklist)
    return audit([RsaDebianWeak()], given)


@pytest.mark.parametrize(
    ("collection", "names", "message"),
    [
        (1, {}, "the blocklist has the modulus as a key of Debian's OpenSSL of 2006 to 2008 (collection 1)"),
        (5, {5: "firmware"}, "the blocklist has the modulus as a key that is public (collection 5, 'firmware')"),
    ],
)
def test_a_modulus_that_is_listed(collection, names, message):
    finding = the_finding(run_with(public_rsa(), collection=collection, names=names))
    assert finding.message == message
    assert (finding.severity, finding.confidence, finding.at) == (Severity.CRITICAL, Confidence.CERTAIN, "/n")
    assert finding.witness == {"sha256_120": DIGEST.hex(), "collection": collection}


def test_a_modulus_that_is_not_listed():
    report = run_with(public_rsa(1024), collection=1)
    assert (report.findings, report.not_applicable) == ((), 0)


def test_without_a_list_and_for_other_types_it_does_not_apply():
    assert not applies(RsaDebianWeak, public_rsa())
    assert run_with(jwk(EC), collection=1).not_applicable == 1
