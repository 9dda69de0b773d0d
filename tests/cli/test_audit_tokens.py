"""`jwtctl audit-tokens`."""

import json

import pytest

from tests.cli.conftest import NOON

NONE = "eyJhbGciOiJub25lIn0.eyJleHAiOjE5MDAwMDM2MDB9."


@pytest.fixture
def clean(sign):
    """A token to which nobody could object."""
    return sign("ec", "--iss", "https://id.example", "--sub", "alice", "--aud", "api", "--jti", "uuid")


def test_a_token_that_nobody_signed(run):
    code, out, err = run("audit-tokens", NONE, "--at", NOON, "--select", "token-alg-none")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "argument",
        "  critical  token-alg-none: alg is 'none': the token is not signed at all",
        "            at /header/alg",
        "",
        "1 finding: 1 critical; 1 subject, 1 check, 0 did not apply",
    ]


def test_a_clean_token_with_its_key(run, clean, made):
    outcome = run("audit-tokens", clean, "--key", made / "ec.pub.jwk", "--at", NOON)
    assert outcome.code == 0, outcome.out


def test_a_list_from_standard_input(run, clean):
    code, out, _ = run("audit-tokens", "--at", NOON, "--json", stdin=f"{clean}\n\n{NONE}\n{NONE}\n")
    report = json.loads(out)
    (finding,) = [each for each in report["findings"] if each["id"] == "token-alg-none"]
    assert code == 1
    assert (finding["subject"]["source"], finding["subject"]["line"]) == ("-", 3)
    assert [place["line"] for place in finding["subject"]["also"]] == [4]
    assert report["summary"]["subjects"] == 3


def test_a_scan(run, tmp_path):
    (tmp_path / "access.log").write_text(f"GET / 200\nGET /?token={NONE} 200\n")
    (tmp_path / "core").write_bytes(b"\0\0")
    code, out, err = run("audit-tokens", "--scan", tmp_path, "--at", NOON, "--select", "token-alg-none")
    assert code == 1
    assert "access.log" in out
    assert "at line 2, /header/alg" in out
    assert err == "jwtctl: note: passed over: 1 file that is binary or an archive\n"


def test_a_baseline_counts_for_the_next_token_of_the_same_kind(run, tmp_path):
    known, next_one = tmp_path / "known.json", "eyJhbGciOiJub25lIn0.eyJleHAiOjE5MDAwMDk5OTl9."
    argv = ("audit-tokens", "--at", NOON, "--select", "token-alg-none")
    assert run(*argv, NONE, "--write-baseline", known).code == 0
    assert run(*argv, next_one, "--baseline", known).code == 0
    assert run(*argv, "eyJhbGciOiJOb25lIn0.e30.", "--baseline", known).code == 1


def test_the_policy_is_that_of_keys(run, tmp_path):
    policy = tmp_path / "jwtctl.toml"
    policy.write_text('[severity]\ntoken-alg-none = "low"\n')
    outcome = run("audit-tokens", NONE, "--at", NOON, "--select", "token-alg-none", "--policy", policy)
    assert outcome.code == 0, outcome.err
    assert "  low       token-alg-none" in outcome.out


@pytest.mark.parametrize("format_", ["json", "ndjson", "sarif", "junit", "github", "gitlab", "html"])
def test_every_format(run, format_):
    code, out, _ = run("audit-tokens", NONE, "--at", NOON, "--select", "token-alg-none", "--format", format_)
    assert code == 1
    assert "token-alg-none" in out


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        (("--profile", "x"), 2, "--profile 'x' is not known"),
        (("--select", "token-alg-non"), 2, "no check is called 'token-alg-non'"),
        (("--select", "rsa-modulus-small"), 2, "no check is called 'rsa-modulus-small'"),
        (("--format", "x"), 2, "--format 'x' is not known"),
        (("--fail-on", "x"), 2, "--fail-on 'x' is not known"),
        (("--key", "nosuch", "--budget", "x"), 2, "--budget: 'x' is no duration"),
        (("--key", "nosuch"), 3, "'nosuch': no such file or directory"),
        (("--wordlist", "nosuch"), 3, "'nosuch': no such file or directory"),
    ],
)
def test_what_cannot_be_done(run, argv, code, error):
    outcome = run("audit-tokens", NONE, *argv)
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


def test_a_list_that_is_not_there_is_exit_3_after_all_others(run):
    code, out, err = run("audit-tokens", NONE, "@nosuch", "--at", NOON, "--select", "token-alg-none")
    assert code == 3
    assert "token-alg-none" in out
    assert err == "jwtctl: error: nosuch: 'nosuch': no such file or directory\n"


def test_a_search_that_was_cut_off_is_told(run):
    token = run("sign", "--key", "-", "--at", NOON, stdin=run("keygen", "HS256").out).out
    outcome = run("audit-tokens", "--at", NOON, "--budget", "0s", "-q", stdin=token)
    assert outcome.err == "jwtctl: warning: searches were cut off after 0s: a longer --budget looks further\n"
    assert run("audit-tokens", "--at", NOON, stdin=token).err == ""
