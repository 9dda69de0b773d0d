import pytest

from jwtctl.checks.token.token_id_token import TokenIdToken
from jwtctl.jose.half_hash import half_hash
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import HEADERS, ID, NOON, access, changed, of, run, token


def id_token(alg="RS256", **changes):
    return token(HEADERS["id-token"] | {"alg": alg}, changed(ID, changes))


@pytest.mark.parametrize(
    ("changes", "message", "at"),
    [
        ({"aud": ["a", "b"]}, "2 audiences and no azp: no client can tell that it is meant", "aud"),
        ({"sub": "a" * 256}, "sub is more than 255 ASCII characters", "sub"),
        ({"iss": "http://id.example"}, "iss is no https URL", "iss"),
        ({"iss": "https://id.example/?a"}, "iss has a query or a fragment", "iss"),
        ({"iss": "https://[x"}, "iss is no URL", "iss"),
        ({"acr": 1}, "acr is no string", "acr"),
        ({"amr": "pwd"}, "amr is no array of strings", "amr"),
    ],
)
def test_breaches(changes, message, at):
    (finding,) = run(TokenIdToken, id_token(**changes))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.MEDIUM, f"/claims/{at}")


def test_hashes_of_another_length_or_of_none():
    (finding,) = run(TokenIdToken, id_token("ES384"))
    assert finding.message == "at_hash has 22 characters, where the half hash of this alg has 32"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/claims/at_hash")
    (finding,) = run(TokenIdToken, id_token("ML-DSA-65"))
    assert finding.message == "at_hash with an alg to which no hash belongs: clients that cannot compute it may skip it"
    (finding,) = run(TokenIdToken, id_token(c_hash=7))
    assert finding.message == "c_hash is no base64url text"
    assert run(TokenIdToken, id_token("none"), id_token("EdDSA", at_hash=half_hash("x", "EdDSA", "Ed448"))) == ()


def test_the_hash_of_an_access_token_that_was_given():
    (finding,) = run(TokenIdToken, id_token(), access(iat=NOON + 4))
    assert finding.message == "at_hash is of no access token here that was issued to the same subject at that time"
    assert finding.confidence == Confidence.HEURISTIC
    right = id_token(at_hash=half_hash(access().text, "RS256"))
    assert run(TokenIdToken, right, access(jti="x"), access()) == ()


def test_access_tokens_that_were_not_issued_with_it():
    assert run(TokenIdToken, id_token(), access(iat=NOON + 60), access(sub="b"), access(iat="x")) == ()


def test_sound_ones():
    assert run(TokenIdToken, id_token(), id_token(aud=["a", "b"], azp="a"), id_token(iss="http://localhost:9000")) == ()


def test_other_tokens():
    assert run(TokenIdToken, token(claims={"iss": "x"}), of("hello"), access(iss="x")) == ()
    (finding,) = run(TokenIdToken, token(claims={"iss": "x"}), profile="id-token")
    assert finding.message == "iss is no https URL"
