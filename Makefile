# Each target makes its own virtual environment; Python 3.11 or newer and make are all it needs (and
# the header files of Python; a C compiler is used where there is one).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CORPUS ?= ../shared/corpus
# For bench: an interpreter that has the version of givesell to measure beside this one.
BEFORE ?=

.PHONY: demo test lint notebooks bench bench-archive fuzz sanitize train drawing clean

demo: $(VENV)/demo
	@mkdir -p demo
	$(BIN)/givesell score givesell/datasets/reddit-export/comments.csv --out demo/scored.csv --overwrite --posts --report

test: $(VENV)/test
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

notebooks: $(VENV)/notebooks
	$(BIN)/jupyter nbconvert --execute --inplace --ExecutePreprocessor.record_timing=False notebooks/*.ipynb

bench: $(VENV)/bench
	$(BIN)/python benchmarks/speed.py $(if $(BEFORE),--before $(BEFORE)) --write benchmarks/speed.md

bench-archive: $(VENV)/bench
	$(BIN)/python benchmarks/archive.py --write benchmarks/archive.md

fuzz: $(VENV)/test
	$(BIN)/python -m fuzz --write benchmarks/fuzz.md

# About an hour on two cores; needs gcc or clang of the machine, with their sanitizers.
sanitize: $(VENV)/test
	GIVESELL_SANITIZE=1 $(BIN)/python setup.py --quiet build
	$(BIN)/python -m fuzz.sanitize --write benchmarks/sanitize.md

DATA := $(CORPUS)/labelled.jsonl.gz \
	--also givesell/datasets/posts.jsonl=1 --also $(CORPUS)/labelled_hard.jsonl.gz=0.5 \
	--unlabelled $(CORPUS)/unlabelled.jsonl.gz --teacher models/teacher.safetensors --groups group --facet-column facet --prior 0.36

train: $(VENV)/train
	$(BIN)/givesell train $(DATA) --overwrite --out models/givesell-en
	$(BIN)/givesell train $(DATA) --deep --members 2 --vectors models/vectors.safetensors --overwrite --out models/givesell-en-deep

drawing: $(VENV)/lint
	$(BIN)/python -m tools.drawing

# One stamp a set of extras: installed again when the project's dependencies or kernels change.
KERNELS := $(shell find givesell -name '*.pyx' -o -name '*.pxd' -o -name '*.h')
BUILDING := pyproject.toml setup.py $(wildcard building/*.py)
$(VENV)/demo: EXTRAS := [report]
$(VENV)/train: EXTRAS := [train]
$(VENV)/test: EXTRAS := [test]
$(VENV)/lint: EXTRAS := [test,lint]
$(VENV)/bench: EXTRAS := [bench]
$(VENV)/notebooks: EXTRAS := [notebooks]
$(VENV)/demo $(VENV)/train $(VENV)/test $(VENV)/lint $(VENV)/bench $(VENV)/notebooks: $(BUILDING) $(KERNELS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".$(EXTRAS)"
	@touch $@

clean:
	rm -rf $(VENV) build dist demo fuzz-failures .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find givesell -name '*.so' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
