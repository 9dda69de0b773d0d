"""The services of `examples/sso` at the load that one core holds: what verification costs, and that rotation fails nothing.

The services run on one core, the load on another, from wrk where it is installed and from Python where not. Requests
are counted for each CPU second of a service, user and system, so that what else the machine does is left out.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.examples.deployment import EXAMPLES, running
from tests.examples.load import exchange

ROUNDS, SECONDS = 3, 2
ROTATIONS, PERIOD = 3, 4.0
CONNECTIONS = 8
JWTCTL = Path(sys.executable).with_name("jwtctl")
TICKS = os.sysconf("SC_CLK_TCK")
# A new token is read every hundred requests: none is older than two seconds.
SCRIPT = """
local count, token = 0, nil
request = function()
  if count % 100 == 0 then local file = io.open("{tokens}"); token = file:read("*a"); file:close() end
  count = count + 1
  return wrk.format("GET", "/api/me", {{["Authorization"] = "Bearer " .. token}})
end
"""


def cpu(pid):
    """CPU seconds of a process and of those that it has started."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(cpu(child) for child in children)


def fire(url, tokens, seconds):
    """Ask as fast as answers come; returns how many requests were made and how many failed."""
    if shutil.which("wrk") is None:
        command = [sys.executable, "-m", "tests.bench.sso_load", url, tokens, str(seconds)]
        requests_, failed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return requests_, failed
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT.format(tokens=tokens))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", script.name, url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    made = re.search(r"(\d+) requests in", told)
    assert made is not None, told
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return int(made[1]), sum(map(int, errors.groups() if errors else ())) + int(refused[1] if refused else 0)


def fire_from_python(url, tokens, seconds):
    """What wrk does, slower; prints [requests, failed]."""
    end, counts = time.monotonic() + float(seconds), []

    def one():
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        while time.monotonic() < end:
            headers = {"Authorization": f"Bearer {Path(tokens).read_text()}"}
            status, _ = exchange(connection, "GET", "/api/me", None, headers)
            counts.append(status != http.HTTPStatus.OK)

    threads = [threading.Thread(target=one) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([len(counts), sum(counts)]))


@contextlib.contextmanager
def fresh_tokens(deployment, folder):
    """Files with a token for each service, new ones every second."""
    end = threading.Event()
    clients = json.loads((deployment.folder / "clients.json").read_text())["clients"]

    def renew():
        for client in clients:
            answer = requests.post(
                f"{deployment.urls['issuer']}/token",
                {"grant_type": "client_credentials"},
                auth=(client["client_id"], client["client_secret"]),
                timeout=10,
            )
            new = folder / "new"
            new.write_text(answer.json()["access_token"])
            new.replace(folder / client["client_id"])

    def keep():
        while not end.wait(1):
            renew()

    renew()
    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


@contextlib.contextmanager
def without_verification(name, issuer):
    """The URL and the process of a service that believes everything, started by the same command as the other."""
    start = importlib.import_module("start")
    sockets, urls = start.listen()
    command = start.SERVICES[name].replace(f"{name}:service", f"unverified:{name}")
    settings = {"ISSUER": issuer, "CLIENT_ID": name, "CLIENT_SECRET": "unused"}
    with confined(sorted(os.sched_getaffinity(0))[:1]):
        process = start.start_service(command, Path(__file__).parent, sockets[name], settings)
    try:
        assert requests.get(f"{urls[name]}/api/me", timeout=30).status_code == http.HTTPStatus.OK
        yield urls[name], process.pid
    finally:
        process.terminate()
        process.wait()
        for listening in sockets.values():
            listening.close()


def rotate(store):
    """Rotate as often as is wanted; returns how many keys began to sign."""
    activated = 0
    for _ in range(ROTATIONS):
        time.sleep(PERIOD)
        command = [JWTCTL, "jwks", "rotate", store, "--json"]
        told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        activated += sum(step["what"] == "activated" for step in told["steps"])
    return activated


@contextlib.contextmanager
def confined(cores):
    """What is started here runs on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def rate(url, pid, tokens):
    """Requests for each CPU second of the service, and failures."""
    before = cpu(pid)
    made, failed = fire(url, tokens, SECONDS)
    return made / (cpu(pid) - before), failed


def measure(name, deployment, tokens):
    """Print a line for one service."""
    url, pid = f"{deployment.urls[name]}/api/me", deployment.pids[name]
    verified, believed, failures = [], [], 0
    with without_verification(name, deployment.urls["issuer"]) as (other, other_pid):
        for _ in range(ROUNDS):
            for rates, address, process in ((verified, url, pid), (believed, f"{other}/api/me", other_pid)):
                found, failed = rate(address, process, tokens / name)
                rates.append(found)
                failures += failed
    rotations = []
    rotating = threading.Thread(target=lambda: rotations.append(rotate(deployment.folder / "keys")))
    rotating.start()
    made, failed = fire(url, tokens / name, PERIOD * ROTATIONS + 2)
    rotating.join()
    print(
        f"  {name:<8} {max(verified):6.0f} requests a CPU second, {max(believed):6.0f} without verification: "
        f"{max(verified) / max(believed):.2f}; {failures} failed. {rotations[0]} rotations: {failed} of {made:,} failed",
        flush=True,
    )


def run():
    """Measure and print."""
    cores = sorted(os.sched_getaffinity(0))
    sys.path.append(str(EXAMPLES / "sso"))
    loader = "wrk" if shutil.which("wrk") else "Python"
    print(f"examples/sso on one core, RS256 with 3072 bits, /api/me, {CONNECTIONS} connections from {loader}")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder, tokens = Path(name) / "sso", Path(name) / "tokens"
        tokens.mkdir()
        schedule = ("--alg", "RS256", "--max-ttl", "1h", "--cache-ttl", f"{PERIOD - 1:.0f}s")
        subprocess.run(
            [JWTCTL, "jwks", "rotate", folder / "keys", "--init", *schedule], stdout=subprocess.DEVNULL, check=True
        )
        with confined(cores[:1]):
            deployment = stack.enter_context(running("sso/start.py", folder))
        stack.enter_context(fresh_tokens(deployment, tokens))
        for service in ("notes", "reports"):
            measure(service, deployment, tokens)


if __name__ == "__main__":
    fire_from_python(*sys.argv[1:])
