import io
from dataclasses import replace

import pytest

from jwtctl.model import KeySetDiff, Recovery, Subject, Token
from jwtctl.render import text
from tests.render import samples


def shown(function, *args, **kwargs):
    out = io.StringIO()
    function(*args, out, **kwargs)
    return out.getvalue()


def test_a_valid_verdict():
    assert shown(text.verdict, samples.verdict(), color=False) == (
        "valid\n"
        "  pass  format     as expected\n"
        "  pass  signature  right\n"
        "  pass  exp        'alice'\n"
        "  key   kid 'alice', thumbprint thumb, alg RS256\n"
    )


def test_a_refusal_names_every_failed_check_first_and_what_was_expected():
    assert shown(text.verdict, samples.verdict(ok=False), color=False) == (
        "refused: exp\n"
        "  pass  format     as expected\n"
        "  pass  signature  right\n"
        "  FAIL  exp        'alice'; expected after 2000 (expired alice)\n"
        "  key   kid 'alice', thumbprint thumb, alg RS256\n"
    )


def test_the_first_line_of_a_decoded_token_says_that_nobody_verified_it():
    assert shown(text.token, samples.token(), now=2060, color=False) == (
        "unverified: nothing below has been checked\n"
        "\n"
        "header\n"
        '  {\n    "alg": "RS256",\n    "kid": "alice"\n  }\n'
        "claims\n"
        '  {\n    "sub": "alice",\n    "exp": 2000\n  }\n'
        "  exp       1970-01-01T00:33:20Z, 1 minute ago\n"
        "signature\n"
        "  256 bytes, not checked\n"
        "look at\n"
        "  - alice\n"
        "  - note alice\n"
    )


def test_a_payload_that_is_no_object_is_shown_line_by_line_and_a_cut_is_said():
    token = Token("a.b.c", {"alg": "RS256"}, b"one\r\n::add-mask::two\xff" + b"x" * 4000, None, b"x")
    assert shown(text.token, token, now=0, color=False) == (
        "unverified: nothing below has been checked\n"
        "\n"
        "header\n"
        '  {\n    "alg": "RS256"\n  }\n'
        "payload\n"
        "  one\\x0d\n"
        "  \\x3a:add-mask::two\\xff" + "x" * 3979 + "\n"
        "  … and 21 bytes more\n"
        "signature\n"
        "  1 byte, not checked\n"
    )


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (90061, "1970-01-02T01:01:01Z, in 1 day 1 hour"),
        (0, "1970-01-01T00:00:00Z, 0 seconds ago"),
        (-1, "-1: no date"),
        (10**20, f"{10**20}: no date"),
        ("tomorrow\x1b", r"tomorrow\x1b: no date"),
        (True, "True: no date"),
    ],
)
def test_a_time_in_words_or_that_it_is_none(stated, words):
    token = Token("a.b.c", {}, b"{}", {"exp": stated}, b"")
    assert f"\n  exp       {words}\n" in shown(text.token, token, now=0, color=False)


def test_a_report_goes_file_by_file_and_ends_in_a_summary():
    assert shown(text.report, samples.report(), color=False) == (
        "keys/a.json\n"
        "  high      rsa-modulus-small: a modulus of 1024 bits keys/a.json\n"
        "            at key 1, line 7, kid 'keys/a.json', /n\n"
        "            p = 0x5\n"
        "            who = keys/a.json\n"
        "\n"
        "-\n"
        "  info      rsa-modulus-small (heuristic): odd\n"
        "\n"
        "  high      rsa-modulus-small  1 in 1 input\n"
        "  info      rsa-modulus-small  1 in 1 input\n"
        "\n"
        "2 findings: 1 high, 1 info; 3 subjects, 1 check, 2 did not apply, 1 input unreadable\n"
    )


