"""Shared primes: the cofactor tree of jwtctl against the classic remainder tree modulo squares, on gmpy2 as well."""

from __future__ import annotations

import math
import random
import time

import gmpy2

from jwtctl.cryptanalysis.batch_gcd import shared_factors

COUNT = 2_000
BITS = 2_048


def classic(moduli):
    """Bernstein's product and remainder trees with remainders modulo n², then one gcd each."""
    levels = [[gmpy2.mpz(n) for n in moduli]]
    while len(levels[-1]) > 1:
        level = levels[-1]
        levels.append([math.prod(level[i : i + 2]) for i in range(0, len(level), 2)])
    remainders = levels.pop()
    while levels:
        level = levels.pop()
        remainders = [remainders[i // 2] % n**2 for i, n in enumerate(level)]
    return {int(n): int(g) for n, r in zip(level, remainders, strict=True) if (g := gmpy2.gcd(r // n, n)) > 1}


def run():
    """Time both on the same random odd numbers, among them two that share a prime."""
    rng = random.Random(1)
    moduli = [rng.getrandbits(BITS) | 1 | 1 << (BITS - 1) for _ in range(COUNT)]
    times = {}
    for name, function in (("classic", classic), ("cofactor", shared_factors)):
        start = time.process_time()
        function(moduli)
        times[name] = time.process_time() - start
    ratio = times["cofactor"] / times["classic"]
    print(f"shared factors of {COUNT} moduli of {BITS} bits, CPU seconds")
    print(f"  classic tree  {times['classic']:6.2f}\n  cofactor tree {times['cofactor']:6.2f}   ratio {ratio:4.2f}")
