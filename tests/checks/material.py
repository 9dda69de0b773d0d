"""Keys to audit, the same ones in every run, and one check run over them through the real audit."""

from __future__ import annotations

import itertools
import time
from functools import lru_cache

from jwtctl.checks.audit import Audit, audit
from jwtctl.jose.key import from_jwk, to_jwk
from jwtctl.model import Finding, Key, KeySet, Place, Policy, Report, Role
from tests.cryptanalysis.weak_keys import Maker

# RFC 7517 appendix A.1 (P-256), RFC 8037 appendix A.1 (Ed25519): a private key each.
EC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
}
OKP = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
}
OCT = {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}


@lru_cache
def maker(seed):
    return Maker(seed)


@lru_cache
def weak(bits=2048, e=65537, form="lambda", seed="sound"):
    """A key of two sound primes."""
    source = Maker(f"{seed} {bits}")
    return source.key(source.primes(bits), e=e, form=form)


@lru_cache
def private_rsa(bits=2048):
    """A whole and sound private key."""
    n, e, d, (p, q) = weak(bits)
    return rsa(n, e, d=d, p=p, q=q, dp=d % (p - 1), dq=d % (q - 1), qi=pow(q, -1, p))


def public_rsa(bits=2048):
    return rsa(weak(bits).n, weak(bits).e)


def rsa(n, e=None, *, container="PEM", source="key.pem", defects=(), oth=None, **more):
    numbers = {"n": n, **({} if e is None else {"e": e}), **more}
    return Key(
        "RSA",
        numbers=numbers,
        container=container,
        place=Place(source),
        defects=defects,
        members={"oth": oth} if oth else {},
    )


def jwk(members, *, source="key.json", index=None, **more):
    """A JWK with some members set or (None) left out."""
    merged = {name: value for name, value in {**members, **more}.items() if value is not None}
    return from_jwk(merged, Place(source, index))


def public(members):
    return {name: value for name, value in members.items() if name not in {"d", "k"}}


def rsa_members(bits=2048, *, private=False):
    return to_jwk(private_rsa(bits) if private else public_rsa(bits), private=True)


def out_of_time():
    """A clock by which every budget is spent at once."""
    return itertools.count(step=1000).__next__


def run(
    check, *keys, role=Role.AUTO, clock=time.monotonic, key_set=None, now=None, policy=None, budget=60, **more
) -> Report:
    key_sets = [key_set] if key_set else [KeySet(key.place.source, (key,)) for key in keys]
    return audit([check()], Audit(role, clock, budget, key_sets, now, policy or Policy(), **more))


def the_finding(report) -> Finding:
    assert [finding.id for finding in report.findings if finding.id == "check-failed"] == []
    (finding,) = report.findings
    return finding


def applies(check, *keys, **options) -> bool:
    return run(check, *keys, **options).not_applicable == 0


def silent(check, *keys, **options) -> bool:
    """Whether a check applies and finds nothing."""
    report = run(check, *keys, **options)
    assert report.not_applicable == 0
    return not report.findings
