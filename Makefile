# `make` alone lists what there is. Variables, as in `make test VENV=/data/venv`:
#   PYTHON      the Python to build the environment on; without it the first on PATH that is 3.11 or newer
#   VENV        folder of the virtual environment, made when missing
#   PIP_ARGS    more arguments for `pip install`; pip's own configuration holds, too
#   UV_PROGRAM  a uv that installs in place of pip; it follows its own configuration, not pip's
#   NEED_GB     free disk to ask for before an environment is made
#   PEERS       folder of the environment that `make bench` has its peers from
#   BENCH       arguments of `python -m benchmarks`
#   PYTEST_ARGS more arguments for pytest
PYTHON ?=
VENV ?= .venv
PIP_ARGS ?=
UV_PROGRAM ?=
NEED_GB ?= 9
PEERS ?= .venv-peers
BENCH ?=
# Tests of whole studies wait for processes more than they compute: three at a time keep two cores at work.
PYTEST_ARGS ?= -n 3 --dist loadfile --no-loadscope-reorder

# A name on PATH may be a shim that fails, so each is run.
IS_NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
FIRST_NEW_ENOUGH = $(shell for python in python3 python3.12 python3.13 python3.11 python3.14; do \
	$$python -c '$(IS_NEW_ENOUGH)' 2> /dev/null && echo $$python && break; done)
BASE_PYTHON := $(or $(PYTHON),$(FIRST_NEW_ENOUGH),python3)
ADVICE = $(BASE_PYTHON) does not run. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12
SET_UP = "$(BASE_PYTHON)" -c "" || { echo "$(ADVICE)" >&2; exit 1; }; \
	"$(BASE_PYTHON)" setup_env.py --venv "$(VENV)"
BIN = $(VENV)/bin
OUR_FOLDERS = $(wildcard analysis benchmarks search_spaces studies study tests trainables)

export PIP_ARGS UV_PROGRAM
.NOTPARALLEL:
.PHONY: help study test bench bench-peers environment dev-environment format wheel clean

help:
	@echo "make study    set up and run studies/digits.yaml; ends with the comparison"
	@echo "make test     set up and run ruff, mypy and all tests but the fault injection"
	@echo "make bench    set up and measure how fast lrstudy is beside its peers; writes benchmarks/latest.json"
	@echo "make bench-peers  set the peers up for it: fastai and plain Ray Tune in an environment of their own"
	@echo "make format   set up, format the code and repair what ruff can"
	@echo "make wheel    set up and build a wheel in dist/"
	@echo "make clean    remove the virtual environment, builds and caches; results stay"
	@echo "The set-up needs Python 3.11 or newer and $(NEED_GB) GB of disk, and says what it installs. The variables"
	@echo "PYTHON, VENV, PIP_ARGS, NEED_GB and PYTEST_ARGS are explained at the top of the Makefile."

study: environment
	"$(BIN)/lrstudy" run studies/digits.yaml

# All checks run even if one fails. mypy runs beside pytest: what it finds is printed at the end, that it finds nothing
# in between, so that pytest's summary ends the output then.
test: dev-environment
	@status=0; found=$$(mktemp); \
	"$(BIN)/ruff" check . || status=1; \
	"$(BIN)/ruff" format --check . || status=1; \
	{ "$(BIN)/mypy" > "$$found" 2>&1 && printf '\nmypy: %s\n' "$$(cat "$$found")"; } & \
	"$(BIN)/python" -m pytest -m "not faults" $(PYTEST_ARGS) || status=1; \
	wait $$! || { status=1; echo "mypy:"; cat "$$found"; }; \
	rm -f "$$found"; exit $$status

# BENCH: lines to measure, and --images FOLDER; without them all lines, on drawn images.
bench: dev-environment
	"$(BIN)/python" -m benchmarks --peers "$(PEERS)/bin/python" $(BENCH)

bench-peers: dev-environment
	"$(BIN)/python" -m venv "$(PEERS)"
	"$(PEERS)/bin/python" -m pip install -c constraints.txt $(PIP_ARGS) -r benchmarks/peers/requirements.txt

environment:
	@$(SET_UP) --need-gb $(NEED_GB)

dev-environment:
	@$(SET_UP) --need-gb $(NEED_GB) --dev

format: dev-environment
	"$(BIN)/ruff" check --fix .
	"$(BIN)/ruff" format .

wheel: environment
	"$(BIN)/python" -m pip wheel --no-deps --wheel-dir dist $(PIP_ARGS) .

clean:
	@$(SET_UP) --remove
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(OUR_FOLDERS) -name __pycache__ -prune -exec rm -rf {} +
