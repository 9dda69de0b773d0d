"""What each leak gives away, measured and drawn: bits of e against CPU seconds, one line for each method.

The figures of a run are kept beside the picture, with their date and the name of the processor; the picture and a table
of the README are made from them, and tests hold both to them.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import platform
import re
import time
from pathlib import Path

from jwtctl.cryptanalysis import common_secret, exponent
from jwtctl.cryptanalysis.boneh_durfee import SHAPES
from tests.bench import reach_svg, recover_command, recovery_reach, token_gcd
from tests.cryptanalysis.weak_keys import Maker

FOLDER = Path(__file__).resolve().parent.parent.parent / "examples" / "reversed-sso"
FIGURES, PICTURE = FOLDER / "reach.json", FOLDER / "reach.svg"

BITS = 2_048
REPEATS = 5
COMMON = (3, 257, 65537, (1 << 20) - 3, (1 << 32) + 15, (1 << 64) + 13, (1 << 128) + 51, (1 << 256) + 297)
FRACTION_BITS = (24, 64, 128, 192, 256, 320, 384, 448, 480, 511)
SCAN_BUDGET = 300
TOKEN_EXPONENTS = (3, 257, 65537)


def spent(function, right):
    """Least CPU seconds of a few calls, each of which must give the right answer."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        found = function()
        times.append(time.process_time() - start)
        assert right(found), found
    return min(times)


def common_exponents():
    """Usual exponents, d modulo λ(n)."""
    for e in COMMON:
        made = Maker(f"picture {e}").usual_key(BITS, e=e)
        yield e.bit_length(), spent(lambda made=made: exponent.common_exponents(made.n, made.d), lambda x, e=e: x == e)


def continued_fraction():
    """Random exponents, d modulo λ(n)."""
    for bits in FRACTION_BITS:
        maker = Maker(f"picture fraction {bits}")
        made = maker.key(maker.primes(BITS), e_bits=bits)
        yield (
            bits,
            spent(lambda made=made: exponent.continued_fraction(made.n, made.d), lambda x, made=made: x == made.e),
        )


def direct_lattice():
    """One lattice of each shape, at its bound, d modulo φ(n)."""
    yield from _lattices([(shape, 0) for shape in SHAPES])


def chain():
    """All intervals of each scan that is planned, at its bound: the worst case, d modulo φ(n)."""
    yield from _lattices(recovery_reach.scans(BITS, SCAN_BUDGET))


def _lattices(searches):
    for shape, guess_bits in searches:
        e_bits, found, _, whole = recovery_reach.measure(BITS, shape, guess_bits)
        assert found, (shape, guess_bits)
        yield e_bits, whole


def two_keys():
    """One e for two moduli, up to the bound, d modulo λ(n)."""
    for bits in (516, 550, 600, 650, 683):
        makers = [Maker(f"picture two {bits} {i}") for i in range(2)]
        primes = [maker.primes(BITS) for maker in makers]
        e = makers[0].exponent(bits, math.prod(p - 1 for pair in primes for p in pair))
        made = [maker.key(pair, e=e) for maker, pair in zip(makers, primes, strict=True)]
        pairs = [(k.n, k.d) for k in made]
        yield (
            bits,
            spent(
                lambda pairs=pairs: common_secret.common_secret_exponent(pairs),
                lambda x, made=made: x == tuple(k.primes for k in made),
            ),
        )


def two_exponents():
    """Two e under one modulus, up to the bound, d modulo λ(n)."""
    for bits in (516, 560, 610, 660, 700, 731):
        maker = Maker(f"picture exponents {bits}")
        primes = maker.primes(BITS)
        one, other = (maker.key(primes, e_bits=bits) for _ in range(2))
        yield (
            bits,
            spent(
                lambda one=one, other=other: common_secret.two_exponents_one_modulus(one.n, one.d, other.d),
                lambda x, one=one: x == one.primes,
            ),
        )


def tokens():
    """Two RS256 tokens of a reversed issuer and nothing else; a process of its own for each."""
    for e in TOKEN_EXPONENTS:
        seconds, _ = token_gcd.in_own_process("jwtctl", BITS, e)
        yield e.bit_length(), seconds


METHODS = {
    "common-exponents": common_exponents,
    "continued-fraction": continued_fraction,
    "direct-lattice": direct_lattice,
    "chain": chain,
    "two-keys": two_keys,
    "two-exponents": two_exponents,
    "tokens": tokens,
}


def processor():
    """Its name as the system gives it."""
    information = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", information.read_text()) if information.exists() else None
    return named[1] if named else platform.processor() or platform.machine()


def run():
    """Measure, keep the figures, draw."""
    figures = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "cpu": processor(),
        "unit": "CPU seconds of one core",
        "n_bits": BITS,
        "methods": {},
        "command": [],
    }
    for name, measured in METHODS.items():
        points = figures["methods"][name] = []
        for e_bits, seconds in measured():
            points.append({"e_bits": e_bits, "seconds": float(f"{seconds:.3g}")})
            print(f"  {name:<20} {e_bits:>4} bits {seconds:9.4f} s", flush=True)
    for e_bits, form, method, seconds in recover_command.rows():
        figures["command"].append({"e_bits": e_bits, "d_modulo": form, "method": method, "seconds": round(seconds, 2)})
        print(f"  {'jwtctl recover':<20} {e_bits:>4} bits {seconds:9.4f} s  {method}, d modulo {form}", flush=True)
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    redraw()


def redraw():
    """Draw the figures of the last run again."""
    PICTURE.write_text(reach_svg.picture(json.loads(FIGURES.read_text())))
    print(PICTURE.relative_to(Path.cwd()) if PICTURE.is_relative_to(Path.cwd()) else PICTURE)
