from jwtctl.checks.curve_points import point_of
from jwtctl.checks.signers import by_signer, ecdsa_signed, eddsa_signed
from jwtctl.checks.token_audit import TokenAudit
from jwtctl.cryptanalysis.factoring import never
from jwtctl.jose.generate import generate
from jwtctl.model import KeySet
from tests.checks.token.material import NOON, signed_token, token


def tokens_of(key, count=2, alg="ES256", **options):
    return [signed_token(key, alg, claims={"iss": "a", "iat": NOON - number}, **options) for number in range(count)]


def sorted_by_signer(tokens, keys=()):
    audit = TokenAudit(lambda: 0.0, NOON, tokens, (KeySet("keys", tuple(keys)),) if keys else ())
    return by_signer(ecdsa_signed(tokens), audit, never)


def test_two_tokens_give_the_public_key():
    key = generate("ES384")
    tokens = tokens_of(key, alg="ES384")
    (((crv, point), signed),) = sorted_by_signer(tokens).items()
    assert (crv, point) == ("P-384", point_of(key))
    assert [each.token for each in signed] == tokens[::-1], "the older one first"


def test_a_trusted_key_needs_one():
    key, other = generate("ES256"), generate("ES256")
    tokens = tokens_of(key, 1) + tokens_of(other, 1)
    assert list(sorted_by_signer(tokens, [key])) == [("P-256", point_of(key))]
    assert sorted_by_signer(tokens) == {}


def test_the_same_token_counts_once():
    given = tokens_of(generate("ES256"), 1)
    assert len(ecdsa_signed(given * 3)) == 1
    assert sorted_by_signer(given * 3) == {}


def test_edwards_signatures_by_length():
    both = [token({"alg": "EdDSA"}), token({"alg": "EdDSA"}, signature=b"\1" * 114)]
    wrong = [token({"alg": "Ed448"}), token({"alg": "Ed25519"}, signature=b"\1" * 63), token({"alg": []})]
    assert [each.crv for each in eddsa_signed([*both, *wrong])] == ["Ed25519", "Ed448"]
    assert eddsa_signed(both)[0].R == b"\1" * 32
