import pytest
from mlflow.tracking import MlflowClient

from data.problems import InputError
from models import promotion
from models.claims import CLAIM
from models.leaderboard import versions
from models.promotion import ALIAS, RefusedError, champion_of, history, note, promote
from models.resolve import load_model
from models.store import connect
from models.store_error import StoreError
from models.versions import register


def nobody(candidate, champion, select_by):
    raise AssertionError("there is nothing to judge")


class Judge:
    """Decides by the figures of the runs, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, candidate, champion, select_by):
        self.asked.append(select_by)
        new, old = (connect().get_run(run).data.metrics[select_by]
                    for run in (candidate, champion))
        if new <= old:
            raise RefusedError(f"{new} against {old}")
        return f"by judgement {new} against {old}"


judge = Judge()


@pytest.fixture
def made(store):
    """Makes a run of `event` with that dev figure, and its version; returns the version's number.
    """
    client = connect()
    experiment = client.create_experiment("event")

    def make(figure, select="dev/macro_f1", parent="", version=True):
        run = client.create_run(experiment, run_name=f"figure {figure}",
                                tags={"mlflow.parentRunId": parent} if parent else {}).info.run_id
        client.log_param(run, "select_by", select)
        if figure is not None:
            client.log_metric(run, select, figure)
        for key, value in {"task": "event", "family": "tfidf"}.items():
            client.set_tag(run, key, value)
        model = client.create_logged_model(experiment, name="model", source_run_id=run)
        from mlflow.entities import LoggedModelOutput
        client.log_outputs(run, [LoggedModelOutput(model.model_id, step=0)])
        client.set_terminated(run)
        if not version:
            return run
        return str(register(client, "event", run, model.model_id).version)

    def parent(kind="seeds", **tags):
        run = client.create_run(experiment, run_name="parent", tags={"kind": kind, **tags})
        client.set_terminated(run.info.run_id)
        return run.info.run_id
    make.parent = parent
    return make


def test_without_a_champion_any_version_is_promoted(made):
    entry = promote(f"event/{made(0.1)}", nobody, who="anna")
    assert (entry.version, entry.replaced, entry.who, entry.forced) == ("1", "", "anna", False)
    assert "first champion, dev/macro_f1 0.1000" in entry.line()
    client = connect()
    assert str(champion_of(client, "event").version) == "1"
    assert not [tag for tag in client.get_registered_model("event").tags if tag.startswith(CLAIM)]


def test_the_judge_decides_and_its_reason_is_kept(made):
    promote(f"event/{made(0.5)}", nobody)
    with pytest.raises(RefusedError, match=r"^event/2 \(dev/macro_f1 0.4000\) does not replace "
                       r"champion event/1 \(0.5000\): 0.4 against 0.5; python -m models "
                       r"promote event/2 --force"):
        promote(f"event/{made(0.4)}", judge)
    client = connect()
    assert str(champion_of(client, "event").version) == "1"
    assert [told.version for told in history("event")] == ["1"]
    client.update_model_version("event", made(0.7), description="Ours.\n\nPromoted last year.")
    entry = promote("models:/event/3", judge, who="ben")
    assert (entry.version, entry.replaced) == ("3", "1")
    assert entry.why == "by judgement 0.7 against 0.5"
    kept = client.get_model_version("event", "3")
    assert kept.tags["promoted"] == entry.line()
    assert kept.description == f"Promoted {entry.at[:10]} by ben: {entry.why}\n\nOurs."
    assert history("event")[-1] == entry
    with pytest.raises(RefusedError, match="is champion already"):
        promote("event/3", nobody)


def test_without_figures_nothing_is_judged(made):
    promote(f"event/{made(0.5)}", nobody)
    with pytest.raises(RefusedError, match=r"its run has no dev/macro_f1.*--force"):
        promote(f"event/{made(None)}", nobody)
    client = connect()
    client.delete_run(client.get_model_version("event", "1").run_id)
    other = f"event/{made(0.9, select='dev/accuracy')}"
    with pytest.raises(RefusedError):  # the champion's run has no accuracy, says this judge
        promote(other, lambda *runs: (_ for _ in ()).throw(RefusedError("no accuracy")))
    assert "(the champion before was chosen by dev/macro_f1)" in promote(
        other, lambda *runs: "better").why


def test_force_needs_a_reason_and_is_noted(made):
    promote(f"event/{made(0.5)}", nobody)
    worse = f"event/{made(0.2)}"
    for why in ("", "  "):
        with pytest.raises(InputError, match="has no reason"):
            promote(worse, nobody, force=True, why=why)
    entry = promote(worse, nobody, force=True, why="faster on old machines", who="ben")
    assert entry.forced
    assert [(told.version, told.forced, told.why) for told in history("event")] == [
        ("1", False, "first champion, dev/macro_f1 0.5000"),
        ("2", True, "faster on old machines")]
    assert "by ben, forced: faster on old machines" in history()[1].line()
    assert history("stance") == []


def test_a_parent_stands_for_its_best_child(made):
    parent = made.parent()
    made(0.6, parent=parent)
    inner = made.parent("sweep", **{"mlflow.parentRunId": parent})
    best = made(0.8, parent=inner, version=False)
    made(0.9)  # of nobody
    entry = promote(parent, nobody)
    assert connect().get_model_version("event", entry.version).run_id == best
    assert entry.why.endswith(f"(run {best[:8]}, the best of 2 under the parent run {parent[:8]})")
    with pytest.raises(InputError, match="none of its runs has finished with a model"):
        promote(made.parent(), nobody)


def test_what_happens_meanwhile_is_seen(made, monkeypatch):
    promote(f"event/{made(0.5)}", nobody)
    other, ref = made(0.6), f"event/{made(0.7)}"

    def slow_judge(candidate, champion, select_by):
        connect().set_registered_model_alias("event", ALIAS, other)
        return "better"

    with pytest.raises(RefusedError, match="somebody else set champion to event/2"):
        promote(ref, slow_judge)
    assert str(champion_of(connect(), "event").version) == other
    monkeypatch.setattr(promotion, "claimed", lambda *given: promotion_claim(*given, wait=0.1))
    client = connect()
    client.set_registered_model_tag("event", f"{CLAIM}x", _now())
    with pytest.raises(RefusedError, match="another promotion of event is under way"):
        promote(ref, judge)
    client.delete_registered_model_tag("event", f"{CLAIM}x")
    assert promote(ref, judge).version == "3"


promotion_claim = promotion.claimed


def _now():
    from datetime import UTC, datetime
    return f"{datetime.now(UTC).isoformat()} anna"


def test_a_store_that_fails_is_no_store_without_a_champion(made, monkeypatch):
    from mlflow.exceptions import MlflowException

    def fail(self, name, alias):
        raise MlflowException("the database is locked")
    monkeypatch.setattr(MlflowClient, "get_model_version_by_alias", fail)
    with pytest.raises(StoreError, match="is held by another process"):
        promote(f"event/{made(0.5)}", nobody)


def test_paragraphs_of_a_description_take_each_others_place(made):
    made(0.5)
    client = connect()
    for start, text in (("A: ", "A: one"), ("B: ", "B: two"), ("A: ", "A: three")):
        note(client, "event", "1", start, text)
    assert client.get_model_version("event", "1").description == "A: three\n\nB: two"


def test_versions_are_listed_the_best_first(made):
    for figure in (0.2, 0.7, 0.5):
        made(figure)
    promote("event/3", nobody)
    assert [(row.version, row.champion) for row in versions("event")] == [
        ("2", False), ("3", True), ("1", False)]
    assert versions("stance") == []


def test_what_does_not_exist(made):
    made(0.5)
    for ref, told in (("event/9", "no such version"), ("f" * 32, "no such run"),
                      ("event", "names no run or version")):
        with pytest.raises(InputError, match=told):
            promote(ref, nobody)
    for ref, told in (("event@champion", "no model 'event' has the alias 'champion'"),
                      ("stance@champion", "no model 'stance'"), ("what is this", "names no model"),
                      ("f" * 32, "no such run")):
        with pytest.raises(InputError, match=told):
            load_model(ref)
