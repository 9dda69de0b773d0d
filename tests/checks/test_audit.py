import json
import time
from functools import lru_cache
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jwtctl.checks.audit import LARGEST_SEARCHED_BITS, Audit, audit, is_searched, is_short
from jwtctl.checks.base import EstateCheck, KeyCheck, KeySetCheck, all_checks
from jwtctl.checks.effort import Effort
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import key_formats
from jwtctl.jose.generate import generate
from jwtctl.jose.key import from_jwk, from_jwks, named, to_jwk
from jwtctl.model import Confidence, Key, KeyProblem, KeySet, Place, Role, Severity
from tests.checks.material import EC, OCT, OKP, jwk, maker, out_of_time, public_rsa, rsa, weak


class Says(KeyCheck):
    """It speaks. Why it matters: x. What to do: x."""

    id = "says"
    severity = Severity.LOW
    cites = ("RFC 0",)

    def applies(self, key, _audit):
        return not key.is_symmetric

    def find(self, key, _audit):
        yield self.finding(key, "said", severity=Severity[key.kid.upper()] if key.kid else None)


class SaysOfSets(KeySetCheck):
    """It speaks. Why it matters: x. What to do: x."""

    id = "says-of-sets"
    severity = Severity.LOW
    cites = ("RFC 0",)

    def applies(self, _key_set, _audit):
        return True

    def find(self, key_set, _audit):
        yield self.finding(key_set, "said of a set")


class SaysOfAll(EstateCheck):
    """It speaks. Why it matters: x. What to do: x."""

    id = "says-of-all"
    severity = Severity.LOW
    cites = ("RFC 0",)

    def applies(self, keys, _audit):
        return len(keys) > 1

    def find(self, keys, _audit):
        yield self.finding(keys[-1], f"said of {len(keys)}")


class Breaks(Says):
    """It breaks. Why it matters: x. What to do: x."""

    id = "breaks"

    def find(self, key, _audit):
        yield self.finding(key, "half said")
        raise ZeroDivisionError


class BreaksEarly(SaysOfSets):
    """It breaks. Why it matters: x. What to do: x."""

    id = "breaks-early"

    def applies(self, _key_set, _audit):
        raise RecursionError


def given_sets(*key_sets, **options):
    return Audit(options.pop("role", Role.AUTO), options.pop("clock", time.monotonic), key_sets=key_sets, **options)


def one_set(*keys, **more):
    return KeySet("set.json", keys, is_jwks=True, **more)


def test_keys_sets_and_the_estate_are_looked_at_and_what_did_not_apply_is_counted():
    report = audit([Says(), SaysOfSets(), SaysOfAll()], given_sets(one_set(jwk(EC), jwk(OCT))))
    assert sorted(finding.id for finding in report.findings) == ["says", "says-of-all", "says-of-sets"]
    assert (report.subjects, report.checks, report.not_applicable) == (3, 3, 1)
    assert set(report.rules) == {"says", "says-of-sets", "says-of-all", "check-failed"}


def test_a_file_with_one_key_is_no_document_unless_it_was_published_or_has_problems():
    alone = KeySet("key.json", (jwk(EC),))
    assert audit([SaysOfSets()], given_sets(alone)).findings == ()
    assert len(audit([SaysOfSets()], given_sets(alone._replace(published=True))).findings) == 1
    problem = KeyProblem(Place("key.json"), "broken")
    assert len(audit([SaysOfSets()], given_sets(alone._replace(problems=(problem,)))).findings) == 1


def test_worst_first_then_by_place():
    keys = [jwk(EC, kid=kid, source=source) for kid, source in (("low", "a"), ("high", "b"), ("high", "a"))]
    report = audit([Says()], given_sets(KeySet("-", tuple(keys))))
    assert [(finding.severity.word, finding.subject.source) for finding in report.findings] == [
        ("high", "a"),
        ("high", "b"),
        ("low", "a"),
    ]


