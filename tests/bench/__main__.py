"""`make bench`: what jwtctl costs, as ratios against something else measured in the same run.

`python -m tests.bench recovery-reach` measures how far the lattices reach, which takes some ten minutes.
"""

from __future__ import annotations

import sys

from tests.bench import batch_gcd, key_checks, recovery_reach, start_up, token_gcd

PARTS = {
    "start-up": start_up.run,
    "batch-gcd": batch_gcd.run,
    "key-checks": key_checks.run,
    "token-gcd": token_gcd.run,
}
LONG_PARTS = {"recovery-reach": recovery_reach.run}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        (PARTS | LONG_PARTS)[name]()
