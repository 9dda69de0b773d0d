"""How results are written."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    """Output formats; each is one module of `render/`."""

    TEXT = "text"
    JSON = "json"
    NDJSON = "ndjson"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    HTML = "html"
