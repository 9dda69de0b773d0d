from jwtctl.checks.token.token_jwe_zip import TokenJweZip
from jwtctl.model import Severity
from tests.checks.token.material import applies, jwe, run, token


def test_a_compressed_token():
    (finding,) = run(TokenJweZip, jwe({"alg": "dir", "zip": "DEF"}, ciphertext=b"x" * 1000))
    assert finding.message == "its 1,000 octets may inflate to 1,032,000"
    assert (finding.severity, finding.at) == (Severity.LOW, "/header/zip")


def test_a_method_that_is_not_registered():
    (finding,) = run(TokenJweZip, jwe({"alg": "dir", "zip": ["DEF"]}))
    assert finding.message == "zip is ['DEF'], where only 'DEF' is registered"


def test_what_is_not_compressed():
    assert run(TokenJweZip, jwe({"alg": "dir"})) == ()


def test_where_it_has_no_say():
    assert not applies(TokenJweZip, token({"alg": "ES256", "zip": "DEF"}))
    assert applies(TokenJweZip, jwe({"alg": "dir"}))
