"""Every example runs, as its reader would run it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench import reach_svg

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
BLOCKS = re.findall(r"```sh\n(.*?)```", (EXAMPLES / "reversed-sso" / "README.md").read_text(), re.DOTALL)
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def sh(command, folder):
    return subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )


def test_the_demo_runs_to_the_forged_administrator():
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py")], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in ("valid\n", "1 difference, safe\n", "welcome, alice\n", "e = 65537", "welcome, root (admin)\n"):
        assert line in done.stdout


def test_the_readme_of_the_reversed_scheme_does_what_it_says(tmp_path):
    folder = tmp_path / "reversed"
    shutil.copytree(EXAMPLES / "reversed-sso", folder)
    scheme, attack, *_ = BLOCKS
    assert "welcome, alice" in sh(scheme, folder).stdout
    assert sh(attack, folder).stdout.splitlines()[-1] == "welcome, root (admin)"


@pytest.mark.parametrize("e", [3, pytest.param(65537, marks=pytest.mark.slow)])
def test_two_tokens_of_the_reversed_scheme_and_no_key_make_an_administrator(tmp_path, e):
    folder = tmp_path / "reversed"
    shutil.copytree(EXAMPLES / "reversed-sso", folder)
    assert sh(f"python issuer.py setup sso {e}", folder).returncode == 0
    key = (folder / "sso" / "service-key.jwk").rename(tmp_path / "service-key.jwk")
    *attack, use = BLOCKS[2].splitlines()
    done = sh("\n".join(attack), folder)
    assert f"\n  e = {e} " in done.stdout, done.stdout + done.stderr
    key.rename(folder / "sso" / "service-key.jwk")
    assert sh(use, folder).stdout == "welcome, root (admin)\n"


def test_the_picture_of_the_reach_shows_the_figures_beside_it():
    folder = EXAMPLES / "reversed-sso"
    drawn = (folder / "reach.svg").read_text()
    assert drawn == reach_svg.picture(json.loads((folder / "reach.json").read_text())), (
        "run `python -m tests.bench reach-redraw`"
    )
    ET.fromstring(drawn)


def test_the_picture_of_both_schemes_needs_nothing_else():
    drawn = (EXAMPLES / "sso" / "roles.svg").read_text()
    assert {element.tag.rpartition("}")[2] for element in ET.fromstring(drawn).iter()} <= {
        *("svg", "style", "rect", "text", "tspan", "path"),
    }
    assert "prefers-color-scheme:dark" in drawn
    assert "url(" not in drawn


@pytest.mark.parametrize("name", ["sso", "reversed-sso"])
def test_every_file_that_the_readme_of_an_example_links_exists(name):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (EXAMPLES / name / "README.md").read_text()):
        assert (EXAMPLES / name / target).exists(), target


def test_the_service_of_the_reversed_scheme_refuses_a_token_of_somebody_else(tmp_path):
    folder = tmp_path / "reversed"
    shutil.copytree(EXAMPLES / "reversed-sso", folder)
    done = sh("python issuer.py setup sso; jwtctl keygen RS256 -q -o k; jwtctl sign -k k --sub eve > t", folder)
    assert done.returncode == 0, done.stderr
    refused = sh('python service.py sso "$(cat t)"', folder)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "refused: Signature verification failed" in refused.stderr


@pytest.mark.parametrize(("public", "code"), [(True, 0), (False, 1)])
def test_the_gate_lets_public_keys_pass_and_stops_private_ones(tmp_path, public, code):
    keys = tmp_path / "keys"
    keys.mkdir()
    target = "--public-out keys/jwks.json -o other" if public else "-o keys/jwks.json"
    assert sh(f"jwtctl keygen ES256 --to jwks -q {target}", tmp_path).returncode == 0
    done = sh(f"{EXAMPLES / 'ci' / 'gate.sh'} keys", tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("private-key-at-verifier" in done.stdout) is not public


def test_the_workflow_uses_only_options_that_exist():
    text = (EXAMPLES / "ci" / "github-workflow.yml").read_text()
    (command,) = re.findall(r"jwtctl (audit-keys .*)", text)
    options = re.findall(r"--[a-z-]+", command)
    shown = sh("jwtctl audit-keys --help", ROOT).stdout
    assert options
    assert all(option in shown for option in options)
