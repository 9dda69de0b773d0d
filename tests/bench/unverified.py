"""The services of `examples/sso` without verification, for the bench alone: they believe any token."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent.parent / "examples" / "sso"))


def believe(_token):
    """What verifying would give, for nothing."""
    return {"sub": "anybody"}


def notes():
    """What uvicorn starts."""
    from notes import application  # type: ignore[import-not-found]  # on the path of examples

    return application(believe)


def reports():
    """What gunicorn starts."""
    from reports import application  # type: ignore[import-not-found]  # on the path of examples

    return application(believe)
