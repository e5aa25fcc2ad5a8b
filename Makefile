# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TORCH_INDEX ?=
MINUTES ?= 65
VENV := .venv
# two processes share the tests, file by file: most wait for a server, a browser or a worker; browsers get processes of their own
TWO := -n 2 --dist loadfile --no-loadscope-reorder
PY := $(VENV)/bin/python
# some packages bring files for other versions of Python, which do not compile: no reason to stop
COMPILE := $(PY) -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
# Chromium and kraken both suffer from threads that fight; byte code makes imports five times faster.
export OMP_NUM_THREADS ?= 1
export GRADIO_ANALYTICS_ENABLED := False
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help env dev run test check lint quick format fast bench study screenshots docs base-models samples system clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

env: $(VENV)/.runtime ## Make .venv with the pinned runtime and compiled byte code

$(VENV)/.runtime: requirements.txt requirements/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed; say which with: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing packages (a few minutes) …"
	@$(if $(TORCH_INDEX),$(VENV)/bin/pip install --quiet --index-url $(TORCH_INDEX) torch==2.13.0)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(COMPILE)
	@touch $@

dev: $(VENV)/.dev ## Make the environment of the developers

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing the packages of the developers …"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@$(COMPILE)
	@touch $@

run: env ## Serve the workbench at http://127.0.0.1:7860
	$(PY) -m workbench serve

system: ## Install what the image needs of Debian: Tesseract's data, text shaping (as root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libfribidi0 tesseract-ocr-heb tesseract-ocr-ara

check: dev ## Everything that is quick: `lint` and the quick tests, side by side
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint quick

lint: dev ## Format, lint, types, import contracts, generated documents
	$(VENV)/bin/ruff format --check --quiet
	$(VENV)/bin/ruff check --quiet
	PYTHONPATH=. $(VENV)/bin/lint-imports --no-cache
	$(PY) -m docs.generate --check
	$(VENV)/bin/pyright

quick: dev ## Tests without engines that read, without a browser, of a second at most
	$(VENV)/bin/pytest -q -x $(TWO) -m "not kraken and not tesseract and not browser and not slow"

format: dev ## Format and mend what the linter can mend
	$(VENV)/bin/ruff format --quiet
	$(VENV)/bin/ruff check --quiet --fix

test: dev ## Run the whole suite, browser included
	$(PY) -m tests.chromium
	$(VENV)/bin/pytest -q $(TWO) -m "not browser"
	$(VENV)/bin/pytest -q $(TWO) -m browser

bench: dev ## Measure; prints `name value unit` and writes bench/results.json (ONLY=prefix; REAL=folder of data sets: beside Tesseract on real print, then what 100 corrected lines teach and what is forgotten; goes on where it was stopped)
	$(PY) -m bench $(if $(ONLY),--only $(ONLY)) $(if $(REAL),--real $(REAL))

study: dev ## Measure what each option of a training is worth; hours, goes on where it was stopped (DATA=folder of books: beside ketos too, on the same books and with each book left out; PAGES=folder of pages with PAGE or ALTO: the variation of pages too)
	$(PY) -m bench.study
	$(if $(DATA),$(PY) -m bench.ketos $(DATA))
	$(if $(PAGES),$(PY) -m bench.page_study $(PAGES))

screenshots: dev ## Make the pictures of the README in docs/pictures
	$(PY) -m docs.screenshots

docs: dev ## Write the generated blocks of README.md and docs/
	$(PY) -m docs.generate

base-models: env ## Train the shipped models (TEXT=folder of text_hebrew and text_arabic or of .txt, FONTS=folders, SCRIPT=one of them, MINUTES=65 each, LINES="'name=folder' …" to test on)
	@test -n "$(TEXT)" || { echo "Say where the text is: make base-models TEXT=folder FONTS=folder, and SCRIPT=arabic or SCRIPT=hebrew for one of them"; exit 1; }
	$(PY) -m engines.ocr.kraken.base_model --text $(TEXT) $(if $(SCRIPT),--script $(SCRIPT)) $(if $(FONTS),--fonts $(FONTS)) $(if $(LINES),--lines $(LINES)) --out models/base/ocr --minutes $(MINUTES)

samples: env ## Render the sample pages again (FONTS=folder of fonts)
	$(PY) -m engines.ocr.synthesis.samples --out data/samples $(foreach folder,$(FONTS),--fonts $(folder))

clean: ## Remove the environment and all caches, never data
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
