"""`jwtctl sign`: what goes into a token, from where, and what is refused."""

from __future__ import annotations

import base64
import json

import jwt
import pytest
from joserfc import jws
from joserfc.jwk import import_key

from tests.cli.conftest import NOON


def parts(token):
    header, payload, _ = token.split(".")
    return tuple(json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, payload))


def test_a_token_as_it_comes(run, made):
    code, out, err = run("sign", "--key", made / "ec.jwk", "--at", NOON)
    assert (code, err) == (0, "")
    assert out.endswith("\n")
    assert out.count("\n") == 1
    assert parts(out) == ({"alg": "ES256", "typ": "JWT", "kid": "ec-1"}, {"iat": NOON, "exp": NOON + 3600})


def test_every_claim_option(sign):
    argv = ("--iss", "i", "--sub", "s", "--aud", "a", "--exp", "15m", "--nbf=-5m", "--iat", "now+1m", "--jti", "j")
    assert parts(sign("ec", *argv))[1] == {
        "iss": "i", "sub": "s", "aud": "a", "exp": NOON + 900, "nbf": NOON - 300, "iat": NOON + 60, "jti": "j",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "exp"),
    [
        (("--exp", "1h"), NOON + 3600),
        (("--exp=1h",), NOON + 3600),
        (("--exp", "+1h"), NOON + 3600),
        (("--exp", "-5m"), NOON - 300),
        (("--exp=-5m",), NOON - 300),
        (("--exp", "now+7d"), NOON + 604_800),
        (("--exp", "2030-01-31T12:00:00Z"), 1_896_091_200),
        (("--exp", "1896091200"), 1_896_091_200),
        (("--no-exp",), None),
        (("--claims", '{"exp": 1}'), 1),
        (("--claims", '{"exp": 1}', "--no-exp"), 1),
        (("--claims", '{"exp": 1}', "--exp", "1h"), NOON + 3600),
        (("--claims", '{"exp": 1}', "--exp", "1h", "--claim", "exp:=2"), 2),
        (("--claim", "exp:=2"), 2),
    ],
)
def test_where_exp_comes_from(sign, argv, exp):
    assert parts(sign("ec", *argv))[1].get("exp") == exp


def test_issued_at(sign):
    assert "iat" not in parts(sign("ec", "--no-iat"))[1]
    assert parts(sign("ec", "--iat", "-1d"))[1]["iat"] == NOON - 86400
    assert parts(sign("ec", "--claims", '{"iat": 5}'))[1]["iat"] == 5
    assert parts(sign("ec", "--claims", '{"iat": 5, "sub": "file"}', "--sub", "option"))[1] == {
        "iat": 5, "exp": NOON + 3600, "sub": "option",
    }  # fmt: skip


def test_contradictions_are_wrong_usage(run, made):
    for argv in (("--no-exp", "--exp", "1h"), ("--no-iat", "--iat", "now")):
        assert run("sign", "-k", made / "ec.jwk", *argv)[:2] == (2, "")


def test_audiences(sign):
    assert parts(sign("ec", "--aud", "a", "--aud", "b"))[1]["aud"] == ["a", "b"]


def test_token_ids(sign):
    ids = {parts(sign("ec", "--jti", "uuid"))[1]["jti"] for _ in range(2)}
    assert len(ids) == 2
    assert {len(jti) for jti in ids} == {36}


def test_claims_of_every_kind(run, made, sign, tmp_path):
    (tmp_path / "claims.json").write_text('{"roles": ["a"], "é": null}')
    argv = ("--claim", "n:=1.5", "--claim", "t=1.5", "--claim", "a.b.c=x", "--claim", r"https://x\.example/y=z")
    claims = parts(sign("ec", "--no-iat", "--no-exp", "--claims", f"@{tmp_path / 'claims.json'}", *argv))[1]
    assert claims == {
        "roles": ["a"], "é": None, "n": 1.5, "t": "1.5", "a": {"b": {"c": "x"}}, "https://x.example/y": "z",
    }  # fmt: skip
    from_pipe = run("sign", "-k", made / "ec.jwk", "--no-iat", "--no-exp", "--claims", "-", stdin='{"a": 1}').out
    assert parts(from_pipe)[1] == {"a": 1}


def test_headers(sign):
    assert parts(sign("ec", "--typ", "at+jwt", "--header", "x=1", "--header", "y:=[2]"))[0] == {
        "alg": "ES256", "typ": "at+jwt", "kid": "ec-1", "x": "1", "y": [2],
    }  # fmt: skip
    assert parts(sign("ec", "--typ", "", "--header", "kid:=null"))[0] == {"alg": "ES256"}


def test_kids(run, made, sign):
    assert parts(sign("ec", "--header", "kid=other"))[0]["kid"] == "other"
    pem = run("key", "convert", made / "ec.jwk", "--to", "pem").out
    assert "kid" not in parts(run("sign", "-k", "-", stdin=pem).out)[0]
    assert parts(run("sign", "-k", "-", "--kid", "mine", stdin=pem).out)[0]["kid"] == "mine"
    secret = ("--secret", f"hex:{'ab' * 32}")
    assert parts(run("sign", *secret, "--kid", "mine").out)[0] == {"alg": "HS256", "typ": "JWT", "kid": "mine"}


