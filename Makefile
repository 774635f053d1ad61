# One entry point for everything: `make help` lists the targets. Needs only Python 3.11, make and git.

PYTHON ?= python3
PORT ?= 8501
ADDRESS ?= localhost
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Modules are run by the virtual environment's own Python, so that a moved checkout still works.
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# Another DuckDB, the one whose extensions are wheels.
LAKE := .venv-lake
LOCALE := service_quality/base/locale
DOMAIN := service_quality
BABEL := $(PY) -m babel.messages.frontend

# uv uses the Python that made the environment; it never fetches one.
export UV_PYTHON_DOWNLOADS = never
# Compiled once at set-up, not again by each process of an environment that forbids it.
export UV_COMPILE_BYTECODE = 1
unexport PYTHONDONTWRITEBYTECODE
unexport VIRTUAL_ENV

.PHONY: help run test test-lake quick-lake quick check bench messages format browser lake clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile
	@echo
	@echo 'PYTHON=python3.12 chooses the Python; PORT and ADDRESS say where `make run` serves;'
	@echo 'ARGS is handed to the tool: make test ARGS="-k upload", make run ARGS="--server.headless=false"'

run: $(VENV)/runtime.stamp ## set up and start the app at http://localhost:8501
	@exec $(PY) -m streamlit run app.py --server.port=$(PORT) --server.address=$(ADDRESS) $(ARGS)

test: $(VENV)/development.stamp browser ## set up and run all tests, those in a real browser too
	$(PY) -m pytest -n 4 --dist worksteal $(ARGS)

# All of what stands on the lake most, and of everything else the main tests: to open a lake takes
# longer than to open a file. What holds of a file alone is listed in tests/conftest.py.
LAKE_TESTS := warehouse/test_lake.py $(addprefix uploads/test_,fold.py refold.py withdraw.py) \
	$(addprefix cli/test_,load.py inbox.py uploads.py upsert.py replace.py privacy.py)

test-lake: lake browser ## run the tests with the warehouse in a lake on PostgreSQL, a part of them and a look by browser
	$(LAKE)/bin/python -m pytest -n 2 --dist worksteal --lake $(addprefix tests/,$(LAKE_TESTS)) $(ARGS)
	$(LAKE)/bin/python -m pytest -n 2 --dist worksteal --lake -m "not slow" --ignore=tests/browser \
		$(addprefix --ignore=tests/,$(LAKE_TESTS)) $(ARGS)
	$(LAKE)/bin/python -m pytest tests/browser/test_lake.py $(ARGS)

# What is of the lake alone.
QUICK_LAKE := as_a_file_does or mirror_follows or folded_anew or mails_once or left_undone \
	or become_few or crashes_is_said or remembered or never_falls

quick-lake: lake ## a short part of test-lake
	$(LAKE)/bin/python -m pytest -n 2 tests/warehouse/test_lake.py -k "$(QUICK_LAKE)" $(ARGS)

quick: $(VENV)/development.stamp ## the tests of everyday work: no browser, nothing that takes long
	$(PY) -m pytest -n 2 --dist worksteal -m "not slow" --ignore=tests/browser $(ARGS)

check: $(VENV)/development.stamp ## formatting, lint, types, SQL style
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m mypy
	$(PY) -m sqlfluff lint --processes 2 queries
	$(PY) -m pytest tests/test_imports.py tests/test_tree.py

format: $(VENV)/development.stamp ## rewrite the Python files in the project's format
	$(PY) -m ruff format
	$(PY) -m ruff check --fix

bench: $(VENV)/bench.stamp browser ## measure the speed of uploads, queries and pages
	$(PY) -m benchmarks $(ARGS)

messages: $(VENV)/development.stamp ## collect the texts to translate, update and compile the catalogues
	@mkdir -p $(LOCALE)
	$(BABEL) -q extract -F pyproject.toml --project=$(DOMAIN) --no-location --sort-output \
		-o $(LOCALE)/messages.pot app.py pages service_quality queries
	$(BABEL) -q update --init-missing -l fr --ignore-obsolete --ignore-pot-creation-date \
		--width=100 --no-fuzzy-matching -D $(DOMAIN) -i $(LOCALE)/messages.pot -d $(LOCALE)
	$(BABEL) compile --statistics -D $(DOMAIN) -d $(LOCALE)

browser: $(VENV)/development.stamp ## find a browser for the tests, or install one
	@$(PY) -m tests.browser.chromium

# What a lake needs; it fails where that is not there and cannot be installed.
lake: $(VENV)/development.stamp $(LAKE)/stamp
	@$(PY) -m tests.postgres

clean: ## remove the environment and everything that tools leave behind; data/ stays
	rm -rf $(VENV) $(LAKE) dist build .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Set-up. The two stamps say for which lock file the environment stands.

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Python 3.11 or newer is needed, and "$(PYTHON)" is not one. Name another: make PYTHON=python3.12'; \
		exit 1; }
	@echo 'Setting up $(VENV), once: a minute or so'
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check uv

# --inexact: after `make test`, the tools of development stay.
$(VENV)/runtime.stamp: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --frozen --no-dev --inexact
	@touch $@

$(VENV)/development.stamp: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --frozen
	@touch $@ $(VENV)/runtime.stamp

$(LAKE)/stamp: pyproject.toml uv.lock | $(UV)
	@UV_PROJECT_ENVIRONMENT=$(LAKE) $(UV) sync --quiet --frozen --extra lake || { \
		echo 'A lake needs packages that are not here. Run "make lake" where PyPI can be reached, or bring'; \
		echo 'the folder that "$(UV) cache dir" names from a machine where it has run.'; \
		exit 1; }
	@touch $@

$(VENV)/bench.stamp: pyproject.toml uv.lock | $(VENV)/development.stamp
	@$(UV) sync --quiet --frozen --group bench --inexact
	@touch $@
