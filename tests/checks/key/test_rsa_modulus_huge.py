from jwtctl.checks.key.rsa_modulus_huge import RsaModulusHuge
from jwtctl.model import Severity
from tests.checks.material import OKP, applies, jwk, rsa, run, silent, the_finding


def test_more_than_8192_bits_are_of_no_use():
    finding = the_finding(run(RsaModulusHuge, rsa((1 << 8192) + 1, 65537)))
    assert finding.message == "a modulus of 8193 bits, where 8192 are the most that is of use"
    assert (finding.severity, finding.at) == (Severity.LOW, "/n")


def test_beyond_what_openssl_takes_no_search_is_made_and_it_says_so():
    finding = the_finding(run(RsaModulusHuge, rsa((1 << 16384) + 1, 65537)))
    assert finding.message == (
        "a modulus of 16385 bits, which OpenSSL refuses; it was not searched for weak factors or exponents"
    )
    assert finding.severity is Severity.MEDIUM


def test_8192_bits_are_not_too_many():
    assert silent(RsaModulusHuge, rsa((1 << 8191) + 1, 65537))


def test_other_types_have_no_modulus():
    assert not applies(RsaModulusHuge, jwk(OKP))
