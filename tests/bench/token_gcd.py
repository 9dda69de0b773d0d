"""The modulus from two signatures: jwtctl, on gmpy2, against the same gcd in python-flint, each in its own process."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
QUICK_CASES = [
    # bits of n, e, who
    (2048, 257, ("jwtctl", "flint")),
    (2048, 65537, ("jwtctl",)),
]
ALL_CASES = [
    (2048, 257, ("jwtctl", "flint")),
    (4096, 257, ("jwtctl", "flint")),
    (2048, 65537, ("jwtctl", "flint")),
    (4096, 65537, ("jwtctl",)),
]


def pairs(bits, e):
    """The modulus and two (m, s) of a reversed issuer."""
    from jwtctl.jose.forge import emsa_pkcs1_v1_5
    from tests.cryptanalysis.weak_keys import Maker

    made = Maker(f"bench {bits}").usual_key(bits, e=e)
    messages = [emsa_pkcs1_v1_5(b"%d" % i, 256, bits // 8) for i in range(2)]
    return made.n, [(m, pow(m, e, made.n)) for m in messages]


def jwtctl(given, bits, e):
    """The modulus, cofactor removed and checked."""
    from jwtctl.cryptanalysis.modulus_from_signatures import modulus_from_signatures

    return modulus_from_signatures(given, (e,), octets=bits // 8, reversed_roles=True).n


def flint(given, _bits, e):
    """The gcd alone."""
    from flint import fmpz

    one, other = (fmpz(m) ** e - s for m, s in given)
    return int(one.gcd(other))


def measure(who, bits, e):
    """Print CPU seconds and peak MiB of this process, which must do nothing else."""
    n, given = pairs(bits, e)
    start = time.process_time()
    found = {"jwtctl": jwtctl, "flint": flint}[who](given, bits, e)
    spent = time.process_time() - start
    assert found % n == 0
    print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def in_own_process(who, bits, e):
    """CPU seconds and peak MiB of one case."""
    command = [sys.executable, "-m", "tests.bench.token_gcd", who, str(bits), str(e)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, mebibytes = done.stdout.split()
    return float(seconds), int(mebibytes)


def _print_cases(cases):
    print("modulus from two signatures, CPU seconds and peak memory of the process")
    for bits, e, names in cases:
        for who in names:
            seconds, mebibytes = in_own_process(who, bits, e)
            print(f"  {bits} bits, e = {e:<5}  {who:<6} {seconds:7.2f} s {mebibytes:>5} MiB", flush=True)


def run():
    """Time two tokens at 2048 bits; less than a minute."""
    _print_cases(QUICK_CASES)


def run_all():
    """Time each case, one after the other; some minutes in all."""
    _print_cases(ALL_CASES)


if __name__ == "__main__":
    measure(sys.argv[1], *map(int, sys.argv[2:]))
