# The commands of the course. Needs GNU make and bash (on Windows: Git Bash), on any system.
# Each command first makes .venv from requirements.lock, if that is not done or out of date.
SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The Python to make .venv with: python3 if it is 3.11 to 3.13, else the first such one found.
PYTHON ?=
VENV := .venv
ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python.exe
else
PY := $(VENV)/bin/python
endif
MADE := $(VENV)/made
VERSIONS := 3.11 3.12 3.13

LAB_FLAGS ?=
PYTEST_FLAGS ?=
# Tests run side by side, one process for each core; in the browser a lesson or a file each.
WORKERS ?= auto
SPREAD = -n $(WORKERS) --maxprocesses 4 --dist worksteal
LOCK_FLAGS ?=
NOTEBOOKS ?=
COURSE ?= course.toml
PARTS := unit explorers exercises claims project

.PHONY: help lab test refresh bench lock clean handout slides course lessons book test-site rehearse \
	pythons test-python test-notebooks test-stored test-lax test-browser $(PARTS:%=test-%)

help:
	@echo "make lab      open the course in JupyterLab"
	@echo "make test     run every test, or one part: $(PARTS:%=test-%)"
	@echo "              test-browser test-stored test-notebooks test-lax"
	@echo "make refresh  run the notebooks and store their outputs (some: NOTEBOOKS=\"a.ipynb b.ipynb\")"
	@echo "make handout  the lessons for a class, below build/: without solutions, with them, and as slides"
	@echo "make course   a course of your own selection: COURSE=mine.toml"
	@echo "make lessons  write the list of course.toml into README.md and the links between lessons"
	@echo "make book     the reading site, in docs/_build/html"
	@echo "make rehearse do what Binder does, as far as that goes without Docker (needs Python 3.12)"
	@echo "make bench    measure each lesson beside the plain way"
	@echo "make lock     write requirements.lock from pyproject.toml (newest versions: LOCK_FLAGS=--upgrade)"
	@echo "make clean    remove the environments and all else that these commands made"

$(MADE): requirements.lock pyproject.toml
	@python="$$(PYTHON="$(PYTHON)" bash tools/find_python.sh $(VERSIONS))" || { \
		echo "No Python 3.11, 3.12 or 3.13 with venv and C headers was found$(PYTHON:%= at '%')." \
		"Install one (on Debian with python3-venv and python3-dev), or name it: make PYTHON=/path/to/python3.12 ..." >&2; \
		exit 1; }; \
	bash tools/make_venv.sh "$(VENV)" "$$python"

# Only this machine can reach the server, and it asks for its token. Root needs leave to run it.
lab: $(MADE)
	@root="$$([ "$$(id -u)" != 0 ] || echo --allow-root)"; \
	"$(PY)" -m jupyterlab --ServerApp.ip=127.0.0.1 $$root notebooks/00_start_here.ipynb $(LAB_FLAGS)

test: pythons test-python test-notebooks test-lax

# Everything that pytest alone can run.
test-python: $(MADE)
	@chromium="$$("$(PY)" tools/find_chromium.py)" && \
	"$(PY)" -m pytest $(SPREAD) $(PYTEST_FLAGS) --ignore tests/browser --ignore tests/site tests && \
	CHROMIUM="$$chromium" "$(PY)" -m pytest $(SPREAD) --dist loadscope $(PYTEST_FLAGS) tests/browser tests/site

test-browser: $(MADE)
	@chromium="$$("$(PY)" tools/find_chromium.py)" && \
	CHROMIUM="$$chromium" "$(PY)" -m pytest $(PYTEST_FLAGS) tests/browser

test-site: $(MADE)
	@chromium="$$("$(PY)" tools/find_chromium.py)" && \
	CHROMIUM="$$chromium" "$(PY)" -m pytest $(PYTEST_FLAGS) tests/site

$(PARTS:%=test-%): test-%: $(MADE)
	"$(PY)" -m pytest $(SPREAD) $(PYTEST_FLAGS) tests/$*

test-stored: $(MADE)
	"$(PY)" -m pytest $(PYTEST_FLAGS) tests/notebooks

# The text outputs were stored by Python 3.11: they are compared there, elsewhere only run.
test-notebooks: $(MADE)
	@compare=--nbval-lax; \
	if "$(PY)" -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))"; then compare=--nbval; fi; \
	"$(PY)" -m pytest $$compare --nbval-current-env --nbval-cell-timeout 120 \
		--nbval-sanitize-with tests/notebooks/sanitize.cfg -W default \
		$(SPREAD) --dist loadscope $(PYTEST_FLAGS) notebooks

# The other Pythons that the lock is made for, each in an environment of its own.
test-lax: pythons
	@failed=0; \
	for version in $(VERSIONS); do \
		if "$(PY)" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')"; then continue; fi; \
		python="$$(PYTHON= bash tools/find_python.sh $$version)" || continue; \
		$(MAKE) --no-print-directory --keep-going VENV=.venv-$$version PYTHON="$$python" \
			test-unit test-notebooks || failed=1; \
	done; exit $$failed

pythons: $(MADE)
	@for version in $(VERSIONS); do \
		if "$(PY)" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')"; then \
			echo "Python $$version: the course's own, in $(VENV)"; \
		elif python="$$(PYTHON= bash tools/find_python.sh $$version)"; then \
			echo "Python $$version: tested too, with $$python"; \
		else \
			echo "Python $$version: absent, not tested"; \
		fi; \
	done

handout slides: $(MADE)
	"$(PY)" tools/handout.py
	@echo "See build/handout, build/answers and build/slides/index.html"

course: $(MADE)
	"$(PY)" tools/course.py build "$(COURSE)"
	@echo "See build/course"

lessons: $(MADE)
	"$(PY)" tools/course.py

book: $(MADE)
	"$(PY)" docs/build.py
	@echo "Open docs/_build/html/index.html"

rehearse:
	python="$$(PYTHON= bash tools/find_python.sh 3.12)" && $(MAKE) --no-print-directory VENV=.venv-3.12 PYTHON="$$python" .venv-3.12/made && \
	.venv-3.12/bin/python tools/rehearse_binder.py

refresh: $(MADE)
	"$(PY)" tools/refresh.py $(NOTEBOOKS)

bench: $(MADE)
	"$(PY)" benchmarks/run.py

# Not from $(MADE): that would first make .venv from the lock that is to be replaced.
lock:
	@[ -x "$(PY)" ] || { python="$$(PYTHON="$(PYTHON)" bash tools/find_python.sh $(VERSIONS))" && "$$python" -m venv "$(VENV)"; }
	"$(PY)" -m pip install --quiet --disable-pip-version-check uv
	"$(PY)" -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		--extra test --extra docs $(LOCK_FLAGS) --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .venv-* dist build docs/_build .pytest_cache .ruff_cache .hypothesis
	find lessons_lib tests tools benchmarks notebooks docs \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