def test_a_check_that_raises_is_contained_and_named():
    report = audit([Breaks(), BreaksEarly(), Says()], given_sets(one_set(jwk(EC, index=0))))
    failed = [finding for finding in report.findings if finding.id == "check-failed"]
    assert sorted(finding.message for finding in failed) == [
        "check breaks failed on this input with ZeroDivisionError: a bug in jwtctl",
        "check breaks-early failed on this input with RecursionError: a bug in jwtctl",
    ]
    assert {finding.id for finding in report.findings} >= {"says", "breaks"}
    assert {(finding.subject.source, finding.subject.index) for finding in failed} == {
        ("key.json", 0),
        ("set.json", None),
    }


def test_unreadable_inputs_are_reported_with_the_rest_and_progress_is_told():
    problem = KeyProblem(Place("x"), "no such file")
    seen = []
    report = audit([Says()], given_sets(one_set(jwk(EC), jwk(OKP))), unreadable=[problem], on_key=seen.append)
    assert report.unreadable == (problem,)
    assert [key.kty for key in seen] == ["EC", "OKP"]


def test_where_a_key_came_from():
    key, stranger = jwk(EC), jwk(EC)
    key_set = one_set(key)
    assert given_sets(key_set).home_of(key) is key_set
    assert given_sets(key_set).home_of(stranger) is None


def test_which_sets_are_public():
    local, fetched = one_set(jwk(EC)), one_set(jwk(EC), published=True)
    wrapped = one_set(jwk(EC)._replace(container="JWE-wrapped JWK"))
    single = KeySet("key.json", (jwk(EC),))
    for role, expected in ((Role.AUTO, True), (Role.VERIFIER, True), (Role.ISSUER, False)):
        assert given_sets(role=role).is_public_set(local) is expected
        assert given_sets(role=role).is_public_set(fetched)
        assert not given_sets(role=role).is_public_set(wrapped)
        assert not given_sets(role=role).is_public_set(single)


def test_a_partner_is_searched_once_and_comes_with_its_proof():
    n, e, d, primes = weak()
    calls = []

    def clock():
        calls.append(1)
        return time.monotonic()

    given = given_sets(clock=clock)
    pair = given.partner_of(n, d)
    assert (pair.given, pair.partner, pair.factors) == (d, e, primes)
    spent = len(calls)
    assert given.partner_of(n, d) is pair
    assert len(calls) == spent


@pytest.mark.parametrize(
    ("n", "exponent"),
    [(0, 3), (1, 3), (15, 3), (2 * weak().n, weak().d), (weak().n, 0), (weak().n, 1), (weak().primes[0], weak().d)],
)
def test_numbers_that_are_too_odd_have_no_partner(n, exponent):
    assert given_sets().partner_of(n, exponent) is None


def test_numbers_that_are_too_large_are_not_searched():
    huge = (1 << LARGEST_SEARCHED_BITS) + 1
    assert given_sets(clock=lambda: pytest.fail("searched")).partner_of(huge, weak().d) is None
    assert given_sets(clock=lambda: pytest.fail("searched")).partner_of(weak().n, huge) is None
    assert is_searched(public_rsa())
    assert not is_searched(rsa(huge, 3))
    assert not is_searched(rsa(weak().n, huge))
    assert not is_searched(jwk(EC))


def test_the_budget_ends_a_search():
    assert given_sets(clock=out_of_time()).partner_of(weak().n, weak().d) is None


def test_a_signal_for_several_keys_counts_from_when_it_was_asked_for():
    times = iter([100.0, 100.0, 119.9, 120.1])
    stop = given_sets(clock=lambda: next(times), budget=10).stop_after(keys=2)
    assert [stop(), stop(), stop()] == [False, False, True]


def reached(*key_sets, **options):
    return [effort for effort in Effort if given_sets(*key_sets, **options).reaches(effort)]


def test_the_more_keys_the_less_is_searched_unless_it_is_said():
    few, many, most = (one_set(*[jwk(EC)] * count) for count in (16, 2_000, 2_001))
    assert reached(few) == [Effort.QUICK, Effort.USUAL, Effort.DEEP]
    assert reached(many) == reached(few, one_set(jwk(EC))) == [Effort.QUICK, Effort.USUAL]
    assert reached(most) == [Effort.QUICK]
    assert reached(most, effort=Effort.DEEP) == [Effort.QUICK, Effort.USUAL, Effort.DEEP]
    assert reached(few, effort=Effort.USUAL) == [Effort.QUICK, Effort.USUAL]


