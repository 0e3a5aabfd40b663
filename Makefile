# Everything here works on a machine with Python 3.11 or newer, git and make. The rest is fetched
# into .local/ and .venv/ in this folder; `make clean` removes both.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?= python3
SCENARIO ?=
DURATION ?= 300
UV_VERSION := 0.13.9

export UV_PYTHON := $(PYTHON)
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export UV_COMPILE_BYTECODE := 1

UV := .local/uv/$(UV_VERSION)/bin/uv
BIN := .venv/bin
READY := .venv/.ready-$(notdir $(PYTHON))
READY_DEV := $(READY)-dev

.PHONY: help demo run test test-slow standards check fmt bench bench-backlog chaos clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## The hub does its main job, over three outages; SCENARIO=list shows what else there is
	@$(BIN)/schakel demo $(SCENARIO)

run: $(READY) ## A hub and a simulated zaaksysteem to try things on; Ctrl-C stops both
	@$(BIN)/schakel simulate zgw --port zgw=8090:8091 & simulator=$$!; \
	trap 'kill $$simulator 2>/dev/null; wait' EXIT; trap : INT TERM; \
	SCHAKEL_ZGW_SECRET=alleen-voor-demonstratie-nooit-in-productie \
	  $(BIN)/schakel serve --config schakel.example.toml

test: $(READY_DEV) ## The tests that take seconds
	@$(BIN)/pytest -q -n auto --dist worksteal -m 'not slow'

test-slow: $(READY_DEV) ## The tests that take minutes: real kills, long random histories
	@$(BIN)/pytest -q -m slow

standards: $(READY_DEV) ## Everything that is held to ../shared/standards; the last line counts the examples
	@report=$$(mktemp); trap 'rm -f "$$report"' EXIT; failed=0; \
	SCHAKEL_REQUIRE_STANDARDS=1 SCHAKEL_STANDARDS_REPORT="$$report" \
	  $(BIN)/python -m pytest -q -n auto --dist worksteal -p tests.standards_report.plugin -m standards || failed=1; \
	$(BIN)/python -m tests.standards_report "$$report" || failed=1; \
	exit $$failed

check: $(READY_DEV) ## Every check that needs no running hub; all of them run, failures are listed last
	@failed=''; \
	run() { echo "== $$*"; "$(BIN)/$$@" || failed="$$failed\n  $$*"; }; \
	run ruff check --quiet .; \
	run ruff format --check --quiet .; \
	run mypy --no-error-summary; \
	run lint-imports --no-logo; \
	run schakel schemas check; \
	run pytest -q --tb=short tests/architecture; \
	if [ -n "$$failed" ]; then printf "Failed:$$failed\n"; exit 1; fi; \
	echo 'All checks passed.'

fmt: $(READY_DEV) ## Formats the code and mends what ruff can mend by itself
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: $(READY) ## Measures acceptance and delivery on SQLite
	@$(BIN)/schakel bench

bench-backlog: $(READY) ## Measures what a million waiting messages cost on PostgreSQL; takes long
	@$(BIN)/python -m schakel.bench.backlog

chaos: $(READY_DEV) ## Breaks three hubs, PostgreSQL, RabbitMQ for DURATION seconds, then a verdict
	@$(BIN)/python -m tests.chaos --duration $(DURATION)

clean: ## Removes what make and the tools made; no code and no data of a hub
	@rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What the application needs. Inexact, so that it leaves the tools of a developer in place.
$(READY): pyproject.toml uv.lock | $(UV)
	@echo 'Setting up .venv ...'
	@$(UV) sync --frozen --no-dev --inexact --quiet
	@touch $@

$(READY_DEV): pyproject.toml uv.lock | $(UV)
	@echo 'Setting up .venv with the tools of a developer ...'
	@$(UV) sync --frozen --quiet
	@touch $(READY) $@

# A uv of our own, unless the machine has one that is at least as new.
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo '$(PYTHON) is absent or older than 3.11: install a newer Python,' \
	    'or name one with make PYTHON=python3.12.' >&2; exit 1; }
	@mkdir -p $(@D); \
	has=$$(uv --version 2>/dev/null | awk '{print $$2}'); \
	oldest=$$(printf '%s\n' "$$has" $(UV_VERSION) | sort -V | head -n 1); \
	if [ "$$oldest" = $(UV_VERSION) ]; then ln -sf "$$(command -v uv)" $@; exit; fi; \
	echo 'Fetching uv $(UV_VERSION) into .local/ ...'; \
	$(PYTHON) -m venv --clear .local/uv/$(UV_VERSION) >/dev/null 2>&1 || { \
	  echo '$(PYTHON) cannot make a virtual environment: install its venv module' \
	    '(Debian, Ubuntu: apt-get install python3-venv).' >&2; exit 1; }; \
	.local/uv/$(UV_VERSION)/bin/python -m pip --disable-pip-version-check -qq \
	  install uv==$(UV_VERSION) || { \
	  echo 'uv $(UV_VERSION) could not be fetched from the Python package index: see above.' >&2; \
	  exit 1; }
