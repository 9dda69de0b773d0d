"""Checks of public RSA keys: CPU time of each, and of badkeys on the same ones where it is installed.

Method. The moduli are made of two random numbers of half their length without a factor up to 65537, whose likes no
other modulus has: to every search they are what sound keys are, and making 20,000 primes would take ten minutes. All
figures are CPU time of one core (user and system); nothing is counted that Python spends on making the keys.

1. What each check costs in a run over so many keys, which makes the quick searches, and what the usual and the deep
   searches add: its `applies` and `find` for every key, the first key before the clock starts; of five parts of the
   keys the one in which it took least, because other programs disturb. Checks of all keys together and what is asked
   of all moduli before the checks begin are divided by the number of keys.
2. The questions that badkeys asks: its functions, called as its own `checkrsa` does, against the checks here that ask
   the same. Known primes, small factors and unseeded generators are one computation here, which counts whole, as it is
   made by a run that does not look for shared primes: beside that search it costs next to nothing. The
   blocklist is in neither sum: both tools need a file for it that is downloaded. So is dsasparse, for keys of DSA.
   Fermat's method makes 100,000 steps here and 100 there.
3. The whole programs, each a process of its own on one JWK Set with the same keys, from its start to its end: `jwtctl
   audit-keys FILE --jobs 1 --quiet` with all default checks, of which shared primes are one, against `badkeys --checks
   … --jwk FILE` with its default checks but the blocklist. Once more with the usual searches (--no-deep), which up to
   2,000 keys are in the default.
"""

from __future__ import annotations

import importlib
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gmpy2

from jwtctl.checks.audit import Audit
from jwtctl.checks.base import EstateCheck, KeyCheck, all_checks
from jwtctl.checks.effort import Effort
from jwtctl.cryptanalysis import known_factors
from jwtctl.cryptanalysis.batch_gcd import shared_factors
from jwtctl.cryptanalysis.factoring import small_primes
from jwtctl.jose.key import to_jwk
from jwtctl.model import Key, KeySet, Place, Role

COUNT = 10_000
USUAL, DEEP = 1_000, 20
BITS = 2_048
KNOWN = "known factors, all at once"
SHARED = "shared and known factors"
SHORTEST = 10
"""Microseconds: what takes less is summed up."""
QUESTIONS = {
    "fermat": "rsa-close-primes",
    "roca": "rsa-roca",
    "rsainvalid": "rsa-exponent-invalid",
    "rsapoly": "rsa-short-sleeve",
    "sharedprimes": "rsa-known-prime",
    "smalld": "rsa-small-private-exponent",
    "smallfactors": "rsa-small-factor",
}
"""The checks of badkeys that a default run makes of RSA keys, and what asks the same here."""


def fresh(count):
    """Keys as a JWKS has them, none of which any check but the size of the set complains of."""
    rng = random.Random(1)
    moduli = []
    while len(moduli) < count:
        moduli += [_part(rng) * _part(rng) for _ in range(count - len(moduli))]
        spoiled = shared_factors(moduli)
        moduli = [n for n in moduli if n not in spoiled]
    return [
        Key("RSA", numbers={"n": n, "e": 65537}, kid=f"key-{i}", alg="RS256", use="sig", place=Place("jwks.json", i))
        for i, n in enumerate(moduli)
    ]


