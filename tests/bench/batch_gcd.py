"""Shared primes: the cofactor tree of jwtctl against the classic remainder tree modulo squares, on gmpy2 as well."""

from __future__ import annotations

import math
import random
import time

import gmpy2

from jwtctl.cryptanalysis.batch_gcd import product_of, shared_factors, shared_with_product

COUNT = 10_000
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


def unrelated(count):
    """Random odd numbers, pairwise coprime, as the moduli of sound keys are."""
    rng = random.Random(1)
    small, moduli = gmpy2.primorial(65537), []
    while len(moduli) < count:
        n = rng.getrandbits(BITS) | 1 | 1 << (BITS - 1)
        if gmpy2.gcd(n, small) == 1:
            moduli.append(n)
    found = shared_factors(moduli)
    return [n for n in moduli if n not in found]


def run(count=COUNT):
    """Time both on the same moduli, then a new one against all of them, and both processors at once."""
    moduli = unrelated(count)
    times = {}
    for name, function in (("classic", classic), ("cofactor", shared_factors)):
        start = time.process_time()
        function(moduli)
        times[name] = time.process_time() - start
    ratio = times["cofactor"] / times["classic"]
    print(f"shared factors of {len(moduli)} moduli of {BITS} bits, CPU seconds")
    print(f"  classic tree  {times['classic']:6.2f}\n  cofactor tree {times['cofactor']:6.2f}   ratio {ratio:4.2f}")
    start = time.perf_counter()
    shared_factors(moduli, jobs=2)
    print(f"  two processes {time.perf_counter() - start:6.2f}   seconds on the clock")
    product = product_of(moduli[1:])
    start = time.process_time()
    shared_with_product(moduli[:1], product)
    print(f"one more against the product of them: {1e3 * (time.process_time() - start):.1f} ms of CPU")
