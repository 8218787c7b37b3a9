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
#: `make sandbox PORT=0` takes any free port.
PORT ?= 4566

# A stamp is newer than what it was made from: a second `make setup` has nothing to do.
RUN := $(VENV)/.run-stamp
DEV := $(VENV)/.dev-stamp
NODE_STAMP := $(NODE_CLIENT)/node_modules/.setup-stamp
NODE := $(shell test -f $(NODE_CLIENT)/package-lock.json && command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && echo $(NODE_STAMP))
PROJECTS := packages/aws-rules/pyproject.toml components/pyproject.toml packages/sandbox/pyproject.toml packages/doctor/pyproject.toml

.PHONY: help setup test demo sandbox engine check scan format lock prove bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(DEV) $(NODE) ## .venv from the lock files; the Node.js runtime client where Node.js is there

# What demo and sandbox need (300 MB); tests and checks take as much again.
$(RUN): requirements/run.txt tools/set_up.py $(PROJECTS)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is not on PATH: install it, or name one by make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) tools/set_up.py run
	@# Compiled ahead, for shells that forbid Python to keep bytecode: compiling takes a tenth of every start.
	@$(BIN)/python -m compileall -q -x node_modules components packages settings.py
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	@$(PYTHON) tools/set_up.py dev
	@touch $@

# Without install scripts: the client's native part needs autotools, and the sandbox brings a stand-in for it.
$(NODE_STAMP): $(NODE_CLIENT)/package.json $(NODE_CLIENT)/package-lock.json
	@echo "installing the Node.js runtime client into $(NODE_CLIENT)"
	@cd $(NODE_CLIENT) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# In collection order, which tests/engine/conftest.py sets: pytest-xdist would start the files with few tests last, and
# those of the engine, which take longest, are among them. Also where the shell forbids Python to keep bytecode, it is
# kept: hundreds of the processes that tests start would compile everything again.
test: $(DEV) $(NODE) ## every test that needs no Pulumi CLI; those that do run when one is found (make engine)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

demo: $(RUN) $(NODE) ## deploys into two accounts on this machine, sends the tutorial's requests, shows who decided
	@$(BIN)/cross-account-sandbox demo

sandbox: $(RUN) $(NODE) ## deploys and keeps serving until Ctrl-C; PORT=0 takes any free port
	@$(if $(NODE),,echo "Node.js is not on PATH: deploying the Python function (install Node.js 20 or newer for the other)" >&2;) \
	exec $(BIN)/cross-account-sandbox serve --port $(PORT) $(if $(NODE),,-c runtime=python)

engine: ## finds a Pulumi CLI of 3.200 or newer on PATH, else builds one into .cache/bin once
	@tools/engine/build.sh

check: $(DEV) ## formatter, linter, spelling, links and words, unconfirmed answers, strict types, workflows
	@tools/actionlint/run.sh
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/codespell
	@$(BIN)/python tools/check_text.py
	@$(BIN)/python -m tools.unconfirmed --check
	@# One run for each distribution: their tests are folders of the same name.
	@for part in packages/aws-rules packages/sandbox packages/doctor components policies '__main__.py settings.py tests benchmarks tools'; do $(BIN)/mypy $$part || exit 1; done
	@# One run each: folders such as http-api cannot be packages, so each program is the module __main__.
	@for program in examples/*/__main__.py examples/*/*/__main__.py; do $(BIN)/mypy --no-error-summary "$$program" || exit 1; done

scan: $(DEV) ## checkov over what the program and the examples register, against docs/security.md
	@$(BIN)/python -m tools.scan

format: $(DEV) ## rewrites what the formatter and the linter can fix
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock: $(RUN) ## resolves requirements/*.in again into the lock files, with hashes and without any registry's address
	@for name in uv run dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --override requirements/overrides.txt --output-file requirements/$$name.txt requirements/$$name.in || exit 1; done
	@# Apart, and without the overrides: checkov pins its own versions.
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --output-file requirements/checkov.txt requirements/checkov.in

prove: $(DEV) ## deploys into two AWS accounts of yours, compares the answers with the sandbox's, removes everything
	@$(BIN)/python -m tools.prove --api-profile '$(API_PROFILE)' --function-profile '$(FUNCTION_PROFILE)' \
		$(if $(REGION),--region '$(REGION)') $(if $(DOMAIN),--domain '$(DOMAIN)') $(if $(ZONE_ID),--zone-id '$(ZONE_ID)') \
		$(if $(filter 1 yes true,$(PRIVATE)),--private) $(if $(REMOVE),--remove '$(REMOVE)') $(if $(PROGRAMS),--programs $(PROGRAMS))

bench: $(DEV) $(NODE) ## prints figures: start, requests, memory, engine; fails on nothing
	@$(BIN)/python -m benchmarks

clean: ## removes what these commands made
	@rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info $(NODE_CLIENT)/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
