"""Ordinary tokens of our time, which no check may call wrong."""

import pytest

from jwtctl.checks.base import TOKEN_KINDS, all_checks
from jwtctl.checks.token_audit import TokenAudit, audit_tokens
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, HEADERS, ID, LOGOUT, NOON, access, proof, token

TOKENS = {
    "access-token": access(),
    "id-token": token(HEADERS["id-token"], ID),
    "logout-token": token(HEADERS["logout-token"], LOGOUT),
    "dpop": proof(),
}


def bad(given, profile=""):
    report = audit_tokens(all_checks(TOKEN_KINDS), TokenAudit(lambda: 0.0, NOON, (given,), profile=profile))
    return [(finding.id, finding.message) for finding in report.findings if finding.severity >= Severity.MEDIUM]


@pytest.mark.parametrize("profile", TOKENS)
@pytest.mark.parametrize("stated", [True, False])
def test_with_and_without_a_profile(profile, stated):
    given = TOKENS[profile]
    assert [found for found in bad(given, profile if stated else "") if "sig" not in found[0]] == []


def test_a_plain_jwt():
    given = token(claims={name: ACCESS[name] for name in ("iss", "sub", "aud", "exp", "iat")})
    assert [found for found in bad(given) if "sig" not in found[0]] == []
