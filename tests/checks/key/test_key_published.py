from jwtctl.checks.key.key_published import KeyPublished
from jwtctl.jose.generate import generate
from jwtctl.model import Severity
from tests import published
from tests.checks.material import EC, OCT, OKP, applies, jwk, public, run, silent, the_finding

KEYS = {source: key for key, source in published.each_key()}


def test_either_half_of_a_key_from_a_standard():
    for key in (jwk(EC), jwk(public(EC))):
        finding = the_finding(run(KeyPublished, key))
        assert finding.message == (
            "this key is published with its private half, in RFC 7517 appendix A.2, EC key, so everybody can sign with it"
        )
        assert (finding.severity, finding.at) == (Severity.CRITICAL, "")
        assert finding.witness == {"published_in": "RFC 7517 appendix A.2, EC key"}


def test_the_key_of_the_web_debugger_under_any_name():
    key = KEYS["the debugger at jwt.io, RS256 and PS256"]._replace(kid="production", alg="PS512")
    assert "in the debugger at jwt.io" in the_finding(run(KeyPublished, key)).message


def test_an_example_without_its_private_half():
    finding = the_finding(run(KeyPublished, KEYS["RFC 9449 section 4.1"]))
    assert finding.message == (
        "this is the public key of an example, in RFC 9449 section 4.1: its private half is a stranger's"
    )
    assert finding.severity is Severity.HIGH


def test_the_next_key_and_fresh_ones():
    numbers = jwk(EC).numbers
    assert silent(KeyPublished, jwk(public(EC))._replace(numbers={"x": numbers["x"] + 1, "y": numbers["y"]}))
    assert silent(KeyPublished, jwk(OKP | {"x": "A" * 43, "d": None}))
    assert silent(KeyPublished, generate("ES256"))


def test_secrets_are_for_another_check():
    assert not applies(KeyPublished, jwk(OCT))
