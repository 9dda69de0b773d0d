import pytest

from jwtctl.checks.token.token_akp_sig_length import TokenAkpSigLength
from jwtctl.jose.generate import generate
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, signed_token, token

LENGTHS = {"ML-DSA-44": "2,420", "ML-DSA-65": "3,309", "ML-DSA-87": "4,627"}


@pytest.mark.parametrize("alg", LENGTHS)
def test_a_wrong_length(alg):
    (finding,) = run(TokenAkpSigLength, token({"alg": alg}, signature=b"x" * 2421))
    assert finding.message == f"a signature of 2,421 octets, where {alg} has {LENGTHS[alg]}"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/signature")


def test_a_key_of_another_algorithm():
    key, other = generate("ML-DSA-44")._replace(kid="a"), generate("ML-DSA-65")._replace(kid="a")
    (finding,) = run(TokenAkpSigLength, signed_token(key, "ML-DSA-44"), keys=[other])
    assert finding.message == "alg is ML-DSA-44, but the key that its kid names is for ML-DSA-65"
    assert finding.at == "/header/alg"
    assert run(TokenAkpSigLength, signed_token(key, "ML-DSA-44"), keys=[other, key]) == ()


@pytest.mark.parametrize("alg", LENGTHS)
def test_sound_signatures(alg):
    key = generate(alg)
    assert run(TokenAkpSigLength, signed_token(key, alg)) == ()
    assert run(TokenAkpSigLength, signed_token(key, alg), keys=[generate("ML-DSA-44")]) == ()


def test_where_it_has_no_say():
    assert not applies(TokenAkpSigLength, token())
    assert not applies(TokenAkpSigLength, token({"alg": ["ML-DSA-44"]}))
    assert not applies(TokenAkpSigLength, token({"alg": "ML-DSA-44"}, signature=b""))
    assert not applies(TokenAkpSigLength, of("hello"))
