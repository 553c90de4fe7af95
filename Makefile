# Two commands are all the set-up there is: `make run` and `make test`.
.PHONY: run test lint bench faults clean
.DEFAULT_GOAL := help
AREA ?= all

help:
	@echo "make run      set up what is missing and start the demo store   (PORT=8000, LIFECYCLE_HOME=var)"
	@echo "make test     set up what is missing and run the whole suite"
	@echo "make bench    measure: every figure of the README               (AREA=education|aftercare|website|console|database|speed)"
	@echo "make faults   kill, cut and flood: the long reliability runs    (AREA=...)"
	@echo "make clean    remove what can be made again: environment, models, state"

run:
	@scripts/setup run
	@exec .venv/bin/lifecycle up

test: lint
	@.venv/bin/python -m pytest

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
