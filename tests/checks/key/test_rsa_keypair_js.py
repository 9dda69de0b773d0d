from jwtctl.checks.key.rsa_keypair_js import RsaKeypairJs
from jwtctl.cryptanalysis.keypair_js import regenerate
from jwtctl.jose.aes_block import encrypt_block
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


def primes(*seed, bits=1024):
    return regenerate(bytes(seed) + bytes(32 - len(seed)), bits, encrypt_block)


def test_a_key_of_a_seed_of_zeros():
    p, q = primes(0x4D)
    finding = the_finding(run(RsaKeypairJs, rsa(p * q, 65537)))
    assert finding.message == (
        "keypair before 1.0.4 makes this key from the seed 4d and 31 zeros, so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"seed": "4d" + 31 * "00", "p": hex(p), "q": hex(q)}


def test_other_seeds_and_sound_keys():
    p, q = primes(0x4D, 1)
    assert silent(RsaKeypairJs, rsa(p * q, 65537))
    assert silent(RsaKeypairJs, public_rsa())


def test_the_leading_bits_alone_are_not_believed():
    p, q = primes(0x4D)
    assert silent(RsaKeypairJs, rsa(p * q + 2, 65537))


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaKeypairJs, rsa(2 * weak().n, 65537))
    assert not applies(RsaKeypairJs, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaKeypairJs, jwk(EC))
