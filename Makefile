# The commands of the course. Needs GNU make and bash (on Windows: Git Bash), on any system.
# Each command first makes .venv from requirements.lock, if that is not done or out of date.
SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The Python to make .venv with: the newest of VERSIONS that is found, unless it is named here.
PYTHON ?=
VENV := .venv
ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python.exe
else
PY := $(VENV)/bin/python
endif
MADE := $(VENV)/made
VERSIONS := 3.14 3.13 3.12 3.11

LAB_FLAGS ?=
# The lesson to open: make lab LESSON=03
LESSON ?= 00
PYTEST_FLAGS ?=
# Tests run side by side, one process for each core; in the browser a lesson or a file each.
WORKERS ?= auto
SPREAD = -n $(WORKERS) --maxprocesses 4 --dist worksteal
# One more than cores, mostly: a page, its server and its kernel wait for each other.
BROWSERS ?= 3
LOCK_FLAGS ?=
# One thread a process: more of them slow each other down, in lesson 02 eight times.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 "$(PY)" -m pytest
NOTEBOOKS ?=
COURSE ?= course.toml
PARTS := library lessons explorers exercises project

.PHONY: help app lab edit test refresh bench lock clean handout slides course lessons missing book test-site rehearse \
	test-python test-notebooks test-stored test-thorough test-pythons test-colab test-other-cpu test-browser $(PARTS:%=test-%)

help:
	@echo "make lab      open the course in JupyterLab, in your own copies: learn/ (one lesson: make lab LESSON=03)"
	@echo "make app      the workbench of lesson 09 alone, without code (its pictures: make app FOLDER=pictures)"
	@echo "make edit     open the lessons themselves, for authors"
	@echo "make test     run every test, or one part: $(PARTS:%=test-%)"
	@echo "              test-browser test-site test-stored test-notebooks"
	@echo "make test-thorough  the notebooks with more other settings, and the recipes for instructors"
	@echo "make test-pythons   the notebooks and the library on the other Pythons that are here, as on another processor"
	@echo "make test-colab     the notebooks with the versions that Google Colab holds"
	@echo "make test-other-cpu the notebooks as on another processor"
	@echo "make refresh  run the notebooks and store their outputs (some: NOTEBOOKS=\"a.ipynb b.ipynb\")"
	@echo "make handout  the lessons for a class, below build/: without solutions, with them, and as slides"
	@echo "make course   a course of your own selection: COURSE=mine.toml"
	@echo "make lessons  write the list of course.toml into README.md and the links between lessons"
	@echo "make missing  what a lesson still lacks: a line for each part"
	@echo "make book     the reading site, in docs/_build/html"
	@echo "make rehearse do what Binder does, as far as that goes without Docker (needs Python 3.12)"
	@echo "make bench    measure each lesson beside the plain way"
	@echo "make lock     write requirements.lock from pyproject.toml (newest versions: LOCK_FLAGS=--upgrade)"
	@echo "make clean    remove the environments and all else that these commands made"

# Google Colab's versions in place of the lock's (see test-colab).
ifeq ($(VENV),.venv-colab)
$(MADE): tests/project/colab.toml pyproject.toml tools/course.py
	@"$(MAKER)" tools/make_colab_env.py "$(VENV)" "$$(PYTHON= bash tools/find_python.sh 3.13 3.12)"
else
$(MADE): requirements.lock pyproject.toml
	@if python="$$(PYTHON="$(PYTHON)" bash tools/find_python.sh $(VERSIONS))"; then \
		bash tools/make_venv.sh "$(VENV)" "$$python"; \
	elif [ -z "$(PYTHON)" ] && command -v uv >/dev/null; then \
		bash tools/make_venv.sh "$(VENV)"; \
	else \
		echo "No Python 3.11 to 3.14 with its module venv was found$(PYTHON:%= at '%'). Two ways out: install one (Debian: python3" >&2; \
		echo "python3-venv) or name it, make PYTHON=/path/to/python3.13 ...; or install uv, which then brings a Python." >&2; \
		exit 1; \
	fi
endif

# Only this machine can reach the server, and it asks for its token. Root needs leave to run it.
# Uploads may have 200 MB; the usual limit is 10, and ends in silence.
LAB = root="$$([ "$$(id -u)" != 0 ] || echo --allow-root)"; \
	"$(PY)" -m jupyterlab --ServerApp.ip=127.0.0.1 $$root \
	--ServerApp.tornado_settings="{'websocket_max_message_size': 210000000}"

# The learner's own copies, without outputs; those that were changed stay as they are.
lab: $(MADE)
	@lesson="$$("$(PY)" tools/learn.py $(LESSON))" && $(LAB) "$$lesson" $(LAB_FLAGS)

# The lessons themselves, with their stored outputs.
edit: $(MADE)
	@$(LAB) notebooks $(LAB_FLAGS)

# The workbench of lesson 09 as a page of its own. It reads uploads and the pictures of FOLDER, nothing else.
FOLDER ?= .
APP_FLAGS ?=
app: $(MADE)
	@"$(PY)" tools/app.py "$(FOLDER)" $(APP_FLAGS)

