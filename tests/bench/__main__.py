"""`make bench`: what jwtctl costs, as ratios against something else measured in the same run, and how far it reaches.

`python -m tests.bench PART …` runs parts by their names. Not in the default: `recovery-reach-all`, the long table of some
ten minutes; `token-gcd-all`; `reach-picture`, which measures what the README and its picture show and draws it; and
`reach-redraw`, which draws it again from the figures of the last run.
"""

from __future__ import annotations

import sys

from tests.bench import (
    batch_gcd,
    key_checks,
    reach_picture,
    recover_command,
    recovery_reach,
    sso_load,
    start_up,
    token_gcd,
)

PARTS = {
    "start-up": start_up.run,
    "batch-gcd": batch_gcd.run,
    "key-checks": key_checks.run,
    "recovery-reach": recovery_reach.run,
    "recover-command": recover_command.run,
    "token-gcd": token_gcd.run,
    "sso-load": sso_load.run,
}
LONG_PARTS = {
    "recovery-reach-all": recovery_reach.run_all,
    "token-gcd-all": token_gcd.run_all,
    "reach-picture": reach_picture.run,
    "reach-redraw": reach_picture.redraw,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        (PARTS | LONG_PARTS)[name]()
