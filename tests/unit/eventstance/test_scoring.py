"""Models measured and compared from Python."""

import pandas
import pytest
from datasets import Dataset

import eventstance
from eventstance import scoring


@pytest.fixture
def rows(small_rows):
    """Rows that the models of the trained store were partly trained on, as a data frame."""
    return pandas.DataFrame(small_rows["event"])


def test_scores_of_a_data_frame_and_nothing_of_the_process_changes(trained, rows, unchanged):
    with unchanged():
        scores = eventstance.score("event@champion", rows)
    figures = scores.to_frame().set_index("metric")
    assert figures.loc["macro_f1", "value"] == scores.metrics["macro_f1"]
    assert figures.loc["macro_f1", "low"] <= figures.loc["macro_f1", "value"]
    assert figures.loc["f1/clash"].tolist() == [1.0, 1.0, 1.0]
    assert scores.labels()["support"].sum() == len(rows)
    assert scores.confusion().loc["clash"].sum() == (rows["label"] == "clash").sum()
    assert scores.figures["data"]["path"] == "DataFrame"
    assert "trained on" in scores.warning


def test_intervals_among_the_values_are_no_rows():
    values = {"type_accuracy": 0.5, "type_accuracy_low": 0.4, "type_accuracy_high": 0.6, "n": 1.0}
    table = scoring.with_intervals(values, {})
    assert table["metric"].tolist() == ["type_accuracy", "n"]
    assert table.loc[0, ["low", "high"]].tolist() == [0.4, 0.6]
    assert table.loc[1, ["low", "high"]].isna().all()


def test_store_of_the_call_is_the_one_that_is_read(trained, rows, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")
    assert eventstance.score("event/1", rows, store=trained.folder).metrics["accuracy"] < 0.9


def test_loaded_model_is_scored_in_its_own_store(trained, rows, tmp_path, monkeypatch):
    model = eventstance.load_model("event@champion", store=trained.folder)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")
    assert eventstance.score(model, Dataset.from_pandas(rows)).metrics["macro_f1"] == 1.0


def test_faults_are_told_of_what_was_handed_over(trained, rows):
    rows.loc[0, "label"] = "clsh"
    with pytest.raises(eventstance.InputError, match=r"^DataFrame:1: unknown label"):
        eventstance.score("event/2", rows)


def test_comparison_of_runs_on_their_own_rows(trained, unchanged):
    with unchanged():
        comparison = eventstance.compare("event/2", "event/1")
    (pair,) = comparison.to_frame().to_dict("records")
    assert pair["difference"] > 0
    assert pair["low"] <= pair["difference"] <= pair["high"]
    assert pair["better"] == ""  # three articles: it may be luck
    assert list(comparison.models()["ref"]) == ["event/2", "event/1"]
    assert set(comparison.labels()["label"]) == {"clash", "aid", "protest"}


def test_comparison_on_rows_warns_of_those_trained_on(trained, rows):
    comparison = eventstance.compare("event/2", "event/1", rows=rows, metric="accuracy")
    assert comparison.figures["rows"] == len(rows)
    assert "trained on some" in comparison.warning


def test_one_model_is_no_comparison(trained):
    with pytest.raises(eventstance.InputError, match="expected two or more"):
        eventstance.compare("event/2")


def test_unknown_part_is_refused(trained):
    with pytest.raises(eventstance.InputError, match="expected dev or test"):
        eventstance.compare("event/2", "event/1", part="train")


def test_no_rows_are_refused(trained):
    with pytest.raises(eventstance.InputError, match="rows: are None"):
        eventstance.score("event/2", None)


def test_faults_name_arguments_and_not_options(trained, rows, tmp_path):
    with pytest.raises(eventstance.InputError, match=r"^only: unknown label 'cls'"):
        eventstance.score("event/2", rows, only="cls")
    with pytest.raises(eventstance.InputError, match=r"^metric: unknown metric"):
        eventstance.compare("event/2", "event/1", metric="f2")
    (tmp_path / "notes.txt").write_text("no database")
    with pytest.raises(eventstance.InputError, match=r"^store: "):
        eventstance.score("event/2", rows, store=tmp_path / "notes.txt")
    with pytest.raises(eventstance.InputError, match=r"^store: .*or leave store out"):
        eventstance.score("event/2", rows, store="http://127.0.0.1:9")


def test_one_name_stands_for_a_list_of_one(trained, rows):
    alone = eventstance.score("event/2", rows, only="clash")
    assert alone.metrics == eventstance.score("event/2", rows, only=["clash"]).metrics
    with pytest.raises(eventstance.InputError, match="slices by 'region': no such column"):
        eventstance.score("event/2", rows, slices="region")


def test_scores_and_comparisons_show_as_tables(trained, rows):
    scores = eventstance.score("event/2", rows)
    comparison = eventstance.compare("event/2", "event/1")
    for shown in (scores, comparison):
        assert len(repr(shown)) < 500
        assert "<table" in shown._repr_html_()
    assert "macro_f1" in str(scores)
    assert "difference" in str(comparison)
