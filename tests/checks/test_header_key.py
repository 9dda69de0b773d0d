"""Signatures under keys that tokens bring."""

import pytest

from jwtctl.checks.header_key import is_right
from jwtctl.jose import sign
from jwtctl.jose.key import from_jwk
from jwtctl.model import Key, Place
from tests.checks.material import EC, OKP, private_rsa
from tests.checks.token.material import of, token

KEY = from_jwk(EC, Place("key"))


def signed(key):
    return of(sign.sign({"sub": "a"}, key))


def test_right_and_wrong_signatures():
    assert is_right(signed(KEY), KEY) is True
    assert is_right(token(), KEY) is False
    assert is_right(token(), KEY._replace(numbers={"x": 1, "y": 1})) is False


def test_what_is_not_tried():
    assert is_right(token(), from_jwk(OKP, Place("key"))) is None
    assert is_right(token({"alg": ["ES256"]}), KEY) is None
    assert is_right(of("hello"), KEY) is None


@pytest.mark.parametrize("numbers", [{"n": 1 << 8192 | 1}, {"e": 1 << 64 | 1}])
def test_keys_that_cost_too_much(numbers):
    key = private_rsa()
    given = signed(key)
    assert is_right(given, key) is True
    assert is_right(given, Key("RSA", numbers=dict(key.numbers) | numbers)) is None
