from jwtctl.checks.key.jwk_x5c_disordered import JwkX5cDisordered
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding
from tests.jose.certificates import certificate, chain, signer, x5c


def test_a_chain_that_was_turned_round_gives_one_finding():
    finding = the_finding(run(JwkX5cDisordered, jwk(EC, x5c=x5c(*reversed(chain())))))
    assert finding.message == "entry 0 of x5c was not issued by entry 1"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/x5c/1")


def test_a_gap_and_a_stranger_of_the_right_name():
    leaf, middle, root = chain()
    assert the_finding(run(JwkX5cDisordered, jwk(EC, x5c=x5c(leaf, root)))).at == "/x5c/1"
    impostor = certificate(signer(9), subject="root")
    finding = the_finding(run(JwkX5cDisordered, jwk(EC, x5c=x5c(leaf, middle, impostor))))
    assert finding.message == "entry 1 of x5c was not issued by entry 2"


def test_chains_in_order_with_and_without_the_root():
    assert silent(JwkX5cDisordered, jwk(EC, x5c=x5c(*chain())))
    assert silent(JwkX5cDisordered, jwk(EC, x5c=x5c(*chain()[:2])))


def test_what_cannot_be_read_is_for_another_check():
    assert silent(JwkX5cDisordered, jwk(EC, x5c=[*x5c(chain()[0]), "AAAA", "!"]))


def test_one_certificate_follows_nothing():
    assert not applies(JwkX5cDisordered, jwk(EC, x5c=x5c(chain()[2])))
    assert not applies(JwkX5cDisordered, jwk(EC))
