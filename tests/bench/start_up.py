"""CPU time of whole processes, in interleaved rounds: jwtctl against a bare typer program and against PyJWT."""

from __future__ import annotations

import compileall
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import jwtctl

ROUNDS = 15

HELLO = """\
import typer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def hello(name: str) -> None:
    \"\"\"Say hello.\"\"\"
    print(f"hello {name}")


app()
"""

VERIFY = 'import jwt; print(jwt.decode(open("token").read().strip(), open("public.pem").read(), algorithms=["RS256"]))'
SIGN = 'import jwt; print(jwt.encode({"sub": "alice"}, open("private.pem").read(), algorithm="RS256"))'

LIMITS = [
    # measured, against, limit
    ("jwtctl decode", "typer hello-world", 1.1),
    ("jwtctl --help", "typer hello-world --help", 1.2),
    ("jwtctl verify RS256", "PyJWT verify one-liner", 0.7),
    ("jwtctl sign RS256", "PyJWT sign one-liner", 0.55),
]


def cpu(command, folder):
    """CPU milliseconds, user and system, of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # As a user has it: byte code is cached.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(folder):
    """Median CPU milliseconds by name, from interleaved rounds."""
    script = str(Path(sys.executable).with_name("jwtctl"))
    token = (folder / "token").read_text().strip()
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "typer hello-world": [sys.executable, "hello.py", "alice"],
        "typer hello-world --help": [sys.executable, "hello.py", "--help"],
        "jwtctl decode": [script, "decode", token],
        "jwtctl --help": [script, "--help"],
        "jwtctl verify RS256": [script, "verify", token, "--key", "public.pem"],
        "PyJWT verify one-liner": [sys.executable, "-c", VERIFY],
        "jwtctl sign RS256": [script, "sign", "--key", "private.pem", "--sub", "alice"],
        "PyJWT sign one-liner": [sys.executable, "-c", SIGN],
    }
    times = {name: [] for name in commands}
    for name in [*commands] * (ROUNDS + 1):
        times[name].append(cpu(commands[name], folder))
    return {name: statistics.median(spent[1:]) for name, spent in times.items()}


def run():
    """Prepare keys and a token, measure, print."""
    compileall.compile_dir(Path(jwtctl.__file__).parent, quiet=2)
    script = str(Path(sys.executable).with_name("jwtctl"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hello.py").write_text(HELLO)
        for command, target in (
            (["keygen", "RS256", "--size", "2048", "--to", "pem", "--public-out", "public.pem", "-q"], "private.pem"),
            (["sign", "--key", "private.pem", "--sub", "alice"], "token"),
        ):
            subprocess.run([script, *command, "-o", target], cwd=folder, check=True)
        medians = measure(folder)
    base = medians["python -c pass"]
    print(f"CPU time of whole processes, median of {ROUNDS} interleaved rounds")
    for what, spent in medians.items():
        print(f"  {what:<28} {spent:7.1f} ms   {spent / base:5.1f} x python -c pass")
    print("ratios")
    for what, against, limit in LIMITS:
        ratio = medians[what] / medians[against]
        print(f"  {what:<20} / {against:<25} {ratio:5.2f}   limit {limit:4.2f}   {'ok' if ratio <= limit else 'OVER'}")
