"""What a look at a published key set found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jwtctl.model.key_set_diff import KeySetDiff


class Aspect(Enum):
    """What a remark is about; the words are what `--ignore` takes."""

    CACHE = "cache"
    ETAG = "etag"
    CONTENT_TYPE = "content-type"
    CORS = "cors"
    TLS = "tls"
    DOCUMENT = "document"
    ENTRY = "entry"
    PRIVATE_MATERIAL = "private-material"
    KEY_AGE = "key-age"
    CERTIFICATE = "certificate"
    CHANGE = "change"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about a published key set; those that are not unsafe are there to be known."""

    aspect: Aspect
    message: str
    kid: str | None = None
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """One look at a published key set.

    Attributes:
        url: that was asked for.
        at: Unix time.
        error: why there is no key set; empty if there is one.
        kids: of the entries, in order; None for one that states none.
        lifetime: seconds for which caches may keep the answer; None if it does not say.
        expires: when the server's certificate does, Unix time; None without TLS.
        since: since when the snapshots know the set as it was at the last look; None if there was none.
        changes: since then.
        remarks: what there is to say.
    """

    url: str
    at: int
    error: str = ""
    kids: tuple[str | None, ...] = ()
    lifetime: int | None = None
    expires: float | None = None
    since: int | None = None
    changes: KeySetDiff | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def safe(self) -> bool:
        """Whether there is a key set, and nothing unsafe about it."""
        return not self.error and not any(remark.unsafe for remark in self.remarks)
