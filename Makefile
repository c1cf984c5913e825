# Wardmote: make demo | test | check | bench
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_HOME ?= .demo

.PHONY: demo test check bench format docs screenshots translations clean help

help:
	@echo "make demo   a generated county on the dispatch console, in the browser"
	@echo "make test   the tests; those that need Chromium or real data skip with a reason"
	@echo "make check  format, lint, types, import contracts, translations, docs"
	@echo "make bench  benchmarks beside their peers, results in benchmarks/results"

$(VENV)/run.stamp: requirements/run.txt pyproject.toml build_hook.py frontend/package-lock.json frontend/vendor.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wardmote needs Python 3.11 or later; try make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Translations are compiled again whenever a catalogue is newer than what was compiled from it.
CATALOGUES := $(wildcard src/wardmote/locale/*/LC_MESSAGES/*.po)
$(VENV)/translations.stamp: $(VENV)/run.stamp $(CATALOGUES) docs/compile_translations.py
	@$(BIN)/python docs/compile_translations.py
	@touch $@

# What phones load is joined again whenever a source is newer; until then the sources are served.
BUNDLED := $(wildcard frontend/bundl*) $(wildcard src/wardmote/web/static/wardmote/*.css) \
	$(filter-out src/wardmote/web/static/wardmote/bundled/%,$(wildcard src/wardmote/web/static/wardmote/*/*.css)) \
	$(filter-out src/wardmote/web/static/wardmote/bundled/%,$(wildcard src/wardmote/web/static/wardmote/*/*.js))
$(VENV)/bundles.stamp: $(VENV)/run.stamp $(BUNDLED)
	@$(BIN)/python frontend/bundling.py
	@touch $@

demo: $(VENV)/run.stamp $(VENV)/translations.stamp $(VENV)/bundles.stamp
	@exec $(BIN)/wardmote demo --home $(DEMO_HOME)

test: $(VENV)/dev.stamp $(VENV)/translations.stamp $(VENV)/bundles.stamp
	$(BIN)/python -m pytest --numprocesses=logical --dist=loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp $(VENV)/translations.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/check_translations.py
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

bench: $(VENV)/dev.stamp $(VENV)/translations.stamp $(VENV)/bundles.stamp
	$(BIN)/python -m benchmarks

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: $(VENV)/dev.stamp $(VENV)/translations.stamp
	$(BIN)/python docs/make_screenshots.py

clean:
	rm -rf $(VENV) $(DEMO_HOME) docs/_build src/wardmote/web/static/vendor
