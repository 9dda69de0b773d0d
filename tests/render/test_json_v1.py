from jwtctl.model import Recovery, Token, Verdict
from jwtctl.render import json_v1
from tests.render import samples


def test_a_verdict():
    assert json_v1.verdict(samples.verdict(ok=False)) == {
        "schema": "jwtctl.verdict/1",
        "valid": False,
        "checks": [
            {"name": "format", "ok": True, "expected": "compact JWS", "got": "as expected", "detail": ""},
            {"name": "signature", "ok": True, "expected": "a right RS256 signature", "got": "right", "detail": ""},
            {"name": "exp", "ok": False, "expected": "after 2000", "got": "'alice'", "detail": "expired alice"},
        ],
        "reasons": ["exp"],
        "header": {"alg": "RS256", "kid": "alice"},
        "claims": {"sub": "alice"},
        "key": {"kid": "alice", "thumbprint": "thumb", "alg": "RS256"},
    }


def test_a_payload_that_is_no_object_stands_as_base64():
    document = json_v1.verdict(Verdict((), payload=b"\x00raw"))
    assert (document["claims"], document["payload"], document["key"]) == (None, "AHJhdw==", None)


def test_so_does_the_one_of_a_token():
    document = json_v1.token(Token("a.b.c", {}, b"\x00raw", None, b""))
    assert (document["claims"], document["payload"]) == (None, "AHJhdw==")


def test_a_token_says_that_it_is_unverified_and_hides_its_signature():
    assert json_v1.token(samples.token()) == {
        "schema": "jwtctl.token/1",
        "verified": False,
        "header": {"alg": "RS256", "kid": "alice"},
        "claims": {"sub": "alice", "exp": 2000},
        "signature": {"bytes": 256},
        "notes": ["alice", "note alice"],
    }


def test_a_report():
    document = json_v1.report(samples.report())
    assert document["schema"] == "jwtctl.report/1"
    assert document["summary"] == {
        "subjects": 3,
        "checks": 1,
        "not_applicable": 2,
        "by_severity": {"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 1},
        "suppressed": 0,
    }
    assert document["findings"][0] == {
        "id": "rsa-modulus-small",
        "severity": "high",
        "confidence": "certain",
        "message": "a modulus of 1024 bits keys/a.json",
        "subject": {
            "source": "keys/a.json",
            "index": 1,
            "line": 7,
            "kid": "keys/a.json",
            "thumbprint": "thumb",
            "also": [],
        },
        "at": "/n",
        "witness": {"p": "0x5", "who": "keys/a.json"},
        "cites": ["RFC 7518 section 3.3"],
        "fingerprint": "0123",
    }
    assert document["unreadable"] == [{"source": "keys/a.json", "message": "not a key: keys/a.json"}]


def test_a_recovery_without_and_with_private_numbers():
    document = json_v1.recovery(samples.recovery(), proof={"exponent_identity": True}, forged_token="a.b.c")
    assert document == {
        "schema": "jwtctl.recovery/1",
        "recovered": True,
        "method": "common-exponents",
        "n": "0x23",
        "e": "0x5",
        "seconds": 0.251,
        "proof": {"exponent_identity": True},
        "tried": [
            {"method": "stored-exponent", "found": False, "seconds": 0.001, "bound": "none is stored a note"},
            {"method": "common-exponents", "found": True, "seconds": 0.25, "bound": ""},
        ],
        "notes": ["a note"],
        "forged_token": "a.b.c",
    }
    private = json_v1.recovery(samples.recovery(), proof={}, show_private=True)
    assert [private[name] for name in ("d", "p", "q", "factors")] == ["0x5", "0x7", "0x5", ["0x7", "0x5"]]


def test_a_recovery_from_tokens_has_keys():
    found = Recovery(method="ecdsa-public-key", public_only=True)
    document = json_v1.recovery(found, proof={"tokens_verify": True}, keys=[{"kty": "EC"}])
    assert (document["keys"], document["public_only"], document["n"], document["e"]) == (
        [{"kty": "EC"}],
        True,
        None,
        None,
    )


def test_a_miss_shows_no_exponent():
    document = json_v1.recovery(samples.missed(), proof={})
    assert (document["recovered"], document["method"], document["e"]) == (False, None, None)


def test_a_difference():
    assert json_v1.key_set_diff(samples.difference()) == {
        "schema": "jwtctl.jwks-diff/1",
        "equal": False,
        "safe": False,
        "changes": [{"kind": "removed", "kid": "k1", "thumbprint": "thumb", "detail": "gone k1", "unsafe": True}],
    }
