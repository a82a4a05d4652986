# Every target sets up what it needs, once. From a fresh clone: Python 3.11 or newer, git and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.ready-dev
BENCH := .venv-bench/.ready
INSTALL := -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
PIP := $(BIN)/python $(INSTALL)

.PHONY: demo run test lint bench proof setup
.DEFAULT_GOAL := demo

demo: $(READY)  ## the whole product on a simulated exchange, no account needed
	$(BIN)/sharpsignal demo

run: $(READY)  ## live, with the settings of .env
	$(BIN)/sharpsignal run

test: lint  ## lint, then every test but the slow ones, on every core
	$(BIN)/pytest -n auto --dist worksteal -m "not slow"

proof: lint  ## the whole suite, slow tests too
	$(BIN)/pytest

lint: $(DEV)  ## style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(BENCH)  ## how fast, beside the peers on the same bars; they live in a folder of their own
	.venv-bench/bin/python -m benchmarks

setup: $(DEV)  ## only the virtual environment

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "Setting up .venv, once ..."
	$(PIP) -e .
	@touch $@

$(DEV): $(READY)
	@echo "Adding what tests and checks need, once ..."
	$(PIP) -e '.[dev]'
	@touch $@

$(BENCH): pyproject.toml constraints.txt
	@$(PYTHON) -m venv --clear .venv-bench
	@echo "Setting up .venv-bench with the peers, once ..."
	.venv-bench/bin/python $(INSTALL) -e '.[bench]'
	@touch $@
