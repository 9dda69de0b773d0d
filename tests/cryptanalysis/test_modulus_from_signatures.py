import math

import pytest
from gmpy2 import is_prime, powmod

from jwtctl.cryptanalysis import modulus_from_signatures as module
from jwtctl.cryptanalysis.modulus_from_signatures import USUAL_EXPONENTS, modulus_from_signatures
from tests.cryptanalysis.weak_keys import Maker

SMALL = [e for e in USUAL_EXPONENTS if e < 65537]
MAKER = Maker("signatures")
PRIMES = {bits: MAKER.primes(bits) for bits in (1017, 1024, 2048)}
ROLES = pytest.mark.parametrize("roles", [True, False], ids=["reversed", "ordinary"])


def key(bits, e):
    """A key of these primes, or of the next ones for which e has a partner."""
    p, q = PRIMES[bits]
    while math.gcd(e, p - 1) > 1:
        p = MAKER.prime_near(p + 2)
    while math.gcd(e, q - 1) > 1:
        q = MAKER.prime_near(q + 2)
    return MAKER.key([p, q], e=e)


def pairs(made, count, roles):
    """(m, s) with m as long as padding makes it: 15 bits short of whole octets."""
    length = 8 * ((made.n.bit_length() + 7) // 8) - 15
    messages = [MAKER.random.getrandbits(length) | 1 << (length - 1) for _ in range(count)]
    return [(m, int(powmod(m, made.e if roles else made.d, made.n))) for m in messages]


def search(given, bits, roles, exponents=SMALL, **options):
    return modulus_from_signatures(given, exponents, octets=(bits + 7) // 8, reversed_roles=roles, **options)


@ROLES
@pytest.mark.parametrize("e", SMALL)
def test_two_signatures_give_the_modulus_and_a_usual_exponent(e, roles):
    made = key(1024, e)
    found = search(pairs(made, 2, roles), 1024, roles)
    assert found is not None
    assert (found.n, found.e, found.pairs) == (made.n, e, (0, 1))


@ROLES
@pytest.mark.parametrize(("bits", "e"), [(2048, 257), (1017, 17)], ids=["2048 bits", "as short as its octets allow"])
def test_other_lengths(bits, e, roles):
    made = key(bits, e)
    found = search(pairs(made, 3, roles), bits, roles)
    assert found is not None
    assert (found.n, found.pairs) == (made.n, (0, 1, 2))


@pytest.mark.slow
@ROLES
def test_the_most_usual_exponent(roles):
    made = key(2048, 65537)
    found = search(pairs(made, 2, roles), 2048, roles, USUAL_EXPONENTS)
    assert found is not None
    assert (found.n, found.e) == (made.n, 65537)


@ROLES
def test_near_misses_give_nothing(roles):
    made, other = key(1024, 17), MAKER.key(MAKER.primes(1024), e=257)
    good = pairs(made, 2, roles)
    assert search(good, 1024, not roles) is None
    assert search(good, 1024, roles, [e for e in SMALL if e != 17]) is None
    assert search([good[0], pairs(other, 1, roles)[0]], 1024, roles) is None
    assert search([good[0], (good[1][0], good[1][1] ^ 1)], 1024, roles) is None
    assert search([good[0], (good[1][0] ^ 1, good[1][1])], 1024, roles) is None
    assert search(good, 1032, roles) is None


@ROLES
def test_signatures_of_another_key_after_the_first_two_do_no_harm(roles):
    made, other = key(1024, 17), MAKER.key(MAKER.primes(1024), e=257)
    good, foreign = pairs(made, 3, roles), pairs(other, 1, roles)
    found = search([*good[:2], *foreign, good[2], (good[2][0], good[2][1] ^ 1)], 1024, roles)
    assert found is not None
    assert (found.n, found.pairs) == (made.n, (0, 1, 3))


@ROLES
def test_a_cofactor_beyond_the_small_primes_is_taken_away_by_a_third_signature(roles, monkeypatch):
    made, cofactor = key(1024, 3), 211
    with_cofactor = []
    while len(with_cofactor) < 2:
        ((m, s),) = pairs(made, 1, roles)
        base, power = (m, s) if roles else (s, m)
        if (pow(base, 3, cofactor) - power) % cofactor == 0:
            with_cofactor.append((m, s))
    assert search(with_cofactor, 1024, roles) is not None
    monkeypatch.setattr(module, "_COFACTOR_PRIMES", 200)
    assert is_prime(cofactor)
    assert search(with_cofactor, 1024, roles) is None
    found = search([*with_cofactor, *pairs(made, 1, roles)], 1024, roles)
    assert found is not None
    assert found.n == made.n


def test_a_modulus_with_small_factors_is_found_whole_if_nothing_else_is_small():
    p, q = MAKER.primes(1016)
    made = MAKER.key([p, q, 251], e=17)
    octets = (made.n.bit_length() + 7) // 8
    found = modulus_from_signatures(pairs(made, 12, roles=True), SMALL, octets=octets, reversed_roles=True)
    assert found is not None
    assert (found.n, len(found.pairs)) == (made.n, 12)


@ROLES
@pytest.mark.parametrize(
    "hostile",
    [
        lambda m, _: [(m, 0), (m + 2, 0)],
        lambda m, _: [(m, 1), (m + 2, 1)],
        lambda m, _: [(m, m), (m + 2, m + 2)],
        lambda m, s: [(m, s), (m, s)],
        lambda m, s: [(m, s), (m, s + 1)],
        lambda m, s: [(m, s + (1 << 1100)), (m + 2, s + (1 << 1100))],
        lambda m, _: [(m**3, m), (8 * m**3, 2 * m)],
        lambda m, _: [(m, m**3), (2 * m, 8 * m**3)],
    ],
    ids=["zero", "one", "m itself", "twice", "two for one m", "longer than n", "cubes", "cubed"],
)
def test_hostile_numbers_give_nothing(hostile, roles):
    ((m, s),) = pairs(key(1024, 17), 1, roles)
    assert search(hostile(m, s), 1024, roles) is None


def test_it_stops_between_the_powers():
    polls = iter([False, True])
    given = pairs(key(1024, 17), 2, roles=True)
    assert search(given, 1024, roles=True, exponents=[17], stop=lambda: next(polls)) is None
    assert next(polls, "asked twice") == "asked twice"
