import pytest
from mlflow.tracking import MlflowClient

from data.problems import InputError
from models.registry import promotion
from models.registry.leaderboard import grouped, versions
from models.registry.promotion import ALIAS, RefusedError, champion_of, history, note, promote
from models.registry.promotion_lock import CLAIM
from models.registry.resolve import load_model
from models.registry.versions import register
from models.store.connection import connect
from models.store.errors import StoreError


def nobody(candidate, champion, select_by):
    raise AssertionError("there is nothing to judge")


class Judge:
    """Decides by the figures of the runs, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, candidate, champion, select_by):
        self.asked.append(select_by)
        new, old = (connect().get_run(run).data.metrics[select_by] for run in (candidate, champion))
        if new <= old:
            raise RefusedError(f"{new} against {old}")
        return f"by judgement {new} against {old}"


judge = Judge()


@pytest.fixture
def made(store):
    """Makes a run of `event` with that dev figure and its version; returns the version's number."""
    client = connect()
    experiment = client.create_experiment("event")

    def make(figure, select="dev/macro_f1", parent="", version=True, labels=(), rows="d1"):
        run = client.create_run(
            experiment,
            run_name=f"figure {figure}",
            tags={"mlflow.parentRunId": parent} if parent else {},
        ).info.run_id
        client.log_param(run, "select_by", select)
        if figure is not None:
            client.log_metric(run, select, figure)
        for key, value in {
            "task": "event",
            "family": "tfidf",
            "dev_digest": rows,
            "dev_rows": "7",
            "codebook": "event",
            "manifest": f"m{figure}",
        }.items():
            client.set_tag(run, key, value)
        if labels:
            client.log_dict(
                run,
                {
                    "name": "event",
                    "version": "1",
                    "task": "event",
                    "labels": [{"name": name} for name in labels],
                },
                "codebook.yaml",
            )
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
    with pytest.raises(
        RefusedError,
        match=r"^event/2 \(dev/macro_f1 0.4000\) does not replace "
        r"champion event/1 \(0.5000\): 0.4 against 0.5; python -m models "
        r"promote event/2 --force",
    ):
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
    assert (
        "(the champion before was chosen by dev/macro_f1)"
        in promote(other, lambda *runs: "better").why
    )


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
        ("2", True, "faster on old machines"),
    ]
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

    with pytest.raises(RefusedError, match="was judged, somebody else set champion to event/2"):
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
        ("2", False),
        ("3", True),
        ("1", False),
    ]
    assert versions("stance") == []


def test_what_is_done_never_seems_refused(made, monkeypatch):
    promote(f"event/{made(0.5)}", nobody)
    first, second, third = made(0.6), made(0.7), made(0.8)
    written = promotion.note

    def note_slowly(*given):
        written(*given)
        connect().set_registered_model_alias("event", ALIAS, first)

    monkeypatch.setattr(promotion, "note", note_slowly)
    entry = promote(f"event/{second}", judge)
    assert (entry.version, entry.now) == (second, f"event/{first}")
    assert "is champion (before: 1)" in entry.line()
    assert "but then somebody else set champion to event/2" in entry.line()
    assert history("event")[-1].version == second

    def fail(*_):
        raise OSError("the line is dead")

    monkeypatch.setattr(promotion, "note", fail)
    with pytest.raises(StoreError, match="event/4: is champion now, but that could not be written"):
        promote(f"event/{third}", judge)
    assert str(champion_of(connect(), "event").version) == third


def test_the_manifest_stands_with_the_version_and_in_the_log(made):
    entry = promote(f"event/{made(0.5)}", nobody)
    assert entry.manifest == history("event")[0].manifest == "m0.5"
    tags = connect().get_model_version("event", "1").tags
    assert (tags["manifest"], tags["dev_rows"], tags["codebook"]) == ("m0.5", "7", "event")


def test_other_labels_never_compete(made):
    promote(f"event/{made(0.5, labels=('a', 'b'))}", nobody)
    run = made(0.9, version=False, labels=("a", "c"))
    with pytest.raises(
        InputError,
        match="other labels than the versions of registered model "
        r"'event' \(only here: c; lacking here: b\)",
    ):
        promote(run, nobody)
    connect().delete_registered_model_tag("event", "labels")  # as an older program left it
    connect().create_model_version("event", "/tmp/none", run)
    with pytest.raises(
        RefusedError,
        match=r"event/2 has other labels than champion event/1 \(only "
        r"here: c; lacking here: b\): their figures cannot be compared",
    ):
        promote("event/2", nobody)


def test_runs_of_a_parent_that_cannot_be_compared(made):
    parent = made.parent("sweep")
    one, two = made(0.8, parent=parent), made(0.9, "dev/accuracy", parent)
    with pytest.raises(InputError, match="measured by different metrics or on different dev rows"):
        promote(parent, nobody)
    other = made.parent("sweep")
    made(0.8, parent=other), made(0.9, parent=other, rows="d2")
    with pytest.raises(InputError, match=r"the best of each kind: \w{8} \(dev"):
        promote(other, nobody)
    assert (one, two) == ("1", "2")


def test_a_run_is_named_by_the_beginning_of_its_id(made):
    run = made(0.5, version=False)
    assert promote(run[:8], nobody).version == "1"
    assert promote(made(0.6, version=False)[:12].upper(), judge).version == "2"


def test_figures_of_unlike_rows_and_metrics_are_parted(made):
    for figure, given in (
        (0.2, {}),
        (0.7, {"rows": "d2"}),
        (0.5, {}),
        (0.9, {"select": "dev/accuracy"}),
        (0.6, {"rows": "d2"}),
    ):
        made(figure, **given)
    promote("event/5", nobody)
    groups = [[row.version for row in group] for group in grouped(versions("event"))]
    assert groups == [["2", "5"], ["4"], ["3", "1"]]  # that of the champion first
    assert [row.dev_rows for row in versions()] == ["7"] * 5
    client = connect()
    client.delete_run(client.get_model_version("event", "1").run_id)
    assert len(versions("event")) == 5


def test_more_than_a_page_has_is_all_listed(made, monkeypatch):
    def by_twos(name):
        whole = getattr(MlflowClient, name)
        monkeypatch.setattr(
            MlflowClient,
            name,
            lambda self, *given, **named: whole(self, *given, **named | {"max_results": 2}),
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
        promote(f"event/{made(number / 10)}", lambda *_: "better")
        client.create_registered_model(f"other-{number}")
        client.create_experiment(f"other-{number}")
    rows = versions()
    assert [row.metrics["dev/macro_f1"] for row in rows] == [0.4, 0.3, 0.2, 0.1, 0.0]
    assert len(history()) == 5
    client.create_registered_model("it's mine")
    client.create_model_version("it's mine", "/tmp/none")
    assert [row.name for row in versions("it's mine")] == ["it's mine"]


def test_what_does_not_exist(made):
    made(0.5)
    for ref, told in (
        ("event/9", "no such version"),
        ("f" * 32, "no such run"),
        ("event", "names no run or version"),
    ):
        with pytest.raises(InputError, match=told):
            promote(ref, nobody)
    for ref, told in (
        ("event@champion", "no model 'event' has the alias 'champion'"),
        ("stance@champion", "no model 'stance'"),
        ("what is this", "names no model"),
        ("f" * 32, "no such run"),
    ):
        with pytest.raises(InputError, match=told):
            load_model(ref)
