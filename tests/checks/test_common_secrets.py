import base64
import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.checks.common_secrets import LIKELIEST, LONGEST_READ, candidates, explanation_of, share_of_words, words


def test_the_list_is_lower_case_and_holds_no_comment():
    assert len(words()) > 9_000
    assert {b"secret", b"changeme", b"keyboard cat", b"123456", b"security"} <= words()
    assert all(word == word.lower() and not word.startswith(b"#") for word in words())


@pytest.mark.parametrize(
    ("secret", "how"),
    [
        (b"secret", "a common secret"),
        (b"SeCrEt", "a common secret"),
        (b"your-secret-key", "a common secret"),
        (b"secret\n", "a common secret, filled up or with a line end"),
        (b"secret".ljust(32, b"\0"), "a common secret, filled up or with a line end"),
        (b"Secret2024!", "a common secret with digits or signs after it"),
        (base64.b64encode(b"supersecret"), "a common secret in base64"),
        (base64.urlsafe_b64encode(b"supersecret").rstrip(b"="), "a common secret in base64"),
        (b"supersecret".hex().encode(), "a common secret in hexadecimal"),
        (base64.b64decode("password"), "a common secret, decoded as base64"),
        (bytes.fromhex("deadbeef"), "a common secret, decoded as hexadecimal"),
        (hashlib.sha256(b"secret").digest(), "the SHA256 hash of a common secret"),
        (hashlib.sha512(b"changeme").hexdigest().encode(), "the SHA512 hash of a common secret"),
        (hashlib.md5(b"password").digest(), "the MD5 hash of a common secret"),
    ],
)
def test_the_ways_from_a_word_to_a_key(secret, how):
    assert explanation_of(secret) == how


@pytest.mark.parametrize(
    "secret",
    [
        b"",
        b"secreu",
        b"zxqj-secret-vwkp",
        hashlib.sha256(b"no common secret, this").digest(),
        hashlib.sha256(b"secret").digest()[:-1],
        b"a" * (LONGEST_READ + 1),
        b"secret" + b"\0" * LONGEST_READ,
    ],
)
def test_what_comes_from_no_word(secret):
    assert explanation_of(secret) == ""


def test_random_keys_come_from_no_word():
    source = random.Random("no word")
    for length in (16, 24, 32, 48, 64):
        assert not any(explanation_of(source.randbytes(length)) for _ in range(200))


@given(st.binary(max_size=300))
def test_any_octets_are_read(secret):
    assert isinstance(explanation_of(secret), str)
    assert 0 <= share_of_words(secret) <= 1


def test_the_share_of_words():
    assert share_of_words(b"") == 0
    assert share_of_words(b"secret") == 1
    assert share_of_words(b"SecretPassword") == 1
    assert share_of_words(b"secret-password-12345") == pytest.approx(14 / 21)
    # Words of three letters do not count, and none counts twice: "passwordsword" has no second word that fits.
    assert share_of_words(b"the-key-is-not") == 0
    assert share_of_words(b"qzsecretqz") == pytest.approx(0.6)


def test_what_is_tried_on_tokens():
    tried = candidates()
    assert len(tried) == len(set(tried)) > 20 * LIKELIEST
    assert tried[0] == b"secret"
    wanted = [b"SECRET", b"Changeme123", b"secret\n", base64.b64encode(b"supersecret"), base64.b64decode("password")]
    assert {*wanted, hashlib.sha256(b"secret").digest(), hashlib.md5(b"admin").hexdigest().encode()} <= set(tried)
    assert b"".join(tried).count(b"#written") == 0
    explained = sum(bool(explanation_of(secret)) for secret in tried[::50])
    assert explained > 0.95 * len(tried[::50])


def test_the_likeliest_are_few():
    assert len(candidates(likeliest=True)) <= 3 * LIKELIEST
    assert set(candidates(likeliest=True)) <= set(candidates())
