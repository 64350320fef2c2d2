"""One run from Python: what goes in, what comes out, what stays as it was."""

import shutil
from pathlib import Path

import pandas
import pytest
from datasets import Dataset, DatasetDict
from mlflow.tracking import MlflowClient

import eventstance


@pytest.fixture
def config(lay_out, tmp_path, monkeypatch, empty_plots):
    """A configuration as a mapping, of a user's codebook; the test runs in the user's folder."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return {
        "task": "event",
        "codebook": str(tmp_path / "small_event.yaml"),
        "data": {"path": "rows.jsonl"},
        "model": {"family": "majority"},
    }


@pytest.fixture
def own_store(_made_store, tmp_path):
    """The file of an empty store that only the call names."""
    (tmp_path / "elsewhere").mkdir()
    return shutil.copy(_made_store, tmp_path / "elsewhere" / "own.db")


def frame(rows):
    splits = {"a6": "dev", "a7": "dev", "a8": "dev", "a9": "test"}
    return pandas.DataFrame(
        [row | {"split": splits.get(row["article_id"], "train")} for row in rows["event"]]
    )


def test_data_frame_is_trained_on_and_nothing_of_the_process_changes(
    config, own_store, small_rows, unchanged
):
    with unchanged():
        run = eventstance.train(
            config,
            frame(small_rows),
            store=own_store,
            name="v1.2",
            **{"model.family": "tfidf"},
        )
    assert run.name == "v1.2 seed=13"
    assert run.ref == "event/1"
    assert run.config.data.path[0].startswith("rows/")
    figures = run.to_frame().set_index(["part", "metric"])
    assert figures.loc[("dev", "macro_f1"), "value"] == pytest.approx(1.0)
    assert figures.loc[("dev", "accuracy"), "low"] <= figures.loc[("dev", "accuracy"), "high"]
    assert not any(name.endswith("_low") for _, name in figures.index)


def test_run_is_in_the_named_store_alone(config, own_store, small_rows, tmp_path):
    run = eventstance.train(config, frame(small_rows), store=own_store)
    assert not (tmp_path / "mlflow.db").exists()
    assert eventstance.load_model(run.run_id, own_store).name == "majority seed=13"


def test_equal_rows_find_their_run_again(config, own_store, small_rows):
    first = eventstance.train(config, frame(small_rows), store=own_store)
    again = eventstance.train(config, frame(small_rows), store=own_store, reuse=True)
    assert (again.run_id, again.reused) == (first.run_id, True)


def test_splits_of_a_dataset_dict_are_obeyed(config, own_store, small_rows):
    table = frame(small_rows)
    splits = {
        name: Dataset.from_pandas(table[table["split"] == part].drop(columns="split"))
        for name, part in (("train", "train"), ("validation", "dev"), ("test", "test"))
    }
    run = eventstance.train(config, DatasetDict(splits), store=own_store)
    tags = MlflowClient(f"sqlite:///{own_store}").get_run(run.run_id).data.tags
    assert (tags["split"], tags["dev_rows"]) == ("files", "18")
    assert run.config.data.path == ()


@pytest.mark.parametrize("bad", [{"sed": 2}, {"model.c": "x"}])
def test_faults_of_the_configuration_name_their_key(config, own_store, small_rows, bad):
    with pytest.raises(eventstance.InputError, match=rf"config: {next(iter(bad))}"):
        eventstance.train(config, frame(small_rows), store=own_store, **bad)


def test_faults_of_rows_are_told_of_the_data_frame(config, own_store, small_rows):
    table = frame(small_rows)
    table.loc[3, "label"] = "clsh"
    with pytest.raises(eventstance.InputError, match=r"DataFrame:4: unknown label 'clsh'"):
        eventstance.train(config, table, store=own_store)


def test_rows_and_data_exclude_each_other(config, own_store, small_rows):
    with pytest.raises(eventstance.InputError, match="is given beside rows"):
        eventstance.train(config, frame(small_rows), store=own_store, **{"data.path": "x.csv"})


def test_fault_of_the_training_is_raised(config, own_store, small_rows):
    with pytest.raises(eventstance.InputError, match="no terms are left"):
        eventstance.train(
            config,
            frame(small_rows),
            store=own_store,
            model={"family": "tfidf", "min_count": 900},
        )


def test_encoder_on_rows_on_disk_leaves_nothing_behind(
    config, own_store, small_rows, tiny_encoder, unchanged, monkeypatch
):
    monkeypatch.setattr("data.quality.table.HELD", 7)
    monkeypatch.setattr("train.rows.HELD", 7)
    model = {
        "family": "transformer",
        "encoder": str(tiny_encoder),
        "epochs": 1,
        "max_tokens": 32,
    }
    with unchanged():
        run = eventstance.train(config, frame(small_rows), store=own_store, model=model)
    assert run.metrics["epochs"] == 1
    assert not list(Path("checkpoints").glob("*"))  # nor the tokens


def test_rows_on_disk_make_the_same_model(config, own_store, small_rows, monkeypatch):
    model = {"family": "tfidf", "min_count": 1}
    held = eventstance.train(config, frame(small_rows), store=own_store, model=model)
    monkeypatch.setattr("data.quality.table.HELD", 7)
    monkeypatch.setattr("train.rows.HELD", 7)
    large = eventstance.train(config, frame(small_rows), store=own_store, model=model)
    figures = ("dev/macro_f1", "dev/ece", "test/accuracy", "temperature", "terms")
    assert {name: held.metrics[name] for name in figures} == {
        name: large.metrics[name] for name in figures
    }


def test_configuration_of_another_run_is_trained_again(config, own_store, small_rows):
    first = eventstance.train(config, frame(small_rows), store=own_store, tune_thresholds=False)
    again = eventstance.train(first.config, frame(small_rows), store=own_store, reuse=True)
    assert again.reused
    assert again.config == first.config
    assert len(repr(again)) < 200


@pytest.mark.parametrize("bad", [None, 3, ["configs/event/tfidf.yaml"]])
def test_configuration_of_another_kind_is_refused(config, own_store, small_rows, bad):
    with pytest.raises(eventstance.InputError, match=r"^config: is .*expected a YAML file"):
        eventstance.train(bad, frame(small_rows), store=own_store)


def test_fault_of_a_named_store_is_told_of_it(config, small_rows, tmp_path):
    with pytest.raises(eventstance.InputError, match=r"^store: .*the folder .* does not exist"):
        eventstance.train(config, frame(small_rows), store=tmp_path / "none" / "own.db")


def test_run_finds_its_store_from_another_folder(config, own_store, small_rows, monkeypatch):
    monkeypatch.chdir(Path(own_store).parent)
    run = eventstance.train(config, frame(small_rows), store="own.db")
    monkeypatch.chdir("..")
    assert run.load().ref == "event/1"
