# Two commands are all the set-up there is: `make run` and `make test`.
.PHONY: run test test-postgresql lint bench faults clean
.DEFAULT_GOAL := help
# A machine that tells Python to keep no bytecode pays seconds at every start.
unexport PYTHONDONTWRITEBYTECODE
AREA ?= all
VERSIONS ?= 14 15 16 17

help:
	@echo "make run      set up what is missing and start the demo store   (PORT=8000, LIFECYCLE_HOME=var)"
	@echo "make test     set up what is missing and run the whole suite"
	@echo "make test-postgresql   the tests of the database on PostgreSQL 14 to 17   (VERSIONS=\"14 17\")"
	@echo "make bench    measure: every figure of the README               (AREA=education|aftercare|website|console|database|speed)"
	@echo "make faults   kill, cut and flood: the long reliability runs    (AREA=...)"
	@echo "make clean    remove what can be made again: environment, models, state"

run:
	@scripts/setup run
	@exec .venv/bin/lifecycle up

test: lint
	@.venv/bin/python -m pytest

test-postgresql:
	@scripts/setup test
	@for version in $(VERSIONS); do echo "PostgreSQL $$version"; programs=$$(scripts/postgresql $$version) || exit 1; \
	.venv/bin/python -m pytest -q -k postgresql --ignore tests/test_backup.py --postgresql="$$programs" || exit 1; done

lint:
	@scripts/setup test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet . || { echo "Run: .venv/bin/ruff format ."; exit 1; }
	@.venv/bin/mypy

bench:
	@scripts/setup test
	@.venv/bin/python -m bench $(AREA)

faults:
	@scripts/setup test
	@.venv/bin/python -m bench --faults $(AREA)

clean:
	rm -rf .venv .tools models .rasa var
