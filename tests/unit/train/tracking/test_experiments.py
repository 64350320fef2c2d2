import json
from types import SimpleNamespace

import pytest
from made_stores import client_of

from train.tracking.experiments import NOTE, SAVED_VIEW, VIEW, note, place, present, shown_at, view


def test_an_experiment_is_presented_once_and_keeps_what_it_has(store):
    client = client_of(store)
    made = client.create_experiment("mine", tags={NOTE: "My own words."})
    present(client, client.get_experiment(made), "event")
    tags = client.get_experiment(made).tags
    assert tags[NOTE] == "My own words."
    assert json.loads(tags[SAVED_VIEW + VIEW])["name"] == VIEW
    client.set_experiment_tag(made, SAVED_VIEW + VIEW, "as somebody changed it")
    present(client, client.get_experiment(made), "event")
    assert client.get_experiment(made).tags[SAVED_VIEW + VIEW] == "as somebody changed it"
    other = client.create_experiment("other")
    present(client, client.get_experiment(other), "stance")
    assert client.get_experiment(other).tags[NOTE] == note("stance", f"#{place(other)}")


@pytest.mark.parametrize("task", ["event", "stance"])
def test_the_view_sorts_by_what_it_shows_and_charts_belong_to_its_section(task):
    state = json.loads(json.loads(view(task))["state"])
    assert state["orderByKey"] == state["selectedColumns"][0] == "metrics.`dev/macro_f1`"
    (section,) = state["compareRunSections"]
    assert {chart["metricSectionId"] for chart in state["compareRunCharts"]} == {section["uuid"]}
    names = [chart["uuid"] for chart in state["compareRunCharts"]]
    assert len(set(names)) == len(names)
    assert len(view(task)) < 5_000  # characters of a tag that every store keeps


def test_the_note_begins_with_the_link_and_explains_every_metric_it_names():
    text = note("stance", "#/there")
    assert text.startswith("[Table and charts of the headline figures](#/there)")
    assert "`f_avg`: mean F1 of favor and against" in text


def test_where_the_view_is_shown():
    one = SimpleNamespace(name="event-mine", experiment_id="7")
    at = "#/experiments/7/runs?viewStateShareKey=figures&workflowType=machine_learning"
    assert shown_at("http://anna:pw@host:5000/mlflow", [one]) == [
        f"event-mine: http://host:5000/mlflow/{at}"
    ]
    assert shown_at("sqlite:///a b.db", [one]) == [
        "to look at them: mlflow ui --backend-store-uri 'sqlite:///a b.db', then open",
        f"event-mine: http://127.0.0.1:5000/{at}",
    ]
    assert "pw" not in "".join(shown_at("postgresql://anna:pw@host/db", [one]))
    assert shown_at("sqlite:///mlflow.db", []) == []


def test_the_view_says_of_which_labels_and_rows_a_figure_is():
    state = json.loads(json.loads(view("event"))["state"])
    assert {"tags.`codebook`", "tags.`dev_rows`"} <= set(state["selectedColumns"])


def test_names_of_columns_are_read_whole():
    widths = json.loads(json.loads(view("stance"))["state"])["columnWidths"]
    assert widths["metrics.`dev/macro_f1_unseen_targets`"] >= 27 * 7.5
    assert widths["metrics.`dev/ece`"] == widths["metrics.`train_seconds`"] - 9
