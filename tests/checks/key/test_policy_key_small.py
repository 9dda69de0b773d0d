from jwtctl.checks.key.policy_key_small import PolicyKeySmall
from jwtctl.model import Policy
from tests.checks.material import EC, OCT, applies, jwk, public_rsa, run, silent, the_finding

POLICY = Policy(min_rsa_bits=2049, min_oct_bits=512)


def test_one_bit_too_few():
    finding = the_finding(run(PolicyKeySmall, public_rsa(2048), policy=POLICY))
    assert (finding.message, finding.at) == ("2048 bits, where the policy asks for 2049", "/n")
    finding = the_finding(run(PolicyKeySmall, jwk({"kty": "oct", "k": "AAAA"}), policy=POLICY))
    assert (finding.message, finding.at) == ("24 bits, where the policy asks for 512", "/k")


def test_enough():
    assert silent(PolicyKeySmall, public_rsa(2048), policy=Policy(min_rsa_bits=2048))
    assert silent(PolicyKeySmall, jwk(OCT), policy=POLICY)


def test_keys_whose_size_the_curve_says_or_that_nobody_asks_about():
    assert not applies(PolicyKeySmall, jwk(EC), policy=POLICY)
    assert not applies(PolicyKeySmall, public_rsa(2048), policy=Policy(min_oct_bits=512))
    assert not applies(PolicyKeySmall, public_rsa(2048))
