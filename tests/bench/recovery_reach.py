"""How long a secret exponent may be and still be found: bits of e, lattice and CPU seconds, beside the textbook bound.

Each key has an e of as many bits as its search should reach. A direct lattice is run whole; a scan starts a few
intervals before the one that holds p + q, and the time of the worst case, all intervals, is worked out from its steps.
"""

from __future__ import annotations

import math
import time

from jwtctl.cryptanalysis.boneh_durfee import SHAPES, y_bits
from jwtctl.cryptanalysis.boneh_durfee_chain import scan_intervals
from jwtctl.cryptanalysis.lattice_plan import plan, predicted_bits
from tests.cryptanalysis.weak_keys import Maker

SIZES = (1024, 2048, 3072, 4096)
BUDGET = 120
BEFORE = 12
QUICK_DIMENSIONS = (18, 38)
QUICK_BUDGETS = (2, 10, 40)
"""The short table has the furthest scan of a plan for so many seconds each."""


def measure(bits, shape, guess_bits):
    """(bits of e, found, CPU seconds used, CPU seconds of a whole scan) for one key at the bound of a search."""
    maker = Maker(f"reach {bits} {shape} {guess_bits}")
    primes = maker.primes(bits)
    n = math.prod(primes)
    e_bits = predicted_bits(n, n - 2, shape, guess_bits)
    key = maker.key(primes, e_bits=e_bits, form="phi")
    index = (sum(primes) - 2 * math.isqrt(n)) >> (y_bits(n, guess_bits) + 1)
    first = max(index - BEFORE, 0)
    times, counts = [], []

    def progress(_, count):
        times.append(time.process_time())
        counts.append(count)

    start = time.process_time()
    found = scan_intervals(n, key.d, shape, guess_bits, first=first, on_progress=progress)
    spent = time.process_time() - start
    whole = spent
    if len(times) > 1:
        step = (times[-1] - times[0]) / (len(times) - 1)
        whole = times[0] - start + step * (first + counts[0])
    return e_bits, found == key.primes, spent, whole


def _print_rows(bits, searches):
    for shape, guess_bits in searches:
        e_bits, found, spent, whole = measure(bits, shape, guess_bits)
        print(
            f"{bits:>5} {bits // 4 - 2:>8} {e_bits:>5} {e_bits / bits:>7.4f}  "
            f"{'scan' if guess_bits else 'direct':<7} {shape.dimension:>3} {guess_bits:>5} "
            f"{'yes' if found else 'NO':>5} {spent:>8.2f} {whole:>8.1f}",
            flush=True,
        )


def _print_head():
    print("reach of a short secret exponent, CPU seconds of one core; textbook is Wiener's n^(1/4)/3")
    print(
        f"{'n':>5} {'textbook':>8} {'e':>5} {'of n':>7}  {'method':<7} {'dim':>3} {'guess':>5} {'found':>5} {'s':>8} {'whole':>8}"
    )


def scans(bits, budget):
    """(shape, bits of p + q that are guessed) of the scans that are planned for so many seconds, cheap ones first."""
    n = 3 << bits - 2 | 1
    return [(search.shape, search.guess_bits) for search in plan(n, n - 2, budget) if search.guess_bits]


def run():
    """Print a few lines for each length of n."""
    _print_head()
    for bits in SIZES:
        direct = [(shape, 0) for shape in SHAPES if shape.dimension in QUICK_DIMENSIONS]
        _print_rows(bits, [*direct, *(scans(bits, budget)[-1] for budget in QUICK_BUDGETS)])


def run_all():
    """Print a line for each direct lattice and each scan that is planned for two minutes."""
    _print_head()
    for bits in SIZES:
        direct = [(shape, 0) for shape in SHAPES if shape.dimension <= 44]
        _print_rows(bits, direct + scans(bits, BUDGET))
