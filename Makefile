# Two commands matter: `make demo` runs the whole flow on sample scans, `make test` runs the tests.
PYTHON ?= python3
BIN := .venv/bin
# Python writes bytecode of what it imports, when it does; that of all the rest would take 250 MB
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
SCANS ?=
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: install install-test fonts demo test long check bench mutations up down lock clean

install: .venv/installed .venv/fonts
install-test: .venv/installed-test .venv/fonts

# The fonts of the pages: 60 MB of Node are fetched for them, and thrown away again. A failure ends no installation.
fonts: .venv/bin/python
	$(BIN)/python infra/fonts/build.py
	touch .venv/fonts

.venv/fonts: .venv/bin/python $(wildcard infra/fonts/*)
	$(BIN)/python infra/fonts/build.py --optional
	touch $@

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11 to 3.13 is needed, this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.txt pyproject.toml
	$(PIP) --require-hashes --no-deps -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

.venv/installed-test: .venv/installed requirements-test.txt
	$(PIP) --require-hashes --no-deps -r requirements-test.txt
	touch $@

demo: install
	$(BIN)/heritage-color demo $(if $(SCANS),--scans "$(SCANS)")

test: install-test
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

# Property tests with fifty times their budget; not part of CI.
long: install-test
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -m hypothesis --numprocesses logical --maxprocesses 4 --dist loadfile

check: install-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pip check
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint infra/*.Dockerfile

bench: install-test
	$(BIN)/python -m benchmarks

# What the tests of a room let pass; not part of CI. ROOM=heritage_color/publish TESTS=tests/publish
mutations: install-test
	$(BIN)/python -m tools.mutations $(ROOM) --tests $(TESTS)

up: install
	$(BIN)/heritage-color up

down: install
	$(BIN)/heritage-color down

# Needs uv. The lock files hold hashes for all platforms and no registry's address.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-strip-extras --no-header --no-annotate --quiet pyproject.toml
lock:
	$(LOCK) -o requirements.txt
	$(LOCK) --extra test -c requirements.txt -o requirements-test.txt
	$(subst --universal,--python-platform x86_64-manylinux_2_28,$(LOCK)) --override infra/gpu-override.txt \
		-c requirements.txt -o infra/gpu-requirements.txt

clean:
	-test -x $(BIN)/heritage-color && $(BIN)/heritage-color down
	-test -x $(BIN)/python && $(BIN)/python -c 'from heritage_color import settings; from heritage_color.local import servers; servers.remove(settings.read().home)'
	rm -rf .venv .heritage
