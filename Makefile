# Every command of the project. `make help` lists them.
SHELL := /bin/bash
BIN := .venv/bin
UV := .tools/uv-venv/bin/uv
PYTEST := $(BIN)/python -m pytest
# Each has a Postgres, a RabbitMQ and a browser of its own. `make test ARGS="-n 0 …"` stays in one process, for a debugger.
WORKERS ?= 2
PACKAGES := $(wildcard services/*/src/ctz_*) gateway/src/ctz_gateway libs/chassis/src/ctz_chassis deploy/local/src/ctz_local tests/simulator/src/ctz_simulator tests/bench

.DEFAULT_GOAL := help
.PHONY: help setup demo run test faults check format bench e2e protos baseline assets lock clean

help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use
setup: ## Install what the project needs into its own folders; later commands call it by themselves
	@deploy/local/bootstrap.sh

demo: setup ## Start everything with a simulated Peloton and a demo rider
	@exec $(BIN)/ctz demo

run: setup ## Start everything against the real Peloton
	@exec $(BIN)/ctz run

##@ Work
test: setup ## Unit, component and browser tests
	$(PYTEST) -m "not faults" -n $(WORKERS) $(ARGS)

faults: setup ## Real kills of Postgres, RabbitMQ and workers
	$(PYTEST) -m faults -n $(WORKERS) $(ARGS)

e2e: setup ## The browser tests alone
	$(PYTEST) -m e2e $(ARGS)

bench: setup ## Calls, queries, bytes and time of the main pages and of a sync
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

check: setup ## Format, lint, types, layers, contracts, templates, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports
	cd protos && ../$(BIN)/buf lint && ../$(BIN)/buf breaking --against baseline.binpb
	$(BIN)/djlint --lint --quiet --profile jinja --ignore H006,H015,H030,H031 gateway/src/ctz_gateway/templates
	cd gateway/frontend && npm run --silent lint
	$(BIN)/codespell
	@for member in services/* gateway libs/chassis deploy/local tests/simulator; do (cd $$member && $(CURDIR)/$(BIN)/deptry --no-ansi --package-module-name-map 'ctz-protos=ctz,protobuf=google' src) || exit 1; done

format: setup ## Put the code into the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

##@ Make
protos: setup ## Generate the stubs again
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --reinstall-package ctz-protos -e protos

baseline: protos ## Accept the contracts as they stand as the ones that must not break
	cd protos && ../$(BIN)/buf build -o baseline.binpb

assets: setup ## Build the front end
	cd gateway/frontend && npm run --silent build

lock: ## Solve the dependencies again and write requirements.lock
	$(UV) lock --quiet
	$(UV) export --quiet --no-emit-workspace --all-packages --all-groups --format requirements-txt --output-file requirements.lock

clean: ## Remove what was installed and built
	rm -rf .venv .tools protos/build gateway/frontend/node_modules gateway/src/ctz_gateway/static artifacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
