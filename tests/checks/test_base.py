import pytest

from jwtctl.checks.base import (
    Check,
    CorpusCheck,
    EstateCheck,
    KeyCheck,
    KeySetCheck,
    TokenCheck,
    all_checks,
    identity_of,
    selected,
    unknown_id,
)
from jwtctl.errors import UsageError
from jwtctl.model import Key, KeyProblem, KeySet, Place, Severity
from tests.checks.material import EC, OCT, jwk, public, public_rsa, rsa


class Example(KeyCheck):
    """A key is an example.

    Why it matters:
        Everybody has
        it.

    What to do:
        Take another.
    """

    id = "example"
    severity = Severity.MEDIUM
    cites = ("RFC 0",)


def test_the_docstring_is_what_explain_prints():
    info = Example.info()
    assert (info.title, info.why, info.remedy) == ("A key is an example", "Everybody has it.", "Take another.")
    assert (info.id, info.severity, info.cites) == ("example", Severity.MEDIUM, ("RFC 0",))
    assert info.proof == "the key itself"


def test_a_finding_says_what_the_rule_says_unless_told_otherwise():
    key = jwk(EC, kid="a", source="set.json", index=3)
    finding = Example().finding(key, "it is one", at="/x")
    assert (finding.id, finding.severity, finding.cites, finding.witness) == (
        "example",
        Severity.MEDIUM,
        ("RFC 0",),
        {},
    )
    assert (finding.subject.source, finding.subject.index, finding.subject.kid) == ("set.json", 3, "a")
    # RFC 7638 over the P-256 key of RFC 7517 appendix A.1, computed by hand.
    assert finding.subject.thumbprint == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"
    assert Example().finding(key, "it is one", severity=Severity.LOW).severity is Severity.LOW


def test_a_finding_about_a_set_or_an_entry_that_is_no_key():
    assert Example().finding(KeySet("set.json"), "it is one").subject.source == "set.json"
    problem = KeyProblem(Place("set.json", 2, 7), "broken", kid="a")
    subject = Example().finding(problem, "it is one").subject
    assert (subject.source, subject.index, subject.line, subject.kid) == ("set.json", 2, 7, "a")


def fingerprint(subject, **more):
    return Example().finding(subject, "it is one", **more).fingerprint


def test_the_fingerprint_outlives_a_move_and_a_new_wording():
    here, there = jwk(EC, source="a", index=0), jwk(EC, source="b", index=9)
    assert fingerprint(here) == fingerprint(there)
    assert Example().finding(here, "said differently").fingerprint == fingerprint(here)
    assert fingerprint(KeySet("a", (here, public_rsa()))) == fingerprint(KeySet("b", (public_rsa(), there)))


def test_the_fingerprint_tells_keys_places_and_findings_apart():
    key = jwk(EC)
    prints = [
        fingerprint(key),
        fingerprint(public_rsa()),
        fingerprint(rsa(15, d=3)),
        fingerprint(rsa(21, d=3)),
        fingerprint(key, at="/x"),
        fingerprint(key, of="again"),
        fingerprint(KeySet("a", (key,))),
        fingerprint(KeyProblem(Place("a"), "broken")),
    ]
    assert len(set(prints)) == len(prints)


def test_a_secret_leaves_no_trace_in_a_finding():
    """Two secrets of one length and kid look the same: nothing that is shown lets guesses be tested."""
    one, other = jwk(OCT), jwk(OCT | {"k": OCT["k"][::-1][:-1] + "A"})
    assert one.bits == other.bits
    assert Example().finding(one, "x") == Example().finding(other, "x")
    assert identity_of(one) == identity_of(other)


def test_every_check_states_all_that_a_check_states():
    checks = all_checks()
    assert [check.id for check in checks] == sorted({check.id for check in checks})
    for check in checks:
        info = check.info()
        assert info.title
        assert info.why.endswith(".")
        assert info.remedy.endswith(".")
        assert info.cites
        assert isinstance(check, KeyCheck | KeySetCheck | EstateCheck | TokenCheck | CorpusCheck)
        assert "".join(part.capitalize() for part in check.id.split("-")) == type(check).__name__
        assert type(check).__module__.rpartition(".")[2] == check.id.replace("-", "_")


def test_checks_are_chosen_by_id():
    checks = [Example(), *all_checks()]
    assert [check.id for check in selected(checks, ["example"], [])] == ["example"]
    assert "example" not in [check.id for check in selected(checks, [], ["example"])]
    assert selected(checks, ["example"], ["example"]) == ()
    assert len(selected(checks, [], [])) == len(checks)


def test_an_id_that_no_check_has_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="no check is called 'oct-shrt'") as refusal:
        selected(all_checks(), [], ["oct-shrt"])
    assert refusal.value.hint == "did you mean oct-short?"
    assert unknown_id("zzz", ["oct-short"]).hint == "jwtctl explain --list names them all"


@pytest.mark.parametrize("kind", [KeyCheck, KeySetCheck, EstateCheck])
def test_a_rule_must_say_whom_it_concerns(kind):
    for method in (kind().applies, kind().find):
        with pytest.raises(NotImplementedError):
            method(None, None)
    assert issubclass(kind, Check)


def test_a_public_key_is_the_same_subject_as_its_private_half():
    assert identity_of(jwk(EC)) == identity_of(jwk(public(EC)))
    assert identity_of(Key("EC", "P-256", {"d": 0})) != identity_of(Key("EC", "P-256", {"x": 1, "y": 1}))