def test_what_was_not_searched_is_told():
    class Searches(Says):
        effort = Effort.USUAL

    def left_out(*keys, **options):
        return audit([Says(), Searches()], given_sets(one_set(*keys), **options)).left_out

    assert left_out(rsa(15, 3), effort=Effort.QUICK) == ("says",)
    assert left_out(rsa(15, 3)) == left_out(jwk(EC), effort=Effort.QUICK) == ()


def test_the_searches_about_a_key_share_its_budget_whatever_is_done_between_them():
    one, other, now = jwk(EC), jwk(EC), [0]
    given = given_sets(clock=lambda: now[0], budget=10)
    first = given.stop_for(one)
    now[0] = 6
    assert not first()
    now[0] = 1000
    second, third = given.stop_for(one), given.stop_for(other)
    now[0] = 1004
    assert not second()
    assert not third()
    now[0] = 1005
    assert second()
    assert not third()
    assert given.stop_for(one)()


def test_short_is_below_the_bound_of_boneh_and_durfee():
    assert is_short(1 << 2047, 1 << 599)
    assert not is_short(1 << 2047, 1 << 600)


def test_what_a_key_states_is_used_before_any_search():
    source = maker("stated")
    n, d, e, (p, q) = source.key(source.primes(1024), e_bits=200)
    without_search = given_sets(clock=out_of_time())
    assert without_search.pair_of(rsa(n, e, d=d)).partner == d
    assert without_search.pair_of(rsa(n, e, d=5, p=p, q=q)).partner == d
    assert without_search.pair_of(rsa(n, e)) is None
    assert without_search.pair_of(public_rsa()) is None
    assert without_search.pair_of(rsa(n, e, d=4)) is None
    # An e that shares a divisor with λ has no partner, stated or not.
    assert without_search.pair_of(rsa(n, (p - 1) * 3 + 1 - p % 2, d=5, p=p, q=q)) is None


# ----------------------------------------------------------------------------------------------------------------------


CHECKS = all_checks()


def run_all(*keys, role=Role.AUTO, clock=time.monotonic):
    return audit(CHECKS, Audit(role, clock, 1, (KeySet("set.json", keys),)))


@pytest.mark.parametrize(
    ("alg", "options"),
    [
        ("RS256", {"size": 2048}),
        ("PS512", {"size": 3072}),
        ("ES256", {}),
        ("ES384", {}),
        ("ES512", {}),
        ("Ed25519", {}),
        ("Ed448", {}),
        ("HS256", {}),
        ("HS512", {}),
        ("ML-DSA-65", {}),
        ("ECDH-ES", {"crv": "X25519"}),
        ("A128KW", {}),
    ],
)
@pytest.mark.parametrize("private", [True, False])
def test_a_fresh_key_gives_nothing_to_report(alg, options, private):
    fresh = named(generate(alg, **options), "thumbprint")
    if fresh.is_symmetric and not private:
        pytest.skip("an HMAC secret has no public half")
    key = from_jwk(to_jwk(fresh, private=private), Place("set.json"))
    assert run_all(key, role=Role.ISSUER).findings == ()


def test_a_fresh_key_on_an_unusual_curve_is_only_noted():
    (finding,) = run_all(named(generate("ES256K"), "thumbprint"), role=Role.ISSUER).findings
    assert (finding.id, finding.severity) == ("ec-curve-weak", Severity.INFO)


def test_a_public_set_of_fresh_keys_gives_nothing_to_report():
    fresh = [named(generate(alg), "thumbprint") for alg in ("ES256", "ES384", "Ed25519")]
    key_set = from_jwks({"keys": [to_jwk(key, private=False) for key in fresh]}, "jwks.json")
    report = audit(CHECKS, Audit(Role.VERIFIER, time.monotonic, 1, (key_set._replace(published=True),)))
    assert report.findings == ()


@lru_cache
def sound_keys(count):
    """Public halves of fresh keys of OpenSSL."""
    return tuple(
        from_jwk(to_jwk(generate("RS256", size=2048), private=False), Place("jwks.json", i)) for i in range(count)
    )


def suspects(report):
    return [
        finding
        for finding in report.findings
        if finding.severity >= Severity.MEDIUM and finding.id != "jwk-missing-alg"
    ]


