from jwtctl.jose.key_age import begun
from tests.checks.material import EC, jwk
from tests.jose.certificates import JANUARY, certificate, signer, x5c


def test_what_a_key_says_of_its_age():
    assert begun(jwk(EC, iat=5)) == 5
    assert begun(jwk(EC, iat=5, nbf=7.5)) == 7.5
    assert begun(jwk(EC)) is None


def test_what_is_no_time():
    for odd in ("5", True, None, [5], 0, -1, 1e300):
        assert begun(jwk(EC, nbf=odd, iat=odd)) is None


def test_a_certificate_tells_where_the_key_does_not():
    encoded = x5c(certificate(signer()))
    assert begun(jwk(EC, x5c=encoded)) == JANUARY.timestamp()
    assert begun(jwk(EC, x5c=encoded, iat=5)) == 5
    assert begun(jwk(EC, x5c=["AAAA"])) is None
