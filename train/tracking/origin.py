"""Where a run comes from, as MLflow shows it: command, commit, configuration, data."""

from __future__ import annotations

import getpass
import json
import shlex
import sys
from pathlib import Path
from typing import Any

from data.paths import find
from train.config import RunConfig
from train.data_config import DataConfig
from train.rows import Part, RunData
from train.splitting import BY_FILES, BY_ROWS
from train.tracking.surroundings import code_state


def parameters(config: RunConfig, data: RunData) -> dict[str, str]:
    """What a user searches runs by: the resolved configuration without what is no setting.

    Left out: task, experiment and registration, which MLflow shows as such, and the thresholds
    of several labels where rows have one. The whole configuration is the artifact `config.yaml`.
    """
    hidden = {"task", "experiment", "register"}
    if not data.codebook.multilabel:
        hidden.add("tune_thresholds")
    return {key: value for key, value in settings(config, data).items() if key not in hidden}


def settings(config: RunConfig, data: RunData) -> dict[str, str]:
    """The resolved configuration under dotted keys, with the split that was used in fact."""
    flat = config.flat()
    if data.split.way in (BY_ROWS, BY_FILES):
        flat = {key: value for key, value in flat.items() if not key.startswith("data.split.")}
        flat["data.split"] = data.split.way
    return flat


def dataset(part: Part, config: DataConfig) -> Any:
    """The rows of a part as MLflow knows a dataset: name, our digest, files, columns, size."""
    from mlflow.entities import Dataset
    from mlflow.types import ColSpec, Schema

    paths = getattr(config, part.name) or config.path or config.train
    targets = any(part.targets)
    schema = Schema(
        [
            ColSpec("string", name)
            for name in ("id", "text", *(("target",) if targets else ()), "labels")
        ]
    )
    return Dataset(
        name=f"{'+'.join(Path(path).stem for path in paths)[:80]} {part.name}",
        digest=part.digest,
        source_type="local",
        source=json.dumps({"uri": ", ".join(str(find(path)) for path in paths)}),
        schema=json.dumps({"mlflow_colspec": schema.to_dict()}),
        profile=json.dumps(
            {
                "num_rows": len(part.rows),
                "num_articles": len({row.article_id for row in part.examples}),
            }
        ),
    )


def run_tags(config: RunConfig, data: RunData, parent: str | None) -> dict[str, str]:
    """The tags that tell runs apart in the UI, and say which command of which commit made them."""
    encoder = getattr(config.model, "encoder", "")
    code = code_state()
    return {
        "task": config.task,
        "family": config.model.family,
        "encoder": encoder,
        "codebook": data.codebook.name,
        "codebook_version": data.codebook.version,
        "codebook_digest": data.codebook.digest,
        "data_digest": data.digest,
        "dev_digest": data.dev.digest,
        "dev_rows": str(len(data.dev.rows)),
        "config_digest": config.digest,
        "split": data.split.way,
        "git_commit": code.name,
        "seed": str(config.seed),
        "parent": parent or "",
        "mlflow.parentRunId": parent or "",
        "mlflow.source.name": command_line(),
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": code.commit,
        "mlflow.user": _user(),
    }


def command_line() -> str:
    """The user's command, as `eventstance train configs/event/tfidf.yaml seed=2`."""
    words = sys.orig_argv[1:]
    program = words.pop(0) if words and Path(words[0]).stem == "eventstance" else "python"
    return shlex.join([Path(program).stem, *words])[:5_000]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container user without a name
        return ""
