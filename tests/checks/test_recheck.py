"""The lines that recheck a finding are run, as a reader would run them: every comparison gives True, and a lie does not."""

import time

import pytest

from jwtctl.checks.audit import Audit, audit
from jwtctl.checks.base import all_checks
from jwtctl.checks.recheck import steps
from jwtctl.jose.key import from_jwk
from jwtctl.model import KeySet, Place, Role
from tests.checks.material import maker, public_rsa, rsa, weak
from tests.cryptanalysis.weak_keys import Maker

CHECKS = all_checks()
SOURCE = Maker("recheck")


def ran(lines):
    """The answers of the comparisons, from a fresh interpreter's point of view."""
    names, answers = {}, []
    for line in lines:
        try:
            answers.append(eval(line, names))
        except SyntaxError:
            exec(line, names)
    return answers


def witnesses(*keys):
    key_sets = [KeySet(key.place.source, (key,)) for key in keys]
    report = audit(CHECKS, Audit(Role.AUTO, time.monotonic, 5, key_sets))
    by_source = {key.place.source: key for key in keys}
    for finding in report.findings:
        if finding.witness:
            yield finding.id, by_source[finding.subject.source], dict(finding.witness)


def keys():
    p = SOURCE.prime(1024)
    q = SOURCE.prime_near(p + 1000)
    yield "rsa-close-primes", [rsa(p * q, 65537)]
    reversed_ = weak(2048)
    yield "rsa-roles-reversed", [rsa(reversed_.n, d=reversed_.d)]
    yield "rsa-small-factor", [rsa(31337 * SOURCE.prime(2030), 65537)]
    yield "rsa-modulus-degenerate", [rsa(p**2, 65537)]
    shared = SOURCE.prime(1024)
    pair = [rsa(shared * SOURCE.prime(1024), 65537, source=f"{i}.pem") for i in range(2)]
    yield "rsa-shared-prime", pair
    short = maker("recheck short").key(SOURCE.primes(2048), e_bits=500)
    yield "rsa-small-private-exponent", [rsa(short.n, short.d)]
    yield "rsa-exponent-invalid", [rsa(public_rsa().numbers["n"], 1)]


@pytest.mark.parametrize(("id_", "given"), list(keys()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_comparison_is_true(id_, given):
    found = [(key, witness) for name, key, witness in witnesses(*given) if name == id_]
    assert found
    for key, witness in found:
        answers = ran(steps(key, witness))
        assert answers
        assert set(answers) == {True}
        name = next(name for name, value in witness.items() if str(value).startswith("0x"))
        lie = {**witness, name: hex(int(witness[name], 16) + 2)}
        assert set(ran(steps(key, lie))) != {True}


def test_an_ec_scalar():
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
        "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    }
    key = from_jwk(jwk, Place("-"))
    assert ran(steps(key, {"crv": "P-256", "d": "0x1"})) == [True]
    assert ran(steps(key, {"crv": "P-256", "d": "0x2"})) == [False]


def test_what_is_no_arithmetic_has_no_lines():
    assert steps(public_rsa(), {"published_in": "RFC 7517"}) == ()
    assert steps(public_rsa(), {"n": "0x23"}) == ()
