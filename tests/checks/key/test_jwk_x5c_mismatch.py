from cryptography.hazmat.primitives.asymmetric import ec

from jwtctl.checks.key.jwk_x5c_mismatch import JwkX5cMismatch
from jwtctl.jose.certificate import read
from jwtctl.jose.key import to_jwk
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, OKP, applies, jwk, public, rsa_members, run, silent, the_finding
from tests.jose.certificates import certificate, chain, edwards_signer, signer, x5c


def of(encoding):
    return to_jwk(read(encoding).key, private=False)


def test_the_certificate_of_another_key():
    leaf, middle, root = chain()
    finding = the_finding(run(JwkX5cMismatch, jwk(of(middle), x5c=x5c(leaf, middle, root))))
    assert finding.message == "the first certificate is for another EC key"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/x5c/0")


def test_the_certificate_of_a_key_of_another_type():
    leaf = chain()[0]
    finding = the_finding(run(JwkX5cMismatch, jwk(rsa_members(), x5c=x5c(leaf))))
    assert finding.message == "the first certificate is for a key of type EC"
    odd = certificate(signer(1, ec.SECP224R1))
    finding = the_finding(run(JwkX5cMismatch, jwk(public(EC), x5c=x5c(odd))))
    assert finding.message == "the first certificate is for a key of a kind that no JWK is"


def test_the_certificate_of_this_key():
    leaf, middle, root = chain()
    assert silent(JwkX5cMismatch, jwk(of(leaf), x5c=x5c(leaf, middle, root)))
    # One octet of the key changed: the certificate is for another key.
    x = of(leaf)["x"]
    changed = of(leaf) | {"x": x[:-2] + ("A" if x[-2] != "A" else "B") + x[-1]}
    assert not silent(JwkX5cMismatch, jwk(changed, x5c=x5c(leaf)))
    edwards = certificate(edwards_signer())
    assert silent(JwkX5cMismatch, jwk(of(edwards), x5c=x5c(edwards)))


def test_what_is_no_certificate_is_for_another_check():
    assert silent(JwkX5cMismatch, jwk(EC, x5c=["AAAA"]))
    assert not applies(JwkX5cMismatch, jwk(EC, x5c=["no base64!"]))


def test_keys_without_a_chain():
    assert not applies(JwkX5cMismatch, jwk(EC), jwk(OKP), jwk(OCT))