def _part(rng):
    while True:
        number = rng.getrandbits(BITS // 2) | 3 << (BITS // 2 - 2) | 1
        if math.gcd(number, 255255) == 1 and gmpy2.gcd(small_primes(), number) == 1:
            return number


def microseconds(function, items):
    """CPU time per item in the fastest fifth of them; the first item goes before, so that tables are there."""
    function(items[0])
    size = math.ceil(len(items) / 5)
    spent = []
    for first in range(0, len(items), size):
        part = items[first : first + size]
        start = time.process_time()
        for item in part:
            function(item)
        spent.append(1e6 * (time.process_time() - start) / len(part))
    return min(spent)


def estate_microseconds(check, given, keys):
    """CPU time per key of a check of all keys together."""
    start = time.process_time()
    if check.applies(keys, given):
        list(check.find(keys, given))
    return 1e6 * (time.process_time() - start) / len(keys)


def audit_of(keys, effort):
    """An audit that has not begun."""
    return Audit(Role.AUTO, time.monotonic, 3600, [KeySet("jwks.json", tuple(keys))], effort=effort)


def screen_microseconds(given, keys, *, mutually):
    """CPU time per key of what is asked of all moduli at once, before the checks begin."""
    known_factors.product([BITS])
    start = time.process_time()
    given.screen(mutually=mutually)
    return 1e6 * (time.process_time() - start) / len(keys)


def table(keys, effort):
    """Microseconds per key, by the id of each check that has to do with RSA keys."""
    given = audit_of(keys, effort)
    times = {SHARED: screen_microseconds(given, keys, mutually=True)}
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
    return {name: microseconds(lambda n, run=checks[name]["function"]: run(n, e=65537), moduli) for name in QUESTIONS}


def process_seconds(command):
    """CPU seconds of a program from its start to its end; it may exit with 0 or 1."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr.decode())
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def whole_programs(keys, *, with_peer):
    """CPU seconds of the programs on a file with these keys, by what was run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jwks.json"
        path.write_text(json.dumps({"keys": [to_jwk(key, private=False) for key in keys]}))
        ours = [sys.executable, "-m", "jwtctl", "audit-keys", str(path), "--jobs", "1", "--quiet"]
        runs = {
            "jwtctl, all default checks": ours,
            "jwtctl with the usual searches": [*ours, "--no-deep"],
        }
        if with_peer:
            chosen = ",".join(QUESTIONS)
            code = "import sys; from badkeys.runcli import runcli; sys.exit(runcli())"
            runs["badkeys"] = [sys.executable, "-c", code, "--checks", chosen, "--jwk", str(path)]
        return {name: process_seconds(command) for name, command in runs.items()}


def run():
    """Print a table for a run over many keys, what the other searches add, and both comparisons."""
    keys = fresh(COUNT)
    quick, usual, deep = (
        table(keys[:count], effort)
        for effort, count in ((Effort.QUICK, COUNT), (Effort.USUAL, USUAL), (Effort.DEEP, DEEP))
    )
    print(f"CPU microseconds per RSA key of {BITS} bits")
    print(f"{'':<30} {f'quick, {COUNT:,}':>13} {f'usual, {USUAL:,}':>13} {f'deep, {DEEP}':>13}")
    shown = {name for name in quick if max(quick[name], usual[name], deep[name] / 20) >= SHORTEST}
    for name in sorted(shown, key=lambda name: -usual[name]):
        print(f"  {name:<28} {quick[name]:13.1f} {usual[name]:13.1f} {deep[name]:13.1f}")
    rest = [sum(spent for name, spent in each.items() if name not in shown) for each in (quick, usual, deep)]
    print(f"  {f'{len(quick) - len(shown)} others':<28} " + " ".join(f"{spent:13.1f}" for spent in rest))
    print(f"  {'together':<28} " + " ".join(f"{sum(each.values()):13.1f}" for each in (quick, usual, deep)))
    theirs = peer(keys)
    if theirs:
        print(f"the questions that badkeys asks, {COUNT:,} keys   jwtctl    badkeys")
        for name, own in QUESTIONS.items():
            print(f"  {own:<32} {quick[own]:16.1f} {theirs[name]:10.1f}")
        known = screen_microseconds(audit_of(keys, Effort.QUICK), keys, mutually=False)
        print(f"  {KNOWN:<32} {known:16.1f}")
        ours, total = known + sum(quick[own] for own in QUESTIONS.values()), sum(theirs.values())
        print(f"  {'together':<32} {ours:16.1f} {total:10.1f}   {total / ours:4.1f} times the keys per CPU second")
    print(f"the whole programs on {COUNT:,} keys, CPU seconds")
    spent = whole_programs(keys, with_peer=bool(theirs))
    for name, seconds in spent.items():
        ratio = f"   {seconds / spent['badkeys']:4.2f} times badkeys" if theirs and name != "badkeys" else ""
        print(f"  {name:<38} {seconds:8.2f}{ratio}")
    if not theirs:
        print("badkeys is not installed: `make bench` installs it and adds the comparison")
