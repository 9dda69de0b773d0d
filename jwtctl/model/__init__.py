"""The values that cross floors: frozen dataclasses, named tuples and enums, standard library only.

Nothing here computes. Mappings and sequences inside are to be treated as read-only. A name's module is loaded when the
name is first asked for: making a frozen dataclass costs about a millisecond, and no command needs them all. What every
`sign` and `verify` needs is a named tuple, which costs a sixth of that.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jwtctl.model.format import Format
    from jwtctl.model.given_token import GivenToken
    from jwtctl.model.key import PRIVATE_MEMBERS, PRIVATE_NUMBERS, Key, KeyProblem, KeySet, Place
    from jwtctl.model.key_set_diff import Change, KeySetChange, KeySetDiff
    from jwtctl.model.key_store import KeyEvent, KeyState, KeyStore, Rotation, Schedule, StoredKey
    from jwtctl.model.policy import Ignore, PathRole, Policy
    from jwtctl.model.recovery import Attempt, Recovery
    from jwtctl.model.report import CheckInfo, Confidence, Finding, InventoryKey, Report, Role, Severity, Subject
    from jwtctl.model.timeline import Breakage, KeyLine, Proposal, Span, Timeline, Victim
    from jwtctl.model.token import Token
    from jwtctl.model.verdict import CheckResult, KeyRef, Verdict
    from jwtctl.model.watch import Aspect, Remark, Watch

__all__ = [
    "PRIVATE_MEMBERS",
    "PRIVATE_NUMBERS",
    "Aspect",
    "Attempt",
    "Breakage",
    "Change",
    "CheckInfo",
    "CheckResult",
    "Confidence",
    "Finding",
    "Format",
    "GivenToken",
    "Ignore",
    "InventoryKey",
    "Key",
    "KeyEvent",
    "KeyLine",
    "KeyProblem",
    "KeyRef",
    "KeySet",
    "KeySetChange",
    "KeySetDiff",
    "KeyState",
    "KeyStore",
    "PathRole",
    "Place",
    "Policy",
    "Proposal",
    "Recovery",
    "Remark",
    "Report",
    "Role",
    "Rotation",
    "Schedule",
    "Severity",
    "Span",
    "StoredKey",
    "Subject",
    "Timeline",
    "Token",
    "Verdict",
    "Victim",
    "Watch",
]

_HOMES = {
    "format": {"Format"},
    "given_token": {"GivenToken"},
    "key": {"PRIVATE_MEMBERS", "PRIVATE_NUMBERS", "Key", "KeyProblem", "KeySet", "Place"},
    "key_set_diff": {"Change", "KeySetChange", "KeySetDiff"},
    "key_store": {"KeyEvent", "KeyState", "KeyStore", "Rotation", "Schedule", "StoredKey"},
    "policy": {"Ignore", "PathRole", "Policy"},
    "recovery": {"Attempt", "Recovery"},
    "report": {"CheckInfo", "Confidence", "Finding", "InventoryKey", "Report", "Role", "Severity", "Subject"},
    "timeline": {"Breakage", "KeyLine", "Proposal", "Span", "Timeline", "Victim"},
    "token": {"Token"},
    "verdict": {"CheckResult", "KeyRef", "Verdict"},
    "watch": {"Aspect", "Remark", "Watch"},
}


def __getattr__(name: str) -> Any:
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
