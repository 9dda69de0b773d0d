"""`python -m jwtctl`, and the entry point of the `jwtctl` script."""

import gc
import os
import sys

# A command is short. While modules load, the collector walks them over and over and finds nothing: a sixth of the
# start-up of `jwtctl decode`.
gc.disable()

try:
    from jwtctl.cli.app import main
except KeyboardInterrupt:
    sys.stderr.write("jwtctl: error: interrupted\n")
    os._exit(130)


def run() -> None:
    """Run the command line of this process, and end it with main's exit code."""
    code = main(sys.argv[1:])
    # `main` has flushed and closed what was to be written; taking the interpreter apart would cost as much again as
    # a small command does.
    os._exit(code)


if __name__ == "__main__":
    run()
