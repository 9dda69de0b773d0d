"""A deployment of the examples: started as its reader would start it, and ended whatever happens."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


class Running(NamedTuple):
    """Where everything is, by name: issuer, notes, reports."""

    urls: dict[str, str]
    pids: dict[str, int]
    folder: Path


@contextlib.contextmanager
def running(script, folder):
    """Run `examples/SCRIPT FOLDER`; when it ends, so have all its processes."""
    process = subprocess.Popen([sys.executable, EXAMPLES / script, folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        try:
            urls, pids = {}, {}
            for line in process.stdout:
                if not (found := re.fullmatch(r"(\w+) +(http://127\.0\.0\.1:\d+)  \(process (\d+)\)\n", line)):
                    break
                urls[found[1]], pids[found[1]] = found[2], int(found[3])
            assert {*urls} == {"issuer", "notes", "reports"}, process.poll()
            yield Running(urls, pids, Path(folder))
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
    for pid in pids.values():
        assert not Path(f"/proc/{pid}").exists()


def wait_for_heading(browser, text):
    """Wait for the page with this heading: after a click there are redirects, and a page may go while it is read."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    gone = (NoSuchElementException, StaleElementReferenceException)
    WebDriverWait(browser, 20, ignored_exceptions=gone).until(
        lambda page: page.find_element("tag name", "h1").text == text, f"no page with the heading {text!r}"
    )
