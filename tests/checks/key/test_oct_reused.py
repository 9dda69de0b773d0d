from jwtctl.checks.key.oct_reused import OctReused
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, applies, jwk, run, silent, the_finding

OTHER = OCT | {"k": OCT["k"][::-1][:-1] + "A"}


def test_one_secret_for_two_algorithms():
    one, two = jwk(OCT, alg="HS256", source="a"), jwk(OCT, alg="HS512", source="b", index=3)
    finding = the_finding(run(OctReused, one, jwk(OTHER, alg="HS384"), two))
    assert finding.message == "the secret at 'a' is the same, for another alg"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/k")
    assert (finding.subject.source, finding.subject.index) == ("b", 3)
    assert OCT["k"] not in str(finding)


def test_one_secret_for_two_uses():
    one, two = jwk(OCT, use="sig", alg="HS256"), jwk(OCT, use="enc", alg="dir")
    assert the_finding(run(OctReused, one, two)).message == (
        "the secret at 'key.json' is the same, for another alg and another use"
    )


def test_one_secret_in_two_files_is_only_noted():
    finding = the_finding(run(OctReused, jwk(OCT, source="a", alg="HS256"), jwk(OCT, source="b")))
    assert (finding.message, finding.severity) == ("the secret at 'a' is the same", Severity.INFO)


def test_different_secrets_and_one_that_stands_twice_in_a_file():
    assert silent(OctReused, jwk(OCT, alg="HS256"), jwk(OTHER, alg="HS512"))
    assert silent(OctReused, jwk(OCT, alg="HS256"), jwk(OCT, alg="HS256"))
    assert silent(OctReused, jwk(OCT | {"k": ""}, alg="HS256"), jwk(OCT | {"k": ""}, alg="HS512"))


def test_one_secret_alone():
    assert not applies(OctReused, jwk(OCT), jwk(EC))
