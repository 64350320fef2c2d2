"""All figures of a run: its metrics in MLflow, and those that it keeps as a file alone."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from models.store.artifact_names import METRICS


def kept_metrics(run_id: str, logged: Mapping[str, float]) -> dict[str, float]:
    """Returns every figure of a run; those logged alone where the run keeps no metrics.json.

    Args:
        run_id: of a run in the store.
        logged: its metrics in MLflow.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    with tempfile.TemporaryDirectory(prefix="eventstance-") as scratch:
        try:
            path = Path(
                mlflow.artifacts.download_artifacts(
                    run_id=run_id, artifact_path=METRICS, dst_path=scratch
                )
            )
        except (MlflowException, OSError):  # an older run, or its artifacts are gone
            return dict(logged)
        return {**json.loads(path.read_text(encoding="utf-8")), **logged}
