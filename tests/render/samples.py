"""Results to render: one harmless, one in which every text is hostile."""

from __future__ import annotations

from jwtctl.model import (
    Aspect,
    Attempt,
    Breakage,
    Change,
    CheckInfo,
    CheckResult,
    Confidence,
    Finding,
    KeyLine,
    KeyProblem,
    KeyRef,
    KeySetChange,
    KeySetDiff,
    KeyState,
    Place,
    Recovery,
    Remark,
    Report,
    Severity,
    Span,
    Subject,
    Timeline,
    Token,
    Verdict,
    Victim,
    Watch,
)

HOSTILE = "\x1b[31m[red]\n::error::x\r\u202e%0A##[group]\x9b\u2028,:"


def verdict(text="alice", *, ok=True):
    return Verdict(
        (
            CheckResult("format", ok=True, expected="compact JWS", got="as expected"),
            CheckResult("signature", ok=True, expected="a right RS256 signature", got="right"),
            CheckResult("exp", ok=ok, expected="after 2000", got=repr(text), detail="" if ok else f"expired {text}"),
        ),
        header={"alg": "RS256", "kid": text},
        claims={"sub": text},
        key=KeyRef(text, "thumb", "RS256"),
    )


def token(text="alice"):
    return Token(
        "a.b.c",
        {"alg": "RS256", "kid": text},
        b"{}",
        {"sub": text, "exp": 2000},
        b"x" * 256,
        (text,),
        (f"note {text}",),
    )


def report(text="keys/a.json"):
    rule = CheckInfo(
        "rsa-modulus-small",
        Severity.HIGH,
        "A modulus is short",
        "Because.",
        "Replace it.",
        ("RFC 7518 section 3.3",),
        "n",
    )
    findings = (
        Finding(
            "rsa-modulus-small",
            Severity.HIGH,
            Confidence.CERTAIN,
            f"a modulus of 1024 bits {text}",
            Subject(text, 1, 7, text, "thumb"),
            "/n",
            {"p": "0x5", "who": text},
            ("RFC 7518 section 3.3",),
            "0123",
        ),
        Finding("rsa-modulus-small", Severity.INFO, Confidence.HEURISTIC, "odd", Subject("-"), fingerprint="4567"),
    )
    problem = KeyProblem(Place(text), f"not a key: {text}")
    return Report(findings, 3, 1, 2, 0, (problem,), {rule.id: rule})


def recovery(text="a note"):
    attempts = (
        Attempt("stored-exponent", found=False, seconds=0.001, bound=f"none is stored {text}"),
        Attempt("common-exponents", found=True, seconds=0.25),
    )
    return Recovery(35, 5, 5, (7, 5), "common-exponents", attempts, (text,))


def missed():
    return Recovery(35, None, 5, (), "", (Attempt("common-exponents", found=False, seconds=0.5, bound="e < 70001"),))


def difference(text="k1"):
    return KeySetDiff((KeySetChange(Change.REMOVED, text, "thumb", f"gone {text}", unsafe=True),))


def timeline(text="k1"):
    """One key that retires, one that signs and one that does not exist yet, over a thousand seconds."""
    keys = (
        KeyLine(text, (Span(KeyState.ACTIVE, 0, 500), Span(KeyState.RETIRING, 500, 501)), 501, revoked=True),
        KeyLine("k2", (Span(KeyState.PENDING, 0, 500), Span(KeyState.ACTIVE, 500, 1000))),
        KeyLine("next-1", (Span(KeyState.PENDING, 500, 1000),), foreseen=True),
    )
    breakages = (
        Breakage(100, 200, Victim.SERVICE, None, f"silence {text}"),
        Breakage(501, 600, Victim.TOKEN, text, f"stranded {text}"),
    )
    return Timeline(400, 0, 1000, keys, 2, breakages, rotated_by_hand=True)


def watch(text="k1"):
    remarks = (
        Remark(Aspect.GONE, f"still published {text}", text, unsafe=True),
        Remark(Aspect.CORS, f"no header {text}"),
    )
    return Watch(f"https://id.example/{text}", 1000, "", (text, None), 600, 2000.5, 500, difference(text), remarks)
