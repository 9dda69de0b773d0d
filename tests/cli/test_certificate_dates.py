"""The clock of the command line reaches the checks that judge certificates."""

import datetime as dt
import json

import pytest

from jwtctl.jose.certificate import read
from jwtctl.jose.key import to_jwk
from tests.jose.certificates import certificate, signer, x5c

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOW - 3 * DAY, NOW - DAY, ["certificate-expired"]),
        (NOW + DAY, NOW + 3 * DAY, ["certificate-not-yet-valid"]),
        (NOW - DAY, NOW + DAY, []),
    ],
)
def test_certificates_are_judged_by_the_time_of_the_run(run, tmp_path, start, end, expected):
    encoding = certificate(signer(), start=start, end=end)
    key = read(encoding).key
    assert key is not None
    path = tmp_path / "key.json"
    path.write_text(
        json.dumps(to_jwk(key, private=False) | {"kid": "a", "alg": "ES256", "use": "sig", "x5c": x5c(encoding)})
    )
    done = run("audit-keys", path, "--json")
    assert [finding["id"] for finding in json.loads(done.out)["findings"]] == expected
    assert done.code == (1 if expected else 0)
