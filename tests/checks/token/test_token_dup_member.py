import pytest

from jwtctl.checks.token.token_dup_member import TokenDupMember
from jwtctl.jose import base64url
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


@pytest.mark.parametrize(
    "claims", ['{"sub":"a","sub":"b"}', '{"sub":"a","s\\u0075b":"a"}', '{"x":[{"sub":1,"sub":1}]}']
)
def test_claims(claims):
    (finding,) = run(TokenDupMember, token(claims=claims))
    assert finding.message == "'sub' stands twice in one object of the claims"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/claims")


def test_a_header_and_many_names():
    (finding,) = run(TokenDupMember, token('{"alg":"ES256","alg":"none"}'))
    assert (finding.message, finding.at) == ("'alg' stands twice in one object of the header", "/header")
    (finding,) = run(TokenDupMember, token(claims="{" + ",".join(f'"{n % 7}":0' for n in range(14)) + "}"))
    assert finding.message == "'0', '1', '2', '3', '4' and 2 more stand twice in one object of the claims"


def test_the_header_of_an_encrypted_token():
    header = base64url.encode(b'{"alg":"dir","enc":"A128GCM","enc":"A256GCM"}')
    (finding,) = run(TokenDupMember, of(f"{header}..AAAA.AAAA.AAAA"))
    assert finding.message == "'enc' stands twice in one object of the header"


def test_one_name_in_two_objects():
    assert run(TokenDupMember, token(claims='{"sub":"a","act":{"sub":"b"},"Sub":1}'), token(claims="[]")) == ()


def test_what_is_no_token():
    assert not applies(TokenDupMember, of("hello"))
