"""Where the keys of a verification come from: files, a key set, a URL, an issuer, a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.cli.options import unusable_entries
from jwtctl.errors import UsageError
from jwtctl.model import KeySet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jwtctl.keysets.transport import FetchOptions
    from jwtctl.model import Key


class Fetching:
    """The bounds that a caller sets to fetching.

    Attributes:
        timeout: seconds in all.
        insecure_http: allow http beyond the loopback.
        ca_file: PEM file of certificate authorities.
    """

    def __init__(self, timeout: float = 10, insecure_http: bool = False, ca_file: str | None = None) -> None:
        self.timeout = timeout
        self.insecure_http = insecure_http
        self.ca_file = ca_file

    def options(self) -> FetchOptions:
        """The same for `keysets`, which loads the HTTP library."""
        from jwtctl.keysets.transport import FetchOptions

        return FetchOptions(timeout=self.timeout, insecure_http=self.insecure_http, ca_file=self.ca_file)


def is_url(text: str) -> bool:
    """Whether an argument is something to fetch and no file."""
    return text.lower().startswith(("https://", "http://"))


def gather(
    *,
    keys: Iterable[str],
    jwks: str | None,
    issuer: str | None,
    secret: Key | None,
    passphrase: Callable[[], bytes | None],
    fetching: Fetching,
    warn: Callable[[str], None],
) -> Sequence[KeySet]:
    """Read or fetch every trusted key; an entry that cannot be read never sinks its set, and is warned of.

    Raises:
        UsageError: if there is no source, or several that exclude each other.
        InputError: if a file cannot be read.
        RemoteError: if a key set cannot be fetched.
    """
    from jwtctl.cli import files

    sources = [source for source in (list(keys), jwks, issuer, secret) if source]
    if len(sources) != 1:
        raise UsageError(
            "no key to verify with" if not sources else "choose one source of keys",
            hint="one of --key KEY, --jwks FILE_OR_URL, --issuer URL, --secret-file FILE",
        )
    if secret is not None:
        return (KeySet(secret.place.source, (secret,)),)
    if issuer is not None:
        from jwtctl.keysets import fetch

        found = [fetch.fetch_issuer(issuer, fetching.options()).key_set]
    elif jwks is not None:
        found = [key_set_at(jwks, fetching)]
    else:
        found = [files.read_keys(source, passphrase) for source in keys]
    for key_set in found:
        for line in unusable_entries(key_set.problems, sources=True):
            warn(line)
    return found


def key_set_at(source: str, fetching: Fetching, passphrase: Callable[[], bytes | None] | None = None) -> KeySet:
    """A key set from a URL, an issuer, a path, `-` or `env:NAME`."""
    from jwtctl.cli import files

    if not is_url(source):
        return files.read_keys(source, passphrase)
    from jwtctl.keysets import fetch

    return fetch.fetch_from(source, fetching.options()).key_set
