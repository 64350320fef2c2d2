"""What the files, folders and tags are called that runs and models keep in the store.

Names only: what stands in a file is said where it is written. The names inside a portable model
belong to `models.portable`.
"""

from __future__ import annotations

# Of every run:
CONFIG = "config.yaml"  # resolved
CODEBOOK = "codebook.yaml"
SPLIT, SPLIT_TEXT = "split.json", "split.txt"  # ids by part; how rows came into the parts
DATA_FACTS = "data.json"
ENVIRONMENT, CODE_DIFF = "environment.json", "code.diff"
METRICS = "metrics.json"  # name to figure
REPORT = "report.html"  # of parent runs too

# Of every run, below dev/ and test/:
PREDICTIONS, MISTAKES = "predictions.jsonl", "misclassified.jsonl"
SLICES, TEXT_REPORT = "slices.json", "report.txt"

# Of parents of seeds, of searches, and of repeated runs:
SEEDS_FILE = "seeds.json"
TRIALS, BEST_CONFIG = "trials.csv", "best.yaml"
REPEAT = "repeat.json"

# Of models:
MODEL = "model"  # the logged model; MLflow resolves runs:/RUN/model by it
KEPT_AS = "portable"  # the folder in it, beside MLflow's own files
MANIFEST = "manifest"  # tag of runs and versions: the sha256 of the model's model.json