def test_no_sound_rsa_key_is_suspected():
    keys = sound_keys(50)
    assert suspects(audit(CHECKS, Audit(Role.VERIFIER, time.monotonic, 60, [KeySet("jwks.json", keys)]))) == []
    few = KeySet("jwks.json", keys[:4])
    assert suspects(audit(CHECKS, Audit(Role.VERIFIER, time.monotonic, 60, [few], effort=Effort.DEEP))) == []


@pytest.mark.slow
def test_no_sound_rsa_key_of_hundreds_is_suspected():
    given = Audit(Role.VERIFIER, time.monotonic, 60, [KeySet("jwks.json", sound_keys(400))], effort=Effort.DEEP)
    assert suspects(audit(CHECKS, given)) == []


def failures(report):
    return [finding.message for finding in report.findings if finding.id == "check-failed"]


MILLION = 1 << 999_999 | 1
ODD_NUMBERS = [0, 1, 2, 15, (1 << 64) + 1, weak().primes[0], weak().n, weak().d, 3**200]


@pytest.mark.parametrize("n", [*ODD_NUMBERS, MILLION], ids=lambda n: f"{n.bit_length()} bits")
def test_no_modulus_and_exponent_make_a_check_fail(n):
    for e in [None, *ODD_NUMBERS, MILLION]:
        numbers = [
            {},
            {"d": 3},
            {"d": MILLION, "p": MILLION, "q": 3},
            {"d": weak().d, "p": 2, "q": 0, "qi": 1, "dp": 0},
        ]
        for more in numbers:
            if e is not None or more:
                assert failures(run_all(rsa(n, e, **more), clock=out_of_time())) == []


@pytest.mark.parametrize("crv", ["P-256", "P-521", "secp256k1"])
def test_no_point_makes_a_check_fail(crv):
    for x in (0, 1, 1 << 521, MILLION):
        for d in (None, 0, 1, MILLION):
            numbers = {"x": x, "y": x, **({} if d is None else {"d": d})}
            assert failures(run_all(Key("EC", crv, numbers))) == []


def test_a_modulus_of_a_million_bits_is_named_and_not_searched():
    report = run_all(rsa(MILLION, 65537), clock=lambda: pytest.fail("searched"))
    assert {finding.id for finding in report.findings} >= {"rsa-modulus-huge"}
    assert failures(report) == []


integers = st.integers(0, 1 << 80) | st.sampled_from([weak(512).n, weak(512).d, weak(512).e, *weak(512).primes])
octets = st.binary(max_size=70) | integers.map(lambda n: n.to_bytes((n.bit_length() + 7) // 8 or 1, "big"))


def encoded(value):
    from jwtctl.jose.base64url import encode

    return encode(value)


odd_values = octets.map(encoded) | st.sampled_from([*EC.values(), *OKP.values(), *OCT.values()]) | st.text(max_size=5)
odd_jwks = st.fixed_dictionaries(
    {"kty": st.sampled_from(["RSA", "EC", "OKP", "oct", "AKP", "new"])},
    optional={
        **dict.fromkeys(("n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y", "k", "pub", "priv"), odd_values),
        "crv": st.sampled_from(["P-256", "P-384", "P-521", "secp256k1", "Ed25519", "Ed448", "X25519", "X448"]),
        "alg": st.sampled_from(["RS256", "ES256", "none", "EdDSA", "ML-DSA-44", "dir"]) | st.text(max_size=9),
        "use": st.sampled_from(["sig", "enc"]) | st.text(max_size=3),
        "kid": st.text(max_size=5),
        "key_ops": st.lists(st.sampled_from(["sign", "verify", "encrypt", "x"]), max_size=4),
        "x5c": st.lists(st.text(max_size=8), max_size=2),
    },
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(odd_jwks, max_size=4), st.sampled_from(Role))
def test_no_key_set_makes_a_check_fail(entries, role):
    text = json.dumps({"keys": entries}).encode()
    key_set = key_formats.read(text, "jwks.json")
    report = audit(CHECKS, Audit(role, out_of_time(), key_sets=(key_set,)))
    assert failures(report) == []
    for finding in report.findings:
        assert not finding.message.endswith(".")
        assert (finding.severity is not Severity.CRITICAL) or finding.confidence in Confidence


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "kty": st.just("RSA"),
            "n": octets.map(encoded),
            "e": octets.map(encoded),
            "d": octets.map(encoded),
            "p": octets.map(encoded),
            "q": octets.map(encoded),
        }
    )
)
def test_no_rsa_numbers_make_a_check_fail(members):
    try:
        key = from_jwk(members, Place("key.json"))
    except KeyMaterialError:
        return
    assert failures(run_all(key, public_rsa(), clock=out_of_time())) == []


