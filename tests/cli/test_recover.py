"""`jwtctl recover`."""

from __future__ import annotations

import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_public_key

from jwtctl.jose import base64url, forge
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("recover")
PRIMES = MAKER.primes(2048)
REVERSED = MAKER.key(PRIMES, e=17)
USUAL = MAKER.key(PRIMES, e=65537)
SERVICE = rsa.RSAPublicNumbers(REVERSED.d, REVERSED.n).public_key()


def minted(count, exponent=REVERSED.e):
    return [forge.forge({"sub": str(i)}, {"kid": "sso"}, n=REVERSED.n, exponent=exponent) for i in range(count)]


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.txt"
    path.write_text(f"\nAuthorization: Bearer {minted(2)[0]}\n\n'{minted(2)[1]}'\n")
    return path


@pytest.fixture(scope="module")
def low():
    """An ordinary key with e = 3."""
    return rsa.generate_private_key(3, 2048)


@pytest.fixture
def service(tmp_path):
    """(n, d), as services of a reversed issuer hold it."""
    path = tmp_path / "service.json"
    path.write_text(json.dumps({"schema": "jwtctl.leak/1", "n": hex(USUAL.n), "d": hex(USUAL.d)}))
    return path


def test_a_leaked_key_is_completed_and_forged_with(run, service, tmp_path):
    whole = tmp_path / "whole.jwk"
    outcome = run("recover", service, "--forge", "sub=root", "--json", "--private-out", whole)
    assert outcome.code == 0, outcome.err
    document = json.loads(outcome.out)
    assert (document["method"], document["e"]) == ("common-exponents", "0x10001")
    assert set(document["proof"].values()) == {True}
    assert not {"d", "p", "keys", "public_only"} & document.keys()
    public = rsa.RSAPublicNumbers(USUAL.d, USUAL.n).public_key()
    assert jwt.decode(document["forged_token"], public, algorithms=["RS256"])["sub"] == "root"
    assert set(json.loads(whole.read_bytes())) >= {"n", "e", "d", "p", "q", "dp", "dq", "qi"}
    assert whole.stat().st_mode & 0o777 == 0o600


def test_two_tokens_of_a_reversed_issuer_are_enough(run, two):
    outcome = run("recover", "--tokens", two, "--forge", "sub=root", "--json")
    assert outcome.code == 0, outcome.err
    document = json.loads(outcome.out)
    assert document["schema"] == "jwtctl.recovery/1"
    assert (document["recovered"], document["method"]) == (True, "token-gcd")
    assert (document["n"], document["e"], document["public_only"]) == (hex(REVERSED.n), "0x11", False)
    assert document["proof"] == {"tokens_verify": True, "forged_token_verifies": True}
    assert [(key["kty"], key["e"], key["kid"]) for key in document["keys"]] == [("RSA", "EQ", "sso")]
    assert jwt.decode(document["forged_token"], SERVICE, algorithms=["RS256"])["sub"] == "root"


def test_they_may_come_by_standard_input_and_be_told_to_people(run, two):
    outcome = run("recover", "--tokens", "-", stdin=two.read_text())
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[:2] == ["recovered by token-gcd", "  e = 17 (0x11)"]
    assert json.loads(lines[2])["kid"] == "sso"
    assert lines[3:5] == [
        "  proved: the tokens verify under the recovered key",
        "  proved: a forged token is what the issuer itself would have signed",
    ]
    assert "forged token" not in lines


def test_an_ordinary_issuer_is_no_vulnerability(run, low, tmp_path):
    lines = [jwt.encode({"sub": str(i)}, low, algorithm="RS256") for i in range(2)]
    public = tmp_path / "public.pem"
    outcome = run(
        *("recover", "--tokens", "-", "--to", "pem", "--public-out", public, "--forge", "sub=root"),
        stdin="\n".join(lines),
    )
    assert outcome.code == 0, outcome.err
    assert "no vulnerability" in outcome.out
    assert "forged" not in outcome.out
    assert "no token was minted" in outcome.err
    assert load_pem_public_key(public.read_bytes()) == low.public_key()


