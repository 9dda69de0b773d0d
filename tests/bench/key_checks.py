"""Checks of public RSA keys: CPU time of each on fresh keys, and of badkeys on the same ones where it is installed."""

from __future__ import annotations

import importlib
import math
import random
import time

import gmpy2

from jwtctl.checks.audit import Audit, audit
from jwtctl.checks.base import EstateCheck, KeyCheck, all_checks
from jwtctl.cryptanalysis.factoring import fermat, without_small_factor
from jwtctl.model import Key, KeySet, Place, Role

COUNT = 200
BITS = 2_048
SCREEN = "small factors, all at once"
SHORTEST = 20
"""Microseconds: what takes less is summed up."""
PEER = ("fermat", "roca", "rsainvalid", "rsapoly", "smalld", "smallfactors")
OURS = (
    "rsa-close-primes",
    "rsa-roca",
    "rsa-exponent-invalid",
    "rsa-short-sleeve",
    "rsa-small-private-exponent",
    "rsa-small-factor",
)
"""The same questions, in the same order; Fermat's method makes 100,000 steps here and 100 there."""


def fresh(count):
    """Keys of two random primes each, as a JWKS has them."""
    rng = random.Random(1)
    primes = [int(gmpy2.next_prime(rng.getrandbits(BITS // 2) | 3 << (BITS // 2 - 2))) for _ in range(2 * count)]
    moduli = [math.prod(primes[i : i + 2]) for i in range(0, 2 * count, 2)]
    return [Key("RSA", numbers={"n": n, "e": 65537}, place=Place("jwks.json", i)) for i, n in enumerate(moduli)]


def microseconds(function, items):
    """CPU time per item; the first item goes before, so that tables are there."""
    function(items[0])
    start = time.process_time()
    for item in items:
        function(item)
    return 1e6 * (time.process_time() - start) / len(items)


def estate_microseconds(check, given, keys):
    """CPU time per key of a check of all keys together."""
    start = time.process_time()
    if check.applies(keys, given):
        list(check.find(keys, given))
    return 1e6 * (time.process_time() - start) / len(keys)


def screen_microseconds(keys):
    """CPU time per key of what is asked of all moduli at once, before the checks begin."""
    without_small_factor([3])
    start = time.process_time()
    without_small_factor(key.numbers["n"] for key in keys)
    return 1e6 * (time.process_time() - start) / len(keys)


def table(keys, *, deep):
    """Microseconds per key, by the id of each check that has to do with RSA keys."""
    given = Audit(Role.AUTO, time.monotonic, 3600, [KeySet("jwks.json", tuple(keys))], deep=deep)
    times = {SCREEN: screen_microseconds(keys)}
    for check in all_checks():
        if isinstance(check, KeyCheck):

            def look(key, check=check):
                return check.applies(key, given) and list(check.find(key, given))

            times[check.id] = microseconds(look, keys)
        elif isinstance(check, EstateCheck):
            times[check.id] = estate_microseconds(check, given, keys)
    return times


def peer(keys):
    """Microseconds per key of each check of badkeys, or nothing where it is not installed."""
    try:
        checks = importlib.import_module("badkeys.checks").allchecks
    except ImportError:
        return {}
    moduli = [key.numbers["n"] for key in keys]
    return {name: microseconds(lambda n, run=checks[name]["function"]: run(n, e=65537), moduli) for name in PEER}


def run():
    """Print a table for a run over many keys, what the deep searches add, and the comparison."""
    keys = fresh(COUNT)
    quick, deep = table(keys, deep=False), table(keys[:20], deep=True)
    print(f"CPU microseconds per RSA key of {BITS} bits, {COUNT} keys")
    for name, spent in sorted(quick.items(), key=lambda item: -item[1]):
        if max(spent, deep[name]) >= SHORTEST:
            print(f"  {name:<28} {spent:10.1f}" + (f"   deep {deep[name]:10.1f}" if deep[name] > 2 * spent else ""))
    rest = [spent for spent in quick.values() if spent < SHORTEST]
    print(f"  {len(rest):>3} others{'':<18} {sum(rest):10.1f}")
    print(f"  {'all checks':<28} {sum(quick.values()):10.1f}   deep {sum(deep.values()):10.1f}")
    given = Audit(Role.AUTO, time.monotonic, key_sets=[KeySet("jwks.json", tuple(keys))], deep=False)
    start = time.process_time()
    audit(all_checks(), given)
    print(f"  {'the whole audit':<28} {1e6 * (time.process_time() - start) / COUNT:10.1f}")
    if not (theirs := peer(keys)):
        print("  badkeys is not installed")
        return
    print("the questions that badkeys asks      jwtctl    badkeys")
    for spent, own in zip(theirs.values(), OURS, strict=True):
        print(f"  {own:<28} {quick[own]:12.1f} {spent:10.1f}")
    print(f"  {SCREEN:<28} {quick[SCREEN]:12.1f}")
    ours = sum(quick[own] for own in (SCREEN, *OURS))
    print(
        f"  {'together':<28} {ours:12.1f} {sum(theirs.values()):10.1f}   {sum(theirs.values()) / ours:4.1f} times the keys"
    )
    hundred = microseconds(lambda key: fermat(key.numbers["n"], 100), keys)
    print(f"  {'fermat with 100 steps':<28} {hundred:12.1f} {theirs['fermat']:10.1f}")
