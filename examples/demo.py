"""What jwtctl does, in a minute: run by `make demo`, everything in a temporary folder, one server on the loopback."""

import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def title(text):
    print(f"\n\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def run(command, expect=0):
    """Show one shell command and run it."""
    print(f"$ {command}", flush=True)
    code = subprocess.run(["sh", "-c", command], stderr=subprocess.STDOUT, env=ENVIRONMENT, check=False).returncode
    if code != expect:
        sys.exit(f"the demo expected exit {expect} and got {code}")


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".json": "application/jwk-set+json"}  # noqa: RUF012 - that is how the base class is told

    def log_message(self, *_args):
        pass


def demo():
    title("1. A key pair, a token signed and verified")
    run("jwtctl keygen RS256 --to jwks -o issuer.json --public-out jwks.json")
    run("jwtctl sign --key issuer.json --iss https://id.example --sub alice --aud api --exp 1h > token")
    run("jwtctl verify @token --jwks jwks.json --iss https://id.example --aud api")

    title("2. The key set, fetched from a server and compared with yesterday's")
    Path("public").mkdir()
    run("jwtctl keygen RS256 --to jwks -o next.json --quiet")
    run("jwtctl jwks merge jwks.json next.json > merged.json")
    run("jwtctl jwks public merged.json -o public/jwks.json")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Quiet(*a, directory="public"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/jwks.json"
    run(f"jwtctl jwks fetch {url} -o today.json")
    run("jwtctl jwks diff jwks.json today.json", expect=1)
    run(f"jwtctl verify @token --jwks {url} --aud api")
    server.shutdown()
    server.server_close()

    title("3. The reversed scheme: sign with e, keep it secret, hand (n, d) to every service")
    for name in ("issuer.py", "service.py"):
        shutil.copy(HERE / "reversed-sso" / name, name)
    run("python issuer.py setup sso")
    run("python issuer.py token sso alice > alice.jwt")
    run('python service.py sso "$(cat alice.jwt)"')

    title("4. The same, broken: all that leaked is one service's key")
    run("jwtctl audit-keys sso/service-key.jwk --role verifier", expect=1)
    run("jwtctl recover sso/service-key.jwk --show-private --forge sub=root --forge role=admin > loot; cat loot")
    run('python service.py sso "$(tail -n 1 loot)"')
    print(
        "\nThe service let the forged administrator in. README.md tells how to do single sign-on the right way round."
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="jwtctl-demo-") as folder:
        os.chdir(folder)
        try:
            demo()
        finally:
            os.chdir(HERE)
