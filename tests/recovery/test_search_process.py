"""Children that search: the first result counts, and none outlives its time, its memory or its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jwtctl.cryptanalysis.factoring import never
from jwtctl.errors import InputError
from jwtctl.recovery.search_process import Outcome, race
from tests.conftest import ROOT


def run(*searches, stop=never, max_memory=1 << 32, **options):
    return race(searches, stop=stop, max_memory=max_memory, **options)


def endless(_tell):
    while True:
        pow(3, 1 << 4000, (1 << 4001) - 1)


def after(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def test_a_result():
    assert run(lambda _: (3, 5)) == Outcome((3, 5))
    assert run(lambda _: None) == Outcome()
    assert run(lambda _: None, lambda _: 7, lambda _: None) == Outcome(7)
    assert run() == Outcome()


def test_the_first_result_ends_the_others():
    begin = time.monotonic()
    assert run(endless, lambda _: 7) == Outcome(7)
    assert time.monotonic() - begin < 10


def test_progress_is_told_by_each():
    told = []

    def search(tell):
        tell("half")
        tell({"whole": 1})

    assert run(search, search, on_progress=lambda *what: told.append(what)) == Outcome()
    assert sorted(told, key=str) == [(0, "half"), (0, {"whole": 1}), (1, "half"), (1, {"whole": 1})]


def test_time_is_up_in_the_middle_of_a_computation():
    """One modular power of days: nothing inside polls anything."""
    assert run(lambda _: pow(3, 1 << 10**7, (1 << 10**6) - 1), stop=after(0.3)) == Outcome(stopped="time")


def test_memory_is_up():
    assert run(lambda _: bytearray(4 << 30) and None, max_memory=1 << 30) == Outcome(stopped="memory")


def test_a_library_that_ends_the_process_for_want_of_memory():
    import gmpy2

    assert run(lambda _: gmpy2.mpz(1) << (1 << 36), max_memory=1 << 30) == Outcome(stopped="memory")


def test_what_others_found_counts_though_one_crashed():
    assert run(lambda _: os.kill(os.getpid(), signal.SIGSEGV)) == Outcome(stopped="crash")
    assert run(lambda _: os.kill(os.getpid(), signal.SIGSEGV), lambda _: time.sleep(0.2) or 7) == Outcome(7)


def test_what_the_system_kills_took_too_much_memory():
    assert run(lambda _: os.kill(os.getpid(), signal.SIGKILL)) == Outcome(stopped="memory")


def test_what_a_search_raises_is_raised():
    def search(_):
        raise InputError("n is even")

    with pytest.raises(InputError, match="n is even"):
        run(endless, search)


def test_the_least_memory_is_enough_to_search():
    def search(_):
        import flint

        return int(flint.fmpz(7))

    assert run(search, max_memory=0) == Outcome(7)


def test_an_interrupt_leaves_no_process_behind():
    children = []

    def interrupt():
        if children:
            raise KeyboardInterrupt
        return False

    def search(tell):
        tell(os.getpid())
        endless(tell)

    with pytest.raises(KeyboardInterrupt):
        run(search, stop=interrupt, on_progress=lambda _, pid: children.append(pid))
    with pytest.raises(ProcessLookupError):
        os.kill(children[0], 0)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends them")
def test_children_end_with_their_parent():
    code = (
        "from jwtctl.recovery.search_process import race\n"
        "from tests.recovery.test_search_process import endless\n"
        "import os\n"
        "def search(tell): tell(os.getpid()); endless(tell)\n"
        "race([search], stop=lambda: False, max_memory=1 << 32, on_progress=lambda _, pid: print(pid, flush=True))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if "\nState:\tZ" in Path(f"/proc/{child}/status").read_text():
            return  # nobody has reaped it yet
        time.sleep(0.1)
    pytest.fail("the child is still there")
