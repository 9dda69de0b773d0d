"""`make bench`: what jwtctl costs, as ratios against something else measured in the same run."""

from __future__ import annotations

import sys

from tests.bench import batch_gcd, start_up, token_gcd

PARTS = {"start-up": start_up.run, "batch-gcd": batch_gcd.run, "token-gcd": token_gcd.run}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
