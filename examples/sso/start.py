"""Single sign-on on this machine: the identity server and two services, on free ports of the loopback, until Ctrl-C.

python examples/sso/start.py [FOLDER]   keys and key sets are kept in FOLDER; without it in a temporary one
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
SERVICES = {
    "notes": "uvicorn notes:service --factory --log-level warning --fd {fd}",
    "reports": "gunicorn reports:service() --threads 8 --no-control-socket --log-level warning --bind fd://{fd}",
}


def launch(folder, processes):
    """Start everything; give the URLs by name, and add the processes by name as they start."""
    keys, clients = folder / "keys", folder / "clients.json"
    if not keys.exists():
        schedule = ("--alg", "RS256", "--every", "1d", "--max-ttl", "1h", "--cache-ttl", "15m")
        subprocess.run([BIN / "jwtctl", "jwks", "rotate", keys, "--init", *schedule], check=True, stdout=sys.stderr)
    sockets, urls = listen()
    passwords = {name: secrets.token_urlsafe(32) for name in SERVICES}
    registered = [
        {
            "client_id": name,
            "client_secret": passwords[name],
            "redirect_uris": [f"{urls[name]}/callback"],
            "audience": name,
        }
        for name in SERVICES
    ]
    clients.touch(mode=0o600)
    clients.write_text(json.dumps({"clients": registered}))
    processes["issuer"] = subprocess.Popen(
        [BIN / "jwtctl", "serve", keys, "--port", "0", "--clients", clients, "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
    )
    urls["issuer"] = processes["issuer"].stdout.readline().strip() or sys.exit("the identity server did not start")
    for name, command in SERVICES.items():
        (folder / name).mkdir(exist_ok=True)
        settings = {"AUDIENCE": name, "KEY_SET": str(folder / name / "jwks.json")}
        settings |= {"ISSUER": urls["issuer"], "CLIENT_ID": name, "CLIENT_SECRET": passwords[name]}
        processes[name] = start_service(command, HERE, sockets[name], settings)
    return urls


def listen():
    """Take a port for each service: the issuer can then be told of services that do not run yet."""
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in SERVICES}
    for taken in sockets.values():
        # uvicorn takes a socket that it is handed for a local one, and leaves Nagle's algorithm on: 40 ms a request.
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sockets, {name: f"http://127.0.0.1:{taken.getsockname()[1]}" for name, taken in sockets.items()}


def start_service(command, folder, listening, settings):
    """Start a service in a folder, and hand its port over."""
    program, *options = command.format(fd=listening.fileno()).split()
    environment = os.environ | settings | {"SESSION_SECRET": secrets.token_urlsafe(32)}
    return subprocess.Popen([BIN / program, *options], cwd=folder, env=environment, pass_fds=[listening.fileno()])


def run(launch_all, folder):
    """Start everything in a folder, say where it is, and end it all at Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes = {}
    try:
        urls = launch_all(folder, processes)
        for name, process in processes.items():
            print(f"{name:<8} {urls[name]}  (process {process.pid})")
        print(f"folder   {folder}", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()


if __name__ == "__main__":
    if len(sys.argv) > 2 or sys.argv[1:] in (["-h"], ["--help"]):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="sso-") as scratch:
        chosen = Path(sys.argv[1] if len(sys.argv) == 2 else scratch).resolve()
        chosen.mkdir(parents=True, exist_ok=True)
        run(launch, chosen)