def test_one_es256_token_prints_both_keys_and_two_the_right_one(run, sign, made, tmp_path):
    tokens = [sign("ec", "--sub", name) for name in ("a", "b")]
    right = json.loads((made / "ec.pub.jwk").read_bytes())
    one = run("recover", "--tokens", "-", stdin=tokens[0])
    assert one.code == 0, one.err
    assert sum(json.loads(line)["crv"] == "P-256" for line in one.out.splitlines() if line.startswith("  {")) == 2
    assert "e = " not in one.out
    refused = run("recover", "--tokens", "-", "--public-out", tmp_path / "key", stdin=tokens[0])
    assert refused.code == 2
    assert "--to jwks" in refused.err
    public = tmp_path / "public.jwk"
    two = run("recover", "--tokens", "-", "--json", "--public-out", public, stdin="\n".join(tokens))
    document = json.loads(two.out)
    assert (document["n"], document["e"], document["public_only"]) == (None, None, True)
    assert [(key["x"], key["y"]) for key in document["keys"]] == [(right["x"], right["y"])]
    assert json.loads(public.read_bytes())["y"] == right["y"]


def test_ps256_is_a_no_with_the_reason(run, low):
    lines = [jwt.encode({"sub": str(i)}, low, algorithm="PS256") for i in range(2)]
    outcome = run("recover", "--tokens", "-", stdin="\n".join(lines))
    assert outcome.code == 1
    assert outcome.out.startswith("not recovered\ntried\n2 tokens: PS256: EMSA-PSS is salted")
    document = json.loads(run("recover", "--tokens", "-", "--json", stdin="\n".join(lines)).out)
    assert (document["recovered"], document["method"], document["tried"]) == (False, None, [])


def test_a_leaked_d_without_n_makes_the_key_whole(run, two, tmp_path):
    leak, whole = tmp_path / "leak.json", tmp_path / "whole.pem"
    leak.write_text(json.dumps({"schema": "jwtctl.leak/1", "d": hex(REVERSED.d)}))
    outcome = run("recover", leak, "--tokens", two, "--to", "pem", "--private-out", whole)
    assert outcome.code == 0, outcome.err
    assert "n factored into 2 primes" in outcome.out
    from jwtctl.jose.key_formats import read

    (key,) = read(whole.read_bytes(), "whole.pem").keys
    assert {key.numbers["p"], key.numbers["q"]} == set(REVERSED.primes)


