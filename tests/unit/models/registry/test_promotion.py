"""Who becomes champion, by whatever rule; the rule itself is tested where it is decided."""

from datetime import UTC, datetime

import pytest
from mlflow.tracking import MlflowClient

from data.problems import InputError
from models.registry import promotion
from models.registry.promotion import RefusedError, champion_of, history, note, promote
from models.registry.promotion_lock import CLAIM
from models.registry.references import CHAMPION
from models.store.connection import connect
from models.store.errors import StoreError


def nobody(candidate, champion, select_by):
    raise AssertionError("there is nothing to decide")


class Rule:
    """Decides by the figures of the runs, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, candidate, champion, select_by):
        self.asked.append(select_by)
        new, old = (connect().get_run(run).data.metrics[select_by] for run in (candidate, champion))
        if new <= old:
            raise RefusedError(f"{new} against {old}")
        return f"by judgement {new} against {old}"


rule = Rule()


def test_without_a_champion_any_version_is_promoted(log_version):
    entry = promote(f"event/{log_version(0.1)}", nobody, who="anna")
    assert (entry.version, entry.replaced, entry.who, entry.forced) == ("1", "", "anna", False)
    assert "first champion, dev/macro_f1 0.1000" in entry.line()
    client = connect()
    assert str(champion_of(client, "event").version) == "1"
    assert not [tag for tag in client.get_registered_model("event").tags if tag.startswith(CLAIM)]


def test_the_judge_decides_and_its_reason_is_kept(log_version):
    promote(f"event/{log_version(0.5)}", nobody)
    with pytest.raises(
        RefusedError,
        match=r"^event/2 \(dev/macro_f1 0.4000\) does not replace "
        r"champion event/1 \(0.5000\): 0.4 against 0.5; eventstance models "
        r"promote event/2 --force",
    ):
        promote(f"event/{log_version(0.4)}", rule)
    client = connect()
    assert str(champion_of(client, "event").version) == "1"
    assert [past.version for past in history("event")] == ["1"]
    client.update_model_version(
        "event", log_version(0.7), description="Ours.\n\nPromoted last year."
    )
    entry = promote("models:/event/3", rule, who="ben")
    assert (entry.version, entry.replaced) == ("3", "1")
    assert entry.why == "by judgement 0.7 against 0.5"
    kept = client.get_model_version("event", "3")
    assert kept.tags["promoted"] == entry.line()
    assert kept.description == f"Promoted {entry.at[:10]} by ben: {entry.why}\n\nOurs."
    assert history("event")[-1] == entry
    with pytest.raises(RefusedError, match="is champion already"):
        promote("event/3", nobody)


def test_without_figures_nothing_is_judged(log_version):
    promote(f"event/{log_version(0.5)}", nobody)
    with pytest.raises(RefusedError, match=r"its run has no dev/macro_f1.*--force"):
        promote(f"event/{log_version(None)}", nobody)
    client = connect()
    client.delete_run(client.get_model_version("event", "1").run_id)
    other_version = f"event/{log_version(0.9, select='dev/accuracy')}"
    with pytest.raises(RefusedError):  # the champion's run has no accuracy, says this rule
        promote(other_version, lambda *runs: (_ for _ in ()).throw(RefusedError("no accuracy")))
    assert (
        "(the champion before was chosen by dev/macro_f1)"
        in promote(other_version, lambda *runs: "better").why
    )


def test_force_needs_a_reason_and_is_noted(log_version):
    promote(f"event/{log_version(0.5)}", nobody)
    worse = f"event/{log_version(0.2)}"
    for why in ("", "  "):
        with pytest.raises(InputError, match="has no reason"):
            promote(worse, nobody, force=True, why=why)
    entry = promote(worse, nobody, force=True, why="faster on old machines", who="ben")
    assert entry.forced
    assert [(past.version, past.forced, past.why) for past in history("event")] == [
        ("1", False, "first champion, dev/macro_f1 0.5000"),
        ("2", True, "faster on old machines"),
    ]
    assert "by ben, forced: faster on old machines" in history()[1].line()
    assert history("stance") == []


def test_what_happens_meanwhile_is_seen(log_version, monkeypatch):
    promote(f"event/{log_version(0.5)}", nobody)
    other_version, ref = log_version(0.6), f"event/{log_version(0.7)}"

    def slow_judge(candidate, champion, select_by):
        connect().set_registered_model_alias("event", CHAMPION, other_version)
        return "better"

    with pytest.raises(RefusedError, match="was judged, somebody else set champion to event/2"):
        promote(ref, slow_judge)
    assert str(champion_of(connect(), "event").version) == other_version
    monkeypatch.setattr(promotion, "claimed", lambda *given: promotion_claim(*given, wait=0.1))
    client = connect()
    client.set_registered_model_tag("event", f"{CLAIM}x", _now())
    with pytest.raises(RefusedError, match="another promotion of event is under way"):
        promote(ref, rule)
    client.delete_registered_model_tag("event", f"{CLAIM}x")
    assert promote(ref, rule).version == "3"


promotion_claim = promotion.claimed


def _now():
    return f"{datetime.now(UTC).isoformat()} anna"


def test_a_store_that_fails_is_no_store_without_a_champion(log_version, monkeypatch):
    from mlflow.exceptions import MlflowException

    def fail(self, name, alias):
        raise MlflowException("the database is locked")

    monkeypatch.setattr(MlflowClient, "get_model_version_by_alias", fail)
    with pytest.raises(StoreError, match="is held by another process"):
        promote(f"event/{log_version(0.5)}", nobody)


def test_paragraphs_of_a_description_take_each_others_place(log_version):
    log_version(0.5)
    client = connect()
    for start, text in (("A: ", "A: one"), ("B: ", "B: two"), ("A: ", "A: three")):
        note(client, "event", "1", start, text)
    assert client.get_model_version("event", "1").description == "A: three\n\nB: two"


def test_what_is_done_never_seems_refused(log_version, monkeypatch):
    promote(f"event/{log_version(0.5)}", nobody)
    first, second, third = log_version(0.6), log_version(0.7), log_version(0.8)
    written = promotion.note

    def note_slowly(*given):
        written(*given)
        connect().set_registered_model_alias("event", CHAMPION, first)

    monkeypatch.setattr(promotion, "note", note_slowly)
    entry = promote(f"event/{second}", rule)
    assert (entry.version, entry.now) == (second, f"event/{first}")
    assert "is champion (before: 1)" in entry.line()
    assert "but then somebody else set champion to event/2" in entry.line()
    assert history("event")[-1].version == second

    def fail(*_):
        raise OSError("the line is dead")

    monkeypatch.setattr(promotion, "note", fail)
    with pytest.raises(StoreError, match="event/4: is champion now, but that could not be written"):
        promote(f"event/{third}", rule)
    assert str(champion_of(connect(), "event").version) == third


def test_the_manifest_stands_with_the_version_and_in_the_log(log_version):
    entry = promote(f"event/{log_version(0.5)}", nobody)
    assert entry.manifest == history("event")[0].manifest == "m0.5"
    tags = connect().get_model_version("event", "1").tags
    assert (tags["manifest"], tags["dev_rows"], tags["codebook"]) == ("m0.5", "7", "event")
