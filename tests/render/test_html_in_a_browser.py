"""The HTML report in a real browser: nothing is loaded, nothing runs, and what it says is there to be seen."""

import io
import json
import shutil
import subprocess
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from jwtctl.render import html as page
from tests.render import samples
from tests.render.test_html import KEYS, NOW, report, shared

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync", "--enable-logging=stderr", "--virtual-time-budget=2000"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
OF_THE_BROWSER = ("google.com", "googleapis.com", "gstatic.com")
"""Hosts that Chromium asks for its own updates and time, whatever page is open."""
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")


@pytest.fixture
def browse(tmp_path):
    """Open a report, and give the text of the page as the browser has it, what its console said, and what it asked for."""

    def browse_(result, *options):
        out = io.StringIO()
        page.render(result, out)
        (tmp_path / "report.html").write_text(out.getvalue())
        done = subprocess.run(
            [
                *(CHROMIUM, *OPTIONS, *options, "--dump-dom"),
                *(f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={tmp_path / 'net.json'}"),
                (tmp_path / "report.html").as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        log = json.loads((tmp_path / "net.json").read_text())
        urls = {urlsplit(event.get("params", {}).get("url", "")) for event in log["events"]}
        asked = {url for url in urls if url.scheme in {"http", "https", "ws", "wss", "ftp"}}
        return done.stdout, console, {url for url in asked if not (url.hostname or "").endswith(OF_THE_BROWSER)}

    return browse_


def test_a_report_is_shown_and_asks_for_nothing(browse):
    findings = (*report().findings, *shared("a", "b"))
    dom, console, asked = browse(replace(report(), findings=findings, inventory=KEYS, now=NOW))
    assert console == []
    assert asked == set()
    for text in ("a modulus of 1024 bits", "Keys that share a factor", "Inventory", "Key audit: 3 findings"):
        assert text in dom


@pytest.mark.parametrize(
    "hostile", [samples.HOSTILE, '"><script>document.title="pwned"</script><img src=x onerror=alert(1)>']
)
def test_a_hostile_kid_is_inert(browse, hostile):
    dom, console, asked = browse(replace(report(hostile), inventory=tuple(replace(key, kid=hostile) for key in KEYS)))
    assert "<title>Key audit</title>" in dom
    assert "<script" not in dom
    assert "<img" not in dom
    assert console == []
    assert asked == set()
