"""Tokens as good issuers make them give no finding that counts, and no header makes a check fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.checks.base import TOKEN_KINDS, all_checks
from jwtctl.checks.token_audit import PROFILES, TokenAudit, audit_tokens
from jwtctl.jose import sign
from jwtctl.jose.key import from_jwk
from jwtctl.model import KeySet, Place, Severity
from tests.checks.material import EC, OKP, public, rsa_members
from tests.checks.token.material import ACCESS, ID, LOGOUT, NOON, PROOF, changed, of, token

RSA = from_jwk(rsa_members(private=True) | {"kid": "2026-03-k1", "use": "sig"}, Place("key"))
KEYS = [RSA, *(from_jwk(each, Place("key")) for each in (EC | {"kid": "e"}, OKP | {"kid": "o", "alg": "Ed25519"}))]
# The hash of an ID token belongs to one algorithm.
UNHASHED = changed(ID, {"at_hash": None})
EVENT = {
    "iss": "https://id.example",
    "iat": NOON - 10,
    "jti": "t2",
    "aud": "https://r.example",
    "events": {"urn:x": {}},
}

MEMBERS = st.sampled_from(
    [
        "alg",
        "typ",
        "cty",
        "crit",
        "b64",
        "jwk",
        "jku",
        "x5u",
        "x5c",
        "x5t",
        "x5t#S256",
        "kid",
        "enc",
        "zip",
        "url",
        "nonce",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20)
    | st.sampled_from(["ES256", "RS256", "HS256", "JWT", "at+jwt", "none", "https://a.example/", "http://[", "AAAA", "e", "x" * 999]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS | st.sampled_from(["kty", "crv", "n", "e", "x", "y", "k", "d"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def report(*tokens, keys=KEYS, profile=""):
    audit = TokenAudit(lambda: 0.0, NOON, tokens, (KeySet("keys", tuple(keys)),) if keys else (), profile=profile)
    # Guesses of HMAC secrets take long, and have tests of their own.
    return audit_tokens([check for check in all_checks(TOKEN_KINDS) if not check.id.startswith("token-hs-")], audit)


@pytest.mark.parametrize("profile", ["stated", "not stated"])
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.kid)
@pytest.mark.parametrize(
    ("kind", "typ", "claims"),
    [
        ("access-token", "at+jwt", ACCESS),
        ("id-token", "JWT", UNHASHED),
        ("id-token", None, UNHASHED),
        ("logout-token", "logout+jwt", LOGOUT),
        ("security-event", "secevent+jwt", EVENT),
    ],
)
def test_tokens_of_a_good_issuer(kind, typ, claims, key, profile):
    given = of(sign.sign(claims, key, header={"typ": typ} if typ else {}))
    found = report(given, profile=kind if profile == "stated" else "").findings
    assert [finding for finding in found if finding.severity >= Severity.MEDIUM] == []


@pytest.mark.parametrize("profile", ["dpop", ""])
def test_a_proof_of_possession(profile):
    client = from_jwk(EC, Place("key"))
    given = of(sign.sign(PROOF, client, header={"typ": "dpop+jwt", "jwk": public(EC), "kid": None}))
    found = report(given, profile=profile, keys=[RSA]).findings
    assert [finding for finding in found if finding.severity >= Severity.MEDIUM] == []
    # The same key in a token that proves nothing is none of the issuer's.
    given = of(sign.sign(ACCESS, client, header={"typ": "at+jwt", "jwk": public(EC)}))
    assert "token-embedded-jwk" in {finding.id for finding in report(given, keys=[RSA]).findings}


@given(st.dictionaries(MEMBERS, VALUES, max_size=8), st.sampled_from(["", *PROFILES]), st.booleans())
def test_no_header_makes_a_check_fail(header, profile, with_keys):
    found = report(token(header), profile=profile, keys=KEYS if with_keys else []).findings
    assert "check-failed" not in {finding.id for finding in found}
    assert all(len(finding.message) < 600 for finding in found)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.kid)
def test_a_plain_token(key):
    claims = {name: ACCESS[name] for name in ("iss", "sub", "aud", "exp", "iat")}
    found = report(of(sign.sign(claims, key))).findings
    assert [finding for finding in found if finding.severity >= Severity.MEDIUM] == []
