"""What an experiment shows in the MLflow UI: what its metrics mean, and a view of the figures.

The UI opens on a table without any metric, and nothing of MLflow changes that. It does keep named
views with an experiment (the menu Views, since MLflow 3.17), as tags; ours is one of them, and has
an address of its own.
"""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evaluation.figures.definitions import METRICS as DEFINITIONS
from models.store.artifact_names import METRICS
from models.store.errors import without_password

if TYPE_CHECKING:
    from mlflow.entities import Experiment
    from mlflow.tracking import MlflowClient

VIEW = "figures"
NOTE, KIND = "mlflow.note.content", "mlflow.experimentKind"
SAVED_VIEW, PRIMARY = "mlflow.sharedViewState.", "mlflow.experiment.primaryMetric.name"
UI = "http://127.0.0.1:5000"  # where `mlflow ui` listens
DONE = "eventstance.presented"  # what a user then changes or removes stays so
NARROW, LETTER, EDGES = 105, 8, 10  # of columns, in pixels


def present(client: MlflowClient, experiment: Experiment, task: str) -> None:
    """Gives an experiment its description and its view, once; what it has already is kept."""
    if DONE in experiment.tags:
        return
    tags = {
        KIND: "custom_model_development",
        PRIMARY: "dev/macro_f1",
        NOTE: note(task, f"#{place(experiment.experiment_id)}"),
        f"{SAVED_VIEW}{VIEW}": view(task),
        DONE: "1",
    }
    for key, value in tags.items():
        if key not in experiment.tags:
            client.set_experiment_tag(experiment.experiment_id, key, value)


def place(experiment_id: str) -> str:
    """Where the UI shows an experiment's view, behind the # of its address.

    Without the type of workflow a browser opens MLflow's pages for generative models.
    """
    return (
        f"/experiments/{experiment_id}/runs?viewStateShareKey={VIEW}&workflowType=machine_learning"
    )


def shown_at(uri: str, experiments: Sequence[Experiment]) -> list[str]:
    """Returns a line for each experiment: where its view is, once the UI runs."""
    server = uri.startswith(("http://", "https://"))
    pages = without_password(uri, user=False) if server else UI
    lines = [
        f"{experiment.name}: {pages}/#{place(experiment.experiment_id)}"
        for experiment in experiments
    ]
    if lines and not server:
        secret = without_password(uri) != uri
        named = '"$MLFLOW_TRACKING_URI"' if secret else shlex.quote(uri)
        lines.insert(0, f"to look at them: mlflow ui --backend-store-uri {named}, then open")
    return lines


def note(task: str, link: str) -> str:
    """Returns the experiment's description in Markdown; `link` leads to the view."""
    return "\n".join(
        [
            f"[Table and charts of the headline figures]({link}) (or the menu *Views*, *{VIEW}*).",
            "",
            "Metrics begin with the rows they are of, `dev/` or `test/`; compare and choose by "
            "dev. `_low` and `_high` are the ends of 95 % intervals, resampled by article.",
            "",
            *(
                f"- `{metric.name}`: {metric.meaning}"
                for metric in DEFINITIONS.values()
                if task in metric.explained
            ),
            "- `dev/f1/LABEL`: F1 of one label",
            "- `epoch/dev/…`, `train_loss`: the course of a training",
            "",
            "Each run's description has its headline figures and a link to its report. All further "
            f"figures (labels on test, more intervals, before calibration) are in its `{METRICS}`.",
        ]
    )


def view(task: str) -> str:
    """Returns the saved view as the UI keeps one: columns, order and charts of the figures."""
    figures = [metric.name for metric in DEFINITIONS.values() if task in metric.view]
    further = [f"dev/{name}" for name in figures if name != "macro_f1"]
    columns = [
        *_metrics("dev/macro_f1", "dev/macro_f1_low", "dev/macro_f1_high", "test/macro_f1"),
        *_metrics(*further, "train_seconds"),
        "params.`model.family`",
        "tags.`codebook`",
        "tags.`dev_rows`",
        "attributes.`Models`",
    ]
    section = "headline"
    charts = [
        _chart(section, "BAR", f"{part}/{name}", metricKey=f"{part}/{name}")
        for name in figures
        for part in ("dev", "test")
    ]
    charts += [
        _chart(
            section,
            "SCATTER",
            "speed",
            xaxis=_axis("sentences_per_second"),
            yaxis=_axis("dev/macro_f1"),
            runsCountToCompare=100,
        ),
        _chart(
            section,
            "LINE",
            "epochs",
            metricKey="epoch/dev/macro_f1",
            selectedMetricKeys=["epoch/dev/macro_f1"],
        ),
        _chart(section, "LINE", "loss", metricKey="train_loss", selectedMetricKeys=["train_loss"]),
    ]
    state = {
        "orderByKey": "metrics.`dev/macro_f1`",
        "orderByAsc": False,
        "selectedColumns": columns,
        "columnOrder": columns,
        "columnWidths": {column: _width(column) for column in columns},
        "compareRunCharts": charts,
        "compareRunSections": [
            {
                "uuid": section,
                "name": "Headline figures",
                "display": True,
                "isReordered": True,
                "deleted": False,
                "isGenerated": False,
            }
        ],
        "runsHiddenMode": "FIRST_20_RUNS",  # in the charts; by itself it shows ten
        "isAccordionReordered": True,
    }  # else other charts come first, by the alphabet
    now = int(time.time() * 1000)
    return json.dumps(
        {"name": VIEW, "createdAt": now, "updatedAt": now, "state": json.dumps(state)}
    )


def _width(column: str) -> int:
    """Of a column, so that its name is read whole."""
    return max(NARROW, LETTER * len(column.split("`")[1]) + EDGES)


def _metrics(*names: str) -> list[str]:
    return [f"metrics.`{name}`" for name in names]


def _axis(name: str) -> dict[str, str]:
    return {"key": name, "type": "METRIC"}


def _chart(section: str, kind: str, name: str, **content: Any) -> dict[str, Any]:
    return {
        "uuid": f"{section}-{name}",
        "type": kind,
        "metricSectionId": section,
        "deleted": False,
        "isGenerated": False,
        **content,
    }