def test_a_leak_with_n_and_d_needs_no_tokens_but_takes_them(run, service, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("\n".join(minted(2, USUAL.e)))
    outcome = run("recover", service, "--tokens", tokens, "--json")
    assert outcome.code == 0, outcome.err
    document = json.loads(outcome.out)
    assert document["method"] == "common-exponents"
    assert set(document["proof"]) == {
        "exponent_identity",
        "factors_multiply",
        "tokens_verify",
        "forged_token_verifies",
    }
    assert set(document["proof"].values()) == {True}


def test_a_public_key_that_services_hold_tells_the_role_at_once(run, tmp_path):
    key = tmp_path / "key.json"
    key.write_text(json.dumps({"schema": "jwtctl.leak/1", "n": hex(USUAL.n)}))
    outcome = run("recover", key, "--tokens", "-", stdin=minted(1, USUAL.e)[0])
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("recovered by known-modulus\n  e = 65537")


def test_a_miss_is_exit_1(run):
    outcome = run("recover", "--tokens", "-", stdin=minted(1)[0])
    assert outcome.code == 1
    assert "a second token of the same issuer is needed" in outcome.out


@pytest.mark.parametrize(
    ("argv", "stdin", "code", "message"),
    [
        ([], "", 2, "nothing to work on"),
        (["--tokens", "-", "--private-out", "x"], "", 2, "tokens alone give no private key"),
        (["--tokens", "-", "--budget", "soon"], "", 2, "--budget"),
        (["--tokens", "-"], "", 3, "no token in the list: it is empty"),
        (["--tokens", "-"], "nonsense\n", 3, "no token in the list: one part"),
        (["--tokens", "/nonexistent"], "", 3, "no such file"),
        (["-", "--tokens", "-"], "{}", 3, "JSON"),
    ],
)
def test_wrong_usage_and_bad_input(run, argv, stdin, code, message):
    outcome = run("recover", *argv, stdin=stdin)
    assert outcome.code == code, outcome
    assert message in outcome.err
    assert outcome.out == ""


def test_a_leak_of_another_type_is_refused(run, made, two):
    outcome = run("recover", made / "ec.jwk", "--tokens", two)
    assert outcome.code == 3
    assert "type EC" in outcome.err


def test_a_whole_key_with_tokens_from_a_pem(run, low, tmp_path):
    pem = tmp_path / "key.pem"
    pem.write_bytes(low.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    lines = [jwt.encode({"sub": str(i)}, low, algorithm="RS256") for i in range(2)]
    outcome = run("recover", pem, "--tokens", "-", stdin="\n".join(lines))
    assert outcome.code == 0, outcome.err
    assert "2 tokens of 2 fit: the issuer is an ordinary one" in outcome.out


@pytest.mark.slow
def test_the_most_usual_exponent_in_a_process_of_its_own(process, tmp_path):
    made = MAKER.key(MAKER.primes(1024), e=65537)
    tokens = tmp_path / "two.txt"
    tokens.write_text("\n".join(forge.forge({"sub": sub}, {}, n=made.n, exponent=made.e) for sub in "ab"))
    outcome = process("recover", "--tokens", tokens, "--json")
    assert outcome.code == 0, outcome.err
    document = json.loads(outcome.out)
    assert (document["method"], document["n"]) == ("token-gcd-65537", hex(made.n))


# From what is left of a key


@pytest.fixture
def ordinary(run, tmp_path):
    """A private key as openssl writes it, and its public half."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    (tmp_path / "whole.pem").write_text(pem)
    run("key", "public", tmp_path / "whole.pem", "--to", "pem", "-o", tmp_path / "public.pem")
    return pem.splitlines()


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: lines[:13],
        lambda lines: lines[13:],
        lambda lines: [line if i < 3 or i > 9 else "*" * 64 for i, line in enumerate(lines)],
        lambda lines: [f"> {line}" for line in lines[8:18]],
        lambda lines: [*lines[:9], "...", *lines[14:]],
    ],
    ids=["head", "tail", "asterisks", "quoted middle", "lines missing"],
)
def test_a_torn_file_and_the_public_key(run, ordinary, tmp_path, damage):
    (tmp_path / "torn.pem").write_text("\n".join(damage(ordinary)))
    argv = (
        "recover",
        tmp_path / "torn.pem",
        tmp_path / "public.pem",
        "--private-out",
        tmp_path / "out.pem",
        "--to",
        "pem",
    )
    outcome = run(*argv)
    assert outcome.code == 0, outcome.out + outcome.err
    assert run("key", "convert", tmp_path / "out.pem", "--to", "jwk").out == run("key", "convert", tmp_path / "whole.pem", "--to", "jwk").out  # fmt: skip
    assert (tmp_path / "out.pem").stat().st_mode & 0o777 == 0o600


def test_a_torn_file_with_nothing_left(run, tmp_path):
    text = "-----BEGIN RSA PRIVATE KEY-----\n" + ("*" * 64 + "\n") * 20 + "-----END RSA PRIVATE KEY-----\n"
    (tmp_path / "torn.pem").write_text(text)
    outcome = run("recover", tmp_path / "torn.pem")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith("jwtctl: error: ")


def test_several_keys_with_one_secret(run, tmp_path):
    keys = []
    for i, primes in enumerate((PRIMES, MAKER.primes(2048))):
        key = MAKER.key(primes, e=65537)
        keys.append(tmp_path / f"{i}.json")
        keys[-1].write_text(json.dumps({"schema": "jwtctl.leak/1", "n": hex(key.n), "d": hex(key.d)}))
    outcome = run("recover", *keys, "--json", "--private-out", tmp_path / "all.json", "--to", "jwks")
    document = json.loads(outcome.out)
    assert (outcome.code, document["e"], [other["e"] for other in document["others"]]) == (0, "0x10001", ["0x10001"])
    assert len(json.loads((tmp_path / "all.json").read_bytes())["keys"]) == 2
    assert "and another key, n = 0x" in run("recover", *keys).out


def test_a_short_exponent_beyond_the_continued_fraction(run, tmp_path):
    key = MAKER.key(PRIMES, e_bits=545)
    (tmp_path / "k.json").write_text(json.dumps({"schema": "jwtctl.leak/1", "n": hex(key.n), "d": hex(key.d)}))
    document = json.loads(run("recover", tmp_path / "k.json", "--json", "--forge", "sub=root").out)
    assert (document["method"], document["e"]) == ("boneh-durfee-chain", hex(key.e))
    assert set(document["proof"].values()) == {True}


def test_a_miss_is_exit_1_and_says_what_it_means(run, tmp_path):
    key = MAKER.key(PRIMES, e_bits=1500)
    (tmp_path / "k.json").write_text(json.dumps({"schema": "jwtctl.leak/1", "n": hex(key.n), "d": hex(key.d)}))
    outcome = run("recover", tmp_path / "k.json", "--budget", "2s", "--forge", "sub=root")
    assert (outcome.code, outcome.err) == (1, "")
    heads = [line.partition(":")[0] for line in outcome.out.splitlines() if not line.startswith(" ")]
    assert heads[:2] == ["not recovered", "tried"]
    assert [head for head in heads[2:] if head != "not finished"] == [
        "proved", "heuristic", "unknown", "wrong all the same", "this does not show that the key is safe",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        ((), 2, "nothing to work on"),
        (("K", "--budget", "x"), 2, "--budget: 'x' is no duration"),
        (("K", "--max-memory", "x"), 2, "--max-memory: 'x' is no size"),
        (("K", "--max-memory", "1e9"), 2, "--max-memory: '1e9' is no size"),
        (("K", "--jobs", "0"), 2, "invalid value for '--jobs'"),
        (("K", "K", "--tokens", "T"), 2, "one key goes with --tokens"),
        (("nosuch",), 3, "'nosuch': no such file or directory"),
    ],
)
def test_what_cannot_be_done(run, service, two, *, argv, code, error):
    outcome = run("recover", *({"K": service, "T": two}.get(word, word) for word in argv))
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


@pytest.mark.parametrize(
    ("numbers", "error"),
    [
        ({"n": 2 * USUAL.n, "d": 5}, "n is even"),
        ({"n": PRIMES[0], "d": 5}, "n is prime"),
        ({"n": 35, "d": 5}, "n has 6 bits"),
        ({"n": USUAL.n, "d": (USUAL.n << 4096) + 1}, "d is 4096 bits or more longer than n"),
        ({"n": USUAL.n, "d": USUAL.d, "e": 3}, "e and d do not belong together"),
    ],
)
def test_numbers_that_cannot_be_are_exit_3(run, tmp_path, numbers, error):
    document = {"schema": "jwtctl.leak/1"} | {name: hex(number) for name, number in numbers.items()}
    (tmp_path / "k.json").write_text(json.dumps(document))
    outcome = run("recover", tmp_path / "k.json")
    assert outcome[:2] == (3, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


def test_two_keys_of_one_set_are_attacked_together(run, tmp_path):
    # A prime, so that it has an inverse; beyond the reach for one key of 1024 bits, which is 293 bits.
    e = MAKER.prime(320)
    made = [MAKER.key(MAKER.primes(1024), e=e) for _ in range(2)]
    numbers = base64url.encode_integer
    keys = [{"kty": "RSA", "kid": str(i), "n": numbers(key.n), "d": numbers(key.d)} for i, key in enumerate(made)]
    (tmp_path / "leaked.jwks").write_text(json.dumps({"keys": keys}))
    outcome = run("recover", tmp_path / "leaked.jwks", "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["e"] == hex(e)


def test_tokens_of_another_key_are_told_and_prove_nothing(run, service, low, tmp_path):
    strangers = tmp_path / "strangers.txt"
    strangers.write_text("\n".join(jwt.encode({"sub": str(i)}, low, algorithm="RS256") for i in range(2)))
    outcome = run("recover", service, "--tokens", strangers)
    assert outcome.code == 0, outcome.err
    assert "0 tokens of 2 fit: they are of another key" in outcome.out
    assert "FAILED" not in outcome.out


def test_a_modulus_too_short_to_sign_with_is_recovered_and_told(run, tmp_path):
    key = MAKER.key(MAKER.primes(256), e=65537)
    (tmp_path / "leak.json").write_text(json.dumps({"n": hex(key.n), "d": hex(key.d)}))
    outcome = run("recover", tmp_path / "leak.json", "--forge", "sub=root")
    assert outcome.code == 0, outcome.err
    assert "jwtctl: warning: no token was minted: a modulus of 256 bits is too short" in outcome.err
