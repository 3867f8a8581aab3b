# The Python that makes .venv: the first of these that is 3.11 or newer and has the venv module with pip.
PYTHONS := python3 python3.13 python3.12 python3.11 python3.14
USABLE  := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON  ?= $(or $(shell for p in $(PYTHONS); do $$p -c '$(USABLE)' 2>/dev/null && echo $$p && break; done),python3)
VENV   := .venv
READY  := $(VENV)/ready
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: setup bench test check baseline selftest peers clean help

$(READY): pyproject.toml
	@$(PYTHON) -c '$(USABLE)' 2>/dev/null || { \
	  echo "gradmark needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv);" \
	    "to name one: make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "making $(VENV) with $$($(PYTHON) --version)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

setup: $(READY) ## make .venv with all that the other commands need

bench: $(READY) ## measure accuracy, runtime and memory of the gradients: tables here, all of it in results/latest
	@$(BIN)/gradmark run quick

test: $(READY) ## ruff, mypy, pytest
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pytest

check: $(READY) ## compare the newest run with results/baseline/metrics.csv; exit code 1 if anything is worse
	@$(BIN)/gradmark check

baseline: $(READY) ## make the newest run the baseline
	@$(BIN)/gradmark baseline

selftest: $(READY) ## prove the check: mutate every rule, count what is caught
	@$(BIN)/gradmark selftest accuracy

PEERS ?= peers
peers: $(READY) ## install other libraries that differentiate, and measure all side by side (PEERS=peers,torch: torch, too)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,$(PEERS)]'
	@$(BIN)/gradmark run peers

clean: ## remove .venv, the runs and all caches; the baseline stays
	rm -rf $(VENV) results/runs results/latest results/problems build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
