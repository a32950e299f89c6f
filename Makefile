# Lantian 蓝天. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help setup run test postgres check lint types layers django-check packs rows bench docs browser hooks lock clean

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
PEERS := .venv/.peers
ASSETS := src/lantian/apps/ui/static/vendor/.complete
PO := $(shell find src -name '*.po' 2>/dev/null)
TRANSLATIONS := .venv/.translations
WORKERS ?= 2
RECORDS := accounts alarms assessment audit cases complaints inspections ledger notices plans rectification
PURE := kernel airquality analysis reductions workflow protocols
RECORD_TESTS := $(RECORDS:%=tests/%)
PURE_TESTS := $(PURE:%=tests/%) $(PURE:%=src/lantian/%)

# Every process of the tests reads our modules: compiled once, even where the environment asks to keep none of it.
unexport PYTHONDONTWRITEBYTECODE

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Lantian needs Python 3.11 or newer; found none. Install python3 and try again."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make a virtual environment; install its venv package (Debian: python3-venv)."; exit 1; }

$(RUNTIME): requirements.lock pyproject.toml hatch_build.py | .venv/bin/python
	@echo "Installing what Lantian runs on …"
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "Installing what the checks need …"
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements-dev.lock
	@touch $@

$(ASSETS): package.json package-lock.json $(RUNTIME)
	@echo "Fetching the front-end assets …"
	@$(BIN)/python -m lantian.project.assets
	@touch $@

$(TRANSLATIONS): $(PO) $(RUNTIME)
	@$(BIN)/python -m lantian.project.translations
	@touch $@

setup: $(RUNTIME) $(ASSETS) $(TRANSLATIONS)  ## prepare everything in .venv without starting

run: setup  ## set up and start with a demo district; prints the address and the accounts
	@exec $(BIN)/lantian up --demo

browser: $(DEVELOPMENT)  ## install Chromium and Chinese fonts for the browser tests, where that is allowed
	@$(BIN)/python -m tests.browser.install

test: setup $(DEVELOPMENT) browser  ## set up all that the tests need, and run them
	@$(BIN)/python -m pytest -n $(WORKERS) -q

postgres: setup $(DEVELOPMENT)  ## the tests of the record store, on a PostgreSQL of their own
	@$(BIN)/python -m tests.postgres -n $(WORKERS) -q $(RECORD_TESTS)

lint: $(DEVELOPMENT)  ## format and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(DEVELOPMENT)  ## mypy --strict
	@$(BIN)/mypy

layers: $(DEVELOPMENT)  ## import contracts
	@$(BIN)/lint-imports

packs: $(RUNTIME)  ## check the shipped policy packs
	@for pack in src/lantian/policy/packs/*/; do $(BIN)/lantian pack check $$pack || exit 1; done

django-check: setup  ## Django's own checks, and no migration forgotten
	@d=$$(mktemp -d); export LANTIAN_DATA_DIR=$$d DJANGO_SETTINGS_MODULE=lantian.project.settings; \
	$(BIN)/django-admin check --deploy --fail-level WARNING && $(BIN)/django-admin makemigrations --check --dry-run; s=$$?; rm -rf $$d; exit $$s

docs: setup $(DEVELOPMENT)  ## build the documentation, warnings are errors
	@$(BIN)/python -m lantian.policy.reference docs/_generated/standards
	@$(BIN)/python -m lantian.policy.case_reference docs/_generated/cases
	@$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

# The pure packages are measured by their own tests alone: tracing the pages' tests too would double their time.
check: export CI := 1
check: browser  ## all that CI runs
	@$(MAKE) --no-print-directory -j $(WORKERS) lint types layers packs django-check docs
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest -n $(WORKERS) -q --cov --cov-report= $(PURE_TESTS)
	@$(BIN)/coverage report --fail-under=100
	@$(BIN)/python -m tests.postgres -n $(WORKERS) -q tests/cases tests/plans tests/assessment/schemes/test_overtaking.py
	@$(BIN)/python -m pytest -n $(WORKERS) -q $(PURE_TESTS:%=--ignore=%)

rows: setup $(DEVELOPMENT)  ## the mission table from marked tests
	@$(BIN)/python -m tests.rows

$(PEERS): requirements-bench.lock $(RUNTIME)
	@echo "Installing what the benchmarks measure against …"
	@$(PIP) install --require-hashes --no-deps -r requirements-bench.lock
	@touch $@

bench: setup $(PEERS)  ## benchmarks with ratios, each against a peer or a goal in one run
	@$(BIN)/python -m bench

hooks: $(DEVELOPMENT)  ## install the git hooks (they run local commands only)
	@$(BIN)/pre-commit install

lock:  ## pin the requirements anew (needs uv)
	@for name in requirements requirements-dev requirements-bench; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $$name.in -o $$name.lock; done

clean:  ## remove everything that make has made, but not the data in var/
	@rm -rf .venv node_modules docs/_build docs/_generated src/lantian/apps/ui/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
	@find src -name '*.mo' -delete
