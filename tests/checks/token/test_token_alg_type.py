import pytest

from jwtctl.checks.token.token_alg_type import TokenAlgType
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


@pytest.mark.parametrize(
    ("alg", "kind"),
    [(None, "null"), (["RS256"], "array"), ({"a": "RS256"}, "object"), (0, "number"), (True, "boolean")],
)
def test_what_is_no_string(alg, kind):
    (finding,) = run(TokenAlgType, token({"alg": alg}))
    assert finding.message == f"alg is a JSON {kind}, not a string"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/alg")


def test_any_string():
    assert run(TokenAlgType, token(), token({"alg": ""}), token({"alg": "null"})) == ()


def test_tokens_without_one():
    assert not applies(TokenAlgType, token({}))
    assert not applies(TokenAlgType, of("hello"))
