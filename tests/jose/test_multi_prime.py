"""Keys of three and four primes, as openssl and RFC 8017 have them."""

import json
import math
import subprocess

import pytest

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, der, key_formats, key_writing
from jwtctl.jose.multi_prime import MAX_PRIMES, other_primes, private_numbers, version_and_other_primes
from jwtctl.model import Key
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("multi-prime")


def key_of(count, bits=2048):
    made = MAKER.key(MAKER.primes(bits, count), e=65537)
    numbers, others = private_numbers(made.e, made.d, made.primes)
    return Key("RSA", numbers=numbers, members={"oth": others} if others else {}), made


@pytest.mark.parametrize("count", [2, 3, 4])
def test_openssl_checks_every_number_of_what_is_written(count):
    # OpenSSL wants 4096 bits for four primes.
    key, made = key_of(count, 4096 if count > 3 else 2048)
    pem = key_writing.write([key], "pem", private=True)
    checked = subprocess.run(
        ["openssl", "rsa", "-check", "-noout", "-text"], input=pem, capture_output=True, check=True
    ).stdout.decode()
    assert "RSA key ok" in checked
    assert f"{count} primes" in checked
    (info,) = [der.read_one(key_writing.write([key], "der", private=True))]
    parts = info.children()[2].inside().children()
    assert parts[0].unsigned() == (1 if count > 2 else 0)
    assert len(parts) == (10 if count > 2 else 9)
    assert math.prod(made.primes) == parts[1].unsigned()


def test_openssl_s_own_key_is_written_the_same_way():
    pem = subprocess.run(["openssl", "genrsa", "-primes", "3", "2048"], capture_output=True, check=True).stdout
    theirs = der.read_one(base64url.decode_lenient("".join(pem.decode().split("\n")[1:-2])))
    n, e, d, p, q, _, _, _ = (part.unsigned() for part in theirs.children()[2].inside().children()[1:9])
    numbers, others = private_numbers(e, d, (p, q, n // p // q))
    key = Key("RSA", numbers=numbers, members={"oth": others})
    assert key_writing.write([key], "der", private=True) == theirs.encoding
    (read,) = key_formats.read(pem, "theirs.pem").keys
    assert key_writing.write([read], "der", private=True) == theirs.encoding


def test_the_jwk_has_the_oth_member_and_its_public_half_has_not():
    key, made = key_of(3)
    jwk = json.loads(key_writing.write([key], "jwk", private=True))
    ((r, d, t),) = other_primes(jwk)
    assert r == made.primes[2]
    assert d == made.d % (r - 1)
    assert t * made.primes[0] * made.primes[1] % r == 1
    assert set(json.loads(key_writing.write([key], "jwk", private=False))) == {"kty", "n", "e"}


@pytest.mark.parametrize("primes", [(), (7,), (7, 7), (7, 11, 7), tuple(range(3, 3 + MAX_PRIMES + 1))])
def test_primes_that_make_no_key(primes):
    with pytest.raises(KeyMaterialError, match="has no standard form"):
        private_numbers(3, 3, primes)


@pytest.mark.parametrize(
    ("oth", "message"),
    [
        ({}, "must be an array"),
        ([], "must be an array"),
        ([{}] * (MAX_PRIMES + 1), "must be an array"),
        (["r"], "must have r, d and t"),
        ([{"r": "AQ", "d": "AQ"}], "must have r, d and t"),
        ([{"r": "AQ", "d": "AQ", "t": 1}], "must have r, d and t"),
        ([{"r": "AQ", "d": "AQ", "t": "*"}], "not base64url"),
    ],
)
def test_malformed_oth_members(oth, message):
    with pytest.raises(KeyMaterialError, match=message):
        other_primes({"oth": oth})


def test_a_key_of_two_primes_has_no_further_ones():
    key, _ = key_of(2)
    assert other_primes(key.members) == ()
    assert version_and_other_primes(key) == (0, b"")


def test_a_key_that_openssl_made_is_converted_whole_and_says_why_it_does_not_sign(run, tmp_path):
    pem = subprocess.run(["openssl", "genrsa", "-primes", "3", "2048"], capture_output=True, check=True).stdout
    (tmp_path / "three.pem").write_bytes(pem)
    jwk = run("key", "convert", tmp_path / "three.pem", "--to", "jwk").out
    assert len(json.loads(jwk)["oth"]) == 1
    assert run("key", "convert", "-", "--to", "pem", stdin=jwk).out == pem.decode()
    assert run("key", "show", tmp_path / "three.pem").out.splitlines()[-1].endswith("qi, oth")
    refused = run("sign", "--key", tmp_path / "three.pem")
    assert (refused.code, refused.out) == (3, "")
    assert "more than two primes, and the library that signs takes two" in refused.err
