import pytest

from jwtctl.checks.token.token_jwe_where_jws import TokenJweWhereJws
from jwtctl.jose.generate import generate
from jwtctl.jose.key import public_half
from jwtctl.model import Severity
from tests.checks.token.material import applies, jwe, run, token

PUBLIC = public_half(generate("RS256")._replace(kid="r1", use=None))


@pytest.mark.parametrize(
    ("alg", "who"),
    [
        ("RSA-OAEP", "anybody who has the public key"),
        ("ECDH-ES+A128KW", "anybody who has the public key"),
        ("dir", "whoever has the shared secret"),
        ("PBES2-HS256+A128KW", "whoever has the shared secret"),
    ],
)
def test_a_key_that_is_for_signatures(alg, who):
    for key in (PUBLIC, PUBLIC._replace(use="sig"), generate("RS256")._replace(kid="r1", use="sig")):
        (finding,) = run(TokenJweWhereJws, jwe({"alg": alg, "kid": "r1"}), keys=[key])
        assert finding.message == f"a JWE ({alg!r}), which {who} can make, but its kid names a key for signatures"
        assert (finding.severity, finding.at) == (Severity.HIGH, "/header/alg")


@pytest.mark.parametrize("profile", ["dpop", "logout-token", "security-event"])
def test_profiles_that_are_signed(profile):
    (finding,) = run(TokenJweWhereJws, jwe({"alg": []}), profile=profile)
    assert finding.message.endswith(f"but a {profile} token is signed")
    assert run(TokenJweWhereJws, jwe({"alg": "dir", "typ": "dpop+jwt"}))


def test_keys_that_decrypt_and_keys_of_others():
    given = jwe({"alg": "RSA-OAEP", "kid": "r1"})
    private = generate("RS256")._replace(kid="r1", use=None)
    for keys in ([private], [PUBLIC._replace(use="enc")], [PUBLIC, private], [PUBLIC._replace(kid="r2")], []):
        assert run(TokenJweWhereJws, given, keys=keys) == ()
    assert run(TokenJweWhereJws, jwe({"alg": "RSA-OAEP", "kid": [{}]}), keys=[PUBLIC]) == ()


def test_where_it_has_no_say():
    assert not applies(TokenJweWhereJws, jwe({"alg": "RSA-OAEP"}), keys=[PUBLIC])
    assert not applies(TokenJweWhereJws, jwe({"alg": "RSA-OAEP"}), profile="id-token")
    assert not applies(TokenJweWhereJws, token(), keys=[PUBLIC])
