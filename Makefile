# `make` alone lists the commands. Everything is installed into .venv; nothing else on the machine
# is touched, except that `make test` may install PostgreSQL and Redis with apt where it is root.

.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -c
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
TOWN ?=
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done)

.PHONY: help run demo test check format lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.installed ## Serve on http://127.0.0.1:8000 with a real town loaded (TOWN=file, PORT=8001)
	@$(BIN)/python manage.py serve --port $(PORT) --town "$(TOWN)"

demo: $(VENV)/.installed ## Do the main job on a real town, print the day and end (TOWN=file)
	@$(BIN)/python manage.py demo --town "$(TOWN)"

test: check ## Everything: checks, and all tests on SQLite and on PostgreSQL, with Redis
	@$(BIN)/python -m tests.everything

check: $(VENV)/.installed-dev ## The fast checks: format, lint, types, imports, migrations, schema
	@$(BIN)/ruff format --check --quiet . || { echo "Run 'make format'."; exit 1; }
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m mypy .
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --file $(VENV)/openapi.yaml
	@$(BIN)/python manage.py problems > $(VENV)/problems.md
	@for page in openapi.yaml problems.md; do diff -u docs/$$page $(VENV)/$$page || { \
		echo "docs/$$page is not what the code says; run 'make schema'."; exit 1; }; done

format: $(VENV)/.installed-dev ## Format the code and mend what the linter can mend
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

schema: $(VENV)/.installed-dev ## Write the API's schema and error codes to docs/
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@$(BIN)/python manage.py problems > docs/problems.md

lock: $(VENV)/.installed-dev ## Compile the requirements files anew from pyproject.toml
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --output-file requirements.txt
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt

LOCK := --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url

clean: ## Remove the virtual environment and the caches; the data under var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing Canvass into $(VENV); this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing Canvass and its development tools into $(VENV); this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { \
		echo "Canvass needs Python 3.11, 3.12 or 3.13; install one, or say PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
