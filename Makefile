# Everything is built once and again only when what it is made from changes.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run setup test lint format requirements clean

PYTHON_IN := .venv/bin/python
PIP := $(PYTHON_IN) -m pip install --quiet --no-compile --disable-pip-version-check --no-input
# Once, and here: where Python may write no bytecode, every start would compile everything for itself.
COMPILE_ALL = $(PYTHON_IN) -m compileall -q -j 0
NODE := sh tools/node.sh
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 $(ARGS)
UV = $(or $(shell command -v uv),.venv/bin/uv)

# Only what is said to make itself counts: some shells export HOST.
said = $(if $(filter command,$(firstword $(origin $1))),$2 '$($1)')
# Files of tests side by side; ARGS="-n 0" for one after the other.
AT_ONCE = 3
OPTIONS = $(call said,HOST,--host) $(call said,PORT,--port) $(call said,DATA,--data) $(ARGS)

help: ## print this list
	@echo "Rooms: chat where every room is a URL"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: setup ## start on http://127.0.0.1:5000 (PORT=8000 HOST=0.0.0.0 DATA=folder ARGS="--...")
	@exec $(PYTHON_IN) run.py $(OPTIONS)

setup: .venv/installed static/vendor/integrity.json ## build .venv and fetch the browser's part
	@:

test: system setup .venv/installed-dev ## install all that the tests need, and run them (ARGS="-k name")
	@PATH="$$PATH:$$PWD/.venv/bin" $(PYTHON_IN) -m pytest -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder $(ARGS)
	@files=$$(find tests/js -name '*.test.js' 2>/dev/null); [ -z "$$files" ] || $(NODE) node --test --test-reporter=spec $$files

.PHONY: faults
faults: system setup .venv/installed-dev ## try for long to lose messages, and print what came of it (FAULTS_SHARE=0.1 for a tenth)
	@FAULTS=long $(PYTHON_IN) -m pytest -q tests/faults $(ARGS)

.PHONY: soak
soak: setup .venv/installed-dev ## live with slow, hostile and churning clients, and look for what stays (SOAK_MINUTES=2)
	@$(PYTHON_IN) -m tests.soak.soak

.PHONY: stock
stock: setup .venv/installed-dev ## play the guards' tests on plain Flask-SocketIO, where each has to fail
	@STOCK=1 PATH="$$PATH:$$PWD/.venv/bin" $(PYTHON_IN) -m pytest -q --tb=no tests/transport $(ARGS)

.PHONY: cluster
cluster: system setup .venv/installed-dev ## start PostgreSQL, Redis, three workers and HAProxy, and print the address
	@PYTHONPATH=. exec $(PYTHON_IN) tools/cluster.py

.PHONY: bench jank
bench: .venv/installed ## measure how fast it is (ROUNDS=5 for more runs of each)
	@for part in durable fanout report; do $(PYTHON_IN) bench/$$part.py || exit; done

jank: system setup .venv/installed-dev ## measure whether typing janks with 300 messages in the page, the processor slowed 4 times
	@$(PYTHON_IN) bench/jank.py

.PHONY: growth
growth: system setup .venv/installed-dev ## measure what 1, 2 and 4 workers cost, and carry it to a million connections
	@PYTHONPATH=. $(PYTHON_IN) bench/growth.py

lint: .venv/installed-dev ## check style, format and types
	@$(PYTHON_IN) -m ruff check
	@$(PYTHON_IN) -m ruff format --check
	@$(PYTHON_IN) -m mypy

format: .venv/installed-dev ## put the Python code into shape
	@$(PYTHON_IN) -m ruff check --fix
	@$(PYTHON_IN) -m ruff format

requirements: $(filter .venv/%,$(UV)) ## lock the dependencies of pyproject.toml anew (ARGS=--upgrade)
	@$(COMPILE) --extra postgres --extra redis --group build pyproject.toml -o requirements.txt
	@$(COMPILE) --extra postgres --group build --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(COMPILE) --group node -o requirements-node.txt

clean: ## remove what was built; the data stays
	@rm -rf .venv node_modules static/vendor rooms_chat/data build dist test-results
	@rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: system
system:
	@sh tools/system.sh

.venv/bin/python:
	@sh tools/venv.sh

.venv/bin/uv: .venv/bin/python
	@$(PIP) uv

# A lock is complete, so pip need not work out what else to take.
.venv/installed: .venv/bin/python requirements.txt pyproject.toml
	@echo "rooms: installing what the server needs"
	@$(PIP) --require-hashes --no-deps -r requirements.txt
	@$(PIP) --no-build-isolation --no-deps --editable .
	@$(COMPILE_ALL) .venv/lib rooms_chat
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "rooms: installing what tests and checks need"
	@$(PIP) --require-hashes --no-deps -r requirements-dev.txt
	@$(COMPILE_ALL) .venv/lib
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc | .venv/bin/python
	@echo "rooms: fetching the browser's part"
	@$(NODE) npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@

static/vendor/integrity.json rooms_chat/data/confusables.json &: node_modules/.package-lock.json tools/assets.py
	@$(PYTHON_IN) tools/assets.py
