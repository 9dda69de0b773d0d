"""What the checks of signatures say of ordinary tokens: nothing."""

import pytest

from jwtctl.checks.base import all_checks
from jwtctl.checks.token_audit import TokenAudit, audit_tokens
from jwtctl.jose.generate import generate
from jwtctl.jose.key import public_half, to_jwk
from jwtctl.model import KeySet
from tests.checks.token.material import CLAIMS, NOON, hs_token, jwe, signed_token

PREFIXES = ("token-hs", "token-reversed", "token-ecdsa", "token-signature", "token-rsa", "token-akp", "token-jwe")
CHECKS = [check for check in all_checks(["token"]) if check.id.startswith(PREFIXES)]
KEYS = [generate(alg)._replace(kid=alg) for alg in ("RS256", "PS256", "ES256", "ES512", "Ed25519", "ML-DSA-44")]
SECRET = generate("HS256")._replace(kid="HS256")


def ordinary():
    kinds = {
        "at+jwt": {"client_id": "c", "scope": "read"},
        "JWT": {"nonce": "n", "azp": "c"},
        "logout+jwt": {"sid": "s"},
    }
    for key in KEYS:
        for typ, more in kinds.items():
            claims = {**CLAIMS, **more, "jti": f"{key.kid} {typ}"}
            yield signed_token(key, key.kid, header={"typ": typ}, claims=claims)
    proof = generate("ES256")
    jwk = to_jwk(public_half(proof), private=False)
    claims = {"jti": "j", "htm": "GET", "htu": "https://api.example/", "iat": NOON}
    yield signed_token(proof, "ES256", header={"typ": "dpop+jwt", "jwk": jwk}, claims=claims)
    yield hs_token(SECRET.octets["k"], header={"kid": "HS256"})
    yield jwe({"alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT"})


@pytest.mark.parametrize("keys", [(), (*map(public_half, KEYS[:3]), SECRET), (*KEYS, SECRET)])
def test_ordinary_tokens(keys):
    tokens = list(ordinary())
    key_sets = (KeySet("keys", keys),) if keys else ()
    found = audit_tokens(CHECKS, TokenAudit(lambda: 0.0, NOON, tokens, key_sets)).findings
    assert [(finding.id, finding.message) for finding in found] == []


def test_no_check_is_left_out():
    assert len(CHECKS) == 14
