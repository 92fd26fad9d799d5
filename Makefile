# Every job of the repository has one name here; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SPARK_STAMP := $(VENV)/.second-engine
NOTIFY_STAMP := $(VENV)/.notification
# What the vendor's client needs stays out of our own environment.
CLIENT_VENV := .venv-client
CLIENT_STAMP := $(CLIENT_VENV)/.installed
WORKERS ?= 2
# A file is the work of one worker, and so is what several files share: tests/conftest.py deals them out.
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS)
DATA ?=
ARGS ?=

# A demo ends in a decision: 0 approve, 1 investigate, 9 hold. Each is a result; the rest are failures.
define decided
code=0; $(1) || code=$$?; \
case $$code in \
  0|1|9) echo "Ended with a decision (exit code $$code), as it should." ;; \
  *) echo "Failed with exit code $$code." >&2; exit $$code ;; \
esac
endef

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: $(STAMP) ## Create .venv with exactly the locked packages; instant when it is there.

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	touch $(STAMP)

.PHONY: second-engine
second-engine: $(SPARK_STAMP) ## Add the locked PySpark to .venv; `make test` asks for it, the demo does not.

$(SPARK_STAMP): requirements-spark.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-spark.lock
	$(BIN)/python -m pip check
	touch $(SPARK_STAMP)

.PHONY: notification
notification: $(NOTIFY_STAMP) ## Add the locked notification library to .venv; `make test` asks for it.

$(NOTIFY_STAMP): requirements-notify.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-notify.lock
	$(BIN)/python -m pip check
	touch $(NOTIFY_STAMP)

.PHONY: vendor-client
vendor-client: $(CLIENT_STAMP) ## Put the vendor's own client into .venv-client; `make test` asks for it.

$(CLIENT_STAMP): requirements-client.lock
	$(PYTHON) -m venv --clear $(CLIENT_VENV)
	$(CLIENT_VENV)/bin/python -m pip install --quiet --require-hashes --requirement requirements-client.lock
	$(CLIENT_VENV)/bin/python -m pip check
	touch $(CLIENT_STAMP)

.PHONY: simulator
simulator: setup ## Serve the vendor simulator on loopback: make simulator ARGS="--list" names its scenarios.
	PYTHONPATH=. $(BIN)/python -m simulator --authority simulator-authority.pem $(ARGS)

.PHONY: demo
demo: setup ## Close a generated month with known faults and show the report.
	@$(call decided,$(BIN)/tieout demo $(ARGS))

.PHONY: demo-close
demo-close: setup ## Walk the demo month from hold to a signed close with two keys, and check its pack.
	@TIEOUT="$(CURDIR)/$(BIN)/tieout" PYTHON="$(CURDIR)/$(BIN)/python" examples/closing/run.sh $(ARGS)

.PHONY: demo-real
demo-real: setup ## The same on real data made by others: make demo-real DATA=FOLDER.
	@if [[ -z "$(DATA)" ]]; then echo "Name the folder of data sets: make demo-real DATA=FOLDER" >&2; exit 2; fi
	@$(call decided,$(BIN)/tieout demo --real "$(DATA)" $(ARGS))

.PHONY: test
test: second-engine notification vendor-client static ## Everything CI runs: static checks and every test.
	$(PYTEST)

.PHONY: check
check: second-engine notification static ## Static checks and the fast tests, for between two edits.
	$(PYTEST) -m "not slow"

.PHONY: static
static: second-engine notification ## Lint, format, types and the layer contract.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: bench
bench: setup ## Measure speed and memory; prints figures, never judges them.
	$(BIN)/python -m bench $(ARGS)

.PHONY: bench-causes
bench-causes: setup ## Inject known faults into months of SEEDS (1-10) and score the causes that are found.
	$(BIN)/python -m bench.causes --seeds $(or $(SEEDS),1-10) $(ARGS)

.PHONY: nightly-fuzz
nightly-fuzz: setup ## Judge 10,000 polluted files, then fuzz every grammar for a minute each.
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-nightly.lock
	$(BIN)/python -m fuzz --polluted $(or $(FILES),10000) --seconds $(or $(SECONDS_EACH),60)

.PHONY: nightly-faults
nightly-faults: second-engine ## Plant every engine fault, and some in tables of a million rows; takes minutes.
	TIEOUT_ALL_FAULTS=1 $(PYTEST) tests/faults
	$(BIN)/python -m tests.faults.at_a_million $(ARGS)

