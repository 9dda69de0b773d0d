from jwtctl.checks.token.token_cross_jwt import TokenCrossJwt
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import ACCESS, HEADERS, ID, access, of, run, token

ID_TOKEN = token(HEADERS["id-token"], ID)


def test_one_token_of_two_kinds():
    (finding,) = run(TokenCrossJwt, token(claims=ID | {"scope": "openid"}))
    assert finding.message == (
        "it has nonce like an ID token and scope like an access token, and no typ that tells which"
    )
    assert (finding.severity, finding.confidence, finding.at) == (Severity.MEDIUM, Confidence.HEURISTIC, "/header/typ")


def test_two_tokens_for_the_same_audience():
    (finding,) = run(TokenCrossJwt, token(claims=ACCESS | {"aud": ["x", ID["aud"]]}), ID_TOKEN)
    assert finding.message == "an access token with the issuer and aud of an ID token, and no typ that tells them apart"
    assert finding.at == "/claims/aud"


def test_tokens_that_can_be_told_apart():
    typed, elsewhere = access(aud=ID["aud"]), token(claims=ACCESS | {"iss": "https://other.example", "aud": ID["aud"]})
    assert run(TokenCrossJwt, typed, elsewhere, ID_TOKEN, token(claims=ACCESS)) == ()


def test_nothing_to_compare():
    assert run(TokenCrossJwt, of("hello"), access()) == ()
