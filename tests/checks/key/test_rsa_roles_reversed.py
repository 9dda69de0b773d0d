from jwtctl.checks.key.rsa_roles_reversed import RsaRolesReversed
from jwtctl.model import Confidence, Role, Severity
from tests.checks.material import (
    EC,
    applies,
    jwk,
    maker,
    out_of_time,
    private_rsa,
    public_rsa,
    rsa,
    run,
    silent,
    the_finding,
    weak,
)


def proves(witness):
    n, e, d, p, q = (int(witness[name], 16) for name in ("n", "e", "d", "p", "q"))
    return p * q == n and e * d % (p - 1) == 1 and e * d % (q - 1) == 1


def test_a_private_exponent_published_as_e():
    for form in ("lambda", "phi"):
        n, e, d, _ = weak(form=form)
        finding = the_finding(run(RsaRolesReversed, rsa(n, d)))
        assert finding.message == (
            f"the exponent of {d.bit_length()} bits is undone by 65537, so whoever has this key can sign"
        )
        assert (finding.severity, finding.confidence, finding.at) == (Severity.CRITICAL, Confidence.CERTAIN, "/e")
        assert finding.witness["d"] == hex(d)
        assert finding.witness["e"] == hex(e)
        assert proves(finding.witness)


def test_the_private_half_of_a_reversed_key_says_the_same():
    n, e, d, (p, q) = weak()
    finding = the_finding(run(RsaRolesReversed, rsa(n, d, d=e, p=p, q=q)))
    assert finding.severity is Severity.CRITICAL
    assert finding.witness["e"] == "0x10001"
    assert the_finding(run(RsaRolesReversed, rsa(n, d, d=e), clock=out_of_time())).witness["e"] == "0x10001"


def test_the_negative_of_a_usual_exponent():
    n, _e, d, _primes = weak()
    order = weak().lam
    finding = the_finding(run(RsaRolesReversed, rsa(n, order - d)))
    assert "is undone by a number of 20" in finding.message
    assert finding.severity is Severity.CRITICAL
    assert proves(finding.witness)


def test_n_and_d_alone():
    n, _e, d, _ = weak()
    finding = the_finding(run(RsaRolesReversed, rsa(n, d=d)))
    assert finding.message == ("n and d alone are stated, and d is undone by 65537, so whoever has this key can sign")
    assert (finding.severity, finding.confidence, finding.at) == (Severity.CRITICAL, Confidence.CERTAIN, "/d")
    assert proves(finding.witness)


def test_n_and_d_alone_with_a_longer_secret():
    source = maker("roles reversed")
    key = source.key(source.primes(2048), e_bits=300)
    finding = the_finding(run(RsaRolesReversed, rsa(key.n, d=key.d)))
    assert "d is undone by a number of 300 bits" in finding.message
    assert proves(finding.witness)


def test_n_and_d_alone_are_suspicious_even_if_nothing_was_found():
    finding = the_finding(run(RsaRolesReversed, rsa(weak().n, d=weak().d), clock=out_of_time()))
    assert finding.message == ("n and d alone are stated, as if d were for verifiers and e the secret; no e was found")
    assert (finding.severity, finding.confidence, finding.witness) == (Severity.HIGH, Confidence.HEURISTIC, {})


def test_an_issuer_may_keep_n_and_d():
    assert silent(RsaRolesReversed, rsa(weak().n, d=weak().d), role=Role.ISSUER)


def test_a_d_that_anybody_guesses():
    finding = the_finding(run(RsaRolesReversed, rsa(weak().n, d=65537)))
    assert finding.message == (
        "d is 65537, which anybody tries first: it is a public exponent, and the secret one is elsewhere"
    )
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/d", {"d": "0x10001"})


def test_a_long_exponent_that_was_not_undone_is_only_likely():
    finding = the_finding(run(RsaRolesReversed, rsa(weak().n, weak().d), clock=out_of_time()))
    assert finding.message == (
        f"an exponent of {weak().d.bit_length()} bits looks like a private one that was published as e; "
        "what undoes it was not found"
    )
    assert (finding.severity, finding.confidence, finding.at) == (Severity.HIGH, Confidence.HEURISTIC, "/e")


def test_exponents_of_medium_length_are_for_another_check():
    assert silent(RsaRolesReversed, rsa(weak().n, (1 << 200) + 1), clock=out_of_time())


def test_ordinary_keys():
    assert silent(RsaRolesReversed, public_rsa())
    assert silent(RsaRolesReversed, private_rsa())


def test_a_short_private_exponent_is_for_another_check():
    source = maker("roles reversed")
    key = source.key(source.primes(2048), e_bits=400)
    assert silent(RsaRolesReversed, rsa(key.n, key.d))


def test_other_types_have_no_roles_to_reverse():
    assert not applies(RsaRolesReversed, jwk(EC))
    assert not applies(RsaRolesReversed, rsa((1 << 16384) + 1, d=65537))
