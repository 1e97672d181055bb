# Everything is run by Python 3.11 from .venv, which the first target that needs it makes and fills.
# Name another interpreter with `make serve PYTHON=/path/to/python3.11`.

PORT ?= 3000
HOST ?= 127.0.0.1
PYTHON ?= $(shell for found in python3.11 python3 python; do $$found -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$found && break; done)

VENV := .venv
RUN := $(VENV)/bin/python -m
UNFINISHED := $(VENV)/.unfinished
# The pip that comes with Python takes half as long again to unpack the packages.
PIP = $(shell grep '^pip==' requirements/dev.txt)
# Nothing is compiled to byte code that is never imported; what is imported is compiled then, and kept.
INSTALL := $(RUN) pip install -qq --disable-pip-version-check --no-compile
unexport PYTHONDONTWRITEBYTECODE

COMPILE := $(RUN) piptools compile --quiet --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
TIDY := sed -i -E '/^(\#.*)?$$/d; s/^(torch==[^+]*)\+.*/\1/; /^(nvidia-[^m]|cuda-|triton)/d'
# The pins of serving.txt but for onnxruntime, joined with what was compiled in its place, sorted by name.
GPU_PINS := { grep -v '^onnxruntime==' requirements/serving.txt; grep == requirements/serving-gpu.txt; } \
	| LC_ALL=C sort -u -t = -k 1,1 > requirements/serving-gpu.partial \
	&& mv requirements/serving-gpu.partial requirements/serving-gpu.txt

.PHONY: help serve unit test test-all rehearsal lint security fuzz check mlflow evaluation benchmarks sbom licences audit lock docs clean
.DEFAULT_GOAL := help

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST)

serve: $(VENV)/.installed ## set up, train, log, gate, promote, build and serve on :3000 (PORT=, HOST=)
	@$(VENV)/bin/svgai serve --host $(HOST) --port $(PORT)

unit: $(VENV)/.installed-dev ## the quick tests, on all cores; a minute
	@$(RUN) pytest tests/unit -m 'not slow' -n auto

# Integration tests wait for servers half of their time: unit tests fill it, in one process more than there are cores.
# Those that hold a service to times or rates run alone.
TOGETHER = -n $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1))) --dist loadscope

# With RETRY=1 what failed is run a second time with nothing beside it, and that decides; both outcomes are printed.
# For machines whose other tenants hold up a test now and then. A test that needs it often has a bug: mend it.
tests = @$(RUN) pytest $(1) $(2) || { [ $$? -eq 1 ] && [ -n "$(RETRY)" ] && $(RUN) pytest $(1) --last-failed; }

test: $(VENV)/.installed-dev ## set up and run the tests but for the long ones and those that run alone
	$(call tests,tests/integration tests/unit -m 'not alone and not long',$(TOGETHER))

test-all: test ## all tests but the rehearsals: faults under load, images of containers, promotions from click to answer, too
	$(call tests,tests/integration -m 'long and not alone and not rehearsal',$(TOGETHER))
	$(call tests,tests/integration -m 'alone and not rehearsal')

rehearsal: $(VENV)/.installed-dev ## whole documents from nothing: the guide for ML engineers, from conversions to a promotion, the stack of containers
	@$(RUN) pytest tests/integration -m rehearsal

lint: $(VENV)/.installed-dev ## style, types and import contracts
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(VENV)/bin/lint-imports

# bandit's and the scan's exceptions stand in pyproject.toml and beside the lines, each with its reason.
security: $(VENV)/.installed-dev licences ## code that is dangerous, secrets in files, licences
	@$(RUN) bandit --quiet --configfile pyproject.toml --recursive svgai reports training evaluation learning registry rollout \
		containers stack commands loadtests deploy cli.py service.py
	@git ls-files -z -- . ':!tests' | xargs -0 $(SECRETS)
	@git ls-files -z -- tests | xargs -0 $(SECRETS) --disable-plugin KeywordDetector --disable-plugin BasicAuthDetector

# Tests have passwords of servers that they start; tables and pictures are no text.
SECRETS = $(VENV)/bin/detect-secrets-hook --no-verify --exclude-files '^(training/tables|docs/images)/'

