"""The rules of the house that no linter knows."""

import ast
import inspect
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from jwtctl import __version__
from jwtctl.checks.base import all_checks
from jwtctl.checks.factored import FactoringCheck
from jwtctl.cli import app

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "jwtctl"
CHECKS = {check.id: check for check in all_checks()}
HEAVY = {"rich", "jwt", "cryptography", "jwcrypto", "bcrypt", "gmpy2", "flint", "urllib3", "pydantic"}
SERVER = {"starlette", "uvicorn", "authlib", "h11", "anyio", "joserfc"}
"""What comes with the extra `serve`, for that command alone."""
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"


def loaded(code, *argv):
    """Top-level modules of the HEAVY and SERVER sets that a fresh interpreter has loaded after some code."""
    script = (
        f"import sys\n{code}\nprint('\\n'.join({{name.partition('.')[0] for name in sys.modules}}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *argv], cwd=ROOT, capture_output=True, text=True, check=True)
    return (HEAVY | SERVER) & set(done.stderr.split())


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["decode", TOKEN], ["verify", "--help"], ["--nonsense"]])
def test_small_commands_load_nothing_heavy(argv):
    assert loaded("from jwtctl.cli.app import main\nmain(sys.argv[1:])", *argv) == set()


@pytest.mark.parametrize(
    "argv", [["serve", "--help"], ["jwks", "rotate", "/nowhere"], ["explain", "--list"], ["keygen", "ES256"]]
)
def test_only_serve_loads_a_server(argv):
    assert loaded("from jwtctl.cli.app import main\nmain(sys.argv[1:])", *argv) & SERVER == set()


def test_importing_the_application_loads_nothing_heavy():
    assert loaded("import jwtctl.cli.app") == set()


@pytest.mark.parametrize("id_", CHECKS)
def test_a_check_is_whole(id_):
    check = CHECKS[id_]
    rule = check.info()
    module = inspect.getmodule(type(check))
    assert module is not None
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", id_)
    assert module.__name__.rpartition(".")[2] == id_.replace("-", "_")
    assert type(check).__name__.lower() == id_.replace("-", "")
    assert re.match(r"[A-Z]", rule.title)
    assert len(rule.title) < 100
    assert len(rule.why) > 60
    assert len(rule.remedy) > 30
    source = inspect.getsource(module)
    assert ("heuristic" in rule.proof) == ("Confidence.HEURISTIC" in source)
    assert "\n    proof = " in source or "witness=" not in source or isinstance(check, FactoringCheck)
    assert rule.cites
    assert any(re.search(r"RFC \d|CVE-\d|BCP|NIST|FIPS|draft-|[12]\d{3}", cite) for cite in rule.cites), rule.cites
    kind = module.__name__.split(".")[-2]
    test = ROOT / "tests" / "checks" / kind / f"test_{id_.replace('-', '_')}.py"
    assert test.exists(), f"{test} is missing"
    assert len(re.findall(r"^def test_", test.read_text(), re.MULTILINE)) >= 3


def test_every_module_of_a_room_is_tested():
    """Tests mirror the package, but for what only declares or only wires."""
    wiring = {
        "__init__.py",
        "__main__.py",
        "options.py",
        "audit_options.py",
        "trusted_keys.py",
        "audit_report.py",
        "key_sources.py",
        "key_facts.py",
        "app.py",
    }
    missing = []
    for module in PACKAGE.rglob("*.py"):
        relative = module.relative_to(PACKAGE)
        if module.name in wiring or relative.parts[0] in {"model", "errors.py"}:
            continue
        if not (ROOT / "tests" / relative.parent / f"test_{module.name}").exists():
            missing.append(str(relative))
    assert missing == []


def test_no_file_is_called_after_nothing():
    vague = {"utils", "util", "helpers", "common", "manager", "misc"}
    assert not [path for path in ROOT.rglob("*.py") if path.stem in vague and ".venv" not in path.parts]


def test_every_public_name_is_described():
    """Every public function and class has a docstring; ruff sees methods, this sees what a reader imports."""
    bare = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                bare.append(f"{path.name}:{node.name}")
    assert bare == []


def test_the_table_of_commands_says_what_the_commands_say():
    import importlib

    for name, line in app.COMMANDS.items():
        module = importlib.import_module(f"jwtctl.cli.{name.replace('-', '_')}")
        if len(module.COMMANDS) == 1:
            assert inspect.getdoc(module.COMMANDS[0]).partition("\n")[0] == line


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("dependencies = [") : text.index("[project.scripts]")]
    previous = ""
    for line in map(str.strip, block.splitlines()):
        if line.startswith('"') and not line.startswith(('"pytest', '"pytest-cov')):
            assert "#" in line or previous.startswith("#"), line
        previous = line


def test_the_version_is_said_once_and_told(run):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert run("--version").out == f"jwtctl {__version__}\n"
    assert project["version"] == __version__


def test_ignored_rules_carry_a_reason():
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"# (noqa|type: ignore)", line) and path.name != "test_house.py":
                assert re.search(r"# (noqa: [A-Z0-9, ]+ - |type: ignore\[[a-z-, ]+\]  # )", line), (
                    f"{path.name}:{number}"
                )


def test_the_wheel_holds_everything_that_a_command_needs(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(PACKAGE, source / "jwtctl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=source, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.path[:] = [p for p in sys.path if p != sys.argv[1]]; "
        "import jwtctl; assert '.whl' in jwtctl.__file__, jwtctl.__file__; "
        "from jwtctl.cli.app import main; sys.exit(main(['explain', '--list']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(wheel), str(ROOT)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == len(CHECKS)
