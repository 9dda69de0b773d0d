import pytest

from jwtctl.checks.token.token_alg_deprecated import TokenAlgDeprecated
from jwtctl.model import Policy, Severity
from tests.checks.token.material import applies, of, run, token


@pytest.mark.parametrize(
    ("alg", "severity", "message"),
    [
        ("EdDSA", Severity.INFO, "alg 'EdDSA' leaves the curve open, where Ed25519 or Ed448 names it"),
        ("RS256", Severity.INFO, "alg 'RS256' has the padding PKCS#1 v1.5, where PSS (PS256) is for new designs"),
        ("ES256K", Severity.INFO, "alg 'ES256K' is on secp256k1, which few verifiers know and NIST does not approve"),
        ("RSA1_5", Severity.HIGH, "alg 'RSA1_5' is open to Bleichenbacher's attack"),
        ("RS1", Severity.HIGH, "alg 'RS1' signs with SHA-1, for which collisions are made"),
    ],
)
def test_dated_algorithms(alg, severity, message):
    (finding,) = run(TokenAlgDeprecated, token({"alg": alg}))
    assert (finding.message, finding.severity, finding.at) == (message, severity, "/header/alg")


def test_an_access_token_with_an_hmac():
    (finding,) = run(TokenAlgDeprecated, token({"alg": "HS256", "typ": "at+jwt"}))
    assert finding.message == "alg 'HS256' lets each API that verifies an access token also mint one"
    assert finding.severity is Severity.MEDIUM
    assert len(run(TokenAlgDeprecated, token({"alg": "HS256"}), profile="access-token")) == 1
    assert run(TokenAlgDeprecated, token({"alg": "HS256"}), profile="id-token") == ()


@pytest.mark.parametrize("alg", ["ES256", "PS256", "Ed25519", "ML-DSA-44", "HS256", "RSA-OAEP", "rsa1_5", "none"])
def test_other_algorithms(alg):
    assert run(TokenAlgDeprecated, token({"alg": alg})) == ()


def test_what_a_team_has_decided_on():
    policy = Policy(algorithms=("RS256", "RSA1_5", "HS256"))
    assert run(TokenAlgDeprecated, token({"alg": "RS256"}), policy=policy) == ()
    for alg, typ in (("RSA1_5", "JWT"), ("EdDSA", "JWT"), ("HS256", "at+jwt")):
        assert len(run(TokenAlgDeprecated, token({"alg": alg, "typ": typ}), policy=policy)) == 1


def test_what_names_no_algorithm():
    assert not applies(TokenAlgDeprecated, token({"alg": ["RS1"]}))
    assert not applies(TokenAlgDeprecated, of("hello"))
