# Read alike by GNU make (3.81 and later) and BSD make.
.POSIX:
.PHONY: help demo test test-all check lint structure bench lock audit clean

VENV = .venv
BIN = $(VENV)/bin
PYTEST = $(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile
PYTHONS = python3.13 python3.12 python3.11 python3 python

help:
	@echo "make demo    set everything up, then run the bot and a Webex of its own on this machine"
	@echo "make test    set everything up, then run the tests: about five minutes"
	@echo "make test-all  those, and the long ones: drills, browsers, mail servers, PostgreSQL"
	@echo "make check   lint and the quick tests, for every save"
	@echo "make lint    check style, types and the direction of imports"
	@echo "make structure  measure rooms, circles, names and sizes against their bars"
	@echo "make bench   measure"
	@echo "make lock    write the lock files anew (UPGRADE=--upgrade: with the newest versions)"
	@echo "make audit   ask whether a version in the lock files has a known hole; needs the internet"
	@echo "make clean   remove what the others made"

demo: $(VENV)/installed
	@exec $(BIN)/helpdesk demo

test: $(VENV)/installed
	@$(PYTEST) -m "not long"

test-all: $(VENV)/browser $(VENV)/servers test
	@$(PYTEST) -m long

check: lint structure
	@$(PYTEST) -q -m quick

structure: $(VENV)/installed
	@$(BIN)/python -m tests.structure

lint: $(VENV)/installed
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/installed
	@$(BIN)/python -m benchmarks

lock: $(BIN)/pip
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --extra dev --output-file requirements.txt pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --constraint requirements.txt --output-file requirements-run.txt pyproject.toml
	@npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
	@cd tests/servers && npm install --package-lock-only --ignore-scripts --omit=optional --omit-lockfile-registry-resolved

# Strict: where the advisories cannot be reached, each package counts as not looked at, and that fails too.
audit: $(BIN)/pip
	@$(BIN)/python -m pip install --quiet pip-audit
	@for lock in requirements-run.txt requirements.txt; do \
		$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off --requirement $$lock \
			|| { echo "make audit: $$lock has a known hole, or could not be looked at: see above." >&2; exit 1; }; \
	done
	@npm audit --package-lock-only --ignore-scripts

clean:
	rm -rf $(VENV) playground/page/vendor dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/installed: $(BIN)/pip pyproject.toml requirements.txt package.json package-lock.json hatch_build.py
	@echo "Setting up $(VENV), once; it takes a minute or two."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --editable .
	@$(BIN)/python -m pip check > $(VENV)/check || { cat $(VENV)/check; exit 1; }
	@touch $@

# ensurepip is asked for too: Debian's Python comes without it, and then makes half an environment.
$(BIN)/pip:
	@for python in $(PYTHONS); do \
		if $$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
			exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "Python 3.11, 3.12 or 3.13 with its venv module is needed, and none was found (on Debian: apt install python3-venv)." >&2; \
	exit 1

# Some tests run against servers from npm (tests/servers). Without npm they are skipped and say so.
$(VENV)/servers: $(VENV)/installed tests/servers/package.json tests/servers/package-lock.json
	@if command -v npm > /dev/null; then \
		(cd tests/servers && npm ci --omit=optional --ignore-scripts --no-audit --no-fund) > $(VENV)/servers.log 2>&1 \
			|| echo "Servers for the tests could not be fetched (see $(VENV)/servers.log): the tests that need them will be skipped."; \
	fi
	@touch $@

# The page's tests drive a browser: the machine's own, else one try at Playwright's. Without any they are skipped and say so.
$(VENV)/browser: $(VENV)/installed
	@if [ -z "$$CI$$CHROMIUM" ] && ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } > /dev/null; then \
		echo "No Chromium on this machine: fetching one, once."; \
		$(BIN)/python -c 'import subprocess; subprocess.run(["$(BIN)/playwright", "install", "chromium"], check=True, timeout=300)' \
			> $(VENV)/browser.log 2>&1 \
			|| echo "None could be fetched (see $(VENV)/browser.log): the tests that need one will be skipped."; \
	fi
	@touch $@
