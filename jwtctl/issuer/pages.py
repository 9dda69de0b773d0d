"""The pages of an issuer: log-in, log-out, errors. No script, one style, light and dark, for screens of any width.

Whatever is not written here is escaped, and the page's policy (CSP) allows its one style and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 100

_LOOPBACK = ("127.0.0.1", "localhost")
"""By the names that a policy can write; it has none for an IPv6 address."""

_STYLE = """
:root { color-scheme: light dark; --bg: #f4f4f6; --card: #fff; --fg: #1c2024; --soft: #60646c; --line: #d9d9e0;
  --go: #2f4fc4; --on: #fff; --warn: #8a5a00 }
@media (prefers-color-scheme: dark) { :root { --bg: #111113; --card: #1a1b1e; --fg: #edeef0; --soft: #b0b4ba;
  --line: #43484e; --go: #9db1ff; --on: #111113; --warn: #f5c451 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--bg);
  color: var(--fg); font: 17px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 26rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .8rem; overflow-wrap: anywhere }
h1 { margin: 0 0 .6rem; font-size: 1.35rem } p { margin: .5rem 0 }
.soft { color: var(--soft); font-size: .9rem } .warn { color: var(--warn); font-size: .9rem }
label { display: block; margin-top: 1rem; font-weight: 600 }
input { width: 100%; margin-top: .3rem; padding: .65rem; font: inherit; color: inherit; background: var(--bg);
  border: 1px solid var(--soft); border-radius: .5rem }
button { margin: 1rem .5rem 0 0; padding: .65rem 1.3rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on); background: var(--go); border: 1px solid var(--go); border-radius: .5rem }
button.other { color: var(--fg); background: none; border-color: var(--line); font-weight: 400 }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px } a { color: var(--go) }
code { font-size: .95em }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def headers(*form_targets: str) -> dict[str, str]:
    """The headers of a page.

    Args:
        form_targets: URLs to which a form may lead by a redirect: browsers hold those to `form-action` too, and
            whatever they redirect to in turn, such as a front end at another port.
    """
    actions = " ".join(dict.fromkeys(["'self'", *(source for url in form_targets for source in _sources(url))]))
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action {actions}; "
        "base-uri 'none'; frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def log_in(
    action: str, client: str, redirect_uri: str, scope: str, token: str, *, hint: str = "", problem: str = ""
) -> str:
    """The log-in page: who asks, and a field for a name.

    Args:
        action: where the form goes.
        client: the client's name.
        redirect_uri: where the browser will be sent.
        scope: what is asked for.
        token: against forged posts.
        hint: the name to suggest.
        problem: what was wrong with the last one.
    """
    parts = urlsplit(redirect_uri)
    where = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    asked = f"<p class=soft>It asks for <code>{_safe(scope)}</code>.</p>" if scope else ""
    wrong = f"<p class=warn role=alert>{_safe(problem)}</p>" if problem else ""
    return _page(
        "Log in",
        f"<p><b>{_safe(client)}</b> at <code>{_safe(where)}</code> wants to know who you are.</p>{asked}"
        f'<form method=post action="{_safe(action)}">'
        f'<input type=hidden name=csrf value="{_safe(token)}">'
        f"<label for=name>Your name</label>{wrong}"
        f'<input id=name name=name value="{_safe(hint)}" maxlength={LONGEST_NAME} autocomplete=username autocapitalize=off '
        "spellcheck=false autofocus required>"
        "<button>Log in</button>"
        "<button class=other name=cancel value=1 formnovalidate>Cancel</button></form>"
        "<p class=warn>An issuer for development: whoever asks is let in, under any name, without a password.</p>",
    )


def log_out(action: str, token: str, name: str) -> str:
    """The page that asks whether to log out."""
    return _page(
        "Log out?",
        f"<p>You are logged in as <b>{_safe(name)}</b>.</p>"
        f'<form method=post action="{_safe(action)}"><input type=hidden name=csrf value="{_safe(token)}">'
        "<button>Log out</button></form>",
    )


def message(title: str, lines: Iterable[str], links: Iterable[str] = ()) -> str:
    """A page that says something, with URLs to go to."""
    shown = "".join(f'<p><a href="{_safe(link)}">{_safe(link)}</a></p>' for link in links)
    return _page(title, "".join(f"<p>{_safe(line)}</p>" for line in lines) + shown)


def _page(title: str, body: str) -> str:
    return (
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        '<meta name=viewport content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{_safe(title)}</h1>\n{body}\n"
        "</main>\n</body>\n</html>\n"
    )


def _safe(text: str) -> str:
    # Bidi controls and other invisible characters could make a page say what it does not.
    return html.escape(
        "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    )


def _sources(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK:
        return tuple(f"{scheme}://{host}:*" for scheme in ("http", "https") for host in _LOOPBACK)
    # Services redirect on to hosts of their own that nobody has named here.
    return (f"{parts.scheme}:",)
