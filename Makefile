# `make demo` and `make test` are all that a fresh machine needs; both go through `make setup`.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
# WeasyPrint wants pango; libharfbuzz-subset0 makes it several times faster; browser tests want chromium.
# Names come in all scripts: fonts-noto-core has most, fonts-wqy-microhei Chinese, Japanese and Korean.
DEBIAN := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
  fonts-inter fonts-dejavu-core fonts-noto-core fonts-wqy-microhei chromium poppler-utils
# The same browser without its windows: browser tests take half the time with it, and do without it.
FASTER := chromium-headless-shell

.PHONY: setup run demo test check fix bench coverage mutants

setup: .venv/system .venv/packages

.venv/packages: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

.venv/system: Makefile
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@missing=""; for package in $(DEBIAN); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing$$missing"; \
	    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing) >.venv/apt.log 2>&1 \
	      || { tail .venv/apt.log; exit 1; }; \
	  else \
	    echo "Please install these packages first (on Debian: sudo apt-get install$$missing)."; \
	    echo "Filiform needs pango for PDFs; chromium and poppler-utils are for the tests."; exit 1; fi; fi
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! test -x /usr/bin/$(FASTER); then \
	  echo "Installing $(FASTER)"; \
	  (apt-get update -o Acquire::http::Timeout=10 \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(FASTER)) >>.venv/apt.log 2>&1 \
	    || echo "It cannot be had; the tests will do without it."; fi
	@touch $@

run: setup
	$(BIN)/python manage.py runserver $(PORT)

demo: setup
	FILIFORM_DEMO=true $(BIN)/python manage.py prepare --demo
	@echo "Filiform serves at http://127.0.0.1:$(PORT)/ (Ctrl+C stops it)"
	FILIFORM_DEMO=true $(BIN)/gunicorn emr.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 2 --preload --no-control-socket

test: setup
	$(BIN)/python -m tests.run

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run
	FILIFORM_SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w0) $(BIN)/python manage.py check --fail-level WARNING

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --quiet --reformat templates || true

bench: setup
	$(BIN)/python -m tests.benchmarks

# Lines and branches of the rules that a test of the rules reaches; less than all fails.
coverage: setup
	$(BIN)/coverage run --data-file=.coverage.rules --branch --include='emr/rules/*' -m pytest -q -n0 tests/rules
	$(BIN)/coverage report --data-file=.coverage.rules --show-missing --skip-covered --fail-under=100

# The counting rules, changed one place at a time; what survives is printed. About seven minutes of a quiet machine.
mutants: setup
	CI=1 $(BIN)/python -m mutmut run
	$(BIN)/python -m mutmut results
