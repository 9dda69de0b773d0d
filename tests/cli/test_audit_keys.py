"""`jwtctl audit-keys`: what it reads, what it writes, and its exit codes."""

from __future__ import annotations

import base64
import errno
import json
import os
import pathlib

import jsonschema
import pytest

from tests.checks.material import rsa_members, weak
from tests.conftest import ROOT
from tests.cryptanalysis.weak_keys import Maker
from tests.keysets.conftest import OCT, Answer

SARIF = json.loads((ROOT / "tests/vectors/sarif-schema-2.1.0.json").read_bytes())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, and `folder("name", member…)` writes a key set there."""
    monkeypatch.chdir(tmp_path)

    def write(name, *keys):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(json.dumps({"keys": keys}))
        return name

    return write


@pytest.fixture
def good(made):
    """A public JWK with which nothing is wrong."""
    return json.loads((made / "ec.pub.jwk").read_bytes())


@pytest.fixture
def leaky(made):
    """The private half of the same, which belongs in no public set."""
    return json.loads((made / "ec.jwk").read_bytes())


@pytest.fixture
def found(run):
    """Audit, and give the ids of the findings with their subjects."""

    def found_(*argv, code=None):
        outcome = run("audit-keys", *argv, "--json")
        assert code in {None, outcome.code}, outcome.err
        return [
            (each["id"], place["source"])
            for each in json.loads(outcome.out)["findings"]
            for place in (each["subject"], *each["subject"]["also"])
        ]

    return found_


def test_nothing_to_report(run, made):
    code, out, err = run("audit-keys", made / "jwks.json")
    assert (code, err) == (0, "")
    assert out.startswith("no findings; ")


def test_several_processes_say_what_one_says(run, folder, leaky):
    source = folder("many.json", *({**leaky, "kid": str(i)} for i in range(40)))
    one, two = (run("audit-keys", source, "--jobs", jobs) for jobs in ("1", "2"))
    assert one.code == 1
    assert (two.code, two.out) == (one.code, one.out)
    assert run("audit-keys", source, "--jobs", "0").code == 2


def test_the_report_as_json(run, folder, leaky):
    code, out, err = run("audit-keys", folder("jwks.json", leaky), "--json")
    assert (code, err) == (1, "")
    report = json.loads(out)
    assert list(report) == ["schema", "summary", "findings", "fixed", "left_out", "unreadable"]
    assert report["schema"] == "jwtctl.report/1"
    assert set(report["summary"]) == {"subjects", "checks", "not_applicable", "by_severity", "suppressed"}
    finding = next(each for each in report["findings"] if each["id"] == "jwks-private-member")
    assert (finding["severity"], finding["confidence"], finding["at"]) == ("critical", "certain", "/d")
    assert finding["subject"]["source"] == "jwks.json"
    assert len(finding["fingerprint"]) == 32
    assert leaky["d"] not in out


def test_a_name_that_is_too_long_is_one_input_that_cannot_be_read(run, folder, leaky):
    folder("jwks.json", leaky)
    code, out, err = run("audit-keys", "a" * 300, "jwks.json", "--select", "jwks-private-member")
    assert code == 3
    assert "critical  jwks-private-member" in out
    assert "file name too long" in err


LONG = "rsa-bit-pattern, rsa-low-hamming, rsa-prime-ratio, rsa-smooth-p-minus-1, rsa-smooth-p-plus-1"


def test_searches_that_many_keys_leave_no_time_for_are_told(run, folder):
    key = rsa_members()
    some = folder("some.json", *({**key, "kid": str(i)} for i in range(17)))
    outcome = run("audit-keys", some)
    assert (
        outcome.err == f"jwtctl: note: with so many keys the long searches were left out of {LONG}: --deep makes all\n"
    )
    assert json.loads(run("audit-keys", some, "--json", "-q").out)["left_out"] == LONG.split(", ")
    assert run("audit-keys", some, "--no-deep").err == ""
    many = folder("many.json", *({**key, "kid": str(i)} for i in range(2_001)))
    err = run("audit-keys", many).err
    assert err.startswith("jwtctl: note: with so many keys the long searches were left out of rsa-bit-pattern, rsa-bit")
    assert err.endswith(": --deep makes all, --no-deep those of milliseconds\n")


@pytest.mark.parametrize("threshold", ["info", "low", "medium", "high", "critical"])
def test_the_threshold_decides_the_exit_code(run, folder, threshold, good):
    bare = {name: value for name, value in good.items() if name != "kid"}
    argv = ("audit-keys", folder("low", bare), "--select", "jwk-missing-kid", "--fail-on", threshold)
    assert run(*argv).code == (1 if threshold in {"info", "low"} else 0)


def test_directories_are_walked_and_what_holds_no_key_is_counted(run, made, folder, *, tmp_path, found, good, leaky):
    folder("keys/deep/jwks.json", good)
    folder("keys/.git/ignored.json", leaky)
    (tmp_path / "keys/readme.txt").write_text("nothing")
    (tmp_path / "keys/large.bin").write_bytes(b"-----BEGIN PRIVATE KEY-----" + b"\0" * 1024 * 1024)
    (tmp_path / "keys/key.pem").write_text(run("key", "convert", made / "rsa.jwk", "--to", "pem").out)
    assert found("keys", "--role", "verifier", "--select", "private-key-at-verifier", code=1) == [
        ("private-key-at-verifier", "keys/key.pem")
    ]
    err = run("audit-keys", "keys", "--role", "issuer").err
    assert err == "jwtctl: note: passed over: 1 file larger than 1 MiB; 1 file without any key\n"
    assert run("audit-keys", "keys", "--role", "issuer", "-q").err == ""


def test_a_policy_is_found_upwards_and_decides(folder, tmp_path, found, leaky, monkeypatch):
    (tmp_path / "jwtctl.toml").write_text(
        '[keys]\nalgorithms = ["RS256"]\n[[path]]\npath = "issuer/**"\nrole = "issuer"\n[severity]\npolicy-alg-forbidden = "high"\n'
    )
    folder("deep/er/issuer/jwks.json", leaky)
    monkeypatch.chdir(tmp_path / "deep/er")
    assert found("issuer", code=1) == [("policy-alg-forbidden", "issuer/jwks.json")]
    assert found("issuer", "--fail-on", "critical", code=0)
    (tmp_path / "other.toml").write_text("")
    assert ("jwks-private-member", "issuer/jwks.json") in found("issuer", "--policy", tmp_path / "other.toml")


def test_a_policy_that_is_wrong_is_exit_3_before_anything_is_audited(run, folder, tmp_path, good):
    (tmp_path / "jwtctl.toml").write_text('[keys]\nalgorithm = ["RS256"]\n')
    code, out, err = run("audit-keys", folder("jwks.json", good))
    assert (code, out) == (3, "")
    assert "jwtctl.toml', line 2: keys.algorithm is not known: did you mean algorithms?" in err
    assert run("audit-keys", "jwks.json", "--policy", "nosuch").code == 3


def test_an_ignored_finding_is_counted_until_the_entry_expires(run, folder, tmp_path, found, leaky):
    entry = '[[ignore]]\nid = "jwks-private-member"\nreason = "a test key"\nexpires = {}\n'
    (tmp_path / "jwtctl.toml").write_text(entry.format("9999-12-31"))
    assert run("audit-keys", folder("jwks.json", leaky)).out.rstrip().endswith("1 suppressed")
    (tmp_path / "jwtctl.toml").write_text(entry.format("2020-01-31"))
    assert found("jwks.json", code=1) == [
        ("jwks-private-member", "jwks.json"),
        ("ignore-expired", str(tmp_path / "jwtctl.toml")),
    ]


def test_only_what_is_not_in_the_baseline_fails(run, folder, tmp_path, found, leaky):
    folder("old/jwks.json", leaky)
    outcome = run("audit-keys", "old", "--write-baseline", "baseline.json")
    assert outcome.code == 0
    assert "jwks-private-member" in outcome.out
    assert outcome.err == "jwtctl: note: baseline.json lists what was found: from now on only new findings count\n"
    (tmp_path / "old/jwks.json").rename(tmp_path / "old/moved.json")
    assert found("old", "--baseline", "baseline.json", code=0) == []
    bare = {name: value for name, value in leaky.items() if name not in {"d", "kid"}}
    folder("old/new.json", bare)
    outcome = run("audit-keys", "old", "--baseline", "baseline.json", "--fail-on", "low")
    assert outcome.code == 1
    assert "jwk-missing-kid" in outcome.out
    (tmp_path / "old/moved.json").unlink()
    outcome = run("audit-keys", "old", "--baseline", "baseline.json")
    assert outcome.out.splitlines()[-1] == "fixed since the baseline: jwks-private-member in old/jwks.json, kid 'ec-1'"
    assert run("audit-keys", "old", "--write-baseline", "baseline.json").code == 2


def test_a_page(run, folder, tmp_path, leaky):
    assert run("audit-keys", folder("jwks.json", leaky), "--format", "html", "-o", tmp_path / "report.html").code == 1
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "jwks-private-member" in page
    assert leaky["d"] not in page


def test_two_files_with_one_key_are_one_subject_with_two_places(run, folder, leaky):
    folder("keys/a.json", leaky)
    folder("keys/b.json", leaky)
    pem = run("key", "convert", "keys/a.json", "--to", "pem").out
    for name in ("keys/c.pem", "keys/d.pem"):
        pathlib.Path(name).write_text(pem)
    report = json.loads(
        run("audit-keys", "keys", "--role", "verifier", "--select", "private-key-at-verifier", "--json").out
    )
    places = [
        (each["subject"]["source"], [place["source"] for place in each["subject"]["also"]])
        for each in report["findings"]
    ]
    assert places == [("keys/a.json", ["keys/b.json"]), ("keys/c.pem", ["keys/d.pem"])]
    out = run("audit-keys", "keys", "--role", "verifier").out
    assert "also in keys/d.pem, line 1" in out
    assert (
        run("audit-keys", "keys", "--role", "verifier", "--format", "github").out.count("title=private-key-at-verifier")
        == 4
    )


def test_a_finding_is_rechecked_at_a_prompt(run, folder):
    n = weak(1024).n
    jwk = {"kty": "RSA", "n": base64.urlsafe_b64encode((3 * n).to_bytes(129, "big")).rstrip(b"=").decode(), "e": "AQAB"}
    folder("jwks.json", jwk)
    assert "to recheck it" not in run("audit-keys", "jwks.json").out
    out = run("audit-keys", "jwks.json", "--prove").out
    lines = out.partition("to recheck it, at a Python prompt")[2].splitlines()[1:]
    steps = [line.strip() for line in lines if line.startswith(" " * 14)]
    assert f"n = {hex(3 * n)}" in steps
    assert "factor * cofactor == n" in steps


def test_a_blocklist_is_read_from_a_file(run, folder, tmp_path):
    import hashlib

    n = weak(2048).n
    octets = n.to_bytes(256, "big")
    (tmp_path / "blocklist.dat").write_bytes(hashlib.sha256(octets).digest()[:15] + b"\x01")
    (tmp_path / "badkeysdata.json").write_text('{"blocklists": [{"id": 1, "name": "debianopenssl"}]}')
    folder("jwks.json", {"kty": "RSA", "n": base64.urlsafe_b64encode(octets).rstrip(b"=").decode(), "e": "AQAB"})
    outcome = run("audit-keys", "jwks.json", "--blocklist", "blocklist.dat", "--select", "rsa-debian-weak")
    assert (outcome.code, "debianopenssl" in outcome.out) == (1, True)
    assert run("audit-keys", "jwks.json", "--select", "rsa-debian-weak").code == 0
    for name, octets in (("empty", b""), ("odd", b"x" * 17)):
        (tmp_path / name).write_bytes(octets)
        assert run("audit-keys", "jwks.json", "--blocklist", name).code == 3
    assert run("audit-keys", "jwks.json", "--blocklist", "nosuch").code == 3


def test_what_git_ignores_is_passed_over_and_counted(run, folder, tmp_path, found, leaky):
    (tmp_path / ".gitignore").write_text("secret/\n*.bak\n")
    for name in ("secret/a.json", "b.json.bak", "c.json"):
        folder(f"tree/{name}", leaky)
    (tmp_path / "tree/.gitignore").write_text("secret/\n*.bak\n")
    assert {source for _, source in found("tree")} == {"tree/c.json"}
    err = run("audit-keys", "tree").err
    assert err == "jwtctl: note: passed over: 2 files ignored by .gitignore; 1 file without any key\n"
    sources = {source for _, source in found("tree", "--no-gitignore")}
    assert sources == {"tree/c.json", "tree/secret/a.json", "tree/b.json.bak"}


def test_keys_inside_other_files_are_found_with_their_lines(run, made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pem = run("key", "convert", made / "rsa.jwk", "--to", "pem").out
    jwk = (made / "ec.jwk").read_text()
    files = {
        "conf/values.yaml": "a: 1\nkey: |\n" + "".join(f"  {line}\n" for line in pem.splitlines()),
        "conf/secret.yaml": f"kind: Secret\ndata:\n  key.pem: {base64.b64encode(pem.encode()).decode()}\n",
        "conf/.env": f"A=1\nB=2\nJWK='{json.dumps(json.loads(jwk))}'\n",
        "conf/app.json": json.dumps({"x": [1], "auth": {"jwk": json.loads(jwk)}}, indent=1),
        "conf/archive.zip": "PK\3\4" + pem,
        "conf/image.bin": "\0\1\2" + pem,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    report = json.loads(run("audit-keys", "conf", "--role", "verifier", "--json").out)
    lines = {
        (place["source"], place["line"])
        for each in report["findings"]
        if each["id"] == "private-key-at-verifier"
        for place in (each["subject"], *each["subject"]["also"])
    }
    assert lines == {("conf/.env", 3), ("conf/app.json", 6), ("conf/secret.yaml", 3), ("conf/values.yaml", 3)}


def test_named_files_without_a_key_are_passed_over_on_request(run, folder, tmp_path, leaky):
    (tmp_path / "package.json").write_text("{}")
    folder("jwks.json", leaky)
    assert run("audit-keys", "package.json").code == 3
    outcome = run("audit-keys", "--allow-keyless", "package.json")
    assert (outcome.code, outcome.err) == (0, "jwtctl: note: passed over: 1 file without any key\n")
    assert run("audit-keys", "--allow-keyless", "package.json", "jwks.json").code == 1
    assert run("audit-keys", "--allow-keyless", "nosuch").code == 3


def test_findings_point_at_the_line_of_an_entry(run, tmp_path, good, leaky):
    text = json.dumps({"keys": [good, {**leaky, "kid": "x"}]}, indent=2)
    (tmp_path / "jwks.json").write_text(text)
    report = json.loads(run("audit-keys", tmp_path / "jwks.json", "--json").out)
    finding = next(each for each in report["findings"] if each["id"] == "jwks-private-member")
    assert text.splitlines()[finding["subject"]["line"] - 1].strip() == "{"
    assert (finding["subject"]["index"], finding["subject"]["line"]) == (1, 3 + len(good) + 2)


@pytest.mark.parametrize(
    ("role", "code"),
    [("issuer", 0), ("verifier", 1), ("auto", 0)],
)
def test_a_private_key_is_what_an_issuer_holds(run, made, tmp_path, role, code):
    pem = run("key", "convert", made / "ec.jwk", "--to", "pem").out
    (tmp_path / "key.pem").write_text(pem)
    assert run("audit-keys", tmp_path / "key.pem", "--role", role).code == code


def test_standard_input(run, made):
    pem = run("key", "public", made / "ec.jwk", "--to", "pem").out
    assert run("audit-keys", "-", stdin=pem).code == 0
    assert run("audit-keys", "-", stdin="nonsense").code == 3


def test_what_cannot_be_read_is_told_after_everything_else_was_audited(run, folder, tmp_path, leaky):
    folder("jwks.json", leaky)
    (tmp_path / "broken.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    code, out, err = run("audit-keys", "nosuch", "broken.pem", "jwks.json")
    assert code == 3
    assert "jwks-private-member" in out
    assert "jwtctl: error: nosuch: 'nosuch': no such file or directory\n" in err
    assert "jwtctl: error: broken.pem: " in err
    assert [each["source"] for each in json.loads(run("audit-keys", "nosuch", "jwks.json", "--json").out)["unreadable"]] == [
        "nosuch"
    ]  # fmt: skip


def test_a_directory_that_may_not_be_read(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys/locked").mkdir(parents=True)
    scandir = os.scandir

    def guarded(path):
        if str(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    outcome = run("audit-keys", "keys")
    assert outcome.code == 3
    assert outcome.err == "jwtctl: error: keys/locked: permission denied\n"


def test_shared_primes_are_looked_for_among_everything_given(run, folder, found):
    source = Maker("audit-keys")
    p, q, r = (source.prime(1024) for _ in range(3))
    for name, n in (("one", p * q), ("two", p * r), ("three", weak().n)):
        octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
        jwk = {"kty": "RSA", "n": base64.urlsafe_b64encode(octets).rstrip(b"=").decode(), "e": "AQAB", "kid": name}
        folder(name, jwk)
    hits = found("one", "two", "three", "--select", "rsa-shared-prime", code=1)
    assert hits == [("rsa-shared-prime", "one"), ("rsa-shared-prime", "two")]
    report = json.loads(run("audit-keys", "one", "two", "--select", "rsa-shared-prime", "--json").out)
    assert {each["witness"]["p"] for each in report["findings"]} == {hex(p)}


@pytest.mark.parametrize(
    ("argv", "error"),
    [
        (("--fail-on", "x"), "--fail-on 'x' is not known"),
        (("--format", "x"), "--format 'x' is not known"),
        (("--budget", "x"), "--budget: 'x' is no duration"),
        (("--role", "x"), "invalid value for '--role'"),
        (("--select", "rsa-close-prime"), "no check is called 'rsa-close-prime'"),
        (("--ignore", "nosuch"), "no check is called 'nosuch'"),
        (("-o", "taken"), "'taken' exists"),
    ],
)
def test_wrong_usage(run, folder, argv, error, good):
    folder("taken", good)
    code, out, err = run("audit-keys", folder("jwks.json", good), *argv)
    assert (code, out) == (2, "")
    assert err.startswith(f"jwtctl: error: {error}")


def test_a_mistyped_check_gets_a_suggestion(run, folder, good):
    err = run("audit-keys", folder("jwks.json", good), "--select", "rsa-close-prime").err
    assert "did you mean rsa-close-primes" in err


def test_sarif_keeps_to_the_published_schema(run, folder, tmp_path, leaky):
    folder("jwks.json", leaky, {**leaky, "kid": "\x1b[31m[red]\u202e"}, OCT)
    code = run("audit-keys", "jwks.json", "nosuch", "--format", "sarif", "-o", tmp_path / "out.sarif").code
    assert code == 3
    log = json.loads((tmp_path / "out.sarif").read_bytes())
    jsonschema.Draft4Validator(SARIF).validate(log)
    (sarif_run,) = log["runs"]
    declared = [rule["id"] for rule in sarif_run["tool"]["driver"]["rules"]]
    assert {result["ruleId"] for result in sarif_run["results"]} <= set(declared)
    assert {"jwks-private-member", "jwks-symmetric-in-public"} <= {result["ruleId"] for result in sarif_run["results"]}


def test_annotations_for_github(run, folder, leaky):
    code, out, _ = run("audit-keys", folder("jwks.json", leaky), "--format", "github")
    assert code == 1
    assert any(
        line.startswith("::error file=jwks.json,line=1,title=jwks-private-member (critical)::")
        for line in out.splitlines()
    )


def test_a_check_that_fails_is_a_bug_and_outranks_a_verdict(run, folder, monkeypatch, leaky):
    from jwtctl.checks.key.jwk_missing_kid import JwkMissingKid

    def fail(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(JwkMissingKid, "find", fail)
    code, out, _ = run("audit-keys", folder("jwks.json", leaky))
    assert code == 70
    assert "check-failed" in out
    assert "jwks-private-member" in out


@pytest.mark.network
def test_a_published_key_set_and_an_issuer(run, server, found, leaky):
    server.routes["/jwks.json"] = Answer(json.dumps({"keys": [leaky]}).encode())
    url = f"{server.url}/jwks.json"
    assert ("jwks-private-member", url) in found(url, code=1)
    code, _, err = run("audit-keys", f"{server.url}/nosuch")
    assert code == 4
    assert "404" in err
    assert run("audit-keys", f"{server.url}/nosuch", "nosuch").code == 3


def test_a_report_with_witnesses_is_for_its_owner_alone(run, folder, good):
    even = {"kty": "RSA", "n": base64.urlsafe_b64encode(bytes([255] * 255 + [254])).decode().rstrip("="), "e": "AQAB"}
    run("audit-keys", folder("good.json", good), "--json", "-o", "good")
    run("audit-keys", folder("broken.json", even), "--json", "-o", "broken")
    witnesses = [finding["witness"] for finding in json.loads(pathlib.Path("broken").read_bytes())["findings"]]
    assert any(witnesses)
    modes = [pathlib.Path(name).stat().st_mode & 0o777 for name in ("good", "broken")]
    assert modes == [0o644, 0o600]
