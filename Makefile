# From a fresh clone: make demo, make test, make lab, make bench (SECTIONS=scores for some of it), make torture (TORTURE="MINUTES SEED"), make study, make table (TABLE="--cells 0:20 --seeds 0:3" for some of it), make notebook NOTEBOOKS=117_patching (after an edit: export, store outputs, clean), make outputs (NOTEBOOKS=7_widgets for some of them), make docs, make docs-serve. An active environment is used as it is; without one, .venv is made.
PYTHON ?= python3
TORCH  ?= torch==2.13.0
ACTIVE := $(or $(VIRTUAL_ENV),$(CONDA_PREFIX))
ENV    := $(or $(ACTIVE),.venv)
PY     := $(ENV)/bin/python
PIP    := $(PY) -m pip install -q --disable-pip-version-check

.PHONY: demo test lab bench gpu torture study table notebook outputs readme picture docs docs-serve clean
.DELETE_ON_ERROR:

demo: $(ENV)/.nas3dunet
	$(ENV)/bin/nas3dunet demo

test: $(ENV)/.nas3dunet-dev
	$(PY) tests/run.py

lab: $(ENV)/.nas3dunet-lab
	$(ENV)/bin/nas3dunet lab

bench: $(ENV)/.nas3dunet-peers
	$(PY) -m bench $(SECTIONS) --json bench.json

gpu: $(ENV)/.nas3dunet
	$(PY) bench/gpu.py $(SECTIONS) --json gpu.json

torture: $(ENV)/.nas3dunet-dev
	$(PY) tests/torture.py $(TORTURE)

study: $(ENV)/.nas3dunet
	$(PY) tests/study.py

table: $(ENV)/.nas3dunet
	$(PY) bench/table.py run $(TABLE)

notebook: $(ENV)/.nas3dunet-dev
	@test -n "$(NOTEBOOKS)" || { echo "Which one? For instance: make notebook NOTEBOOKS=117_patching"; exit 2; }
	$(ENV)/bin/nbdev_export
	$(PY) tests/notebooks.py --save $(NOTEBOOKS)
	$(ENV)/bin/nbdev_clean

outputs: $(ENV)/.nas3dunet-dev $(ENV)/.nas3dunet-peers
	$(PY) tests/notebooks.py --save $(NOTEBOOKS)

readme: $(ENV)/.nas3dunet-dev
	$(PY) tests/readme.py

picture: $(ENV)/.nas3dunet-dev
	$(PY) tests/picture.py

docs: $(ENV)/.nas3dunet-dev
	$(PY) docs/build.py

docs-serve: $(ENV)/.nas3dunet-dev
	$(PY) docs/build.py --serve

# the first time some minutes and a gigabyte or two, in silence: what goes wrong is printed all the same
$(ENV)/.nas3dunet: settings.ini setup.py
	@echo "Installing nas3dunet and what it needs into $(ENV); the first time this takes some minutes."
	@test -x $(PY) || $(PYTHON) -m venv $(ENV)
	@$(PY) -c "import torch" 2>/dev/null || $(PIP) "$(TORCH)"
	@$(PIP) -e .
	@touch $@

$(ENV)/.nas3dunet-lab: $(ENV)/.nas3dunet
	@echo "Installing JupyterLab."
	@$(PIP) -e ".[lab]"
	@touch $@

$(ENV)/.nas3dunet-peers: $(ENV)/.nas3dunet
	@echo "Installing the tools that the benchmarks compare with."
	@$(PIP) -e ".[peers]"
	@touch $@

$(ENV)/.nas3dunet-dev: $(ENV)/.nas3dunet
	@echo "Installing the tools for notebooks and tests."
	@$(PIP) -e ".[dev]"
	@touch $@

clean:
	rm -rf .venv build dist _docs _proc *.egg-info .coverage*
