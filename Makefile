# On a fresh machine with Python 3.11+ and make: `make demo`, `make test`.
PYTHON ?= python3
BIN = .venv/bin
VERSION_OK = import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "this project needs Python 3.11 to 3.14; set PYTHON=python3.12, say")

.PHONY: demo test slow check docs services services-stop clean

demo: .venv/demo.stamp
	$(BIN)/schoolbus demo --out maps/demo

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

slow: .venv/fuzz.stamp
	$(BIN)/python tests/fuzz/csv_door.py -runs=20000 -max_total_time=300 -len_control=0 -max_len=2000
	$(BIN)/python tests/fuzz/osm_door.py -runs=20000 -max_total_time=300 -len_control=0 -max_len=2000

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/make_docs.py --check

docs: .venv/dev.stamp
	$(BIN)/python docs/make_docs.py

.venv/bin/python:
	@$(PYTHON) -c '$(VERSION_OK)'
	$(PYTHON) -m venv .venv

.venv/demo.stamp: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/dev.stamp: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch .venv/demo.stamp $@

services:
	.ci/services start

services-stop:
	.ci/services stop

.venv/fuzz.stamp: .venv/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info