def test_a_private_key_among_several(run, made):
    keys = [json.loads((made / name).read_bytes()) for name in ("rsa.pub.jwk", "ec.jwk", "ed.pub.jwk")]
    jwks = json.dumps({"keys": keys})
    assert parts(run("sign", "-k", "-", stdin=jwks).out)[0]["kid"] == "ec-1"
    assert run("sign", "-k", "-", "--kid", "rsa-1", stdin=jwks).code == 3
    assert run("sign", "-k", "-", "--kid", "nosuch", stdin=jwks).code == 3


@pytest.mark.parametrize("alg", ["PS256", "PS384", "RS512"])
def test_other_algorithms_of_a_key(run, made, alg):
    pem = run("key", "convert", made / "rsa.jwk", "--to", "pem").out
    token = run("sign", "-k", "-", "--alg", alg, "--at", NOON, stdin=pem).out
    assert parts(token)[0]["alg"] == alg
    public = run("key", "public", made / "rsa.jwk", "--to", "pem").out
    decoded = jwt.decode(token.strip(), public, algorithms=[alg], options={"verify_iat": False})
    assert decoded == {"iat": NOON, "exp": NOON + 3600}


@pytest.mark.parametrize("name", ["rsa", "ec", "ed", "hmac"])
def test_an_independent_library_verifies(made, sign, name):
    token = sign(name, "--sub", "жук 🙂")
    key = import_key(json.loads((made / f"{name}.jwk").read_bytes()))
    alg = parts(token)[0]["alg"]
    assert json.loads(jws.deserialize_compact(token, key, algorithms=[alg]).payload)["sub"] == "жук 🙂"


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        (("--alg", "HS256"), 2, "algorithm 'HS256' does not fit this P-256 key"),
        (("--alg", "none"), 2, "alg none makes no signature"),
        (("--alg", "None"), 2, "alg none makes no signature"),
        (("--alg", "ES257"), 2, "unknown algorithm 'ES257' does not fit this P-256 key"),
        (("--alg", "ES384"), 2, "algorithm 'ES384' does not fit this P-256 key"),
        (("--header", "alg=none"), 2, "the header cannot set alg"),
        (("--header", "b64:=false"), 2, "header parameter 'b64' is not supported"),
        (("--header", 'crit:=["exp"]'), 2, "header parameter 'crit' is not supported"),
        (("--header", "x"), 2, "--header 'x' is not NAME=VALUE"),
        (("--claim", "x"), 2, "--claim 'x' is not NAME=VALUE"),
        (("--claim", "x:=y"), 2, "--claim x:= takes JSON: not JSON"),
        (("--claim", "x:=1e400"), 2, "--claim x:= takes JSON: 1e400 is beyond the numbers"),
        (("--claim", "x=\udcff"), 2, "a claim or header parameter holds text that is not Unicode"),
        (("--claims", "[1]"), 3, "--claims: JSON array where an object is expected"),
        (("--claims", "@nosuch"), 3, "'nosuch': no such file or directory"),
        (("--exp", "soon"), 2, "--exp: 'soon' is no time"),
        (("--nbf", "9" * 30), 2, f"--nbf: '{'9' * 30}' lies outside the years 1970 to 9999"),
        (("--at", "x"), 2, "--at: 'x' is no time"),
    ],
)
def test_what_is_refused(run, made, argv, code, error):
    outcome = run("sign", "-k", made / "ec.jwk", *argv)
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


def test_keys_that_do_not_sign(run, made):
    private = json.loads((made / "ec.jwk").read_bytes())
    for change, error in (
        ({"d": None}, "this EC key is public: signing takes the private key"),
        ({"use": "enc"}, "the key's use is 'enc': it is not for signing"),
        ({"key_ops": ["verify"]}, "the key's key_ops do not include 'sign'"),
        ({"alg": "ECDH-ES"}, "this P-256 key with alg 'ECDH-ES' is not for signing"),
    ):
        key = {name: value for name, value in {**private, **change}.items() if value is not None}
        code, out, err = run("sign", "-k", "-", stdin=json.dumps(key))
        assert (code, out) == (3, "")
        assert err.startswith(f"jwtctl: error: {error}")


def test_a_short_rsa_key_signs_only_by_name(run):
    key = run("keygen", "RS256", "--size", "1024", "--insecure-size").out
    code, out, err = run("sign", "-k", "-", stdin=key)
    assert (code, out) == (3, "")
    assert "an RSA key of 1024 bits is too short" in err
    token = run("sign", "-k", "-", "--insecure-size", stdin=key).out
    assert run("verify", token, "-k", "-", stdin=key).code == 1
    assert run("verify", token, "-k", "-", "--insecure-size", stdin=key).code == 0


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_a_date_that_is_text_is_warned_of(run, made, name):
    argv = ("sign", "--key", made / "ec.jwk", "--at", NOON, "--claim")
    assert run(*argv, f"{name}=5").err == (
        f"jwtctl: warning: claim {name} is text, which is no date: --claim {name}:=SECONDS makes it a number\n"
    )
    assert run(*argv, f"{name}:=5").err == ""
