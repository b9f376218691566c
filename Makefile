# Everyday commands. `make demo` and `make test` are all that a newcomer needs: they set up what they use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BOOTSTRAP := .build/uv
WORKERS ?= 2

.PHONY: demo test install lint types format train clean

demo: install  ## Publish a release of the sample corpus into output/
	$(BIN)/materiel run tests/corpus --output output --workers $(WORKERS)
	$(BIN)/materiel claims --output output --limit 12

test: install lint types  ## All checks and tests
	$(BIN)/python -m pytest

install: $(STAMP)

# uv itself comes hash-checked into a folder of its own; it then installs the locked packages, hash-checked too.
$(BOOTSTRAP)/bin/uv: requirements-uv.lock
	$(PYTHON) -m venv $(BOOTSTRAP)
	$(BOOTSTRAP)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-uv.lock
	touch $@

$(STAMP): requirements.lock pyproject.toml flows/explore/package-lock.json $(BOOTSTRAP)/bin/uv
	$(PYTHON) -m venv $(VENV)
	$(BOOTSTRAP)/bin/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements.lock
	$(BOOTSTRAP)/bin/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m flows.explore.libraries
	touch $@

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Training needs torch and LightGBM, which running does not: see docs/reading.md.
train: install
	$(BOOTSTRAP)/bin/uv pip install --quiet --python $(BIN)/python torch==2.13.0 lightgbm==4.7.0 scikit-learn==1.9.1
	$(BIN)/python -m flows.learn.flow $(GOLD)

lock:  ## Resolve the dependencies anew and write the lock
	$(BOOTSTRAP)/bin/uv lock --upgrade
	$(BOOTSTRAP)/bin/uv export --quiet --frozen --no-emit-project --all-extras --group dev --no-group train --no-group spark --no-header -o requirements.lock
	$(BOOTSTRAP)/bin/uv export --quiet --frozen --no-emit-project --only-group spark --no-header -o requirements-spark.lock

clean:
	rm -rf $(VENV) .build flows/explore/static/lib output/releases output/latest output/latest.json output/staging output/failures output/runs
