"""A model card in Markdown, from what a model, its run and its version hold.

After Mitchell et al. 2019, Model Cards for Model Reporting.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.fields import SPLITS
from evaluation.cards.facts import CardFacts, card_facts
from evaluation.cards.figures import by_label, confusions, headline, seeds, worst_slices
from models.store.artifact_names import CONFIG, DATA_FACTS, ENVIRONMENT, SPLIT

if TYPE_CHECKING:
    from jinja2 import Template
    from mlflow.tracking import MlflowClient

FILE = "CARD.md"  # in a run's artifacts
LINKED = "Model card: "  # how the paragraph of a version's description begins
FEW = 50  # training rows of a label below which its figures are little to go by
TASKS = {
    "event": (
        "what happens in a sentence of news about conflict",
        "Finding and counting kinds of events in news, sentence by sentence.",
    ),
    "stance": (
        "how a sentence of news stands toward a named target",
        "Measuring how outlets write about parties, states or persons, sentence by "
        "sentence; a label says how a sentence speaks of its target, not what is true "
        "of it.",
    ),
}


def card(ref: str) -> str:
    """Returns the card of the model that `ref` names.

    Args:
        ref: `event@champion`, `event/3`, a run id, or a folder, of which less is known.

    Raises:
        InputError: there is no such model.
    """
    with card_facts(ref) as facts:
        return card_text(facts)


def card_text(facts: CardFacts) -> str:
    """Returns the card of a model of which this is known; what its run did not keep is left out."""
    encoder = facts.tags.get("encoder", "")
    task = facts.meta["task"]
    what, purpose = TASKS[task]
    return _template().render(
        facts=facts,
        task=task,
        what=what,
        purpose=purpose,
        ref=facts.name if facts.promoted or "/" in facts.name else facts.ref,
        codebook=facts.codebook,
        definitions=[
            [label.name, label.parent or "–", label.definition or "–"]
            for label in facts.codebook.labels
        ],
        encoder=encoder,
        encoder_licence=_licence(encoder),
        identity=_identity(facts),
        data=_data(facts),
        settings=_settings(facts),
        figures=_figures(facts) if facts.metrics else None,
        limits=_limits(facts),
    )


def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("evaluation.cards"),
        autoescape=False,  # Markdown; cells of tables are escaped by the template
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["number"] = format
    return templates.get_template("card.md.jinja")


def log_card(ref: str, text: str) -> str:
    """Attaches a card to the model's run, links it from its versions, and says where it is.

    Raises:
        InputError: a folder, which has no run.
    """
    from data.problems import InputError, Problem
    from models.registry.promotion import note
    from models.registry.resolve import run_of
    from models.store.artifacts import log_text
    from models.store.connection import connect

    run_id = run_of(ref)
    if run_id is None:
        raise InputError(
            Problem(ref, "has no run to attach the card to", "write it to a file (--out CARD.md)")
        )
    client: MlflowClient = connect()
    log_text(client, [run_id], text, FILE)
    experiment = client.get_run(run_id).info.experiment_id
    for version in client.search_model_versions(f"run_id = '{run_id}'"):
        note(
            client,
            version.name,
            str(version.version),
            LINKED,
            f"{LINKED}[{FILE}](#/experiments/{experiment}/runs/{run_id}/artifacts/{FILE}) of "
            f"run {run_id}",
        )
    return f"logged to run {run_id}: {FILE}"


def _identity(facts: CardFacts) -> list[list[str]]:
    encoder = f", encoder {facts.tags['encoder']}" if facts.tags.get("encoder") else ""
    rows = [["family", facts.meta["family"] + encoder]]
    if facts.run is None:
        size = sum(path.stat().st_size for path in facts.folder.iterdir())
        return [*rows, ["megabytes", f"{size / 1e6:.1f}"]]
    started = datetime.fromtimestamp(facts.run.info.start_time / 1000, UTC)
    rows += [
        ["trained", f"{started:%Y-%m-%d}, {facts.metrics.get('train_seconds', 0):.0f} s"],
        ["run", f"`{facts.run.info.run_id}` ({facts.run.info.run_name})"],
        ["code", f"commit {facts.tags.get('git_commit') or 'not known'}"],
    ]
    rows += [
        [label, f"{facts.metrics[name]:,.{digits}f}"]
        for label, name, digits in (
            ("sentences a second", "sentences_per_second", 0),
            ("megabytes", "model_megabytes", 1),
        )
        if name in facts.metrics
    ]
    return rows


def _data(facts: CardFacts) -> dict[str, Any] | None:
    """The files, the split and the rows of each part; None where the run kept nothing of it."""
    config = (facts.kept_json(CONFIG) or {}).get("data") or {}
    counts = facts.kept_json(DATA_FACTS) or {}
    ids = facts.kept_json(SPLIT) or {}
    if not (config or counts or ids):
        return None
    return {
        "files": (facts.kept_json(ENVIRONMENT) or {}).get("files")
        or dict.fromkeys([name for key in ("path", *SPLITS) for name in config.get(key) or []], ""),
        "split": counts.get("split") or _as_configured(config),
        "warnings": counts.get("warnings", []),
        "share": config.get("share", 1),
        "parts": [
            [
                part,
                f"{count.get('rows', len(ids.get(part, []))):,}",
                f"{count.get('articles', '–')}",
                f"{count.get('targets') or '–'}",
                f"{count.get('digest', '–')}",
            ]
            for part in SPLITS
            if (count := counts.get(part, {})) or ids.get(part)
        ],
    }


def _as_configured(config: dict[str, Any]) -> str:
    """How the rows were dealt, of runs that did not keep what was done in fact."""
    split = config.get("split")
    return (
        f"by {split['by']}, dev {split['dev']:g}, test {split['test']:g}, seed {split['seed']}"
        if split
        else "as the files say"
    )


def _settings(facts: CardFacts) -> list[list[str]]:
    config = facts.kept_json(CONFIG)
    settings = dict(config["model"]) if config else {}
    if config:
        settings |= {
            key: value
            for key, value in config.items()
            if key not in ("task", "codebook", "data", "model", "experiment", "register")
        }
    settings["temperature of probabilities"] = f"{facts.meta.get('temperature', 1.0):.3g}"
    settings["says uncertain below a precision of"] = facts.meta.get("min_precision") or None
    return [[key, str(value)] for key, value in settings.items() if value is not None]


def _figures(facts: CardFacts) -> dict[str, object]:
    parts, averages = headline(facts)
    part, labels = by_label(facts)
    sliced_part, sliced_by, slices = worst_slices(facts)
    return {
        "parts": parts,
        "headline": averages,
        "seeds": seeds(facts),
        "part": part,
        "labels": labels,
        "confusions": confusions(facts, part),
        "sliced_part": sliced_part,
        "sliced_by": sliced_by,
        "slices": slices,
    }


def _limits(facts: CardFacts) -> dict[str, object]:
    """Labels that its figures say little of, or nothing, and from when on a label is given."""
    names, thresholds = facts.codebook.names, facts.meta.get("thresholds")
    rows = ((facts.kept_json(DATA_FACTS) or {}).get("train") or {}).get("labels", {})
    trained = {names[column] for column in facts.meta["columns"]}
    return {
        "few": FEW,
        "rare": [f"{name} ({count})" for name, count in rows.items() if 0 < count < FEW],
        "never": [name for name in names if name not in trained or rows.get(name) == 0],
        "thresholds": thresholds
        and [f"{name} {least:.2f}" for name, least in zip(names, thresholds, strict=True)],
    }


def _licence(encoder: str) -> str:
    """The licence of a packaged encoder; empty for any other."""
    if not encoder.startswith("packaged:"):
        return ""
    from models.families.encoders import PACKAGED

    name = encoder.removeprefix("packaged:")
    return PACKAGED[name][2] if name in PACKAGED else ""
