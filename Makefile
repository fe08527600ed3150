# Every target begins with the environment; only Python 3.11+ and make are needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: .venv demo test check format bench faults clean

.venv: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Relevo needs Python 3.11 or newer: run make PYTHON=python3.11"; exit 1; }
	@echo "Setting up .venv (once, about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1" -c constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable . --group dev
	@touch $@

demo: .venv
	@$(BIN)/relevo demo

test: .venv
	@$(BIN)/python -m tests.side_by_side

check: .venv
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright --threads 2
	@$(BIN)/lint-imports

format: .venv
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv
	@$(BIN)/python -m benchmarks

faults: .venv
	@$(BIN)/python -m tests.faults

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis dist
