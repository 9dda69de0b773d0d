"""The application: which commands there are, and `main`, the only place that turns an outcome into an exit code.

Only the command that was asked for is built, and its module imported: building all of them would cost every run more
than most commands do by themselves.
"""

import contextlib
import functools
import gc
import importlib
import inspect
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jwtctl import __version__
from jwtctl.errors import JwtctlError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS: dict[str, str] = {
    "keygen": "Make a key.",
    "key": "Look at keys and change their format.",
    "sign": "Sign a token.",
    "decode": "Show what is inside a token, without verifying it.",
    "verify": "Verify a token and list every check.",
    "jwks": "Fetch, compare, merge and publish key sets.",
    "audit-keys": "Audit keys and key sets.",
    "serve": "Run an issuer to develop and test against.",
    "audit-tokens": "Audit tokens.",
    "recover": "Recover the rest of a key from what has leaked.",
    "explain": "Say what a check looks for, why, and what to do.",
}
"""Name → one-line help of every command, in the order of `--help`. The module of `audit-keys` is `cli/audit_keys.py`;
a module with several public commands makes a group."""

_USAGE_ERROR: Any = typer.BadParameter.__base__
_SETTINGS: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "no_args_is_help": True}


class _ClosedPipeError(BaseException):
    """The reader of standard output has gone away."""


class _InterruptedError(BaseException):
    """Ctrl-C, carried past typer, which would make it an exit 1."""


def main(argv: "Sequence[str]") -> int:
    """Run one command line.

    Args:
        argv: arguments without the program's name.

    Returns:
        The exit code, as the README's table has it.
    """
    try:
        _prepare_streams()
        command = application(argv)
        if not gc.isenabled():
            # What is loaded by now stays; from here on the collector has only the command's own work to look at,
            # and not until there is much of it: a short command is over first.
            gc.freeze()
            gc.set_threshold(50_000)
            gc.enable()
        code = command(args=list(argv), prog_name="jwtctl", standalone_mode=False)
        sys.stdout.flush()
    except JwtctlError as err:
        _say("error", err.message)
        if err.hint:
            _say("hint", err.hint)
        return err.exit_code
    except (_InterruptedError, KeyboardInterrupt):
        _say("error", "interrupted")
        return 130
    except (_ClosedPipeError, BrokenPipeError):
        _abandon_output()
        return 141
    except SystemExit as err:
        if isinstance(err.__context__, BrokenPipeError):
            # typer saw it first, while it wrote help, and would make it an exit 1.
            _abandon_output()
            return 141
        code = err.code
    except _USAGE_ERROR as err:
        return _usage(err, argv)
    except OSError as err:
        _abandon_output()
        _say("error", f"{err.strerror or err}".lower() + (f": {err.filename!r}" if err.filename else ""))
        return 3
    except Exception as err:  # noqa: BLE001 - the one place where a bug becomes an exit code
        return _bug(err)
    return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    """Make standard output and error such that any text can be written.

    A pipe gets UTF-8, which JSON is (RFC 8259 section 8.1), whatever the locale; a terminal keeps its encoding, and
    what it cannot show is escaped. Python has None for a stream that is closed: output then fails when there is some,
    as it does for other programs, and messages are dropped.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in {"utf-8", "utf8"}:
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def application(argv: "Sequence[str]") -> Any:
    """Build the command-line application, or as much of it as a command line needs.

    Args:
        argv: the command line; empty, or one that asks for completion, builds everything.
    """
    wanted = next((word for word in argv if not word.startswith("-")), None)
    everything = "_JWTCTL_COMPLETE" in os.environ
    app = typer.Typer(
        name="jwtctl",
        context_settings={"help_option_names": ["-h", "--help"]},
        add_completion=everything or wanted is None,
        **_SETTINGS,
    )
    app.callback()(_jwtctl)
    for name, line in COMMANDS.items():
        if everything or name == wanted:
            _add(app, name)
        elif wanted not in COMMANDS:
            app.command(name, help=line)(_absent)
    return app


def _add(app: typer.Typer, name: str) -> None:
    module = importlib.import_module(f"jwtctl.cli.{name.replace('-', '_')}")
    functions: tuple[Callable[..., Any], ...] = module.COMMANDS
    if functions[0].__name__ == name.replace("-", "_"):
        app.command(name, help=_help(functions[0]))(_guarded(functions[0]))
        return
    group = typer.Typer(name=name, help=COMMANDS[name], **_SETTINGS)
    for function in functions:
        group.command(function.__name__, help=_help(function))(_guarded(function))
    app.add_typer(group)


def _help(function: "Callable[..., Any]") -> str:
    # A backspace on a line of its own keeps the next paragraph from being wrapped: an example is there to be pasted.
    return inspect.cleandoc(function.__doc__ or "").replace("Example: ", "\b\nExample:\n  ")


def _guarded(function: "Callable[..., Any]") -> "Callable[..., Any]":
    @functools.wraps(function)
    def command(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except KeyboardInterrupt as err:
            raise _InterruptedError from err
        except BrokenPipeError as err:
            raise _ClosedPipeError from err

    return command


def _absent() -> None:
    """Stand in, in help, for a command that was not asked for."""


def _version(value: bool) -> None:
    if value:
        typer.echo(f"jwtctl {__version__}")
        raise typer.Exit


def _jwtctl(
    *,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Mint, inspect, verify and audit JSON Web Tokens and the keys behind them."""


def _abandon_output() -> None:
    # The interpreter flushes standard output once more at exit, and would complain; give it somewhere to write to.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(err: Any, argv: "Sequence[str]") -> int:
    message: str = err.format_message()
    if message.startswith("Usage:"):
        typer.echo(message, err=True)
        return 2
    _say("error", message[:1].lower() + message[1:].rstrip("."))
    # The parser does not always say where it was.
    named = " ".join(["jwtctl", *(word for word in argv[:1] if word in COMMANDS)])
    _say("hint", f"{named if err.ctx is None else err.ctx.command_path} --help")
    return 2


def _bug(err: Exception) -> int:
    import traceback

    last = traceback.extract_tb(err.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    _say("error", f"a bug in jwtctl: {type(err).__name__} at {where}")
    _say(
        "hint", "please report it with the command line, without any secret; JWTCTL_TRACEBACK=1 shows where it happened"
    )
    if os.environ.get("JWTCTL_TRACEBACK") == "1":
        for frame in traceback.format_tb(err.__traceback__):
            sys.stderr.write(frame)
    return 70


def _say(kind: str, message: str) -> None:
    from jwtctl.cli.options import say

    say(kind, message)
