"""Keys of one issuer that fall together."""

import time

import pytest

from jwtctl.cryptanalysis import common_secret
from jwtctl.errors import InputError
from jwtctl.recovery.several_keys import MAX_KEYS, recover_several
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("several keys")
PRIMES = [MAKER.primes(1024) for _ in range(3)]


def recover(*keys, **options):
    return recover_several([(key.n, key.d) for key in keys], clock=time.monotonic, **options)


def keys_of(e_bits, count, form="phi"):
    """Keys with moduli of their own and one e of so many bits."""
    maker = Maker(f"several {e_bits} {form}")
    while True:
        first = maker.key(PRIMES[0], e_bits=e_bits, form=form)
        try:
            return [first, *(maker.key(primes, e=first.e, form=form) for primes in PRIMES[1:count])]
        except ValueError:
            continue


def test_a_usual_exponent_needs_no_other_key_and_opens_all():
    keys = [MAKER.key(primes, e=65537) for primes in PRIMES]
    found = recover(*keys)
    assert (found.method, found.e, found.factors) == ("common-exponents", 65537, keys[0].primes)
    assert [other.factors for other in found.others] == [key.primes for key in keys[1:]]


@pytest.mark.parametrize("form", ["phi", "lambda"])
@pytest.mark.parametrize(("count", "e_bits"), [(2, 330), (3, 370)])
def test_rotation_that_keeps_e(count, e_bits, form):
    """Far beyond what one key alone gives away."""
    keys = keys_of(e_bits, count, form)
    found = recover(*keys)
    assert (found.method, found.e, found.factors) == ("common-secret-exponent", keys[0].e, keys[0].primes)
    assert [other.factors for other in found.others] == [key.primes for key in keys[1:]]
    assert found.attempts[-1].found


def test_two_exponents_under_one_modulus():
    one, other = (MAKER.key(PRIMES[0], e_bits=bits, form="phi") for bits in (350, 351))
    found = recover(one, other)
    assert (found.method, found.e, found.factors) == ("two-exponents", one.e, one.primes)
    assert [other_.e for other_ in found.others] == [other.e]


def test_a_key_of_another_issuer_is_counted_out():
    found = recover(MAKER.key(PRIMES[0], e=65537), MAKER.key(PRIMES[1], e_bits=500))
    assert found.recovered
    assert found.others == ()
    assert found.notes[-1] == "1 of the 2 keys have another e"


def test_nothing_in_common_is_not_recovered_and_says_what_that_means():
    found = recover(MAKER.key(PRIMES[0], e_bits=500), MAKER.key(PRIMES[1], e_bits=501))
    assert not found.recovered
    assert found.attempts[-1].method == "common-secret-exponent"
    assert "one e of up to" in found.attempts[-1].bound
    assert found.notes[-1] == "this does not show that the keys are safe"


def test_no_time():
    found = recover(*keys_of(370, 3), stop=lambda: True)
    assert not found.recovered
    assert "not finished: common-secret-exponent" in found.notes
    assert not any(note.startswith("heuristic") for note in found.notes)


def test_a_step_that_takes_too_long_is_cut_short():
    found = recover(*keys_of(370, 3), step_seconds=-1)
    assert (found.recovered, found.attempts) == (False, ())
    assert found.notes[0] == "not finished: common-secret-exponent"


def test_a_search_that_ends_early_excludes_nothing(monkeypatch):
    over = []
    monkeypatch.setattr(common_secret, "common_secret_exponent", lambda *_: over.append(True))
    found = recover(*keys_of(370, 3), stop=lambda: bool(over))
    assert over
    assert "common-secret-exponent" not in {attempt.method for attempt in found.attempts}
    assert found.notes[0] == "not finished: common-secret-exponent"
    assert not any(note.startswith("heuristic") for note in found.notes)


def test_how_many():
    key = MAKER.key(PRIMES[0], e=65537)
    for keys in ([key], [key, key], [key._replace(d=key.d + 2 * i) for i in range(MAX_KEYS + 1)]):
        with pytest.raises(InputError, match="different keys, where 2 to 12"):
            recover(*keys)
