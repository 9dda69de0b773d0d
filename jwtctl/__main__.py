"""`python -m jwtctl` is the same command as `jwtctl`."""

from jwtctl.cli.app import run

run()
