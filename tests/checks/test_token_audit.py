"""Audits of tokens: every check contained, and one finding for what is wrong in the same way with many tokens."""

from unittest import mock

import pytest

from jwtctl.checks.base import TOKEN_KINDS, CorpusCheck, TokenCheck, all_checks
from jwtctl.checks.token_audit import PROFILES, TokenAudit, audit_tokens, media_type_of
from jwtctl.jose import algorithms, sign
from jwtctl.jose.generate import generate
from jwtctl.jose.key import from_jwk, public_half
from jwtctl.model import KeySet, Place, Severity
from tests.checks.material import EC
from tests.checks.token.material import NOON, of, token


class Each(TokenCheck):
    """A token."""

    id = "each"
    severity = Severity.LOW
    cites = ("test",)

    def applies(self, token, _audit):
        return token.token is not None

    def find(self, token, _audit):
        yield self.finding(token, "seen")


class Broken(Each):
    """A bug."""

    id = "broken"

    def find(self, _token, _audit):
        raise ValueError("secret")


class All(CorpusCheck):
    """All tokens."""

    id = "all"
    severity = Severity.HIGH
    cites = ("test",)

    def applies(self, tokens, _audit):
        return len(tokens) > 1

    def find(self, tokens, _audit):
        yield self.finding(tokens[0], f"{len(tokens)} tokens")


def report(checks, *tokens, **options):
    return audit_tokens(checks, TokenAudit(lambda: 0.0, NOON, tokens, **options))


def test_tokens_of_one_issuer_key_and_kind_are_one_finding_with_places():
    found = report([Each()], *(token(line=line) for line in (3, 4, 4, 9)), token({"alg": "ES256", "kid": "k2"}, line=5))
    first, second = found.findings
    assert [place.line for place in (first.subject, *first.subject.also)] == [3, 4, 9]
    assert (second.subject.line, second.subject.kid, second.subject.also) == (5, "k2", ())
    assert found.subjects == 5


def test_ten_thousand_tokens_take_time_that_grows_linearly_only():
    found = report([Each()], *(token(line=line) for line in range(10_000)))
    assert len(found.findings[0].subject.also) == 9_999


def test_a_check_that_fails_is_contained_and_told_without_values():
    found = report([Broken(), Each(), All()], token(), of("x"))
    assert [finding.id for finding in found.findings] == ["all", "check-failed", "each"]
    assert "secret" not in found.findings[1].message
    assert found.not_applicable == 2


def test_a_failure_over_all_tokens_is_not_said_of_one():
    class BrokenOverAll(All):
        """A bug."""

        def find(self, _tokens, _audit):
            raise ValueError

    (finding,) = report([BrokenOverAll()], token(line=3), token(line=4)).findings
    assert (finding.id, finding.subject.source, finding.subject.line) == ("check-failed", "-", None)


def test_what_a_token_is_for():
    given = TokenAudit(lambda: 0.0, NOON)
    for typ, profile in (("at+jwt", "access-token"), ("application/AT+JWT", "access-token"), ("JWT", ""), (["x"], "")):
        assert given.profile_of(token({"alg": "ES256", "typ": typ})) == profile
    assert TokenAudit(lambda: 0.0, NOON, profile="dpop").profile_of(token()) == "dpop"
    assert media_type_of(token({})) == ""
    assert {"access-token", "id-token", "logout-token", "dpop", "security-event"} == set(PROFILES)


@pytest.mark.parametrize("kid", ["a", None])
def test_the_key_that_a_token_verifies_with(kid):
    private = from_jwk(EC | {"kid": "a"}, Place("key"))
    stranger = from_jwk(EC | {"kid": "b", "x": EC["y"]}, Place("key"))
    signed = of(sign.sign({"sub": "a"}, private, header={"kid": kid}))
    given = TokenAudit(lambda: 0.0, NOON, (signed,), (KeySet("keys", (stranger, public_half(private))),))
    assert given.verified_with(signed).kid == "a"
    assert given.verified_with(token()) is None
    assert given.verified_with(of("x")) is None
    assert [key.kid for key in given.keys_for(signed)] == (["a"] if kid else ["b", "a"])


def test_a_key_is_trusted_by_its_thumbprint():
    private, other = from_jwk(EC, Place("key")), from_jwk(EC | {"x": EC["y"]}, Place("key"))
    given = TokenAudit(lambda: 0.0, NOON, (), (KeySet("keys", (public_half(private),)),))
    assert given.trusts(private)
    assert not given.trusts(other)
    assert not given.trusts(from_jwk({"kty": "RSA", "n": "AQAB", "d": "AQAB"}, Place("key")))
    assert not TokenAudit(lambda: 0.0, NOON).trusts(private)


def test_no_named_key_is_of_a_kid_that_is_no_string():
    key = from_jwk(EC | {"kid": "a"}, Place("key"))
    given = TokenAudit(lambda: 0.0, NOON, (), (KeySet("keys", (key,)),))
    assert given.keys_for(token({"alg": "ES256", "kid": ["a"]})) == ()


def test_the_key_that_a_kid_names_is_tried_first():
    keys = [generate("ES256")._replace(kid=kid) for kid in ("a", "b", "c", None)]
    given = TokenAudit(lambda: 0.0, NOON, (), (KeySet("keys", tuple(keys)),))
    with mock.patch.object(algorithms, "verify", wraps=algorithms.verify) as verify:
        assert given.verified_with(of(sign.sign({"sub": "x"}, keys[2]))) is keys[2]
        assert verify.call_count == 1
        # A wrong kid hides no key.
        assert given.verified_with(of(sign.sign({"sub": "x"}, keys[1], header={"kid": ["a"]}))) is keys[1]


def test_every_check_of_tokens_is_found():
    checks = all_checks(TOKEN_KINDS)
    assert all(isinstance(check, TokenCheck | CorpusCheck) for check in checks)
    assert "token-alg-none" in {check.id for check in checks}


def test_all_searches_share_one_budget_and_its_end_is_told():
    ticks = iter(range(100))
    given = TokenAudit(lambda: next(ticks), NOON, budget=4)
    first = given.stop()
    assert [first(), first()] == [False, False]
    second = given.stop()
    assert [second(), second(), given.ran_out] == [False, False, False]
    assert [second(), first(), given.ran_out] == [True, True, True]
