"""Names that nobody can guess, values that go."""

from jwtctl.issuer.expiring import Expiring
from tests.issuer.conftest import Clock


def test_a_value_is_kept_until_its_end():
    clock = Clock()
    kept = Expiring[str](60, 10, clock)
    name = kept.add("a")
    assert len(name) == 43
    clock.now += 59
    assert kept.get(name) == "a"
    clock.now += 1
    assert kept.get(name) is None
    assert kept.get("other") is None


def test_what_is_taken_is_gone():
    kept = Expiring[str](60, 10, Clock())
    name = kept.add("a")
    assert kept.pop(name) == "a"
    assert kept.pop(name) is None


def test_the_oldest_goes_first_when_there_are_too_many():
    kept = Expiring[int](60, 3, Clock())
    names = [kept.add(number) for number in range(5)]
    assert [kept.get(name) for name in names] == [None, None, 2, 3, 4]
    assert len(kept) == 3


def test_what_has_expired_takes_no_room():
    clock = Clock()
    kept = Expiring[int](60, 100, clock)
    for number in range(50):
        kept.add(number)
    clock.now += 60
    kept.add(51)
    assert len(kept) == 1
