import pytest

from jwtctl.checks.token.token_jwe_p2c import TokenJweP2c
from jwtctl.model import Severity
from tests.checks.token.material import applies, jwe, run, token

ALG = "PBES2-HS256+A128KW"


@pytest.mark.parametrize(
    ("rounds", "message", "severity"),
    [
        (1_200_001, "p2c is 1,200,001, more than 1,200,000", Severity.HIGH),
        (10**3000, "p2c is a number of 9966 bits, more than 1,200,000", Severity.HIGH),
        (999, "p2c is 999, fewer than 1,000", Severity.MEDIUM),
        (0, "p2c is 0, no number of rounds", Severity.HIGH),
        (-5, "p2c is -5, no number of rounds", Severity.HIGH),
        (True, "p2c is True, no number of rounds", Severity.HIGH),
        ("600000", "p2c is '600000', no number of rounds", Severity.HIGH),
        (None, "p2c is None, no number of rounds", Severity.HIGH),
    ],
)
def test_too_much_and_too_little(rounds, message, severity):
    (finding,) = run(TokenJweP2c, jwe({"alg": ALG, "p2c": rounds}))
    assert (finding.message, finding.severity, finding.at) == (message, severity, "/header/p2c")


@pytest.mark.parametrize("rounds", [1000, 210_000, 600_000, 1_200_000])
def test_a_sound_number(rounds):
    assert run(TokenJweP2c, jwe({"alg": ALG, "p2c": rounds})) == ()


def test_where_it_has_no_say():
    assert not applies(TokenJweP2c, jwe({"alg": "dir", "p2c": 1}))
    assert not applies(TokenJweP2c, jwe({"alg": [ALG]}))
    assert not applies(TokenJweP2c, token({"alg": ALG, "p2c": 1}))
