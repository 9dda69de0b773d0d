import pytest

from jwtctl.checks.key.policy_kid_malformed import PolicyKidMalformed
from jwtctl.jose.key import thumbprint
from jwtctl.model import Policy
from tests.checks.material import EC, OCT, applies, jwk, run, silent, the_finding


def judged(kid, form):
    return run(PolicyKidMalformed, jwk(EC, kid=kid), policy=Policy(kid_format=form))


@pytest.mark.parametrize(
    ("kid", "form"),
    [
        ("a", "thumbprint"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c330", "uuid"),
        ("2030-1", "[0-9]{4}-[0-9]{2}"),
        ("x2030-01", "[0-9]{4}-[0-9]{2}"),
        ("a" * 257, "a+"),
    ],
)
def test_another_form(kid, form):
    finding = the_finding(judged(kid, form))
    assert (finding.message, finding.at) == (f"the kid is not of the form {form!r}", "/kid")


@pytest.mark.parametrize(
    ("kid", "form"),
    [
        (thumbprint(jwk(EC)), "thumbprint"),
        (thumbprint(jwk(EC), "sha512"), "thumbprint"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "uuid"),
        ("2030-01", "[0-9]{4}-[0-9]{2}"),
        ("a" * 256, "a+"),
    ],
)
def test_the_form_that_is_asked_for(kid, form):
    assert not judged(kid, form).findings


def test_the_name_of_a_secret_is_never_compared_with_its_thumbprint():
    """It would let anyone test guesses of the secret."""
    assert silent(PolicyKidMalformed, jwk(OCT, kid="a"), policy=Policy(kid_format="thumbprint"))


def test_no_kid_or_no_policy():
    assert not applies(PolicyKidMalformed, jwk(EC), policy=Policy(kid_format="uuid"))
    assert not applies(PolicyKidMalformed, jwk(EC, kid="a"))
