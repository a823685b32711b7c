# Two commands do everything on a fresh machine: `make review` and `make test`.
PYTHON ?= python3
# The index of PyTorch's CPU builds, as pytorch.org's "Get Started" page names it; empty takes the default build.
TORCH_INDEX ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
DEPENDENCIES := pyproject.toml constraints.txt
# The packages in .venv that give `cv2`, as NAME==VERSION: never two of them, and one that is there is used as it is.
CV2 = $(BIN)/python -c 'from importlib.metadata import distributions; \
	print(*{f"{d.name}=={d.version}" for d in distributions() if d.name.startswith("opencv-")})'
# The Python of the active environment, where it has torch and .venv has none.
FOREIGN = $(BIN)/python -c 'from ptcards.runner.interpreter import choose; \
	found = choose({}); print(found); raise SystemExit(not found.why)'

.NOTPARALLEL:
.PHONY: review test check lint types contracts decks words clean

review: .venv/for-review
	@$(BIN)/ptcards

test: .venv/for-tests
	@# What is compiled is kept, for the processes that tests start.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

check: lint types contracts decks test

lint: .venv/for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/for-tests
	$(BIN)/mypy

contracts: .venv/for-tests
	$(BIN)/lint-imports

decks: .venv/for-tests
	$(BIN)/ptcards check $(filter-out %.zh.yaml,$(wildcard decks/*.yaml))

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "ptcards needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make review PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }

.venv/for-review: .venv/bin/python $(DEPENDENCIES)
	@echo "Installing into .venv, once: ptcards and what it needs (30 MB to fetch)."
	@$(PIP) -e .
	@if answers=$$($(FOREIGN)); then echo "No other torch is fetched: answers run in $$answers."; \
	else $(MAKE) --no-print-directory .venv/with-torch; fi
	@touch $@

.venv/with-torch: .venv/bin/python $(DEPENDENCIES)
	@echo "Installing what the cards are answered with: PyTorch 2.13.0, NumPy and OpenCV. PyTorch is 200 MB as a CPU"
	@echo "build and about 3 GB as the default build for Linux; the README says how to take the small one, or the"
	@echo "one that you have. This can take some minutes."
	@$(if $(TORCH_INDEX),$(PIP) --index-url $(TORCH_INDEX) torch)
	@if [ "$$($(CV2))" ]; then $(PIP) -e . numpy torch; else $(PIP) -e '.[torch]'; fi
	@why=$$($(BIN)/python -c 'import cv2' 2>&1 | grep -o 'lib[^ ]*: cannot open shared object file'); \
	if [ "$$why" ]; then \
		echo "OpenCV needs what this system lacks ($$why): its headless package, which"; \
		echo "has no windows, takes its place. For windows: apt install libgl1 libglib2.0-0, then make clean review."; \
		here=$$($(CV2)) && one=$${here%% *} && \
		$(BIN)/python -m pip uninstall --quiet --yes $$(echo "$$here" | sed 's/==[^ ]*//g') && \
		$(BIN)/python -m pip install --quiet --no-deps $$(echo "$$one" | sed 's/python==/python-headless==/'); \
	fi
	@touch $@

.venv/for-tests: .venv/for-review .venv/with-torch
	@echo "Installing the tools for tests into .venv, once (70 MB to fetch)."
	@$(PIP) -e '.[dev]'
	@touch $@

# New words of the app into its catalogues (`locale/`), which are compiled.
words: .venv/for-tests
	@$(BIN)/python -m tests.language.words

clean:
	rm -rf .venv build dist
