# The two commands are `make nightly` and `make test`. What they need beyond Python, git and make they install.
PYTHON ?= python3
SWW_HOME ?= warehouse
SWW := .venv/bin/sww
PYTEST := .venv/bin/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
export SWW_HOME

.DEFAULT_GOAL := .venv/.installed
.PHONY: nightly test quick ui check lint bench faults docs lock system-packages

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

nightly: .venv/.installed
	@test -n "$$(find $(SWW_HOME)/landing $(SWW_HOME)/lake -mindepth 1 -print -quit 2>/dev/null)" || $(SWW) sample
	$(SWW) nightly

# Two processes; homes that were made are kept in .pytest_cache until what made them changes.
test: .venv/.installed
	$(PYTEST)

# Between two edits: all but what needs a whole home, a browser, a build of all models or many seconds.
quick: .venv/.installed
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	$(PYTEST) -m "not long"

check: lint test

lint: .venv/.installed
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/python -c "from pipelines.warehouse import declaration; declaration.declare_feeds()"
	.venv/bin/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

ui: .venv/.installed
	$(SWW) ui

bench: .venv/.installed
	.venv/bin/python -m tests.benchmark

# Every fault at length, for an hour or two on two cores; writes docs/faults.md. `make test` has the short form.
# Tests are handed out one by one, in their order.
faults: .venv/.installed
	FAULTS=long .venv/bin/pytest -m fault --numprocesses 2 --maxschedchunk 1

# docs/cli.md from the help of the commands, docs/reading.md from the guide that reasons point to.
docs: .venv/.installed
	.venv/bin/python -m tests.cli_reference
	.venv/bin/python -m tests.reading_guide

# Only for who changes pyproject.toml. The lock names no host, so every mirror serves it. It is complete and installed
# with --no-deps, since dbt-core asks for a package that is left out (see tool.uv in pyproject.toml).
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-emit-find-links --extra dev --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

# What the browser tests need; Debian and Ubuntu.
system-packages:
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk
