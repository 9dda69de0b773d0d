"""`jwtctl verify`: every check, every source of keys, and a no for everything that is not right."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess

import pytest

from tests.cli.conftest import NOON
from tests.keysets.conftest import Answer, metadata

CHECK = ["name", "ok", "expected", "got", "detail"]


@pytest.fixture
def verify(run, made):
    """Verify at NOON with a public key of `made`; the verdict as JSON."""

    def verify_(token, *options, key="ec", code=None):
        given = ("--key", made / f"{key}.pub.jwk") if key else ()
        outcome = run("verify", token, *given, "--at", NOON, "--json", *options)
        verdict = json.loads(outcome.out)
        assert outcome.code == (0 if verdict["valid"] else 1)
        assert code in {None, outcome.code}
        return verdict

    return verify_


def check(verdict, name):
    return next(found for found in verdict["checks"] if found["name"] == name)


def test_a_verdict(run, made, sign):
    token = sign("ec", "--iss", "https://id.example", "--sub", "alice", "--aud", "api")
    code, out, err = run("verify", token, "-k", made / "ec.pub.jwk", "--at", NOON, "--aud", "api")
    assert (code, err) == (0, "")
    thumbprint = run("key", "thumbprint", made / "ec.jwk").out.strip()
    assert out.splitlines() == [
        "valid",
        "  pass  format     as expected",
        "  pass  alg        'ES256'",
        "  pass  key        EC P-256 kid='ec-1'",
        "  pass  crit       absent",
        "  pass  signature  right",
        "  pass  exp        1900003600 (2030-03-17T18:46:40Z)",
        "  pass  iat        1900000000 (2030-03-17T17:46:40Z)",
        "  pass  iss        'https://id.example'",
        "  pass  sub        'alice'",
        "  pass  aud        'api'",
        f"  key   kid 'ec-1', thumbprint {thumbprint}, alg ES256",
    ]


def test_a_verdict_as_json(run, made, sign, verify):
    token = sign("ec", "--sub", "alice")
    verdict = verify(token, code=0)
    assert list(verdict) == ["schema", "valid", "checks", "reasons", "header", "claims", "key"]
    assert (verdict["schema"], verdict["valid"], verdict["reasons"]) == ("jwtctl.verdict/1", True, [])
    assert verdict["header"] == {"alg": "ES256", "typ": "JWT", "kid": "ec-1"}
    assert verdict["claims"] == {"sub": "alice", "iat": NOON, "exp": NOON + 3600}
    thumbprint = run("key", "thumbprint", made / "ec.jwk").out.strip()
    assert verdict["key"] == {"kid": "ec-1", "thumbprint": thumbprint, "alg": "ES256"}
    assert [list(found) for found in verdict["checks"]] == [CHECK] * len(verdict["checks"])
    assert [found["name"] for found in verdict["checks"]] == [
        "format",
        "alg",
        "key",
        "crit",
        "signature",
        "exp",
        "iat",
        "sub",
    ]


def test_a_refusal_as_json_and_as_text(run, made, sign, verify):
    token = sign("ec", "--exp", "-5m", "--aud", "other")
    verdict = verify(token, "--aud", "api", "--iss", "i", code=1)
    assert verdict["reasons"] == ["exp", "iss", "aud"]
    assert check(verdict, "aud") == {"name": "aud", "ok": False, "expected": "'api'", "got": "'other'", "detail": ""}
    code, out, err = run("verify", token, "-k", made / "ec.pub.jwk", "--at", NOON, "--aud", "api", "--iss", "i")
    assert (code, err) == (1, "")
    assert out.startswith("refused: exp, iss, aud\n")
    assert "  FAIL  aud        'other'; expected 'api'\n" in out
    assert "  FAIL  iss        absent; expected 'i'\n" in out
    assert "(2030-03-17T17:41:40Z: expired)\n" in out


@pytest.mark.parametrize(
    ("signing", "checking", "reasons"),
    [
        ((), (), []),
        (("--exp", "-60s"), (), ["exp"]),
        (("--exp", "-59s"), (), []),
        (("--exp", "-59s"), ("--leeway", "0"), ["exp"]),
        (("--exp", "-1h"), ("--leeway", "2h"), []),
        (("--exp", "-1h"), ("--ignore-exp",), []),
        (("--no-exp",), (), []),
        (("--no-exp",), ("--require", "exp"), ["require"]),
        (("--nbf", "60s"), (), []),
        (("--nbf", "61s"), (), ["nbf"]),
        (("--iat", "61s"), (), ["iat"]),
        (("--claim", "exp:=1e300"), (), ["exp"]),
        (("--claim", "exp=tomorrow"), (), ["exp"]),
        (("--claim", "nbf:=true"), (), ["nbf"]),
        (("--claim", "iat:=-1"), (), ["iat"]),
        (("--claim", f"exp:={'9' * 4000}"), (), ["exp"]),
        (("--iat", "-2h"), ("--max-age", "1h"), ["max_age"]),
        (("--iat", "-1h"), ("--max-age", "1h"), []),
        (("--no-iat",), ("--max-age", "1h"), ["max_age"]),
        ((), ("--max-ttl", "1h"), []),
        (("--exp", "2h"), ("--max-ttl", "1h"), ["max_ttl"]),
        (("--no-exp",), ("--max-ttl", "1h"), ["max_ttl"]),
        (("--iss", "a"), ("--iss", "a"), []),
        (("--iss", "a"), ("--iss", "b", "--iss", "a"), []),
        (("--iss", "a/"), ("--iss", "a"), ["iss"]),
        ((), ("--iss", "a"), ["iss"]),
        (("--sub", "a"), ("--sub", "a"), []),
        (("--sub", "a"), ("--sub", "A"), ["sub"]),
        (("--claim", "sub:=7"), (), ["sub"]),
        (("--aud", "a", "--aud", "b"), ("--aud", "b"), []),
        (("--aud", "a", "--aud", "b"), ("--aud", "c", "--aud", "a"), []),
        (("--aud", "a"), ("--aud", "b"), ["aud"]),
        ((), ("--aud", "b"), ["aud"]),
        (("--claim", "aud:=[]"), (), ["aud"]),
        (("--claim", 'aud:=["a", 7]'), ("--aud", "a"), ["aud"]),
        (("--typ", "at+jwt"), ("--typ", "at+jwt"), []),
        (("--typ", "at+jwt"), ("--typ", "application/AT+JWT"), []),
        (("--typ", "JWT"), ("--typ", "at+jwt"), ["typ"]),
        (("--typ", ""), ("--typ", "at+jwt"), ["typ"]),
        (("--sub", "a"), ("--require", "sub,exp", "--require", "iat"), []),
        ((), ("--require", "sub, jti"), ["require"]),
        ((), ("--alg", "ES256"), []),
        ((), ("--alg", "RS256", "--alg", "ES256"), []),
        ((), ("--alg", "ES384"), ["alg", "signature"]),
        ((), ("--alg", "none"), ["alg", "signature"]),
        ((), ("--kid", "ec-1"), []),
    ],
)
def test_what_is_checked(sign, verify, signing, checking, reasons):
    assert verify(sign("ec", *signing), *checking)["reasons"] == reasons


def _forged(header, secret, claims=b'{"exp": 1900003600}'):
    encoded = [base64.urlsafe_b64encode(part).rstrip(b"=") for part in (json.dumps(header).encode(), claims)]
    signature = hmac.new(secret, b".".join(encoded), hashlib.sha256).digest()
    return b".".join([*encoded, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def test_algorithm_confusion_is_called_by_its_name(run, made, tmp_path):
    """The public key, as its owner publishes it, must not serve as an HMAC secret."""
    run("key", "public", made / "rsa.jwk", "--to", "pem", "-o", tmp_path / "public.pem")
    token = _forged({"alg": "HS256"}, (tmp_path / "public.pem").read_bytes())
    for argv in (("-k", tmp_path / "public.pem"), ("-k", tmp_path / "public.pem", "--alg", "HS256"),
                 ("--secret-file", tmp_path / "public.pem", "-q")):  # fmt: skip
        code, out, err = run("verify", token, "--at", NOON, *argv)
        assert (code, err) == (1, "")
        assert "algorithm confusion" in out
        assert "  pass  signature" not in out


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "none ", ""])
def test_an_unsigned_token_is_never_accepted(verify, alg):
    header, payload, _ = _forged({"alg": alg}, b"x").split(".")
    for signature in ("", "AA"):
        for option in ((), ("--alg", alg or "none")):
            verdict = verify(f"{header}.{payload}.{signature}", *option, code=1)
            assert {"alg", "signature"} <= set(verdict["reasons"])


def test_a_changed_token_is_refused(sign, verify):
    header, payload, signature = sign("ec", "--sub", "alice").split(".")
    forged = base64.urlsafe_b64encode(b'{"sub":"admin"}').rstrip(b"=").decode()
    assert verify(f"{header}.{forged}.{signature}")["reasons"] == ["signature"]
    assert verify(f"{header}.{payload}.")["reasons"] == ["signature"]
    assert verify(f"{header}.{payload}.{signature}=")["reasons"] == ["format"]
    octets = base64.urlsafe_b64decode(signature + "==")
    for length in (1, 63):
        shorter = base64.urlsafe_b64encode(octets[:length]).rstrip(b"=").decode()
        assert verify(f"{header}.{payload}.{shorter}")["reasons"] == ["signature"]
    for text in ("", "x", f"{header}.{payload}", f"{header}.{payload}.{signature}.x", "{}"):
        assert verify(text)["reasons"] == ["format"]


def test_duplicate_members_and_critical_headers_are_refused(verify):
    token = _forged({"alg": "HS256", "crit": ["exp"]}, b"x" * 32)
    secret = ("--secret", "hex:" + (b"x" * 32).hex())
    assert verify(token, *secret, key=None)["reasons"] == ["crit"]
    token = _forged({"alg": "HS256"}, b"x" * 32, b'{"sub": "a", "sub": "b"}')
    assert verify(token, *secret, key=None)["reasons"] == ["format"]


@pytest.mark.parametrize("name", ["rsa", "ec", "ed"])
def test_a_key_set(made, sign, verify, name):
    assert verify(sign(name), "--jwks", made / "jwks.json", key=None)["key"]["kid"] == f"{name}-1"


def test_key_sets_that_do_not_help(made, sign, verify):
    token = sign("ec", "--header", "kid=nosuch")
    verdict = verify(token, "--jwks", made / "jwks.json", key=None, code=1)
    assert verdict["reasons"] == ["key", "signature"]
    assert check(verdict, "key")["got"] == "no key is named 'nosuch'"
    assert verify(token, "--jwks", made / "jwks.json", "--kid", "ec-1", key=None)["valid"] is True
    assert verify(token, "--jwks", made / "jwks.json", "--kid", "rsa-1", key=None)["valid"] is False


def test_one_bad_entry_never_sinks_a_set(run, made, sign):
    keys = [{"kty": "PQC", "kid": "new"}, 7, json.loads((made / "ec.pub.jwk").read_bytes())]
    text = json.dumps({"keys": keys})
    code, out, err = run("verify", sign("ec"), "--jwks", "-", "--at", NOON, stdin=text)
    assert code == 0
    assert out.startswith("valid\n")
    assert err.count("jwtctl: warning: -: entry ") == 2
    assert run("verify", sign("ec"), "--jwks", "-", "--at", NOON, "-q", stdin=text).err == ""


def test_one_kid_for_two_keys_is_refused(run, made, sign):
    other = json.loads(run("keygen", "ES256", "--kid", "ec-1", "--to", "jwk").out)
    keys = [json.loads((made / "ec.pub.jwk").read_bytes()), {**other, "d": None}]
    keys[1].pop("d")
    code, out, _ = run("verify", sign("ec"), "--jwks", "-", "--at", NOON, stdin=json.dumps({"keys": keys}))
    assert code == 1
    assert "2 different keys share the kid 'ec-1'" in out


def test_several_keys(run, made, sign):
    both = ("-k", made / "rsa.pub.jwk", "-k", made / "ec.pub.jwk", "--at", NOON)
    assert run("verify", sign("ec"), *both).code == 0
    assert run("verify", sign("rsa"), *both).code == 0
    assert run("verify", sign("ed"), *both).code == 1


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        ((), 2, "no key to verify with"),
        (("--key", "a", "--jwks", "b"), 2, "choose one source of keys"),
        (("--key", "a", "--secret", "hex:00"), 2, "choose one source of keys"),
        (("--jwks", "a", "--issuer", "https://b"), 2, "choose one source of keys"),
        (("--key", "nosuch"), 3, "'nosuch': no such file or directory"),
        (("--jwks", "nosuch"), 3, "'nosuch': no such file or directory"),
        (("--issuer", "b"), 2, ""),
        (("--jwks", "http://id.example/jwks"), 2, "the URL is plain http"),
        (("--key", "KEY", "--payload", "x"), 2, "--payload 'x' is not known"),
        (("--key", "KEY", "--leeway", "x"), 2, "--leeway: 'x' is no duration"),
        (("--key", "KEY", "--leeway=-1"), 2, "--leeway: '-1' is no duration"),
        (("--key", "KEY", "--max-age", "x"), 2, "--max-age: 'x' is no duration"),
        (("--key", "KEY", "--max-ttl", "x"), 2, "--max-ttl: 'x' is no duration"),
        (("--key", "KEY", "--timeout", "99999999w"), 2, "--timeout: '99999999w' is longer than a hundred years"),
        (("--key", "KEY", "--at", "x"), 2, "--at: 'x' is no time"),
    ],
)
def test_what_cannot_be_done(run, made, argv, code, error):
    given = [made / "ec.jwk" if word == "KEY" else word for word in argv]
    outcome = run("verify", "a.b.c", *given)
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


def test_any_payload(run):
    """A JWS need not hold claims; the octets come out as they were signed."""
    payload = b"\x00\xffhello\n"
    token = _forged({"alg": "HS256"}, b"x" * 32, payload)
    secret = ("--secret", "hex:" + (b"x" * 32).hex())
    code, out, err = run("verify", token, *secret)
    assert code == 1
    assert "--payload any accepts a payload of any kind" in out
    code, out, err = run("verify", token, *secret, "--payload", "any")
    assert code == 0
    assert out.encode("utf-8", "surrogateescape") == payload
    assert err.startswith("valid\n")
    verdict = json.loads(run("verify", token, *secret, "--payload", "any", "--json").out)
    assert (verdict["claims"], base64.b64decode(verdict["payload"])) == (None, payload)
    code, out, err = run("verify", token[:-3] + "AAA", *secret, "--payload", "any")
    assert code == 1
    assert out.startswith("refused: ")
    assert "hello" not in out


@pytest.mark.parametrize("name", ["rsa", "ec", "ed", "hmac"])
def test_second_opinions(made, sign, verify, name):
    key = ("--key", made / f"{name}.jwk")
    verdict = verify(sign(name), "--second-opinion", *key, key=None, code=0)
    opinions = [found["got"] for found in verdict["checks"] if found["name"] == "second_opinion"]
    assert [text.partition(" ")[0] for text in opinions] == ["PyJWT", "jwcrypto"]
    # PyJWT does not know the name Ed25519 (RFC 9864) yet.
    assert {text.rpartition(": ")[2] for text in opinions} <= ({"right", "no opinion"} if name == "ed" else {"right"})
    header, payload, signature = sign(name).split(".")
    tampered = f"{header}.{payload}.{'AAAA' + signature[4:]}"
    verdict = verify(tampered, "--second-opinion", *key, key=None, code=1)
    assert verdict["reasons"] == ["signature"]


def test_a_batch(run, made, sign, tmp_path):
    good, late = sign("ec", "--sub", "a"), sign("ec", "--exp", "-1h")
    text = f"{good}\n\n  Bearer {late}\r\nnonsense\n"
    (tmp_path / "tokens").write_text(text)
    argv = ("--batch", "-k", made / "ec.pub.jwk", "--at", NOON)
    for source, stdin in ((tmp_path / "tokens", ""), (f"@{tmp_path / 'tokens'}", ""), ("-", text), (None, text)):
        code, out, err = run("verify", *argv, *([source] if source else []), stdin=stdin)
        assert (code, err) == (1, "jwtctl: note: 1 valid, 2 refused\n")
        verdicts = [json.loads(line) for line in out.splitlines()]
        assert [verdict["reasons"] for verdict in verdicts] == [[], ["exp"], ["format"]]
        assert {verdict["schema"] for verdict in verdicts} == {"jwtctl.verdict/1"}
    assert run("verify", *argv, "-q", stdin=good)[::2] == (0, "")
    assert run("verify", *argv, "nosuch") == (3, "", "jwtctl: error: 'nosuch': no such file or directory\n")


def test_a_long_line_of_a_batch_is_one_token(run, made):
    outcome = run("verify", "--batch", "-k", made / "ec.jwk", stdin=b"x" * 5_000_000 + b"\nshort\n")
    assert outcome.err == "jwtctl: note: 0 valid, 2 refused\n"


# Over the network


@pytest.mark.network
def test_a_key_set_from_a_server(run, made, sign, server):
    server.routes["/jwks.json"] = Answer((made / "jwks.json").read_bytes())
    assert run("verify", sign("ec"), "--at", NOON, "--jwks", f"{server.url}/jwks.json").code == 0
    code, out, err = run("verify", sign("ec"), "--at", NOON, "--jwks", f"{server.url}/nosuch")
    assert (code, out) == (4, "")
    assert "404" in err


@pytest.mark.network
@pytest.mark.parametrize("place", ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"])
def test_an_issuer_is_discovered_and_enforced(run, made, sign, server, place):
    server.routes["/keys"] = Answer((made / "jwks.json").read_bytes())
    server.routes[place] = metadata(issuer=server.url, jwks_uri=f"{server.url}/keys")
    argv = ("--at", NOON, "--issuer", server.url)
    assert run("verify", sign("ec", "--iss", server.url), *argv).code == 0
    code, out, _ = run("verify", sign("ec", "--iss", "https://other.example"), *argv)
    assert code == 1
    assert out.startswith("refused: iss\n")
    assert run("verify", sign("ec"), *argv).out.startswith("refused: iss\n")


@pytest.mark.network
def test_an_issuer_that_lies_is_not_believed(run, sign, server):
    server.routes["/.well-known/openid-configuration"] = metadata(issuer="https://other", jwks_uri=f"{server.url}/keys")
    code, out, err = run("verify", sign("ec"), "--issuer", server.url)
    assert (code, out) == (4, "")
    assert "states issuer 'https://other'" in err


def test_a_key_that_its_file_marks_for_pss_verifies_nothing_else(run, tmp_path):
    """RFC 4055 section 1.2: such a key is for RSASSA-PSS alone, whatever a token says."""
    pss = tmp_path / "pss.pem"
    command = ["openssl", "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-out", pss]
    subprocess.run(command, check=True, capture_output=True)
    token = run("sign", "--key", pss, "--sub", "a").out.strip()
    assert json.loads(run("decode", token, "--json").out)["header"]["alg"] == "PS256"
    assert run("verify", token, "--key", pss).code == 0
    assert run("sign", "--key", pss, "--alg", "RS256").code == 2
    jwk = json.loads(run("key", "convert", pss, "--to", "jwk").out)
    (tmp_path / "free.jwk").write_text(json.dumps(jwk | {"alg": "RS256"}))
    token = run("sign", "--key", tmp_path / "free.jwk", "--sub", "a").out.strip()
    verdict = json.loads(run("verify", token, "--key", pss, "--json").out)
    assert verdict["reasons"] == ["alg", "key", "signature"]
    assert check(verdict, "alg")["detail"] == "the key's file limits it to other algorithms (RFC 4055 section 1.2)"
    assert check(verdict, "key")["got"] == "the key's file limits it to PS256, PS384, PS512, not RS256"


def test_an_algorithm_that_does_not_exist_is_wrong_usage_and_no_verdict(run, made, sign):
    outcome = run("verify", sign("ec"), "--key", made / "ec.pub.jwk", "--alg", "es256")
    assert outcome == (
        2, "", "jwtctl: error: unknown algorithm 'es256'\njwtctl: hint: did you mean ES256?\n",
    )  # fmt: skip
    assert run("verify", sign("ec"), "--key", made / "ec.pub.jwk", "--alg", "NONE").code == 1
