# Sets up .venv and hands every task to nox. Needs only git, make and python3 (3.11 or newer).
# ARGS="…" goes on to the session, PYTHON=… names another interpreter.

PYTHON ?= python3
NOX     = .venv/bin/python -m nox --non-interactive
STAMP   = .venv/requirements-installed

# An active environment of another project must not leak into this one.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help setup ci parity determinism scale compare rollback-drill test lint release-check clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

parity: setup ## prove the three engines equal on 1,000 employees and two years
	@$(NOX) -s parity -- $(ARGS)

determinism: setup ## judge each engine against itself: repeats, threads, shards, seeds, parameters
	@$(NOX) -s determinism -- $(ARGS)

scale: setup ## measure employees × years × shards: growth, memory, speed (ARGS="--employees 500 1000 2000")
	@$(NOX) -s scale -- $(ARGS)

compare: setup ## compare two results of `make scale` (ARGS="--baseline DIR --optimized DIR")
	@$(NOX) -s compare -- $(ARGS)

rollback-drill: setup ## rehearse the rollback to the release point, and the way back, on copies
	@$(NOX) -s rollback_drill -- $(ARGS)

test: setup ## run the whole test suite
	@$(NOX) -s tests -- $(ARGS)

lint: setup ## check style, types, shell scripts, SQL, YAML, workflows, documents and architecture
	@$(NOX) -s lint -- $(ARGS)

ci: setup ## run every session of a pull request, whatever fails, with a table of durations
	@$(NOX) -s ci

release-check: setup ## tell whether this tree keeps the promises of config/flags.toml if released as VERSION=x.y.z
	@.venv/bin/python scripts/check_flags.py $(VERSION)

setup: $(STAMP) ## install the locked packages into .venv (the other targets do this by themselves)
	@:

clean: ## remove .venv and all caches; results stay
	rm -rf .venv .nox .hypothesis .mypy_cache .pytest_cache .ruff_cache dbt/target dbt/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is removed first and written last: a set-up that was interrupted starts again from nothing.
# uv is pinned in the lock like everything else: pip installs it, it installs the rest; without it pip does.
# Compiled once, here: where PYTHONDONTWRITEBYTECODE is set, dbt alone would compile for 1.5 s in each of its processes.
IS_NEW   = import sys; sys.exit(sys.version_info < (3, 11))
HAS_VENV = import ensurepip, venv
PIP      = .venv/bin/python -m pip --quiet --disable-pip-version-check install --compile --require-hashes

$(STAMP): requirements.lock
	@$(PYTHON) -c '$(IS_NEW)' || { echo 'make: "$(PYTHON)" is not Python 3.11 or newer; install one and name it: make setup PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c '$(HAS_VENV)' 2>/dev/null || { echo 'make: "$(PYTHON) -m venv" is not available; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Setting up .venv from requirements.lock …'
	@test -e $@ && .venv/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@rm -f $@
	@awk '/^[a-z]/ {uv = /^uv==/}  uv' requirements.lock > .venv/uv.txt
	@awk '/^[a-z]/ {uv = /^uv==/} !uv' requirements.lock > .venv/without-uv.txt
	@if $(PIP) -r .venv/uv.txt; \
	then .venv/bin/python -m uv --quiet pip sync --compile-bytecode --python .venv/bin/python --require-hashes requirements.lock; \
	else echo 'uv cannot be installed here; going on with pip, which is slower' >&2; \
	     $(PIP) -r .venv/without-uv.txt; fi
	@touch $@
