"""Key ids of another form than the team agreed on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose.key import thumbprint
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_LONGEST = 256


class PolicyKidMalformed(KeyCheck):
    """A kid does not have the form that the policy asks for.

    Why it matters:
        Where kids are thumbprints, equal kids mean equal keys and nobody has to think of names; where they
        follow a pattern, tools read it. A kid of another form breaks both.

    What to do:
        Name the key as `keys.kid-format` of jwtctl.toml says: `jwtctl key thumbprint KEY` gives its thumbprint.
    """

    id = "policy-kid-malformed"
    severity = Severity.LOW
    cites = ("RFC 7638 section 1", "RFC 7517 section 4.5", "jwtctl.toml keys.kid-format")

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(audit.policy.kid_format) and key.kid is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        form, kid = audit.policy.kid_format, key.kid or ""
        if form == "thumbprint":
            fits = key.is_symmetric or kid in {thumbprint(key, name) for name in ("sha256", "sha384", "sha512")}
        elif form == "uuid":
            fits = re.fullmatch(_UUID, kid) is not None
        else:
            fits = len(kid) <= _LONGEST and re.fullmatch(form, kid) is not None
        if not fits:
            yield self.finding(key, f"the kid is not of the form {form!r}", at="/kid")
