from mlflow.tracking import MlflowClient

from models.registry.leaderboard import grouped, table, versions
from models.registry.promotion import history, promote
from models.store.connection import connect


def test_versions_are_listed_the_best_first(log_version):
    for figure in (0.2, 0.7, 0.5):
        log_version(figure)
    promote("event/3", lambda *runs: "better")
    assert [(row.version, row.champion) for row in versions("event")] == [
        ("2", False),
        ("3", True),
        ("1", False),
    ]
    assert versions("stance") == []


def test_figures_of_unlike_rows_and_metrics_are_parted(log_version):
    for figure, settings in (
        (0.2, {}),
        (0.7, {"rows": "d2"}),
        (0.5, {}),
        (0.9, {"select": "dev/accuracy"}),
        (0.6, {"rows": "d2"}),
    ):
        log_version(figure, **settings)
    promote("event/5", lambda *runs: "better")
    groups = [[row.version for row in group] for group in grouped(versions("event"))]
    assert groups == [["2", "5"], ["4"], ["3", "1"]]  # that of the champion first
    assert [row.dev_rows for row in versions()] == ["7"] * 5
    client = connect()
    client.delete_run(client.get_model_version("event", "1").run_id)
    assert len(versions("event")) == 5


def test_more_than_a_page_has_is_all_listed(log_version, monkeypatch):
    def by_twos(name):
        whole = getattr(MlflowClient, name)
        monkeypatch.setattr(
            MlflowClient,
            name,
            lambda self, *args, **kwargs: whole(self, *args, **kwargs | {"max_results": 2}),
        )

    for name in (
        "search_registered_models",
        "search_model_versions",
        "search_runs",
        "search_experiments",
    ):
        by_twos(name)
    client = connect()
    for number in range(5):
        promote(f"event/{log_version(number / 10)}", lambda *_: "better")
        client.create_registered_model(f"other-{number}")
        client.create_experiment(f"other-{number}")
    rows = versions()
    assert [row.metrics["dev/macro_f1"] for row in rows] == [0.4, 0.3, 0.2, 0.1, 0.0]
    assert len(history()) == 5
    client.create_registered_model("it's mine")
    client.create_model_version("it's mine", "/tmp/none")
    assert [row.name for row in versions("it's mine")] == ["it's mine"]


def test_a_group_as_a_table(log_version):
    for figure in (0.5, 0.25):
        log_version(figure)
    promote("event/1", lambda *runs: "better")
    (group,) = grouped(versions("event"))
    grid = table(group)
    assert grid.title == "event: macro_f1 on 7 dev rows (d1), codebook event"
    run_id = connect().get_model_version("event", "1").run_id
    assert grid.rows[0] == (
        *("event/1", "tfidf", "figure 0.5", "0.500", "–", "–", "–", "champion"),
        run_id,
    )
    assert grid.rows[1][:4] == ("event/2", "tfidf", "figure 0.25", "0.250")
    assert [row[7] for row in grid.rows] == ["champion", ""]
