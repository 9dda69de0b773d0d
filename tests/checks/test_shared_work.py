import os
import signal
import time

import pytest

from jwtctl.checks.shared_work import MANY_KEYS, in_shares, usual_jobs


@pytest.mark.parametrize("count", [0, 1, 16, 17, 100])
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_item_once(count, jobs):
    answers = dict(in_shares(lambda share: [i * i for i in share], count, jobs))
    assert sorted(i for share in answers for i in share) == list(range(count))
    assert all(answer == [i * i for i in share] for share, answer in answers.items())


def test_in_other_processes():
    assert os.getpid() not in {pid for _, pid in in_shares(lambda _: os.getpid(), 100, 2)}
    assert {pid for _, pid in in_shares(lambda _: os.getpid(), 100, 1)} == {os.getpid()}


def test_a_process_that_dies_is_noticed():
    with pytest.raises(RuntimeError, match="ended before its work was done"):
        list(in_shares(lambda share: os.kill(os.getpid(), signal.SIGKILL) if 0 in share else 1, 100, 2))


def test_who_stops_listening_leaves_nobody_behind():
    answers = in_shares(lambda share: os.getpid() if 0 in share else time.sleep(60), 100, 2)
    _, pid = next(answers)
    answers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_few_keys_take_no_other_process():
    assert usual_jobs(MANY_KEYS) == 1
    assert usual_jobs(MANY_KEYS + 1) == len(os.sched_getaffinity(0))
