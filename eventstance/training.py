"""One run from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.problems import InputError, Problem

if TYPE_CHECKING:
    from pandas import DataFrame

    from eventstance.model import Model
    from eventstance.rows import Handed
    from train.config import Plan, RunConfig

ROWS = Path("rows")  # in the working folder, as checkpoints/ and mlruns/ are
ENCODERS_NEED = ("torch", "transformers.utils.logging")


@dataclass(frozen=True)
class Trained:
    """A finished run.

    Attributes:
        run_id: in MLflow.
        name: readable name of the run.
        config: as it was trained, defaults filled in.
        metrics: `dev/…`, `test/…` and the rest, with the ends of intervals (`dev/macro_f1_low`).
        version: of the registered model; empty if it was not registered.
        ref: names the model for `load_model`, `score`, `compare` and `promote`.
        reused: an equal run was found and nothing was trained.
        store: address of the store that it was trained into; None for the usual one.
    """

    run_id: str
    name: str
    config: RunConfig = field(repr=False)
    metrics: Mapping[str, float] = field(repr=False)
    version: str = ""
    ref: str = ""
    reused: bool = False
    store: str | Path | None = field(default=None, repr=False)

    def load(self) -> Model:
        """Returns the trained model, from the store that it was trained into."""
        from eventstance.model import load_model

        return load_model(self.ref, self.store)

    def to_frame(self) -> DataFrame:
        """Returns the metrics of dev and test rows: `part, metric, value, low, high`."""
        from eventstance.scoring import with_intervals

        return with_intervals(
            {name: value for name, value in self.metrics.items() if "/" in name},
            {
                name: (low, self.metrics[f"{name}_high"])
                for name in self.metrics
                if (low := self.metrics.get(f"{name}_low")) is not None
            },
            parts=True,
        )


def train(
    config: str | Path | Mapping[str, Any] | RunConfig,
    rows: Any = None,
    *,
    store: str | Path | None = None,
    name: str = "",
    reuse: bool = False,
    resume: bool = False,
    say: Callable[[str], None] = lambda line: None,
    **overrides: Any,
) -> Trained:
    """Trains one model and returns the finished run; the same checks as `eventstance train`.

    Args:
        config: a YAML file, what it would hold, or the `config` of a finished run. None is
            changed. A file that is not there may be one of the project's own, as
            `configs/event/tfidf.yaml`.
        rows: in place of the config's `data`: a path, a data frame, a `Dataset`, a `DatasetDict`
            (its train, validation and test are the parts), or records. What is in memory is kept
            as `rows/DIGEST.parquet` in the working folder, so that the run can be repeated.
        store: address of the MLflow store, or the file of a sqlite one, which is made if it is not
            there; for this call alone.
        name: of the run, before its seed; if empty the file's or the family's, and what is
            overridden.
        reuse: give back an equal run (configuration, rows) that is finished already.
        resume: go on from the checkpoint of an interrupted run.
        say: receives a line for each step.
        overrides: keys of the config: `seed=2`, or `**{"model.epochs": 2, "data.share": 0.5}`.

    Raises:
        InputError: with every fault of the configuration, the rows and the store, before anything
            is trained; or what only the training finds out.
        IncompleteError: the run stopped (a full disk, a lost store); the message has the command
            that completes it.
    """
    from eventstance.model import arguments
    from eventstance.rows import Handed, as_files
    from models.store.process_state import address, undisturbed

    store = None if store is None else address(store)
    handed = Handed({}, {}) if rows is None else as_files(rows, ROWS)
    with handed.named():
        plan = _plan(config, handed, overrides, name)
        # Only encoders are trained with these; what they keep is put back only if they are there.
        needs = ENCODERS_NEED if hasattr(plan.runs[0][1].model, "encoder") else ()
        with arguments(store), undisturbed(store, needs):
            return _trained(plan, store, reuse, resume, say)


def _plan(
    config: str | Path | Mapping[str, Any] | RunConfig,
    handed: Handed,
    overrides: Mapping[str, Any],
    name: str,
) -> Plan:
    from train.config import single

    files = {f"data.{part}": [file] for part, file in handed.files.items()}
    for key in overrides:
        if files and key in (
            "data",
            *(f"data.{part}" for part in ("path", "train", "dev", "test")),
        ):
            raise InputError(Problem(key, "is given beside rows", "give one of them"))
    return single(config, files, overrides, name)


def _trained(
    plan: Plan,
    store: str | Path | None,
    reuse: bool,
    resume: bool,
    say: Callable[[str], None],
) -> Trained:
    from models.registry.names import registered_name
    from models.store.connection import check, connect, store_errors, tracking_uri
    from train.schedule import Options, carry_out, load_all
    from train.tracking import destination

    with store_errors():
        check(tracking_uri())  # before rows are read: a wrong address is told at once
        loaded = load_all([plan])
        ((_, config),), ((data,),) = plan.runs, loaded
        client = connect(make=True)
        destination.check(client, [(config, data)])
        (outcome,) = carry_out(client, [plan], loaded, Options(resume=resume, reuse=reuse, say=say))
    if outcome.done is None:
        raise outcome.cause or RuntimeError(outcome.error)
    done = outcome.done
    registered = registered_name(config.task, data.codebook.name)
    return Trained(
        done.run_id,
        done.name,
        config,
        done.metrics,
        done.version,
        f"{registered}/{done.version}" if done.version else f"runs:/{done.run_id}",
        done.reused,
        store,
    )
