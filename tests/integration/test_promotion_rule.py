import pytest

from data.problems import InputError
from models.promotion import (
    RefusedError,
    champion_of,
    history,
    promote,
    register,
    versions,
)
from models.resolve import load_model
from models.store import connect


@pytest.fixture
def made(store):
    """Makes a version of `event` whose run has that dev figure; returns its number."""
    client = connect()
    experiment = client.create_experiment("event")

    def make(figure, dev="rows-1", select="dev/macro_f1"):
        run = client.create_run(experiment, run_name=f"figure {figure}").info.run_id
        client.log_param(run, "select_by", select)
        if figure is not None:
            client.log_metric(run, select, figure)
        for key, value in {"dev_digest": dev, "task": "event", "family": "tfidf"}.items():
            client.set_tag(run, key, value)
        client.set_terminated(run)
        model = client.create_logged_model(experiment, name="model", source_run_id=run)
        return str(register(client, "event", run, model.model_id).version)
    return make


def test_without_a_champion_any_version_is_promoted(made):
    entry = promote(f"event/{made(0.1)}", who="anna")
    assert (entry.version, entry.replaced, entry.who, entry.forced) == ("1", "", "anna", False)
    assert "first champion, dev/macro_f1 0.1000" in entry.line()
    assert str(champion_of(connect(), "event").version) == "1"


def test_only_a_better_figure_replaces_the_champion(made):
    promote(f"event/{made(0.5)}")
    for figure in (0.4, 0.5):
        with pytest.raises(RefusedError, match=f"not better: dev/macro_f1 {figure:.4f}.*0.5000"):
            promote(f"event/{made(figure)}")
    assert str(champion_of(connect(), "event").version) == "1"
    entry = promote(f"models:/event/{made(0.51)}")
    assert (entry.version, entry.replaced) == ("4", "1")
    assert "0.5100 > 0.5000 of version 1" in entry.why
    with pytest.raises(RefusedError, match="is champion already"):
        promote("event/4")


def test_figures_of_other_rows_or_another_measure_are_not_compared(made):
    promote(f"event/{made(0.5)}")
    with pytest.raises(RefusedError, match="different dev rows"):
        promote(f"event/{made(0.9, dev='rows-2')}")
    with pytest.raises(RefusedError, match="has no dev/accuracy to compare with"):
        promote(f"event/{made(0.9, select='dev/accuracy')}")
    with pytest.raises(RefusedError, match="its run has no dev/macro_f1"):
        promote(f"event/{made(None)}")


def test_force_needs_a_reason_and_is_noted(made):
    promote(f"event/{made(0.5)}")
    worse = f"event/{made(0.2)}"
    for why in ("", "  "):
        with pytest.raises(InputError, match="has no reason"):
            promote(worse, force=True, why=why)
    entry = promote(worse, force=True, why="faster on old machines", who="ben")
    assert entry.forced
    assert [(told.version, told.forced, told.why) for told in history("event")] == [
        ("1", False, "first champion, dev/macro_f1 0.5000"),
        ("2", True, "faster on old machines")]
    assert "by ben, forced: faster on old machines" in history()[1].line()
    assert history("stance") == []


def test_versions_are_listed_the_best_first(made):
    for figure in (0.2, 0.7, 0.5):
        made(figure)
    promote("event/3")
    assert [(row.version, row.champion) for row in versions("event")] == [
        ("2", False), ("3", True), ("1", False)]
    assert versions("stance") == []


def test_what_does_not_exist(made):
    made(0.5)
    for ref, told in (("event/9", "no such version"), ("f" * 32, "no such run"),
                      ("event", "names no run or version")):
        with pytest.raises(InputError, match=told):
            promote(ref)
    for ref, told in (("event@champion", "no model 'event' has the alias 'champion'"),
                      ("stance@champion", "no model 'stance'"), ("what is this", "names no model"),
                      ("f" * 32, "no such run")):
        with pytest.raises(InputError, match=told):
            load_model(ref)
