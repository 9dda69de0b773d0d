import pytest

from jwtctl.checks.key.rsa_private_partial import RsaPrivatePartial
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, private_rsa, public_rsa, rsa, run, silent, the_finding, weak


def without(*names, **changed):
    key = private_rsa()
    numbers = {name: number for name, number in {**key.numbers, **changed}.items() if name not in names}
    return key._replace(numbers=numbers)


@pytest.mark.parametrize(
    ("key", "message", "severity", "at"),
    [
        (rsa(weak().n, d=weak().d), "a private key without e", Severity.HIGH, "/e"),
        (without("d"), "a private key without d", Severity.HIGH, "/d"),
        (without("dp"), "a private key with p, q, dq, qi but without dp", Severity.HIGH, "/dp"),
        (without("dp", "dq", "qi"), "a private key with p, q but without dp, dq, qi", Severity.HIGH, "/dp"),
        (without(q=0), "a private key with p, dp, dq, qi but without q", Severity.HIGH, "/q"),
        (rsa(weak().n, 65537, d=weak().d), "a private key without p, q, dp, dq, qi", Severity.MEDIUM, "/p"),
    ],
)
def test_it_names_what_is_missing(key, message, severity, at):
    finding = the_finding(run(RsaPrivatePartial, key))
    assert (finding.message, finding.severity, finding.at) == (message, severity, at)


def test_a_whole_key_lacks_nothing():
    assert silent(RsaPrivatePartial, private_rsa())


def test_the_openssh_format_has_no_dp_and_dq():
    assert silent(RsaPrivatePartial, without("dp", "dq")._replace(container="OpenSSH private key"))


def test_an_openssh_key_as_ssh_keygen_would_read_it():
    from jwtctl.jose import key_formats, key_writing

    octets = key_writing.write([private_rsa()], "ssh", private=True)
    (key,) = key_formats.read(octets, "id_rsa").keys
    assert silent(RsaPrivatePartial, key)


def test_public_keys_leaks_and_other_types_are_left_alone():
    assert not applies(RsaPrivatePartial, public_rsa())
    assert not applies(RsaPrivatePartial, rsa(weak().n, d=weak().d, container="leak JSON"))
    assert not applies(RsaPrivatePartial, jwk(EC))
