# Commands of the project; `make help` lists them. Everything lands in .venv and .cache.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:

# The first Python of 3.11 or newer on PATH; `make setup PYTHON=/path/to/python` names another.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; done)

VENV := .venv
BIN := $(VENV)/bin
NODE_CLIENT := packages/sandbox/cross_account_sandbox/functions/node_client
PYTEST_ARGS ?=

# A stamp is newer than what it was made from: a second `make setup` has nothing to do.
VENV_STAMP := $(VENV)/.setup-stamp
NODE_STAMP := $(NODE_CLIENT)/node_modules/.setup-stamp
HAS_NODE := $(shell test -f $(NODE_CLIENT)/package-lock.json && command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && echo yes)

.PHONY: help setup test demo sandbox engine check format bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(VENV_STAMP) $(if $(HAS_NODE),$(NODE_STAMP)) ## .venv from pinned requirements; the Node.js runtime client where Node.js is there
	@# Compiled ahead, for shells that forbid Python to keep bytecode: compiling takes a tenth of every start.
	@$(BIN)/python -m compileall -q -x node_modules components packages settings.py

# The distributions of this repository, editable; aws-rules first, on which the others depend.
DISTRIBUTIONS := packages/aws-rules components packages/sandbox packages/doctor

$(VENV_STAMP): requirements-dev.txt $(DISTRIBUTIONS:%=%/pyproject.toml)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is not on PATH: install it, or name one by make PYTHON=/path/to/python" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing requirements-dev.txt into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@# Everything is pinned above, so the editable install resolves nothing and builds with the pinned setuptools.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(DISTRIBUTIONS:%=--editable ./%)
	@touch $@

# Without install scripts: the client's native part needs autotools, and the sandbox brings a stand-in for it.
$(NODE_STAMP): $(NODE_CLIENT)/package.json $(NODE_CLIENT)/package-lock.json
	@echo "installing the Node.js runtime client into $(NODE_CLIENT)"
	@cd $(NODE_CLIENT) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

test: setup ## every test that needs no Pulumi CLI; those that do run when one is found (make engine)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(PYTEST_ARGS)

demo: setup ## deploys into two accounts on this machine, sends the tutorial's requests, shows who decided
	@$(BIN)/cross-account-sandbox demo

sandbox: setup ## deploys and keeps serving until Ctrl-C
	@$(BIN)/cross-account-sandbox serve

engine: ## finds a Pulumi CLI of 3.200 or newer on PATH, else builds one into .cache/bin once
	@tools/engine/build.sh

check: setup ## formatter, linter, strict types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@# One run for each distribution: their tests are folders of the same name.
	@for part in packages/aws-rules packages/sandbox packages/doctor components 'settings.py tests benchmarks'; do $(BIN)/mypy $$part || exit 1; done

format: setup ## rewrites what the formatter and the linter can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: setup ## prints figures: start, requests, memory, engine; fails on nothing
	@$(BIN)/python -m benchmarks

clean: ## removes what these commands made
	@rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info $(NODE_CLIENT)/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