.PHONY: nightly-oracle
nightly-oracle: second-engine ## Judge ROWS generated rows (100,000) a second time, in fractions and without SQL.
	TIEOUT_ORACLE_ROWS=$(or $(ROWS),100000) $(PYTEST) tests/differential/test_oracle.py

.PHONY: nightly-parity
nightly-parity: second-engine ## Every scenario, the real history and ROWS generated rows on both engines (a million).
	TIEOUT_PARITY_ROWS=$(or $(ROWS),1000000) $(BIN)/python -m pytest -q -n 0 --durations 20 tests/parity

.PHONY: nightly-conflicts
nightly-conflicts: setup ## Inject conflicts between price sources into WORLDS generated worlds (300); takes minutes.
	TIEOUT_WORLDS=$(or $(WORLDS),300) $(BIN)/python -m pytest -q -n 0 tests/properties/test_source_conflicts.py

.PHONY: nightly-controls
nightly-controls: setup ## Search STEPS ways to a closed period (20,000) and change a thousand bytes under a signature.
	TIEOUT_CONTROL_STEPS=$(or $(STEPS),20000) TIEOUT_CONTROL_CHANGES=1000 $(PYTEST) tests/controls

.PHONY: nightly-cells
nightly-cells: second-engine ## One period in many cells: engine, threads, zone, locale, hash seed, order, parts.
	PYTHONPATH=. $(BIN)/python -m tests.determinism

.PHONY: nightly-collect
nightly-collect: setup ## Collect a simulated day of ROWS rows (250,000) with a fetch killed 20 times.
	PYTHONPATH=. $(BIN)/python -m tests.collection.killed --rows $(or $(ROWS),250000) $(ARGS)

.PHONY: nightly-crash
nightly-crash: setup ## Kill and fail every call of every command, cut the power, flip every bit; takes hours.
	$(BIN)/python -m tests.crash sweep $(ARGS)
	$(BIN)/python -m tests.crash images $(ARGS)
	$(BIN)/python -m tests.crash tamper

.PHONY: nightly-charges
nightly-charges: setup ## Recompute the charges of ROWS generated log rows (100,000) in SQL and in fractions.
	TIEOUT_CHARGES=$(or $(ROWS),100000) $(BIN)/python -m pytest -q -n 0 tests/differential/test_gateway_month.py

.PHONY: nightly-balance
nightly-balance: setup ## Remove each of ROWS random rows (1,000) from a month: the balance proof fails by its units.
	TIEOUT_REMOVED=$(or $(ROWS),1000) $(BIN)/python -m pytest -q -n 0 tests/stages/test_balance_proof.py

.PHONY: nightly-journal
nightly-journal: setup ## Book WORLDS random prepaid months (10,000) and add every entry up in fractions.
	TIEOUT_JOURNAL_WORLDS=$(or $(WORLDS),10000) $(BIN)/python -m pytest -q -n 0 tests/properties/test_journal_adds_up.py

.PHONY: nightly-parts
nightly-parts: setup ## Add up parts and effects of WORLDS random worlds (10,000) in fractions; takes two hours.
	TIEOUT_ADDED_WORLDS=$(or $(WORLDS),10000) TIEOUT_FIRST_WORLD=$(or $(FIRST),0) \
	  $(PYTEST) tests/properties/test_parts_add_up.py

.PHONY: nightly-completeness
nightly-completeness: setup ## Lose, double or delay a row in a thousand, TRIALS times (200), and locate each to day and model.
	TIEOUT_COMPLETENESS_TRIALS=$(or $(TRIALS),200) $(PYTEST) tests/properties/test_rows_are_located.py

.PHONY: nightly-packs
nightly-packs: setup ## Judge PACKS good and bad packs (500) by both verifiers; takes minutes.
	TIEOUT_PACKS=$(or $(PACKS),500) $(BIN)/python -m pytest -q -n 0 tests/packing/test_two_verifiers.py

.PHONY: docs
docs: setup ## Regenerate the reference pages that are made from the code.
	$(BIN)/python scripts/write_reference.py

.PHONY: lock
lock: setup ## Renew requirements.lock (needs uv on PATH), with hashes and no address.
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock
	uv pip compile --group second-engine --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-spark.lock
	uv pip compile --group nightly --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-nightly.lock
	uv pip compile --group vendor-client --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-client.lock
	uv pip compile --group notify --universal --python-version 3.11 --upgrade --constraint requirements.lock \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements-notify.lock

.PHONY: clean
clean: ## Remove everything that can be made again.
	rm -rf $(VENV) $(CLIENT_VENV) simulator-authority.pem build dist .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache tieout-demo
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
