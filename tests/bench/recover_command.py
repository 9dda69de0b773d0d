"""The whole of `jwtctl recover`, from its start to its answer: CPU time of the process and of those that search for it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from jwtctl.jose.key import to_jwk
from jwtctl.model import Key
from tests.cryptanalysis.weak_keys import Maker

BITS = 2_048
E_BITS = (511, 560, 569)
FORMS = ("phi", "lambda")


def measure(e_bits, form):
    """The method that found an e of so many bits, and CPU seconds, user and system, of everything that was run."""
    maker = Maker(f"command {e_bits} {form}")
    key = maker.key(maker.primes(BITS), e_bits=e_bits, form=form)
    with tempfile.TemporaryDirectory() as folder:
        leak = Path(folder) / "service.jwk"
        leak.write_text(json.dumps(to_jwk(Key("RSA", numbers={"n": key.n, "d": key.d}), private=True)))
        script = str(Path(sys.executable).with_name("jwtctl"))
        command = [script, "recover", str(leak), "--jobs", "1", "--budget", "3m", "--show-private", "--json", "-q"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = json.loads(done.stdout)
    assert sorted(int(p, 0) for p in found["factors"]) == sorted(key.primes)
    return found["method"], after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rows():
    """Each length of e, what d was reduced by, the method that found it, CPU seconds."""
    for e_bits in E_BITS:
        for form in FORMS:
            yield e_bits, form, *measure(e_bits, form)


def run():
    """Print a line for each key."""
    print(
        f"jwtctl recover --jobs 1, n of {BITS} bits: CPU seconds of all its processes; textbook reaches {BITS // 4 - 2}"
    )
    for e_bits, form, method, seconds in rows():
        print(f"  e of {e_bits} bits, d modulo {form:<6}  {method:<20} {seconds:6.2f} s", flush=True)
