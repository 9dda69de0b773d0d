"""What people copy into their pipelines does what it says: run here as far as there is no service to run it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ENVIRONMENT = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
ACTION = yaml.safe_load((ROOT / ".github/actions/audit-keys/action.yml").read_text())
GITLAB = yaml.safe_load((ROOT / "examples/ci/gitlab-ci.yml").read_text())["audit-keys"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


@pytest.fixture
def keys(run, tmp_path):
    """A folder with a public set, and one with a private key beside it."""
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
        files = ("-o", tmp_path / f"{name}.private", "--public-out", tmp_path / name / "jwks.json")
        assert run("keygen", "ES256", "--to", "jwks", "-q", *files).code == 0
    shutil.copy(tmp_path / "bad.private", tmp_path / "bad" / "leaked.json")
    return tmp_path


def bash(script, folder, **variables):
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=ENVIRONMENT | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def action(step, folder, **inputs):
    """Run a step of the composite action with its inputs, as the runner would."""
    values = {name: str(given.get("default", "")) for name, given in ACTION["inputs"].items()} | inputs
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: values[match[1]], text)
        for name, text in ACTION["runs"]["steps"][step]["env"].items()
    }
    return bash(ACTION["runs"]["steps"][step]["run"], folder, **variables)


@pytest.mark.parametrize(("paths", "code"), [("good", 0), ("bad", 1), ("good\n\n  \nbad/jwks.json\n", 0)])
def test_the_action(keys, paths, code):
    done = action(1, keys, paths=paths, role="verifier")
    assert done.returncode == code, done.stderr
    assert ("::error file=bad/leaked.json,line=3,title=private-key-at-verifier (critical)" in done.stdout) is bool(code)
    results = json.loads((keys / "jwtctl.sarif").read_bytes())["runs"][0]["results"]
    assert ("private-key-at-verifier" in {result["ruleId"] for result in results}) is bool(code)


def test_the_action_takes_a_policy_and_a_baseline(keys):
    (keys / "p.toml").write_text('[[ignore]]\npath = "bad/**"\nreason = "known"\n')
    assert action(1, keys, paths="bad", role="verifier", policy="p.toml").returncode == 0
    assert bash("jwtctl audit-keys bad --role verifier --write-baseline b.json", keys).returncode == 0
    assert action(1, keys, paths="bad", role="verifier", baseline="b.json").returncode == 0


def test_inputs_of_the_action_are_not_run(keys):
    done = action(1, keys, paths="good\n$(touch pwned)\n`touch pwned`", role="$(touch pwned)")
    assert done.returncode == 2
    assert not (keys / "pwned").exists()
    text = (ROOT / ".github/actions/audit-keys/action.yml").read_text()
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
    assert text.count("${{ inputs.") == len(ACTION["inputs"])


def test_the_gitlab_job(keys):
    script = "\n".join(GITLAB["script"])
    done = bash(script, keys, JWTCTL_PATHS="bad", JWTCTL_ROLE="verifier")
    assert done.returncode == 1, done.stderr
    reports = GITLAB["artifacts"]["reports"]
    issues = json.loads((keys / reports["codequality"]).read_bytes())
    assert "private-key-at-verifier" in {issue["check_name"] for issue in issues}
    assert "private-key-at-verifier" in (keys / reports["junit"]).read_text()
    assert bash(script, keys, JWTCTL_PATHS="good", JWTCTL_ROLE="verifier").returncode == 0


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [
        *(
            (name, True)
            for name in ("a.pem", "jwks.json", "k8s/secret.yaml", ".env", "x/.env.production", "id_rsa", "a.p12")
        ),
        *((name, False) for name in ("a.py", "README.md", "image.png", "pem", "environment.rs")),
    ],
)
def test_which_files_the_hook_looks_at(path, looked_at):
    assert bool(re.search(HOOKS[0]["files"], path)) is looked_at


@pytest.mark.slow
def test_the_hook_in_pre_commit(keys):
    """For real: pre-commit clones this repository, installs it into an environment of its own and runs the hook."""

    def git(*argv, folder=keys):
        done = subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@x", *map(str, argv)],
            cwd=folder,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    hooks = keys / "hooks"
    shutil.copytree(ROOT / "jwtctl", hooks / "jwtctl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, hooks)
    for folder in (hooks, keys):
        git("init", "-q", ".", folder=folder)
    git("add", ".", folder=hooks)
    git("commit", "-qm", "x", folder=hooks)
    config = {
        "repos": [
            {
                "repo": str(hooks),
                "rev": git("rev-parse", "HEAD", folder=hooks),
                "hooks": [{"id": "audit-keys", "args": ["--role", "verifier"]}],
            }
        ]
    }
    (keys / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git("add", "good", "bad", ".pre-commit-config.yaml")

    def hook(*argv):
        environment = ENVIRONMENT | {"PRE_COMMIT_HOME": str(keys / "cache")}
        return subprocess.run(
            [BIN / "pre-commit", "run", *argv], cwd=keys, env=environment, capture_output=True, text=True, check=False
        )

    done = hook()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "private-key-at-verifier" in done.stdout
    done = hook("--files", "good/jwks.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
