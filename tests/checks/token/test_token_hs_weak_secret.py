import base64
import hashlib
import hmac

import pytest

from jwtctl.checks.token.token_hs_weak_secret import TokenHsWeakSecret
from jwtctl.model import Severity
from tests.checks.token.material import applies, hs_token, run, token


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize(
    ("secret", "how"),
    [
        (b"", "the empty secret"),
        (b"\0" * 40, "the empty secret"),
        (b"\xf7", "a secret of 1 octet"),
        (b"\xf7\x01", "a secret of 2 octets"),
        (b"Secret", "a common secret"),
        (b"password1", "a common secret"),
        (base64.b64encode(b"supersecret"), "a common secret in base64"),
        (hashlib.sha256(b"changeme").digest(), "the SHA256 hash of a common secret"),
        (b"a-string-secret-at-least-256-bits-long", "a secret that is published, in the debugger at jwt.io, HS256"),
    ],
)
def test_secrets_that_are_guessed(alg, secret, how):
    (finding,) = run(TokenHsWeakSecret, hs_token(secret, alg))
    assert finding.message == f"its {alg} MAC is right under {how}"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/signature")
    assert finding.witness == {"secret": how, "octets": str(len(secret.rstrip(b"\0")))}


def test_the_wordlist():
    secret = b"correct horse battery staple 77"
    (finding,) = run(TokenHsWeakSecret, hs_token(secret), words=(b"first", secret))
    assert finding.message == "its HS256 MAC is right under a word of the wordlist"
    assert finding.witness["wordlist_entry"] == "2"
    assert "horse" not in repr(finding)
    assert run(TokenHsWeakSecret, hs_token(secret), words=(b"correct horse battery staple 78",)) == ()


def test_every_token_under_a_guessed_secret_is_named_and_no_other():
    given = [hs_token(b"secret", claims={"iss": "a", "n": number}, line=number + 1) for number in range(100)]
    given.insert(50, hs_token(b"a long and lonely secret, not found", claims={"iss": "a"}, line=500))
    (finding,) = run(TokenHsWeakSecret, *given)
    assert len(finding.subject.also) == 99
    assert 500 not in {place.line for place in (finding.subject, *finding.subject.also)}


def test_one_weak_secret_among_the_tokens_of_a_group():
    """The shortest token, on which the long list is tried, is not the weak one."""
    strong = hs_token(b"a long and lonely secret, not found", claims={})
    (finding,) = run(TokenHsWeakSecret, strong, hs_token(b"secret", claims={"sub": "alice"}, line=2))
    assert finding.subject.line == 2


def test_a_strong_secret():
    secret = hashlib.sha256(b"nobody has this on a list").digest()
    assert run(TokenHsWeakSecret, hs_token(secret), hs_token(secret, "HS512")) == ()


def test_the_search_ends_with_its_time():
    given = hs_token(b"secret")
    ticking = iter(range(10))
    assert run(TokenHsWeakSecret, given, clock=lambda: float(next(ticking)), budget=0.5) == ()


def test_strange_names_of_keys_and_issuers():
    given = hs_token(b"secret", header={"kid": [{}]}, claims={"iss": {"a": []}})
    assert len(run(TokenHsWeakSecret, given)) == 1


def test_what_has_no_whole_mac():
    assert not applies(TokenHsWeakSecret, [token()])
    short = hmac.digest(b"secret", b"", "sha256")[:31]
    assert not applies(TokenHsWeakSecret, [token({"alg": "HS256"}, signature=short)])
    assert not applies(TokenHsWeakSecret, [token({"alg": "hs256"}, signature=bytes(32))])
    assert applies(TokenHsWeakSecret, [token(), hs_token(b"x")])
