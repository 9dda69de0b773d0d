# Everything runs in .venv, which is made on first use; nothing is installed outside this folder.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-slow lint bench readme completions clean

demo: .venv/ready
	@$(BIN)/python examples/demo.py

test: lint
	@$(BIN)/pytest

test-slow: .venv/ready
	@$(BIN)/pytest -m 'slow or hypothesis' --hypothesis-profile=search

lint: .venv/ready
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

bench: .venv/bench
	@$(BIN)/python -m tests.bench

readme: .venv/ready
	@$(BIN)/python -m tests.readme

completions: .venv/ready
	@_JWTCTL_COMPLETE=source_bash $(BIN)/jwtctl | sed '/./,$$!d' > completions/jwtctl.bash
	@_JWTCTL_COMPLETE=source_zsh $(BIN)/jwtctl | sed '/./,$$!d' > completions/_jwtctl
	@_JWTCTL_COMPLETE=source_fish $(BIN)/jwtctl | sed '/./,$$!d' > completions/jwtctl.fish
	@_JWTCTL_COMPLETE=source_powershell $(BIN)/jwtctl | sed '/./,$$!d' > completions/jwtctl.ps1

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("jwtctl needs Python 3.11 or newer: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lattice,serve,examples]'
	@touch $@

.venv/bench: .venv/ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@
