# Two commands for a fresh machine: `make demo` and `make test`. Both need only python3 (3.11 or newer) and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint bench scale kills soak curve clean

demo: .venv/ready
	$(BIN)/grader demo --to demo

test: .venv/ready
	$(BIN)/python -m pytest -n auto

bench: .venv/ready
	$(BIN)/python -m tests.bench

# Long runs, for figures: 20,000 results; a batch killed at 50 moments; 5,000 submissions, a tenth of them hostile;
# what more workers bring.
scale kills soak curve: .venv/ready
	$(BIN)/python -m tests.$@

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 is %s.%s; wanted 3.11 or newer" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
