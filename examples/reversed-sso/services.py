"""The services of ../sso, to the letter. What differs is what they verify with: the d that the issuer handed out."""

import os
import sys
from functools import partial
from pathlib import Path

import service

sys.path.append(str(Path(__file__).resolve().parent.parent / "sso"))


def notes():
    """What uvicorn starts."""
    from notes import application

    return application(partial(service.logged_in, Path(os.environ["KEYS"])))


def reports():
    """What gunicorn starts."""
    from reports import application

    return application(partial(service.logged_in, Path(os.environ["KEYS"])))
