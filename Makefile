# Everything a person types. `make` alone says what there is.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
STAMPS := $(VENV)/.cache
DATA   := .data

# What was set up is remembered under the sum of what it was set up from (and where: a moved checkout is set up again).
SUM   := $(shell { pwd; cat requirements.lock requirements-build.lock requirements-test.lock pyproject.toml; } | cksum | cut -d' ' -f1)
WALKS := $(shell cat service/walks.py service/walks/*.py 2>/dev/null | cksum | cut -d' ' -f1)
CITY  := $(shell cat service/maps/newcomer.py | cksum | cut -d' ' -f1)
DRAWN := $(shell cat service/maps/basemap.py | cksum | cut -d' ' -f1)
E2E   := $(shell cat requirements-e2e.lock | cksum | cut -d' ' -f1)
MAPS  := $(or $(LAMPLIT_MAPS),$(or $(LAMPLIT_DATA_DIR),$(DATA))/maps)
PIP   := $(PY) -m pip --disable-pip-version-check --quiet

LOCK  := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade)

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup run demo test e2e bench router lock clean clean-data city drawers

help: ## what there is to type
	@echo "Lamplit: she does not arrive, and the people she chose are told."
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMPS)/run-$(SUM) .cache/walks-$(WALKS) city drawers ## a virtual environment, the locked packages, the recorded walks, a map

run: setup ## start Lamplit here: embedded store, phones on the screen, nothing leaves this machine
	@$(PY) -m service run

demo: setup ## nine walks home with real parts and a fast clock, each told beforehand and checked
	@$(PY) -m service demo

test: $(STAMPS)/test-$(SUM) .cache/walks-$(WALKS) .cache/city-$(CITY) ## everything that must pass: linters, types, the arrow, tests
	@echo "ruff: bugs, clocks, style"
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@echo "mypy: types"
	@$(PY) -m mypy
	@echo "import-linter: which room may know which"
	@$(PY) -c "from importlinter.cli import lint_imports_command as lint; lint()" --no-cache --no-logo
	@echo "pytest: stories, contracts, the house"
	@$(PY) -m pytest -n 2

e2e: $(STAMPS)/test-$(SUM) $(STAMPS)/e2e-$(E2E) .cache/walks-$(WALKS) .cache/drawn-$(DRAWN) ## stories in a real browser: Debian's chromium, or LAMPLIT_CHROMIUM
	@echo "mypy: types of the stories in a browser"
	@$(PY) -m mypy e2e
	@$(PY) -m pytest e2e

bench: setup ## measure, with the figures explained in docs/benchmarks.md
	@$(PY) -m benchmarks all

router: | $(STAMPS)/run-$(SUM) ## fetch Valhalla's executables, for `make bench` to measure lengths beside
	@$(PY) -m benchmarks.router

lock: $(STAMPS)/venv-$(SUM) ## write the lock files anew (UPGRADE=1: with the newest versions)
	@echo "locking: every package for every platform, with hashes and without addresses"
	@$(PIP) install uv
	@$(LOCK) pyproject.toml --no-emit-package lamplit -o requirements.lock
	@$(LOCK) pyproject.toml --no-emit-package lamplit --extra test -c requirements.lock -o requirements-test.lock
	@printf 'hatchling\neditables\n' | $(LOCK) - -c requirements-test.lock -o requirements-build.lock
	@printf 'playwright\npytest\n' | $(LOCK) - -c requirements-test.lock -o requirements-e2e.lock

clean: ## remove what setting up and testing made; journeys in .data stay
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@test ! -d $(DATA) || echo "kept: $(DATA) (make clean-data removes it and every journey in it)"

clean-data: ## remove the local store and every journey in it
	@rm -rf $(DATA)

$(STAMPS)/venv-$(SUM):
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "Lamplit needs Python 3.11 or newer, and there is no \"$(PYTHON)\" here; name yours with: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Lamplit needs Python 3.11 or newer, and \"$(PYTHON)\" is $$("$(PYTHON)" -V 2>&1); name a newer one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python lacks its venv module; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "setting up: a virtual environment in $(VENV)"
	@"$(PYTHON)" -m venv $(VENV)
	@rm -rf $(STAMPS) && mkdir -p $(STAMPS)  # what was set up before is no longer what is there
	@touch $@

$(STAMPS)/run-$(SUM): | $(STAMPS)/venv-$(SUM)
	@echo "setting up: $$(grep -c == requirements.lock) packages, about a minute the first time"
	@$(PIP) install --require-hashes -r requirements-build.lock -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/test-$(SUM): | $(STAMPS)/venv-$(SUM)
	@echo "setting up: $$(grep -c == requirements-test.lock) packages for running and testing, about a minute the first time"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(STAMPS)/run-$(SUM)

$(STAMPS)/e2e-$(E2E): | $(STAMPS)/test-$(SUM)
	@echo "setting up: what drives a browser"
	@$(PIP) install --require-hashes -r requirements-e2e.lock
	@touch $@

.cache/walks-$(WALKS): | $(STAMPS)/venv-$(SUM)
	@echo "setting up: the recorded walks"
	@$(PY) -m service.walks
	@mkdir -p .cache
	@touch $@

.cache/city-$(CITY): | $(STAMPS)/venv-$(SUM)
	@echo "setting up: the newcomer's map, the middle of Helsinki"
	@$(PY) -m service.maps.newcomer
	@mkdir -p .cache
	@touch $@

.cache/drawn-$(DRAWN): | $(STAMPS)/run-$(SUM)
	@echo "setting up: what draws maps in a browser"
	@$(PY) -m service.maps.basemap >/dev/null
	@touch $@

# Maps are drawn by programs from npm; who cannot fetch them has words and drawings, is told so, and asked again.
drawers: | $(STAMPS)/run-$(SUM)
	@test -e .cache/drawn-$(DRAWN) || { echo "setting up: what draws maps in a browser"; $(PY) -m service.maps.basemap >/dev/null && touch .cache/drawn-$(DRAWN) || true; }

# Whoever has a map of their own needs no other; who cannot fetch this one does without it, is told so, and asked again.
city: | $(STAMPS)/run-$(SUM)
	@ls $(MAPS)/*/current.json >/dev/null 2>&1 || { echo "setting up: the newcomer's map, the middle of Helsinki"; \
	  $(PY) -m service map build helsinki 2>$(STAMPS)/city.log || { tail -1 $(STAMPS)/city.log; echo "going on without a map: nothing else needs it"; }; }