def test_the_table_counts_findings_and_inputs_by_check():
    report = samples.report()
    high, info = report.findings
    many = replace(
        report,
        findings=(
            *[high] * 1_000,
            replace(high, subject=Subject("b.json", also=(Subject("c.json"),))),
            replace(info, id="odd"),
        ),
    )
    lines = shown(text.report, many, color=False).splitlines()
    assert lines[-4:-1] == [
        "  high      rsa-modulus-small  1,001 in 3 inputs",
        "  info      odd                    1 in 1 input",
        "",
    ]
    assert "1 in 1 input" not in shown(text.report, replace(report, findings=(high,)), color=False)


def test_a_recovery_shows_factors_only_on_request():
    proof = {"exponent_identity": True, "factors_multiply": True, "forged_token_verifies": True}
    hidden = shown(text.recovery, samples.recovery(), proof=proof, forged_token="a.b.c")
    assert hidden == (
        "recovered by common-exponents\n"
        "  e = 5 (0x5)\n"
        "  n factored into 2 primes (--show-private shows them)\n"
        "  proved: m^(e·d) = m modulo n\n"
        "  proved: the factors multiply to n\n"
        "  proved: the forged token verifies under the leaked key\n"
        "tried\n"
        "  stored-exponent: not found in 0.001 s; none is stored a note\n"
        "  common-exponents: found in 0.250 s\n"
        "a note\n"
        "forged token\n"
        "a.b.c\n"
    )
    assert "  d = 5 (0x5)\n  p = 7 (0x7)\n  q = 5 (0x5)\n" in shown(
        text.recovery, samples.recovery(), proof=proof, show_private=True
    )


def test_a_recovery_from_tokens_shows_keys():
    found = Recovery(method="ecdsa-public-key", notes=("a note",), public_only=True)
    out = shown(text.recovery, found, proof={"tokens_verify": True}, keys=[{"kty": "EC", "kid": "\x1b[2J"}])
    assert out == (
        "recovered by ecdsa-public-key\n"
        '  {"kty": "EC", "kid": "\\u001b[2J"}\n'
        "  proved: the tokens verify under the recovered key\n"
        "tried\n"
        "a note\n"
    )
    forged = shown(text.recovery, Recovery(35, 5, method="token-gcd"), proof={"forged_token_verifies": True})
    assert forged == (
        "recovered by token-gcd\n  e = 5 (0x5)\n"
        "  proved: a forged token is what the issuer itself would have signed\ntried\n"
    )


def test_a_miss_says_what_was_searched():
    assert shown(text.recovery, samples.missed(), proof={"exponent_identity": False}) == (
        "not recovered\ntried\n  common-exponents: not found in 0.500 s; e < 70001\n"
    )


def test_a_difference_of_key_sets():
    assert shown(text.key_set_diff, samples.difference(), color=False) == (
        "unsafe  removed           gone k1\n1 difference, unsafe\n"
    )
    assert shown(text.key_set_diff, KeySetDiff(()), color=False) == "no difference\n"


def test_the_facts_of_keys():
    facts = [{"key": "RSA 2048 bits, public", "key_ops": ["verify"], "certificates": [{"subject": "CN=\x1bx"}]}]
    assert shown(text.keys, facts, color=False) == (
        "RSA 2048 bits, public\n  key ops: verify\n  certificates\n    subject: CN=\\x1bx\n"
    )


def test_a_rule_explained():
    rule = samples.report().rules["rsa-modulus-small"]
    assert shown(text.rule, rule) == (
        "rsa-modulus-small (high)\nA modulus is short\n\nWhy it matters\n  Because.\n\nWhat to do\n  Replace it.\n\n"
        "Proof\n  n\n\n"
        "Sources\n  RFC 7518 section 3.3\n"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (61, "1 minute 1 second"), (7260, "2 hours 1 minute"), (400 * 86400, "1 year 34 days")],
)
def test_a_length_of_time_in_its_largest_two_units(seconds, words):
    assert text.span(seconds) == words


def test_colour_only_adds_escape_codes():
    plain = shown(text.report, samples.report(), color=False)
    coloured = shown(text.report, samples.report(), color=True)
    assert "\x1b[31m" in coloured
    for code in ("1", "2", "31", "33", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain
