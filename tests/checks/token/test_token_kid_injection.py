import pytest

from jwtctl.checks.token.token_kid_injection import TokenKidInjection
from jwtctl.jose.key import from_jwk
from jwtctl.model import Confidence, Place, Severity
from tests.checks.material import EC
from tests.checks.token.material import applies, of, run, token


def named(kid):
    return token({"alg": "ES256", "kid": kid})


@pytest.mark.parametrize(
    ("kid", "what"),
    [
        ("../../dev/null", "a way out of a directory"),
        ("..\\..\\win.ini", "a way out of a directory"),
        ("keys%2F..%2fpasswd", "a way out of a directory"),
        ("/dev/null", "the path of a file"),
        ("C:\\keys\\a.pem", "the path of a file"),
        ("a' UNION SELECT 1", "a quote, as in SQL injections"),
        ("a|whoami", "a command separator, as in shell injections"),
        ("$(id)", "a command separator, as in shell injections"),
        ("${jndi:ldap:x}", "an expression, as in template injections"),
        ("{{7*7}}", "an expression, as in template injections"),
        ("<b>", "an angle bracket, as in HTML injections"),
        ("*)(uid=*", "parentheses, as in LDAP injections"),
        ("k1\0.pem", "a character that cannot be printed"),
        ("k1\r\nX-A:b", "a character that cannot be printed"),
        ("k\u202e1", "a character that cannot be printed"),
        ("a'; rm", "a quote, as in SQL injections and a command separator, as in shell injections"),
    ],
)
def test_attacks(kid, what):
    (finding,) = run(TokenKidInjection, named(kid))
    assert finding.message == f"kid {kid!r} holds {what}"
    assert (finding.severity, finding.confidence, finding.at) == (
        Severity.HIGH,
        Confidence.HEURISTIC,
        "/header/kid",
    )


def test_urls_and_long_names():
    (finding,) = run(TokenKidInjection, named("https://evil.example/key"))
    assert (finding.message, finding.severity) == ("kid 'https://evil.example/key' is a URL", Severity.MEDIUM)
    (finding,) = run(TokenKidInjection, named("a" * 129))
    assert (finding.message, finding.severity) == ("kid has 129 characters", Severity.MEDIUM)


@pytest.mark.parametrize(("kid", "kind"), [(1, "number"), (None, "null"), (["a"], "array"), ({"$ne": ""}, "object")])
def test_what_is_no_string(kid, kind):
    (finding,) = run(TokenKidInjection, named(kid))
    assert finding.message == f"kid is a JSON {kind}, not a string"
    assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.CERTAIN)


@pytest.mark.parametrize(
    "kid",
    [
        "",
        "2024-01-k1",
        "NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg",
        "/zQ+8v1pX3c=",
        "a" * 128,
        "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
        "did:web:issuer.example#key-1",
        "did:jwk:" + "e" * 200 + "#0",
        "key (2026) $1 a.b..c",
    ],
)
def test_names_that_issuers_use(kid):
    assert run(TokenKidInjection, named(kid)) == ()


def test_a_name_that_a_trusted_key_has():
    key = from_jwk(EC | {"kid": "https://vault.example/keys/1"}, Place("key"))
    assert run(TokenKidInjection, named(key.kid), keys=[key]) == ()
    assert run(TokenKidInjection, named(f"{key.kid}'"), keys=[key]) != ()


def test_tokens_without_a_kid():
    assert not applies(TokenKidInjection, token({"alg": "ES256"}))
    assert not applies(TokenKidInjection, of("hello"))
