import json

import pytest

from jwtctl.checks.token.token_pii import TokenPii
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import ACCESS, HEADERS, ID, access, applies, of, run, token


@pytest.mark.parametrize(
    ("claims", "kind", "severity"),
    [
        ({"mail": "x"}, "an e-mail address", Severity.MEDIUM),
        ({"upn": "alice@example.com"}, "an e-mail address", Severity.MEDIUM),
        ({"x": ["+49 30 1234567"]}, "a phone number", Severity.MEDIUM),
        ({"x": "4111 1111 1111 1111"}, "a payment card number", Severity.HIGH),
        ({"x": 4111111111111111}, "a payment card number", Severity.HIGH),
        ({"x": "DE89 3704 0044 0532 0130 00"}, "a bank account (IBAN)", Severity.HIGH),
        ({"x": "078-05-1120"}, "a national identification number", Severity.HIGH),
        ({"person": {"SSN": "1"}}, "a national identification number", Severity.HIGH),
        ({"urn:x/date_of_birth": "2000-01-01"}, "a date of birth", Severity.MEDIUM),
        ({"religion": "x"}, "data of a special category (GDPR article 9)", Severity.HIGH),
        ({"last_name": "x"}, "the name of a person", Severity.LOW),
    ],
)
def test_personal_data(claims, kind, severity):
    (finding,) = run(TokenPii, token(claims=claims))
    assert finding.message == f"it carries what looks like {kind}"
    assert (finding.severity, finding.confidence) == (severity, Confidence.HEURISTIC)


def test_what_a_client_asked_for_is_noted_only():
    for header, severity in (
        (HEADERS["access-token"], Severity.MEDIUM),
        (HEADERS["id-token"], Severity.LOW),
    ):
        (finding,) = run(TokenPii, token(header, ACCESS | {"email": "alice@example.com"}))
        assert (finding.severity, finding.at) == (severity, "/claims/email")
    (finding,) = run(TokenPii, token(claims=ID), profile="id-token")
    assert finding.severity == Severity.INFO
    (finding,) = run(TokenPii, token(claims={"address": {"street_address": "x"}}), profile="id-token")
    assert (finding.severity, finding.message[-11:]) == (Severity.INFO, "in 2 places")


def test_nothing_of_the_person_is_told():
    (finding,) = run(TokenPii, access(upn="alice@example.com"))
    assert "alice" not in json.dumps([finding.message, finding.at, dict(finding.witness)])


def test_identifiers_and_near_misses():
    claims = {
        "sub": "4111111111111111",
        "user_id": 4111111111111111,
        "x": "4111111111111112",
        "y": "DE89370400440532013001",
        "z": "666-05-1120",
        "client": "abc@clients",
        "svc": "robot@project.iam.gserviceaccount.com",
        "email": "",
        "email_verified": True,
        "phone": False,
        "note": "a" * 100_000 + "@example.com",
        "n": 10**400,
    }
    assert run(TokenPii, token(claims=claims), access()) == ()


def test_no_claims():
    assert not applies(TokenPii, of("hello"))
    assert not applies(TokenPii, token(claims="[]"))
