# Portico's commands; `make help` lists them. CONTRIBUTING.md says when to use which.

PYTHON := .venv/bin/python
TESTS := tests --ignore=tests/faults --ignore=tests/load --ignore=tests/compose --ignore=tests/upgrade/beside
TESTS_OF_SERVICES := tests/unit tests/contract tests/sandbox tests/service tests/chassis

# Processes are started by the hundred: what one has compiled, the next are not to compile anew.
unexport PYTHONDONTWRITEBYTECODE

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c

.DEFAULT_GOAL := help
.PHONY: help setup run stop status scale audit reset test test-services test-portals check fix faults load compose upgrade lock

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-8s %s\n", $$1, $$2}'

setup: .venv/installed ## install everything that running needs
	@deploy/local/packages.sh rabbitmq-server

run: setup ## start everything with the demo companies; Ctrl-C stops it
	@$(PYTHON) -m deploy.local run

stop: ## stop what `make run` started in another terminal
	@$(PYTHON) -m deploy.local stop

status: ## list the running processes
	@$(PYTHON) -m deploy.local status

scale: ## change a service's replicas while it runs: make scale s=billing n=3
	@$(PYTHON) -m deploy.local scale "$(s)" "$(n)"

audit: ## prove the money of what runs: books, balances and the payment provider agree
	@$(PYTHON) -m deploy.local audit

reset: ## forget all data of `make run`
	@$(PYTHON) -m deploy.local reset

test: setup ## run the tests, in two halves side by side; make test args="-k mandate" runs some
	@deploy/local/packages.sh chromium poppler-utils prometheus
ifdef args
	@$(PYTHON) -m pytest $(TESTS) $(args)
else
	@$(MAKE) --no-print-directory --jobs=2 test-services test-portals
endif

# Half of a test's time is waiting for brokers, banks and browsers: the halves share two cores well.
test-services:
	@$(PYTHON) -m pytest $(TESTS_OF_SERVICES) 2>&1 | sed -u 's/^/services | /'

test-portals:
	@$(PYTHON) -m pytest $(TESTS) $(addprefix --ignore=,$(TESTS_OF_SERVICES)) 2>&1 | sed -u 's/^/portals  | /'

check: .venv/installed ## lint, types and direction of imports
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

fix: .venv/installed ## format, and mend what the linter can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

upgrade: setup ## run the previous release beside this one, message by message (long)
	@$(PYTHON) -m pytest tests/upgrade $(args)

faults: setup ## kill processes during payments and signatures (long)
	@$(PYTHON) -m tests.faults $(args)

load: setup ## measure the bus, the gateway and events (long)
	@$(PYTHON) -m tests.load $(args)

compose: .venv/installed ## pay through the compose system that runs, and scale billing meanwhile
	@$(PYTHON) -m tests.compose $(args)

lock: ## resolve the dependencies of pyproject.toml anew
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header pyproject.toml --output-file requirements.lock
	@deploy/images/lock.sh

.venv/installed: requirements.lock deploy/local/setup.sh
	@deploy/local/setup.sh
	@touch $@
