import io

from jwtctl.render import github
from tests.render import samples


def test_findings_become_annotations():
    out = io.StringIO()
    github.render(samples.report("k,:%.json"), out)
    assert out.getvalue() == (
        "::error file=k%2C%3A%25.json,line=7,title=rsa-modulus-small (high)::"
        "a modulus of 1024 bits k,:%25.json (kid 'k,:%25.json')\n"
        "::notice file=-,line=1,title=rsa-modulus-small (info)::odd\n"
        "::error file=k%2C%3A%25.json,title=unreadable::not a key: k,:%25.json\n"
        "jwtctl: findings: 2, subjects: 3\n"
    )
