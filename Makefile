# Every target sets up what it needs by itself, in a virtual environment, once, and again when pyproject.toml
# or the versions in requirements-dev.lock change. Python 3.11 or later (with venv and pip) is all that has to be there; another interpreter than the
# first one found is named with `make PYTHON=python3.13 ...`.

VENV ?= .venv
PYTHON ?= $(shell for name in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
PYTHON := $(PYTHON)
PYTHON_VERSION := $(if $(PYTHON),$(shell $(PYTHON) -c \
	'import platform as p, sys; sys.version_info < (3, 11) or print(p.python_version())'))

# One stamp per Python version: naming another interpreter makes the environment anew.
READY := $(VENV)/.ready-$(PYTHON_VERSION)
LOWEST := .venv-lowest
LOWEST_READY := $(LOWEST)/.ready-$(PYTHON_VERSION)

# What makes environments: uv.
TOOLS := .venv-tools
TOOLS_READY := $(TOOLS)/.ready-$(PYTHON_VERSION)
LOCK := requirements-dev.lock

# What builds the site of the documentation.
SITE := .venv-docs
SITE_READY ?= $(SITE)/.ready-$(PYTHON_VERSION)

# The reference framework, for those who record its behaviour anew; tests do not need it.
REFERENCE := .venv-reference
REFERENCE_READY := $(REFERENCE)/.ready-$(PYTHON_VERSION)

# What npm writes last: the packages are there, in the versions of the lock file.
NODE_PACKAGES ?= tests/typescript/node_modules/.package-lock.json

# The pages of the reference, for `test-pages`, `record-pages` and `coverage-table`: they are not in this project.
PAGES ?= ../shared/spec/pages

# The seed of the demonstration: another one sends other requests.
SEED ?= 1
# More arguments for pytest, as in `make test ARGS="-k cli"`.
ARGS ?=

# Hundreds of the tests start an interpreter: byte code that is kept saves each of them seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check docs docs-serve pictures test-docs coverage bench ecosystem serve ci-deps test-lowest lock dist test-pages record record-pages coverage-table clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \2/p' $(firstword $(MAKEFILE_LIST)) | awk '{ printf "  make %-15s ", $$2; $$1 = $$2 = ""; sub(/^ +/, ""); print }'

demo: $(READY) ## test and fuzz the example apps, and show what is found
	@echo
	@echo "== 1 of 5: the notes example, its own tests"
	@$(VENV)/bin/pytest examples/notes
	@echo
	@echo "== 2 of 5: the notes example, fuzzed: nothing should be found"
	@$(VENV)/bin/pytest examples/notes --xapi-fuzz --xapi-seed $(SEED) -m xapi_fuzz
	@echo
	@echo "== 3 of 5: the shop example, its own tests, in two processes"
	@$(VENV)/bin/pytest examples/shop --numprocesses 2
	@echo
	@echo "== 4 of 5: the shop example, fuzzed with a manager's token: nothing should be found"
	@$(VENV)/bin/pytest examples/shop --numprocesses 2 --xapi-fuzz --xapi-seed $(SEED) -m xapi_fuzz
	@echo
	@echo "== 5 of 5: the buggy example, fuzzed: nine bugs are planted in it"
	@$(VENV)/bin/pytest examples/buggy --xapi-fuzz --xapi-seed $(SEED) -m xapi_fuzz; code=$$?; \
		if [ $$code -ne 1 ]; then echo "make demo: findings were expected (exit code 1), not exit code $$code" >&2; exit 1; fi
	@echo
	@echo "Notes and shop are clean; the failures above are the planted bugs, each with a request that shows it."
	@echo "Serve the notes with \`make serve\` and see http://127.0.0.1:8000/docs"

test: check ## check, then run the whole test suite
	$(VENV)/bin/pytest --numprocesses auto --dist worksteal $(ARGS)

check: $(READY) ## formatting, lint rules, types and workflows
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/check-jsonschema --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(VENV)/bin/zizmor --offline --quiet .github
	$(VENV)/bin/pre-commit validate-config

docs: $(SITE_READY) ## build the site of the documentation in build/site/html; a dead link or a lost page fails
	$(SITE)/bin/python tools/site/build.py

pictures: $(READY) ## make the pictures of the documents anew, from the programs of the tutorial
	$(call install-missing,chromium=chromium chromedriver=chromium-driver)
	$(VENV)/bin/python tools/pictures.py

docs-serve: $(SITE_READY) ## serve the site of the documentation on http://127.0.0.1:8000, built again on each change
	$(SITE)/bin/python tools/site/build.py --serve

test-docs: $(READY) ## check the documents: links and anchors, commands, programs
	$(VENV)/bin/pytest tests/project/test_documents.py tests/project/test_pages.py $(ARGS)

coverage: $(READY) ## run the tests and hold their coverage of branches against the floor in pyproject.toml
	$(VENV)/bin/pytest --numprocesses auto --cov --cov-report= $(ARGS)
	$(VENV)/bin/python tools/coverage_floor.py

bench: $(READY) ## measure xapi beside its peers
	-$(call install-missing,wrk=wrk)
	$(VENV)/bin/python -m benchmarks $(ARGS)

ecosystem: $(READY) $(TOOLS_READY) ## run the tests of libraries for FastAPI, under it and under the alias; ARGS names some
	$(VENV)/bin/python tests/ecosystem/run.py $(ARGS)

serve: $(READY) ## serve the notes example on http://127.0.0.1:8000
	$(VENV)/bin/uvicorn --app-dir examples/notes --host 127.0.0.1 --port 8000 notes.main:app

ci-deps: $(NODE_PACKAGES) $(READY) $(SITE_READY) $(TOOLS_READY) ## install what the tests need beside: Chromium, curl, PostgreSQL, Node.js and its packages, environments of peers and libraries
	$(call install-missing,chromium=chromium chromedriver=chromium-driver curl=curl openssl=openssl pg_ctlcluster=postgresql)
	$(VENV)/bin/python tests/compat/environments.py
	$(VENV)/bin/python tests/ecosystem/environments.py

test-lowest: $(LOWEST_READY) ## run the tests on the lowest versions that pyproject.toml allows
	$(LOWEST)/bin/pytest --numprocesses auto $(ARGS)

record: $(REFERENCE_READY) ## record anew what the reference framework answers
	$(REFERENCE)/bin/python tests/reference/record_answers.py
	$(REFERENCE)/bin/python tests/reference/record_matrix.py
	$(REFERENCE)/bin/python tests/reference/record_names.py
	$(REFERENCE)/bin/python tests/reference/record_openapi.py
	$(REFERENCE)/bin/python tests/reference/record_services.py

lock: $(TOOLS_READY) ## renew the versions in requirements-dev.lock
	$(TOOLS)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev --no-annotate \
		--custom-compile-command "make lock" --output-file $(LOCK) pyproject.toml

dist: $(READY) ## build the distributions; TAG=vX.Y.Z has to be their version, with its section in CHANGELOG.md
	@test -z "$$TAG" || $(VENV)/bin/python tools/check_release.py "$$TAG"
	$(VENV)/bin/python -m build --outdir dist

test-pages: $(READY) ## compare with the reference's pages, which PAGES=... names
	$(require-pages)
	PAGES=$(abspath $(PAGES)) $(VENV)/bin/pytest --numprocesses auto tests/reference/pages/check_pages.py $(ARGS)

record-pages: $(REFERENCE_READY) ## record anew what the reference answers in the examples of PAGES=...
	$(require-pages)
	PAGES=$(abspath $(PAGES)) $(REFERENCE)/bin/python tests/reference/record_pages.py

coverage-table: $(READY) ## run what covers the reference, with PAGES=..., and write the table of it
	$(require-pages)
	PAGES=$(abspath $(PAGES)) $(VENV)/bin/python tests/reference/coverage_table.py --numprocesses auto

clean: ## remove the virtual environments and everything that tools left behind
	rm -rf $(VENV) $(LOWEST) $(TOOLS) $(REFERENCE) $(SITE) benchmarks/.venvs benchmarks/.documents tests/compat/.venvs tests/ecosystem/.work tests/typescript/node_modules build dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .xapi .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

define require-pages
	@test -d "$(PAGES)" || { \
		echo "make $@: the pages of the reference are not in $(abspath $(PAGES)). Name their folder: make $@ PAGES=..." >&2; \
		exit 1; }
endef

# Debian packages for the programs that are not there, each given as program=package.
define install-missing
	@missing=""; for wanted in $(1); do \
		command -v "$${wanted%%=*}" >/dev/null || missing="$$missing $${wanted#*=}"; \
	done; \
	test -z "$$missing" || { \
		echo "Installing$$missing ..."; \
		test "$$(id -u)" = 0 || sudo=sudo; \
		$$sudo apt-get update --quiet=2 && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends $$missing; \
	}
endef

$(NODE_PACKAGES): tests/typescript/package-lock.json
	$(call install-missing,node=nodejs npm=npm)
	@echo "Installing the packages of tests/typescript ..."
	@npm ci --prefix tests/typescript --silent --no-audit --no-fund
	@touch $@

define make-environment
	@test -n "$(PYTHON_VERSION)" || { \
		echo "No Python 3.11 or later (tried: $(or $(PYTHON),python3)). Name one: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; \
		exit 1; }
	@echo "Setting up $(@D) with Python $(PYTHON_VERSION) ..."
	@$(PYTHON) -m venv $(if $(filter-out $@,$(wildcard $(@D)/.ready-*)),--clear) $(@D)
endef

$(READY): pyproject.toml $(LOCK)
	$(make-environment)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[dev]'
	@touch $@

$(TOOLS_READY):
	$(make-environment)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(LOWEST_READY): pyproject.toml $(TOOLS_READY)
	$(make-environment)
	@$(TOOLS)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[dev]'
	@touch $@

$(SITE_READY): tools/site/requirements.txt
	$(make-environment)
	@$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(REFERENCE_READY): tests/reference/requirements.txt
	$(make-environment)
	@$(REFERENCE)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
