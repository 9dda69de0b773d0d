"""`jwtctl.toml`: everything that it may say, and a name, a line and a key for everything that it may not."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jwtctl.errors import PolicyError
from jwtctl.model import Ignore, PathRole, Policy, Role, Severity
from jwtctl.policy import policy_file

SCHEMA = json.loads((Path(policy_file.__file__).parent / "schema.json").read_bytes())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CHECKS = ("oct-short", "rsa-exponent-low")

WHOLE = """\
[keys]
algorithms = ["ES256", "EdDSA"]
curves = ["P-256", "Ed25519"]
min-rsa-bits = 3072
min-oct-bits = 256
required-members = ["kid", "alg"]
kid-format = "thumbprint"
max-key-age = "90d"

[sets]
max-keys = 4

[[path]]
path = "services/**"
role = "verifier"

[[path]]
path = "id/*.jwk"
role = "issuer"

[severity]
rsa-exponent-low = "info"

[[ignore]]
id = "oct-short"
path = "legacy/**"
reason = "gone by spring"
expires = 2030-03-20

[[ignore]]
fingerprint = "abc"
kid = "k"
reason = "accepted"
"""


def read(tmp_path, text):
    (tmp_path / "jwtctl.toml").write_text(text)
    return policy_file.read(tmp_path / "jwtctl.toml", CHECKS)


def plain(document):
    """As an editor sees it, with dates as text."""
    return json.loads(json.dumps(document, default=lambda value: value.isoformat()))


def test_everything(tmp_path):
    assert read(tmp_path, WHOLE) == Policy(
        source=str(tmp_path / "jwtctl.toml"),
        algorithms=("ES256", "EdDSA"),
        curves=("P-256", "Ed25519"),
        min_rsa_bits=3072,
        min_oct_bits=256,
        required_members=("kid", "alg"),
        max_keys=4,
        kid_format="thumbprint",
        max_key_age=90 * 86400,
        roles=(PathRole("services/**", Role.VERIFIER), PathRole("id/*.jwk", Role.ISSUER)),
        severities={"rsa-exponent-low": Severity.INFO},
        ignores=(
            Ignore("gone by spring", "oct-short", "legacy/**", expires=dt.date(2030, 3, 20), line=24),
            Ignore("accepted", kid="k", fingerprint="abc", line=30),
        ),
    )
    VALIDATOR.validate(plain(tomllib.loads(WHOLE)))


def test_nothing(tmp_path):
    assert read(tmp_path, "") == Policy(source=str(tmp_path / "jwtctl.toml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "line 1: x is no table of a policy"),
        ("[key]", r"line 1: key is no table of a policy: did you mean keys\?"),
        ("keys = 1", r"line 1: keys must be a table \[keys\]"),
        ("[ignore]", r"line 1: ignore must be written \[\[ignore\]\]"),
        ("path = [1]", r"line 1: path must be written \[\[path\]\]"),
        ('\n[keys]\nalgorithm = ["ES256"]', r"line 3: keys.algorithm is not known: did you mean algorithms\?"),
        ('[keys]\nalgorithms = ["ES255"]', r"line 2: keys.algorithms 'ES255' is not known: did you mean ES25"),
        ("[keys]\nalgorithms = []", "line 2: keys.algorithms must be an array of names"),
        ("[keys]\nalgorithms = 'ES256'", "line 2: keys.algorithms must be an array of names"),
        ('[keys]\ncurves = ["P256"]', r"line 2: keys.curves 'P256' is not known: did you mean P-256\?"),
        ("[keys]\nmin-rsa-bits = 0", "line 2: keys.min-rsa-bits must be a whole number from 1 to 1,048,576"),
        ("[keys]\nmin-rsa-bits = true", "line 2: keys.min-rsa-bits must be a whole number"),
        ("[keys]\nmin-oct-bits = 1.5", "line 2: keys.min-oct-bits must be a whole number"),
        ('[keys]\nrequired-members = ["d"]', "line 2: keys.required-members 'd' is not known"),
        ('[keys]\nkid-format = "["', "line 2: keys.kid-format is no regular expression: unterminated"),
        ("[keys]\nkid-format = ''", 'line 2: keys.kid-format must be "thumbprint", "uuid" or a regular'),
        ("[keys]\nmax-key-age = 90", 'line 2: keys.max-key-age must be a duration such as "90d"'),
        ("[keys]\nmax-key-age = '90 days'", "line 2: keys.max-key-age must be a duration"),
        ("[sets]\nmax-keys = '3'", "line 2: sets.max-keys must be a whole number"),
        ('[[path]]\npath = "x"', "line 1: path needs a role"),
        ('[[path]]\nrole = "issuer"', "line 1: path needs a path"),
        ('[[path]]\npath="a"\nrole="issuer"\n[[path]]\npath="b"\nrole="x"', "line 6: path.role must be one of auto"),
        (
            '[severity]\noct-shorts = "low"',
            r"line 2: severity.oct-shorts no check is called 'oct-shorts': did you mean",
        ),
        (
            '[severity]\noct-short = "bad"',
            "line 2: severity.oct-short must be one of info, low, medium, high, critical",
        ),
        ('[[ignore]]\nid = "oct-short"', "line 1: ignore needs a reason: why is this finding acceptable"),
        ('[[ignore]]\nid = "oct-short"\nreason = " "', "line 3: ignore.reason must be a text that is not empty"),
        ('[[ignore]]\nreason = "x"', "line 1: ignore needs an id, a path, a kid or a fingerprint"),
        ('[[ignore]]\nid = "x"\nreason = "x"', "line 2: ignore.id no check is called 'x'"),
        ('[[ignore]]\npath="x"\nreason="x"\nexpires="2030-01-01"', "line 4: ignore.expires must be a date such as"),
        ('[[ignore]]\npath="x"\nreason="x"\nexpires=2030-01-01T00:00:00Z', "line 4: ignore.expires must be a date"),
        ("[keys", r"jwtctl.toml' is no TOML: expected '\]' at the end of a table declaration \(at end"),
        ("[keys]\n[keys]", "is no TOML: cannot declare"),
    ],
)
def test_mistakes_are_named_with_their_line_and_key(tmp_path, text, message):
    with pytest.raises(PolicyError, match=message) as caught:
        read(tmp_path, text)
    assert str(tmp_path / "jwtctl.toml") in caught.value.message
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    # An editor that goes by the schema sees the same, but for what only jwtctl can know.
    if not any(part in message for part in ("no check is called", "unterminated", "must be a date")):
        assert not VALIDATOR.is_valid(plain(document))


def test_the_schema_knows_the_same_names():
    keys = SCHEMA["properties"]["keys"]["properties"]
    assert keys["algorithms"]["items"]["enum"] == list(policy_file.ALGORITHMS)
    assert keys["curves"]["items"]["enum"] == list(policy_file.CURVES)
    assert keys["required-members"]["items"]["enum"] == list(policy_file.MEMBERS)


def test_what_is_no_file(tmp_path):
    with pytest.raises(PolicyError, match=r"nosuch': no such file"):
        policy_file.read(tmp_path / "nosuch")
    (tmp_path / "latin").write_bytes(b"# \xff")
    with pytest.raises(PolicyError, match=r"latin' is not UTF-8 at byte 2"):
        policy_file.read(tmp_path / "latin")
    (tmp_path / "large").write_bytes(b"#" * (policy_file.MAX_OCTETS + 1))
    with pytest.raises(PolicyError, match=r"large' is larger than"):
        policy_file.read(tmp_path / "large")
    (tmp_path / "deep").write_text("x = " + "[" * 5000)
    with pytest.raises(PolicyError, match=r"deep' is no TOML"):
        policy_file.read(tmp_path / "deep")


def test_the_nearest_file_upwards_counts(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert policy_file.find(deep) is None or tmp_path not in policy_file.find(deep).parents
    (tmp_path / "jwtctl.toml").touch()
    assert policy_file.find(deep) == tmp_path / "jwtctl.toml"
    (tmp_path / "a" / "jwtctl.toml").touch()
    assert policy_file.find(deep) == tmp_path / "a" / "jwtctl.toml"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["keys", "sets", "path", "severity", "ignore", "algorithms", "max-keys", "id", "reason", "role"]
)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    document=st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES) | st.lists(st.dictionaries(NAMES, VALUES)))
)
def test_any_document_gives_a_policy_or_a_policy_error(document):
    reader = policy_file._Reader("x", "", frozenset())
    try:
        reader.policy(document)
    except PolicyError:
        return
    assert VALIDATOR.is_valid(plain(document))
