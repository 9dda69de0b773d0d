from jwtctl.checks.token.token_jwe_cbc_rsa15 import TokenJweCbcRsa15
from jwtctl.model import Severity
from tests.checks.token.material import applies, jwe, run, token


def test_the_old_padding():
    (finding,) = run(TokenJweCbcRsa15, jwe({"alg": "RSA1_5", "enc": "A128CBC-HS256"}))
    assert finding.message == "alg is RSA1_5, with enc 'A128CBC-HS256'"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/alg")


def test_other_algorithms():
    for alg in ("RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "dir", None, ["RSA1_5"]):
        assert run(TokenJweCbcRsa15, jwe({"alg": alg, "enc": "A128CBC-HS256"})) == ()


def test_where_it_has_no_say():
    assert not applies(TokenJweCbcRsa15, token({"alg": "RSA1_5"}))
    assert applies(TokenJweCbcRsa15, jwe({"alg": "dir"}))
