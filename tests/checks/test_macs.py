import hmac

import pytest

from jwtctl.checks import macs
from jwtctl.cryptanalysis.factoring import never
from jwtctl.model import Key
from tests.checks.token.material import hs_token, token


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("secret", [b"", b"x", b"y" * 64, b"z" * 65, b"w" * 128, b"v" * 129])
def test_a_secret_is_found_as_hmac_has_it(alg, secret):
    given = hs_token(secret, alg)
    assert given.token.signature == hmac.digest(secret, given.token.signing_input, f"sha{alg[2:]}")
    assert macs.secret_among(given, [b"no", secret, b"neither"], never) == secret
    assert macs.secret_among(given, [b"no", secret + b"!"], never) is None


def test_a_search_stops():
    assert macs.secret_among(hs_token(b"x"), [b"x"], lambda: True) is None


def test_groups_have_one_issuer_key_and_algorithm_and_begin_with_the_shortest():
    long = hs_token(b"x", claims={"iss": "a", "sub": "somebody"})
    short = hs_token(b"x", claims={"iss": "a"})
    others = [
        hs_token(b"x", claims={"iss": "b"}),
        hs_token(b"x", "HS512", claims={"iss": "a"}),
        hs_token(b"x", claims={"iss": "a"}, header={"kid": "1"}),
    ]
    assert macs.groups([long, short, short, *others, token()]) == [[short, long], *([other] for other in others)]


def test_what_has_no_hmac():
    assert macs.full_length(token({"alg": "HS1"})) == 0
    assert macs.full_length(token({"alg": ["HS256"]})) == 0
    assert not macs.verifies(token(), b"")
    assert list(macs.under_one_secret([hs_token(b"x"), hs_token(b"y")], b"y")) == [hs_token(b"y")]


def test_the_beginning_of_an_hmac():
    key, public = Key("oct", octets={"k": b"x" * 32}), Key("RSA", numbers={"n": 15, "e": 3})
    assert macs.begins_right(hs_token(b"x" * 32, octets=1), key)
    assert not macs.begins_right(hs_token(b"y" * 32, octets=4), key)
    assert not macs.begins_right(hs_token(b"x" * 32), public)
    assert not macs.begins_right(token(), key)
