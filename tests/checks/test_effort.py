from jwtctl.checks.effort import MOST_KEYS, Effort, affordable


def test_the_more_keys_the_less_effort():
    assert [affordable(keys) for keys in (0, 16, 17, 2_000, 2_001, 10**6)] == [
        Effort.DEEP,
        Effort.DEEP,
        Effort.USUAL,
        Effort.USUAL,
        Effort.QUICK,
        Effort.QUICK,
    ]


def test_every_effort_but_the_least_has_its_limit():
    assert set(MOST_KEYS) == set(Effort) - {Effort.QUICK}
