import pytest

from jwtctl.checks.token.token_privilege import TokenPrivilege
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import access, applies, of, run, token

ADMIN, ALL = "the rights of an administrator", "every right that there is, or every one of a kind"


@pytest.mark.parametrize(
    ("claims", "right", "at"),
    [
        ({"admin": True}, ADMIN, "/claims/admin"),
        ({"https://x.example/is_admin": "true"}, ADMIN, "/claims/https:~1~1x.example~1is_admin"),
        ({"realm_access": {"roles": ["user", "ROLE_ADMIN"]}}, ADMIN, "/claims/realm_access/roles/1"),
        ({"scope": "read *"}, ALL, "/claims/scope"),
        ({"permissions": ["orders:*"]}, ALL, "/claims/permissions/0"),
    ],
)
def test_far_reaching_rights(claims, right, at):
    (finding,) = run(TokenPrivilege, token(claims=claims))
    assert (finding.message, finding.at) == (f"it seems to give {right}", at)
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.HEURISTIC)


def test_ordinary_rights():
    claims = {
        "admin": False,
        "role": "administration-reader",
        "note": "admin",
        "scope": "read:admin-page",
        "roles": [1],
    }
    assert run(TokenPrivilege, token(claims=claims), access()) == ()


def test_no_claims():
    assert not applies(TokenPrivilege, of("hello"))
