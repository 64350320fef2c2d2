"""A model card in Markdown, from what a model, its run and its version hold.

After Mitchell et al. 2019, Model Cards for Model Reporting.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from evaluation.cards.facts import PARTS, CardFacts, card_facts
from evaluation.cards.figures import by_label, confusions, headline, seeds, table, worst_slices
from models.store.artifact_names import CONFIG, DATA_FACTS, ENVIRONMENT, SPLIT

if TYPE_CHECKING:
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
        sections = [
            _what(facts),
            _use(facts),
            _data(facts),
            _codebook(facts),
            _training(facts),
            _figures(facts),
            _limits(facts),
            _licences(facts),
            _promotion(facts),
        ]
        return (
            "\n\n".join("\n".join(lines) for section in sections if (lines := list(section))) + "\n"
        )


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


def _what(facts: CardFacts) -> Iterator[str]:
    meta, book = facts.meta, facts.codebook
    what, _ = TASKS[meta["task"]]
    several = "any number" if book.multilabel else "one"
    yield f"# Model card: {facts.name}"
    yield ""
    yield (
        f"Says {what}: {several} of the {len(book.names)} labels of codebook {book.name} "
        f"{book.version}."
    )
    yield ""
    rows = [
        [
            "family",
            meta["family"]
            + (f", encoder {facts.tags['encoder']}" if facts.tags.get("encoder") else ""),
        ]
    ]
    if facts.run is not None:
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
    else:
        size = sum(path.stat().st_size for path in facts.folder.iterdir())
        rows.append(["megabytes", f"{size / 1e6:.1f}"])
    yield from table(["", ""], rows)


def _use(facts: CardFacts) -> Iterator[str]:
    task = facts.meta["task"]
    other = "stance" if task == "event" else "event"
    target = ', targets=["the Front=Salt Front,Front"]' if task == "stance" else ""
    option = ' --target "the Front=Salt Front,Front"' if task == "stance" else ""
    ref = facts.name if facts.promoted or "/" in facts.name else facts.ref
    yield "## Use"
    yield ""
    yield (
        f"{TASKS[task][1]} Not for decisions about persons or groups: single labels are often "
        "wrong, as the figures below say."
    )
    yield ""
    yield "```sh"
    yield f"python -m predict articles/ --model {ref} --out labels.parquet{option}"
    yield "```"
    yield "```python"
    yield "from predict import Labeler"
    yield f'labeler = Labeler({task}="{ref}", {other}=None{target})'
    yield 'rows = labeler.label_sentences(["The Front shelled the market."])'
    yield "```"


def _data(facts: CardFacts) -> Iterator[str]:
    config = (facts.kept_json(CONFIG) or {}).get("data") or {}
    counts = facts.kept_json(DATA_FACTS) or {}
    ids = facts.kept_json(SPLIT) or {}
    if not (config or counts or ids):
        return
    files = (facts.kept_json(ENVIRONMENT) or {}).get("files") or dict.fromkeys(
        [name for key in ("path", *PARTS) for name in config.get(key) or []], ""
    )
    yield "## Data"
    yield ""
    for name, digest in files.items():
        yield f"- `{name}`" + (f", sha256 {digest}…" if digest else "")
    split = counts.get("split") or _as_configured(config)
    yield f"- split {split}" + (
        "; articles with near-duplicate sentences stay together" if split.startswith("by ") else ""
    )
    yield from (f"- warning: {warning}" for warning in counts.get("warnings", []))
    if config.get("share", 1) != 1:
        yield f"- trained on {config['share']:g} of the training articles"
    yield ""
    yield from table(
        ["", "rows", "articles", "targets", "digest"],
        [
            [
                part,
                f"{one.get('rows', len(ids.get(part, []))):,}",
                f"{one.get('articles', '–')}",
                f"{one.get('targets') or '–'}",
                f"{one.get('digest', '–')}",
            ]
            for part in PARTS
            if (one := counts.get(part, {})) or ids.get(part)
        ],
    )


def _as_configured(config: dict[str, Any]) -> str:
    """How the rows were dealt, of runs that did not keep what was done in fact."""
    split = config.get("split")
    return (
        f"by {split['by']}, dev {split['dev']:g}, test {split['test']:g}, seed {split['seed']}"
        if split
        else "as the files say"
    )


def _codebook(facts: CardFacts) -> Iterator[str]:
    book = facts.codebook
    yield "## Codebook"
    yield ""
    yield (
        f"{book.name} {book.version} (digest {facts.meta['codebook_digest']}), "
        f"{len(book.names)} labels. {book.description.strip()}".rstrip()
    )
    yield ""
    yield from table(
        ["label", "of", "definition"],
        [[label.name, label.parent or "–", label.definition or "–"] for label in book.labels],
    )


def _training(facts: CardFacts) -> Iterator[str]:
    config = facts.kept_json(CONFIG)
    meta = facts.meta
    settings = dict(config["model"]) if config else {}
    if config:
        settings |= {
            key: value
            for key, value in config.items()
            if key not in ("task", "codebook", "data", "model", "experiment", "register")
        }
    settings |= {"temperature of probabilities": f"{meta.get('temperature', 1.0):.3g}"}
    if meta.get("min_precision"):
        settings["says uncertain below a precision of"] = meta["min_precision"]
    yield "## Training"
    yield ""
    yield from table(
        ["setting", "value"],
        [[key, str(value)] for key, value in settings.items() if value is not None],
    )


def _figures(facts: CardFacts) -> Iterator[str]:
    if not facts.metrics:
        return
    yield "## Figures"
    yield ""
    yield (
        "In brackets: 95 % bootstrap intervals, resampled by article. Dev rows chose epochs, "
        "calibration and the model; test rows only measure."
    )
    yield ""
    yield from headline(facts)
    if several := seeds(facts):
        yield ""
        yield from several
    part, labels = by_label(facts)
    if labels:
        yield from ("", f"### By label, on {part}", "", *labels)
    if confused := confusions(facts, part):
        yield from ("", f"### Most confused, on {part}", "", *confused)
    of, worst = worst_slices(facts)
    if worst:
        yield from ("", f"### Where it is worst, on {of}", "", *worst)


def _limits(facts: CardFacts) -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield "- Other outlets, periods and kinds of text than its data: measure before you rely on it."
    if facts.of_corpus:
        yield (
            "- Its sentences are fiction in the manner of news, in English, written and "
            "labelled by language models; no person has labelled them, and their label shares "
            "are chosen: take no base rates from them (data/corpus/CARD.md)."
        )
    if "all-MiniLM-L6-v2" in facts.tags.get("encoder", ""):
        yield "- Its encoder was pretrained on English."
    trained = ((facts.kept_json(DATA_FACTS) or {}).get("train") or {}).get("labels", {})
    if few := [f"{name} ({rows})" for name, rows in trained.items() if 0 < rows < FEW]:
        yield f"- Labels with fewer than {FEW} training rows: {', '.join(few)}."
    seen = {facts.codebook.names[column] for column in facts.meta["columns"]}
    if never := [
        name for name in facts.codebook.names if name not in seen or trained.get(name) == 0
    ]:
        yield f"- Labels that it was never trained on, and does not give: {', '.join(never)}."
    if facts.codebook.multilabel:
        own = facts.meta.get("thresholds")
        yield (
            "- A label is given from a probability of 0.5 on."
            if own is None
            else (
                "- A label is given from its threshold on, chosen on dev: "
                + ", ".join(
                    f"{name} {least:.2f}"
                    for name, least in zip(facts.codebook.names, own, strict=True)
                )
                + "."
            )
        )


def _licences(facts: CardFacts) -> Iterator[str]:
    yield "## Licences"
    yield ""
    yield "- code: Apache-2.0"
    if facts.of_corpus:
        yield f"- data: CC BY 4.0 ({', '.join(facts.of_corpus)})"
    elif facts.run is not None:
        yield "- data: as their owner says"
    if encoder := facts.tags.get("encoder"):
        from models.families.encoders import PACKAGED

        known = PACKAGED.get(encoder.removeprefix("packaged:"))
        yield (
            f"- encoder {encoder}: {known[2]}, its authors'"
            if known and encoder.startswith("packaged:")
            else f"- encoder {encoder}: see its page"
        )


def _promotion(facts: CardFacts) -> Iterator[str]:
    if facts.run is None:
        return
    yield "## Promotion"
    yield ""
    if not facts.promoted:
        yield "Never promoted."
    for entry in facts.promoted:
        forced = ", against the rule" if entry.forced else ""
        yield f"- {entry.at[:10]}, by {entry.who}{forced}: {entry.why}"
    if facts.promoted:
        yield from ("", "Champion now." if facts.champion else "Champion no more.")
