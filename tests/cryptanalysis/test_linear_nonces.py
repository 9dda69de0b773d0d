import sys
from itertools import accumulate

import pytest

from jwtctl.cryptanalysis.linear_nonces import congruential, counter, recurrence
from jwtctl.errors import MissingExtraError
from tests.cryptanalysis.weak_nonces import Signer


def polynomial_nonces(signer, degree, count):
    n = signer.curve.n
    coefficients = [signer.nonce() for _ in range(degree + 1)]
    nonces = [signer.nonce()]
    while len(nonces) < count:
        nonces.append(sum(c * nonces[-1] ** i for i, c in enumerate(coefficients)) % n)
    return nonces


def search(method, signer, nonces, **options):
    return method(signer.relations(nonces), signer.curve.n, signer.check, **options)


@pytest.mark.parametrize("name", ["P-256", "P-384", "P-521", "secp256k1"])
@pytest.mark.parametrize("step", [1, 0x10001, -(2**200)])
def test_three_successive_values_of_a_counter(name, step):
    signer = Signer(f"counter {step}", name)
    start = signer.nonce()
    nonces = [start, start + step, start + 2 * step]
    assert search(counter, signer, nonces) == signer.x
    assert search(counter, signer, nonces[:2]) is None
    assert search(counter, signer, [nonces[0], nonces[1], nonces[2] + 1]) is None


def test_a_counter_that_starts_later():
    signer = Signer("later")
    start = signer.nonce()
    others = [signer.nonce() for _ in range(61)]
    nonces = [*others, start, start + 5, start + 10]
    assert search(counter, signer, nonces) == signer.x
    assert search(counter, signer, [signer.nonce(), *nonces]) == signer.x
    # The 64th window is the last one.
    assert search(counter, signer, [signer.nonce(), signer.nonce(), signer.nonce(), *nonces]) is None


def test_missing_values_of_a_counter():
    signer = Signer("missing")
    start = signer.nonce()
    nonces = [start, start + 3 * 77, start + 7 * 77]
    assert search(counter, signer, nonces, gaps=4) == signer.x
    assert search(counter, signer, nonces, gaps=3) is None


def test_a_generator_with_known_parameters():
    signer = Signer("known")
    n, a, b = signer.curve.n, 0x5DEECE66D, 11
    first = signer.nonce()
    nonces = [first, (a * first + b) % n]
    assert search(congruential, signer, nonces, multiplier=a, increment=b) == signer.x
    assert search(congruential, signer, nonces, multiplier=a, increment=b + 1) is None
    assert search(congruential, signer, [first, first + 9], increment=9) == signer.x


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["P-256", "P-521"])
def test_a_recurrence_of_unknown_coefficients(name, degree):
    signer = Signer(f"recurrence {degree}", name)
    nonces = polynomial_nonces(signer, degree, degree + 3)
    assert search(recurrence, signer, nonces, degree=degree) == signer.x
    assert search(recurrence, signer, nonces[:-1], degree=degree) is None
    assert search(recurrence, signer, [*nonces[:-1], nonces[-1] + 1], degree=degree) is None


def test_a_recurrence_of_higher_degree_than_assumed():
    signer = Signer("higher")
    nonces = polynomial_nonces(signer, 2, 8)
    assert search(recurrence, signer, nonces, degree=1) is None
    assert search(recurrence, signer, nonces, degree=3) == signer.x


def test_a_generator_modulo_another_number_is_not_found():
    signer = Signer("another modulus")
    nonces = list(
        accumulate(range(7), lambda k, _: (6364136223846793005 * k + 1442695040888963407) % 2**256, initial=9**70)
    )
    assert search(recurrence, signer, nonces) is None


@pytest.mark.parametrize("low_s", [False, True])
def test_signs(low_s):
    """Signers that keep s in the lower half lose the sign of their nonces."""
    signer = Signer("signs", low_s=low_s)
    linear = polynomial_nonces(signer, 1, 4)
    counted = [linear[0], linear[0] + 3, linear[0] + 6]
    pair = [linear[0], linear[0] + 1]
    for signed in (False, True):
        expected = None if low_s and not signed else signer.x
        assert search(counter, signer, counted, signed=signed) == expected
        assert search(recurrence, signer, linear, signed=signed) == expected
        assert search(congruential, signer, pair, increment=1, signed=True) == signer.x


def test_equal_nonces_say_nothing_here():
    signer = Signer("equal")
    relations = signer.relations([signer.nonce()] * 6)
    same = [relations[0]] * 6
    for method in (counter, congruential, recurrence):
        assert method(same, signer.curve.n, signer.check) is None
        assert method([], signer.curve.n, signer.check) is None


def test_stop():
    signer = Signer("stop")
    start = signer.nonce()
    nonces = [start, start + 1, start + 2, start + 3]
    for method in (counter, congruential, recurrence):
        assert search(method, signer, nonces, stop=lambda: True) is None


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    signer = Signer("extra")
    with pytest.raises(MissingExtraError, match="the search for a recurrence needs an optional part"):
        search(recurrence, signer, polynomial_nonces(signer, 1, 4))
