"""A model in Python: sentences in, labels and probabilities out."""

import copy

import numpy as np
import pandas
import pytest

import eventstance

SENTENCES = ["Soldiers and rebels exchanged fire near Arlow until dawn.", "A convoy brought flour."]


@pytest.fixture
def model(trained):
    return eventstance.load_model("event@champion")


def test_texts_and_records_get_label_and_probabilities(model):
    outcome = model.predict(SENTENCES)
    assert list(outcome["label"]) == ["clash", "aid"]
    assert outcome[model.labels].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert outcome["probability"].tolist() == outcome[model.labels].max(axis=1).tolist()
    assert model.predict([{"text": text} for text in SENTENCES]).equals(outcome)


def test_index_of_a_data_frame_is_kept(model):
    frame = pandas.DataFrame({"text": SENTENCES}, index=[7, 3])
    joined = frame.join(model.predict(frame))
    assert joined.loc[7, "label"] == "clash"
    assert np.allclose(model.predict_proba(frame), model.predict_proba(SENTENCES))


def test_no_sentences_give_no_rows(model):
    assert list(model.predict([]).columns) == ["label", "probability", *model.labels]
    assert model.predict_proba([]).shape == (0, 3)


def test_one_text_in_place_of_a_list_is_refused(model):
    with pytest.raises(eventstance.InputError, match="expected a list"):
        model.predict("A convoy brought flour.")


def test_stance_needs_a_target(small, tmp_path):
    from models.classifier import Fitting
    from models.families.tfidf import Tfidf, TfidfConfig

    stance = small["stance"]
    classifier = Tfidf(TfidfConfig(family="tfidf", min_count=1), stance.codebook)
    classifier.fit(stance.train, stance.dev, Fitting(seed=1, score_dev=lambda values: {}))
    classifier.save(tmp_path / "kept", "mine")
    model = eventstance.load_model(tmp_path / "kept")
    text = "Arlow lied to its own voters, while Dunmar fed the hungry."
    rows = [{"text": text, "target": target} for target in ("Arlow", "Dunmar")]
    assert list(model.predict(rows)["label"]) == ["against", "favor"]
    with pytest.raises(eventstance.InputError, match=r"sentences\[0\]: names no target"):
        model.predict([text])


def test_labeler_takes_the_model(model):
    (row,) = eventstance.Labeler(model, stance=None).label_sentences(SENTENCES[:1])
    assert (row["label"], row["model"], row["model_version"]) == ("clash", "event", "2")


def test_loading_changes_nothing_of_the_process(trained, unchanged, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")
    with unchanged():
        model = eventstance.load_model("event@champion", store=trained.folder / "mlflow.db")
        rows = eventstance.Labeler(stance=None, store=trained.folder).label_sentences(SENTENCES)
    assert model.ref == "event/2"
    assert [row["label"] for row in rows] == ["clash", "aid"]
    assert model.codebook.names == ("clash", "aid", "protest")


@pytest.mark.parametrize("ref", ["words", "run"])
def test_ref_names_the_model_that_was_loaded(trained, ref):
    run_id = trained.runs["tfidf"].info.run_id
    model = eventstance.load_model(run_id if ref == "run" else "event/2")
    assert model.ref == (f"runs:/{run_id}" if ref == "run" else "event/2")


def test_index_of_a_series_is_kept(model):
    series = pandas.Series(SENTENCES, index=[7, 3])
    assert model.predict(series)["label"].to_dict() == {7: "clash", 3: "aid"}


def test_model_of_a_finished_run_or_of_a_model_is_loaded(model, trained, monkeypatch, tmp_path):
    loaded = eventstance.load_model(model)
    assert repr(loaded) == "Model('event/2', task='event', labels=3)"
    monkeypatch.chdir(trained.folder)
    near = eventstance.load_model("event/1", "mlflow.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")
    assert eventstance.load_model(near).ref == "event/1"


def test_models_of_two_stores_do_not_stand_for_each_other(model, tmp_path):
    for call in (
        lambda: eventstance.compare(model, replace_store(model, tmp_path / "other.db")),
        lambda: eventstance.score(model, [{"text": "a"}], store=tmp_path / "other.db"),
        lambda: eventstance.promote(model, store=tmp_path / "other.db"),
        lambda: eventstance.load_model(model, tmp_path / "other.db"),
    ):
        with pytest.raises(eventstance.InputError, match=r"^store: models of .*other\.db"):
            call()


def replace_store(model, store):
    other = copy.copy(model)
    other.store = store
    return other


def test_one_store_may_be_named_in_several_ways(model, trained):
    assert eventstance.load_model(model, trained.folder).ref == "event/2"
    assert eventstance.load_model(model, trained.folder / "mlflow.db").ref == "event/2"