CASES ?= 100000
SEED ?= $(shell date +%s)
GUIDED_S ?= 60

fuzz: $(VENV)/.installed-dev ## hostile input against decoding, forms and tracing (CASES=, SEED=, GUIDED_S=); some minutes
	@$(RUN) tests.fuzzing.campaign --cases $(CASES) --seed $(SEED)
	@for target in decode form tracing; do \
		$(RUN) tests.fuzzing.guided $$target -max_total_time=$(GUIDED_S) 2>build/fuzz/$$target.log \
			|| { tail -40 build/fuzz/$$target.log; exit 1; }; done

check: lint security test-all ## lint, security and all tests

# Where another port than that of `make serve` is named, it is this one's.
mlflow: PORT := $(if $(filter command line environment,$(origin PORT)),$(PORT),5000)
mlflow: $(VENV)/.installed ## MLflow's pages on http://127.0.0.1:5000 (PORT=)
	@$(RUN) registry.mlflow_store.artifact_places mlflow.db
	@MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(VENV)/bin/mlflow server --host 127.0.0.1 --port $(PORT) --workers 1 \
		--backend-store-uri sqlite:///mlflow.db --artifacts-destination ./mlartifacts

# What is finished is kept in data/: an evaluation that was stopped goes on when it is called again.
EVALUATE = $(VENV)/bin/svgai evaluate --target default --target 0.97 --report docs/evaluation.md

evaluation: $(VENV)/.installed ## measure conversion anew into docs/evaluation.md and README.md (LOGOS=logos/svg); twenty minutes
	@[ -d "$(LOGOS)" ] || { echo 'Name the folder of the SVG files of gilbarbara/logos: make evaluation LOGOS=logos/svg' >&2; exit 1; }
	@$(VENV)/bin/svgai data --out data/evaluation --seed 99 --per-type 25
	@$(EVALUATE) --dataset data/evaluation --limit 40 --section generated --cases --outcomes data/evaluation-generated.parquet
	@$(EVALUATE) --dataset $(LOGOS) --labels training/tables/real_logo_labels.json --held-out --limit 60 \
		--section real --outcomes data/evaluation-real.parquet
	@$(VENV)/bin/svgai evaluate --dataset $(LOGOS) --labels training/tables/real_logo_labels.json --held-out --on-white --limit 100 \
		--no-oracle --outcomes data/evaluation-white.parquet --judge-report README.md
	@$(VENV)/bin/svgai evaluate --dataset data/evaluation --drawings --limit 24 --no-oracle --picture docs/images/before-after.png

BENCHMARK = $(RUN) commands.benchmarks

benchmarks: $(VENV)/.installed ## measure the service under load into docs/benchmarks.md (LOGOS=logos/svg); three hours
	@[ -d "$(LOGOS)" ] || { echo 'Name a folder of images: make benchmarks LOGOS=logos/svg' >&2; exit 1; }
	@for what in throughput isolation overload; do $(BENCHMARK) $$what --images $(LOGOS) --report docs/benchmarks.md || exit 1; done
	@$(BENCHMARK) start --report docs/benchmarks.md
	@$(BENCHMARK) folder --images $(LOGOS) --side 64 --report docs/benchmarks.md
	@$(RUN) commands.benchmarks.compare --images $(LOGOS) --report docs/benchmarks.md
	@$(BENCHMARK) memory --images $(LOGOS) --report docs/benchmarks.md

# What the service is made of; another file of pins is looked at with PINS=requirements/serving-gpu.txt.
PINS ?= requirements/serving.txt

sbom: $(VENV)/.installed-dev ## a bill of materials of what is served (CycloneDX) into build/sbom.json (PINS=)
	@mkdir -p build
	@$(VENV)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json $(PINS)

# What is allowed, and what states no licence, is in pyproject.toml.
licences: $(VENV)/.installed-dev ## the licences of what is served; fails on one that is not allowed (PINS=)
	@$(VENV)/bin/pip-licenses --packages $$(cut -d = -f 1 $(PINS))

