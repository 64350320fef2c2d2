# The two commands: `make demo` and `make test`. README.md has them for people without make.
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
COMMAND := .venv/bin/eventstance
export PYTHONUNBUFFERED := 1

# Tests run side by side; whoever is done takes over from the other.
# Exit code 3: trained, but the champion stays; in the demo as good an end as another.
UNLESS_REFUSED := || [ $$? -eq 3 ]
PYTEST := $(PY) -m pytest -n 2 --dist worksteal

# Fine-tuning as the configs say takes six times as long; the demo has to be short.
SHORT := data.share=0.25 model.epochs=2 model.learning_rate=3e-4

# What `quick` leaves to `test`: fine-tuning, ONNX exports (4 s each), what trains into a store.
SLOW := embedding-multilabel or embedding-stance or transformer-multilabel or transformer-event \
  or event-transformer or multilabel-transformer or test_finetuning or test_encoder_head.py \
  or test_training.py or test_model.py or test_predict.py or test_run.py or test_run_report.py \
  or test_candidates.py or test_relocation.py or test_promotion or test_promoting or test_scoring.py \
  or test_leaderboard.py or test_versions.py or fine_tuning or gradients

.PHONY: demo test quick mutants setup lint corpus-check clean

demo: setup
	@$(COMMAND) train configs/*/majority.yaml configs/*/tfidf.yaml --reuse --promote $(UNLESS_REFUSED)
	@$(COMMAND) train configs/*/embedding.yaml data.share=0.5 --reuse --promote $(UNLESS_REFUSED)
	@$(COMMAND) train configs/*/transformer.yaml $(SHORT) --reuse --promote $(UNLESS_REFUSED)
	@$(COMMAND) predict data/corpus/sample_article.txt --out out/sample_labels.jsonl \
	  --target "the Amber Column=Amber Column,the Column" --target "United Nations=UN" \
	  --target "Red Cross"
	@$(COMMAND) models list
	@printf '%s\n' '' \
	  'Labels of the sample article: out/sample_labels.jsonl' 'Next:' \
	  '  use your own labels: $(COMMAND) train configs/event/tfidf.yaml data.path=yours.jsonl' \
	  '  label articles:      $(COMMAND) predict FOLDER --out labels.parquet'

test: setup
	@$(MAKE) --no-print-directory lint
	@$(PYTEST)

quick: setup
	@$(MAKE) --no-print-directory lint
	@$(PYTEST) tests/unit tests/contract tests/mutants -k "not ($(SLOW))"

# Faults are put into a copy of the project, one at a time; named tests must notice each.
mutants: setup
	@$(PY) tests/mutants/run.py

lint:
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

corpus-check: setup
	@$(COMMAND) data corpus-check

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; make PYTHON=python3.12 …"; exit 2; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf .venv mlflow.db mlruns checkpoints out
