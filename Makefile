# Every target sets up what it needs, once. From a fresh clone: Python 3.11 or newer, git and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo run test lint bench proof setup
.DEFAULT_GOAL := demo

demo: $(READY)  ## the whole product on a simulated exchange, no account needed
	$(BIN)/sharpsignal demo

run: $(READY)  ## live, with the settings of .env
	$(BIN)/sharpsignal run

test: lint  ## lint, then every test but the slow ones
	$(BIN)/pytest -m "not slow"

proof: lint  ## the whole suite, slow tests too
	$(BIN)/pytest

lint: $(READY)  ## style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## how fast, beside peers where they are installed
	$(BIN)/python -m benchmarks

setup: $(READY)  ## only the virtual environment

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Setting up .venv (once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $(READY)