# A package that could not be looked up is not known to be safe (--strict). An advisory that does no harm here is left
# out by its id, with the reason in a comment: AUDIT_IGNORED = --ignore-vuln ID
AUDIT_IGNORED =
AUDITED = requirements/dev.txt requirements/serving-gpu.txt deploy/mlflow/requirements.txt

audit: $(VENV)/.installed-dev ## look up known vulnerabilities of all pins; needs the internet
	@$(RUN) pip_audit --no-deps --disable-pip --strict --desc off $(AUDIT_IGNORED) $(addprefix --requirement ,$(AUDITED))

# The pins that exist are kept where they still fit; `make lock UPGRADE=--upgrade` takes the newest of all.
# A CPU build of torch is named by a local version that other machines cannot get, a CUDA build by packages that no
# CPU needs: both are left out, and whichever pip finds brings what it needs along.
lock: $(VENV)/.installed-dev ## pin requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade)
	@$(COMPILE) $(UPGRADE) --all-extras --output-file requirements/dev.txt pyproject.toml
	@$(TIDY) requirements/dev.txt
	@$(COMPILE) --extra train --constraint requirements/dev.txt --output-file requirements/all.txt pyproject.toml
	@$(TIDY) requirements/all.txt
	@$(COMPILE) --constraint requirements/dev.txt --output-file requirements/serving.txt pyproject.toml
	@$(TIDY) requirements/serving.txt
	@$(COMPILE) $(UPGRADE) --output-file requirements/serving-gpu.txt requirements/serving-gpu.in
	@$(GPU_PINS)
	@$(COMPILE) --constraint requirements/dev.txt --output-file deploy/mlflow/requirements.txt deploy/mlflow/requirements.in
	@$(TIDY) deploy/mlflow/requirements.txt

docs: $(VENV)/.installed ## write the tables of settings and metrics in docs/ and .env.example from the code
	@$(RUN) commands.documents

clean: ## remove .venv and what tools left; data, models and MLflow's runs stay
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment holds the path of its folder: in a project that was moved or copied it would run the other one's code.
# It is made anew by the target that needs it, never by reading this file: `make help` changes nothing.
MADE_IN := $(VENV)/.made-in
ifneq ($(shell cat $(MADE_IN) 2>/dev/null || echo '$(CURDIR)'),$(CURDIR))
MOVED := yes
.PHONY: $(VENV)/.installed
endif

# An installation that was broken off may look complete, so it is begun anew; the downloads are kept by pip.
$(VENV)/.installed: requirements/all.txt pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo 'Python 3.11 is needed and was not found; on Debian: apt-get install python3.11 python3.11-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'The venv module of $(PYTHON) is needed; on Debian: apt-get install python3.11-venv' >&2; exit 1; }
	@[ -z "$(MOVED)" ] || echo 'This project was moved or copied: its environment is made anew'
	@# Without a slash at its end: of a link, only the link goes.
	@[ -z "$(MOVED)" -a ! -e $(UNFINISHED) ] || rm -rf $(VENV)
	@echo 'Installing $(words $(shell cat requirements/all.txt)) packages into $(VENV): about a minute'
	@mkdir -p $(VENV) && touch $(UNFINISHED)
	@$(PYTHON) -m venv $(VENV)
	@echo '$(CURDIR)' > $(MADE_IN)
	@$(INSTALL) $(PIP)
	@$(INSTALL) --no-deps --requirement requirements/all.txt
	@# Adds nothing where torch is a CPU build; a CUDA build gets its libraries here.
	@$(INSTALL) --no-build-isolation --editable '.[train]'
	@# What commands import is compiled here, once: where nothing may be written it would be each time, for seconds.
	@$(VENV)/bin/python -c 'import cli, registry.promotion.moves, registry.bento.bento_builder, rollout.deployment, mlflow.store.tracking.sqlalchemy_store'
	@rm $(UNFINISHED) && touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@echo 'Installing the tools for development'
	@touch $(UNFINISHED)
	@$(INSTALL) --no-deps --requirement requirements/dev.txt
	@rm $(UNFINISHED) && touch $@
