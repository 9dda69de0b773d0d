import base64

from jwtctl.jose.generate import generate
from jwtctl.jose.header_keys import MAX_CERTIFICATES, header_keys
from jwtctl.jose.key import thumbprint, to_jwk
from jwtctl.jose.self_signed import self_signed
from tests.checks.token.material import NOON, token


def test_jwk_and_certificates():
    key = generate("ES256")
    certificate, _ = self_signed(["localhost"], NOON - 60, NOON + 60)
    encoding = base64.b64encode(base64.b64decode(b"".join(certificate.split(b"\n")[1:-2]))).decode()
    given = token({"alg": "ES256", "jwk": to_jwk(key, private=False), "x5c": [encoding] * 5})
    (first, its), *others = header_keys(given)
    assert (first, thumbprint(its)) == ("jwk", thumbprint(key))
    assert [name for name, _ in others] == ["x5c"] * MAX_CERTIFICATES
    assert all(other.kty == "EC" and len(other.certificates) == 1 for _, other in others)


def test_what_is_no_key_is_passed_over():
    for header in ({"jwk": {"kty": "EC"}}, {"jwk": [1]}, {"x5c": ["", "!", None, "AAAA"]}, {"x5c": {"a": 1}}, {}):
        assert list(header_keys(token({"alg": "ES256", **header}))) == []
