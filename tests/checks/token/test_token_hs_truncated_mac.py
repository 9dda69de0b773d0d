import pytest

from jwtctl.checks.token.token_hs_truncated_mac import TokenHsTruncatedMac
from jwtctl.model import Key, Severity
from tests.checks.token.material import applies, hs_token, of, run, token

SECRET = Key("oct", octets={"k": b"x" * 64})


@pytest.mark.parametrize(("alg", "whole"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
@pytest.mark.parametrize("octets", [1, 16, 31])
def test_a_mac_that_was_cut(alg, whole, octets):
    given = hs_token(b"x" * 64, alg, octets=octets)
    (finding,) = run(TokenHsTruncatedMac, given)
    assert finding.message == f"a MAC of {octets} octets, where {alg} has {whole}"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/signature")
    (finding,) = run(TokenHsTruncatedMac, given, keys=[SECRET])
    assert finding.message.endswith(", and as far as it goes it is right under a trusted key")
    other = hs_token(b"y" * 64, alg, octets=16)
    assert "right" not in run(TokenHsTruncatedMac, other, keys=[SECRET])[0].message


def test_whole_and_missing_macs():
    assert run(TokenHsTruncatedMac, *(hs_token(b"x", alg) for alg in ("HS256", "HS384", "HS512"))) == ()
    assert run(TokenHsTruncatedMac, hs_token(b"x", octets=0), token({"alg": "HS256"}, signature=b"x" * 33)) == ()


def test_where_it_has_no_say():
    assert not applies(TokenHsTruncatedMac, token())
    assert not applies(TokenHsTruncatedMac, token({"alg": None}))
    assert not applies(TokenHsTruncatedMac, of("hello"))