# What a reader's machine needs: its own Python, and Chromium if there is one.
test: $(MADE)
	@echo "Tests with $$("$(PY)" --version), on two cores about 25 minutes: library and lessons (10), browser, site"
	@echo "and slides (10; left out where there is no Chromium), every cell of every notebook (4)."
	@$(MAKE) --no-print-directory test-python test-notebooks

# Everything that pytest alone can run.
test-python: $(MADE)
	@chromium="$$("$(PY)" tools/find_chromium.py)" && \
	$(PYTEST) $(SPREAD) -m "not thorough" $(PYTEST_FLAGS) --ignore tests/browser --ignore tests/site tests && \
	CHROMIUM="$$chromium" $(PYTEST) -n $(BROWSERS) --dist loadscope $(PYTEST_FLAGS) tests/browser tests/site

# Whole notebooks again: with more other settings, and as the recipes for instructors change them.
test-thorough: $(MADE)
	@$(PYTEST) $(SPREAD) -m thorough $(PYTEST_FLAGS) tests/project

test-browser test-site: test-%: $(MADE)
	@chromium="$$("$(PY)" tools/find_chromium.py)" && CHROMIUM="$$chromium" $(PYTEST) $(PYTEST_FLAGS) tests/$*

$(PARTS:%=test-%): test-%: $(MADE)
	$(PYTEST) $(SPREAD) $(PYTEST_FLAGS) tests/$*

test-stored: $(MADE)
	$(PYTEST) $(PYTEST_FLAGS) tests/notebooks

# Every text output is compared with the stored one, whatever the Python. Colab's packages are older:
# there, COMPARE=--nbval-lax runs the cells only.
COMPARE ?= --nbval
CELL_TIMEOUT ?= 120
test-notebooks: $(MADE)
	@$(PYTEST) -p tests.notebooks.without_noise $(COMPARE) --nbval-current-env --nbval-cell-timeout $(CELL_TIMEOUT) \
		--nbval-sanitize-with tests/notebooks/sanitize.cfg -W default \
		$(SPREAD) --dist loadscope $(PYTEST_FLAGS) notebooks

# The same text on another processor: OpenBLAS with its kernels for one of 2008, and NumPy without
# all the newer instructions that it would use if it could.
test-other-cpu: $(MADE)
	@newer="$$("$(PY)" -c 'from numpy._core._multiarray_umath import __cpu_dispatch__; print(*__cpu_dispatch__)')" && \
	OPENBLAS_CORETYPE=Nehalem NPY_DISABLE_CPU_FEATURES="$$newer" $(MAKE) --no-print-directory test-notebooks

# The other Pythons of this machine, each in an environment of its own: the library, and the notebooks
# as on another processor. Where there is only one Python, the notebooks on that processor.
test-pythons: $(MADE)
	@failed=0; others=0; \
	for version in $(VERSIONS); do \
		if "$(PY)" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')"; then \
			echo "Python $$version: the course's own, tested by make test"; \
		elif python="$$(PYTHON= bash tools/find_python.sh $$version)"; then \
			others=1; \
			PATH="$(dir $(abspath $(PY))):$$PATH" $(MAKE) --no-print-directory --keep-going \
				VENV=.venv-$$version PYTHON="$$python" test-library test-other-cpu || failed=1; \
		else \
			echo "Python $$version: absent, not tested"; \
		fi; \
	done; \
	[ $$others = 1 ] || $(MAKE) --no-print-directory test-other-cpu || failed=1; \
	exit $$failed

# The cells run with the versions that Google Colab holds; older ones round and cut here and there.
# ARPACK of scikit-learn 1.6 takes about 100 s for a cell of lesson 02.
test-colab: $(MADE)
	@if PYTHON= bash tools/find_python.sh 3.13 3.12 >/dev/null; then \
		PATH="$(dir $(abspath $(PY))):$$PATH" $(MAKE) --no-print-directory \
			VENV=.venv-colab MAKER="$(abspath $(PY))" COMPARE=--nbval-lax CELL_TIMEOUT=400 test-notebooks; \
	else \
		echo "Colab's packages: not tested, for want of Python 3.13 or 3.12"; \
	fi

handout slides: $(MADE)
	"$(PY)" tools/handout.py
	@echo "See build/handout, build/answers and build/slides/index.html"

course: $(MADE)
	"$(PY)" tools/course.py build "$(COURSE)"
	@echo "See build/course"

lessons: $(MADE)
	"$(PY)" tools/course.py

missing: $(MADE)
	@"$(PY)" tools/missing.py

book: $(MADE)
	"$(PY)" docs/build.py
	@echo "Open docs/_build/html/index.html"

rehearse:
	python="$$(PYTHON= bash tools/find_python.sh 3.12)" && \
	$(MAKE) --no-print-directory VENV=.venv-3.12 PYTHON="$$python" .venv-3.12/made && \
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
		--extra test --extra docs --extra app $(LOCK_FLAGS) --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .venv-* dist build docs/_build .pytest_cache .ruff_cache .hypothesis
	find lessons_lib tests tools benchmarks notebooks docs \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