def test_an_ordinary_key_in_a_bare_jwk_says_only_what_is_missing():
    bare = from_jwk(to_jwk(generate("ES256")._replace(alg=None, use=None), private=False), Place("key.json"))
    assert [finding.id for finding in run_all(bare).findings] == [
        "jwk-missing-alg",
        "jwk-missing-kid",
        "jwk-missing-use",
    ]


def test_lattices_find_a_partner_beyond_the_continued_fraction():
    source = maker("audit lattice")
    key = source.key(source.primes(1024), e_bits=271, form="lambda")
    pair = given_sets(clock=time.monotonic, budget=5).partner_of(key.n, key.d)
    assert (pair.partner, pair.factors) == (key.e, key.primes)


def test_several_jobs_find_what_one_finds():
    keys = [rsa(n, 65537, source=f"{n}.pem") for n in range(2**1023 + 1, 2**1023 + 201, 2)]
    key_sets = [KeySet(key.place.source, (key,)) for key in keys]
    told = []
    reports = [
        audit(
            all_checks(),
            Audit(Role.AUTO, time.monotonic, key_sets=key_sets, jobs=jobs),
            on_key=lambda key, jobs=jobs: told.append((jobs, key)),
        )
        for jobs in (1, 3)
    ]
    assert reports[0] == reports[1]
    assert reports[0].not_applicable > 1000
    assert len({finding.id for finding in reports[0].findings}) > 3
    assert sorted(key.numbers["n"] for jobs, key in told if jobs == 3) == [key.numbers["n"] for key in keys]
    assert [key for jobs, key in told if jobs == 1] == keys


def suspected(moduli, **how):
    given_ = given_sets(one_set(*(rsa(n, 65537) for n in moduli)))
    if how:
        given_.screen(**how)
    return list(filter(given_.may_have_factor, moduli))


def test_factors_are_ruled_out_for_many_moduli_at_once():
    primes = [maker("screen").prime(64) for _ in range(34)]
    moduli = [p * q for p, q in zip(primes[::2], primes[1::2], strict=True)]
    assert suspected(moduli, mutually=False) == suspected(moduli, mutually=True) == []
    assert suspected(moduli) == moduli
    assert suspected(moduli[1:], mutually=True) == moduli[1:]
    small, shared = 3 * primes[0], [primes[1] * primes[3], primes[3] * primes[5]]
    weak_ones = [small, *shared, *moduli[3:]]
    assert suspected(weak_ones, mutually=False) == [small]
    assert suspected(weak_ones, mutually=True) == [small, *shared]


def test_a_screen_that_fails_rules_nothing_out():
    p, *primes = [maker("screen").prime(256) for _ in range(40)]
    moduli = [p * primes[0], p * primes[1], *(q * r for q, r in zip(primes[2:20], primes[20:38], strict=True))]
    key_set = one_set(*(rsa(n, 65537) for n in moduli))
    checks = [check for check in CHECKS if check.id in {"rsa-shared-prime", "rsa-small-factor"}]
    expected = audit(checks, given_sets(key_set))
    assert len(expected.findings) == 2
    with mock.patch("jwtctl.checks.audit.with_common_factor", side_effect=EOFError) as screen:
        assert audit(checks, given_sets(key_set)) == expected
    assert screen.call_count == 1


def test_moduli_are_screened_only_for_a_check_that_asks():
    class Asks(Says):
        screened = True

    class AsksOfAll(SaysOfAll):
        screened = True

    calls = [mock.call(mutually=False)], [mock.call(mutually=True)]
    for checks, expected in (([Says()], []), ([Asks()], calls[0]), ([Asks(), AsksOfAll()], calls[1])):
        with mock.patch.object(Audit, "screen") as screen:
            audit(checks, given_sets(one_set(jwk(EC))))
        assert screen.mock_calls == expected
