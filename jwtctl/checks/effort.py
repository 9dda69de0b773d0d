"""How much time an audit may take for searches in each RSA key."""

from __future__ import annotations

from enum import IntEnum


class Effort(IntEnum):
    """What searches take for one RSA key of 2048 bits, in ascending order.

    QUICK is less than a tenth of a millisecond each, USUAL a few milliseconds for all, DEEP tenths of a second.
    """

    QUICK = 1
    USUAL = 2
    DEEP = 3


MOST_KEYS = {Effort.DEEP: 16, Effort.USUAL: 2_000}
"""Up to so many keys an audit that is not told otherwise makes these searches too: some seconds for all of them."""


def affordable(keys: int) -> Effort:
    """The effort of an audit of so many keys."""
    return max((effort for effort, most in MOST_KEYS.items() if keys <= most), default=Effort.QUICK)
