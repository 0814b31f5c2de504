# Needs Python 3.11 with its venv module, and make. Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/.ready
PATHS := playbooks workflows integrations bot tests
PIP := $(BIN)/pip install --disable-pip-version-check
BY_HASH := --no-build-isolation --require-hashes --requirement
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate

.DEFAULT_GOAL := help
.PHONY: help setup demo up test check explore fmt bench lock

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv, every package of it pinned by hash

demo: $(READY) ## Play a real incident from beginning to end, show it, and check its record
	@$(BIN)/muster demo

up: $(READY) ## Run everything on this machine until Ctrl-C
	@$(BIN)/muster up

test: $(READY) ## Run every test
	@$(BIN)/pytest

check: $(READY) ## Check format, rules, types and imports, then run the quick tests
	@echo "Format"  && $(BIN)/ruff format --check .
	@echo "Rules"   && $(BIN)/ruff check .
	@echo "Types"   && $(BIN)/mypy
	@echo "Imports" && $(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/pytest -m "not slow and not faults and not browser and not conformance" tests/architecture tests/unit

explore: $(READY) ## Try the rules with examples that nobody has seen yet
	@$(BIN)/pytest --hypothesis-profile=explore -m "not slow and not faults and not browser and not conformance" tests/unit tests/property tests/contract

fmt: $(READY) ## Put the code into its format, and mend what can be mended by itself
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(READY) ## Measure: a table, and the same as JSON
	@$(BIN)/python -m benchmarks

lock: $(READY) ## Choose the newest versions that fit together, and pin them by hash
	@$(COMPILE) --upgrade --extra dev pyproject.toml --output-file requirements.lock
	@$(COMPILE) --constraint requirements.lock pyproject.toml --output-file image.lock
	@printf 'setuptools\nuv\n' | $(COMPILE) --upgrade - --output-file setup.lock

# uv installs in a quarter of pip's time; pip does it where only pip is told of a mirror. What comes as source is
# built with the setuptools of setup.lock, so nothing is fetched that has no hash here.
$(READY): requirements.lock setup.lock pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Muster needs Python 3.11 and its venv module as '$(PYTHON)': on Debian, apt-get install python3.11-venv." >&2; exit 1; }
	@echo "Setting up .venv: about 110 packages, once ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) --quiet $(BY_HASH) setup.lock
	@$(BIN)/uv pip install --system-certs --python $(BIN)/python $(BY_HASH) requirements.lock || $(PIP) $(BY_HASH) requirements.lock
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $@
