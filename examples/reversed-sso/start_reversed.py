"""The reversed scheme with a browser: a log-in and the two services of ../sso, on the loopback, until Ctrl-C.

python start_reversed.py FOLDER   FOLDER is what `python issuer.py setup FOLDER` made
"""

import socket
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "sso"))
from start import SERVICES, listen, run, start_service  # noqa: E402 - found once the path is set


def launch(folder, processes):
    """Start everything; give the URLs by name, and add the processes by name as they start."""
    sockets, urls = listen()
    issuer = socket.create_server(("127.0.0.1", 0))
    urls["issuer"] = f"http://127.0.0.1:{issuer.getsockname()[1]}"
    settings = {"KEYS": str(folder), "ISSUER": urls["issuer"], "CLIENT_SECRET": "unused"}
    redirects = {"REDIRECT_URIS": " ".join(f"{urls[name]}/callback" for name in SERVICES)}
    log_in = SERVICES["reports"].replace("reports:service()", "log_in:server()")
    processes["issuer"] = start_service(log_in, HERE, issuer, settings | redirects)
    for name, command in SERVICES.items():
        reversed_ = command.replace(f"{name}:service", f"services:{name}")
        processes[name] = start_service(reversed_, HERE, sockets[name], settings | {"CLIENT_ID": name})
    return urls


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "service-key.jwk").exists():
        sys.exit(__doc__)
    run(launch, Path(sys.argv[1]).resolve())
