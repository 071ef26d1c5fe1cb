# `make run` and `make test` are all that a newcomer needs: both make the environment first.

VENV := .venv
BIN := $(VENV)/bin
OLDEST := .venv-oldest
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

# `make PYTHON=... run` chooses another; only looked for when an environment is to be made.
PYTHON = $(call first-that,python3 python3.14 python3.13 python3.12 python3.11 python,sys.version_info >= (3, 11))
PYTHON_OLDEST = $(call first-that,python3.11 python3 python,sys.version_info[:2] == (3, 11))
first-that = $(shell for p in $(1); do \
	"$$p" -c 'import sys; sys.exit(not ($(2)))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

.PHONY: run test lint format test-oldest lock bench clean

run: $(VENV)/.installed
	$(BIN)/utanforskap run trelleborg-skolmisslyckanden

test: $(VENV)/.installed
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.installed
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy --strict

format: $(VENV)/.installed
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .
	$(BIN)/python scripts/strip_notebooks.py

# The tests against exactly the lower bounds that pyproject.toml promises.
test-oldest: $(OLDEST)/.installed
	HYPOTHESIS_PROFILE=few $(OLDEST)/bin/python -m pytest -n 2

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/run.py

# Rewrites constraints.txt with the newest versions there are, from an environment that holds nothing else.
lock:
	PYTHON="$(PYTHON_OLDEST)" scripts/lock constraints.txt

clean:
	rm -rf $(VENV) $(OLDEST) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# An environment that works is kept, so that a change of requirements is a quick install.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		python="$(PYTHON)"; \
		test -n "$$python" || { \
			echo "utanforskap needs Python 3.11 or newer; python3 here is: $$(python3 --version 2>&1)." >&2; \
			echo "Install one, or name it: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1; }; \
		echo "Making $(VENV) with $$("$$python" --version) …"; \
		"$$python" -m venv --clear $(VENV); }
	@echo "Installing utanforskap and what it needs into $(VENV) …"
	@$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(OLDEST)/.installed: pyproject.toml scripts/oldest.py
	@python="$(PYTHON_OLDEST)"; \
		test -n "$$python" || { echo "make $(MAKECMDGOALS) needs Python 3.11, the oldest that is allowed." >&2; exit 1; }; \
		"$$python" -m venv --clear $(OLDEST)
	$(OLDEST)/bin/python scripts/oldest.py pyproject.toml | tee $(OLDEST)/constraints.txt
	@$(OLDEST)/bin/python $(PIP_INSTALL) --constraint $(OLDEST)/constraints.txt --editable '.[test]'
	@touch $@
