"""Every family on every kind of task through the same cases."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from family_settings import NAMES, SMALL, untrained

from data.examples import Example, Labelled, Span
from models.classifier import Fitting
from models.portable import serving
from models.portable.backends import OnnxBackend, SklearnBackend
from models.portable.inputs import as_input, columns_of_text
from models.portable.tokens import CUT, WHOLE, tokenize

KINDS = ("event", "multilabel", "stance")


def fitted(family, codebook, train, dev, encoder, seed=5):
    classifier = untrained(family, codebook, encoder)
    classifier.fit(
        train, dev, Fitting(seed=seed, score_dev=lambda proba: {"macro_f1": proba.max()})
    )
    return classifier


@pytest.fixture(
    scope="module",
    params=[(family, kind) for family in NAMES for kind in KINDS],
    ids=lambda pair: "-".join(pair),
)
def case(request, small, tiny_encoder, tmp_path_factory):
    """A trained classifier, and the same loaded from where it was saved."""
    family, kind = request.param
    data = small[kind]
    classifier = fitted(family, data.codebook, data.train, data.dev, tiny_encoder)
    folder = tmp_path_factory.mktemp("model") / "kept"
    served = classifier.save(folder, "small", [row.example for row in data.dev])
    return SimpleNamespace(
        family=family,
        kind=kind,
        classifier=classifier,
        served=served,
        folder=folder,
        codebook=data.codebook,
        examples=[row.example for row in data.dev],
        data=data,
    )


@pytest.mark.parametrize("family", NAMES)
def test_seeds_show_nothing_where_that_is_said(family, small, tiny_encoder):
    data = small["event"]
    model = untrained(family, data.codebook, tiny_encoder)
    if model.by_chance(model.config):
        pytest.skip("another seed makes another model")
    first, second = (
        fitted(family, data.codebook, data.train, [], tiny_encoder, seed).predict_proba(
            [row.example for row in data.dev]
        )
        for seed in (1, 2)
    )
    assert (first == second).all()


def test_rows_are_probabilities(case):
    proba = case.classifier.predict_proba(case.examples)
    assert proba.shape == (len(case.examples), len(case.codebook.names))
    assert ((proba >= 0) & (proba <= 1)).all()
    if case.kind != "multilabel":
        assert proba.sum(axis=1) == pytest.approx(1)


def test_order_is_kept(case):
    examples = [*case.examples, Example("Short."), Example("A far longer sentence, " * 4)]
    forth = case.served.predict_proba(examples)
    back = case.served.predict_proba(examples[::-1])
    assert forth == pytest.approx(back[::-1], abs=1e-5)
    if case.family != "majority":
        assert np.abs(forth - forth[0]).max() > 1e-4  # else any order would pass


def test_no_examples_give_no_rows(case):
    for model in (case.classifier, case.served):
        assert model.predict_proba([]).shape == (0, len(case.codebook.names))
    assert case.served.label_rows(case.served.predict_proba([])) == []


def test_one_batch_equals_many(case):
    examples = [*case.examples, Example("Rain fell on the roofs of the town, " * 3)]
    many = case.served.predict_proba(examples)
    single = np.concatenate([case.served.predict_proba([example]) for example in examples])
    assert many == pytest.approx(single, abs=1e-5)


def test_a_label_never_seen_gets_nothing(case):
    absent = case.codebook.columns["neutral" if case.kind == "stance" else "never_seen"]
    proba = case.classifier.predict_proba(case.examples)
    assert (proba[:, absent] == 0).all()
    rest = np.delete(proba, absent, axis=1)
    assert (rest > 0).all()
    assert all(
        case.codebook.names[absent] not in labels for labels in case.served.label_rows(proba)
    )


def test_same_seed_same_result(case, tiny_encoder):
    data = case.data
    again = fitted(case.family, data.codebook, data.train, data.dev, tiny_encoder)
    proba = case.classifier.predict_proba(case.examples)
    assert (again.predict_proba(case.examples) == proba).all()
    if case.kind == "event" and case.classifier.by_chance(case.classifier.config):
        another = fitted(case.family, data.codebook, data.train, data.dev, tiny_encoder, seed=6)
        assert (another.predict_proba(case.examples) != proba).any()  # chance is of the seed


def test_saved_and_loaded_equals_trained(case):
    loaded = serving.load(case.folder)
    assert loaded.labels == list(case.codebook.names)
    assert (loaded.task, loaded.multilabel) == (case.codebook.task, case.codebook.multilabel)
    assert loaded.predict_proba(case.examples) == pytest.approx(
        case.classifier.predict_proba(case.examples), abs=1e-4
    )
    assert len(loaded.meta["self_check"]) == min(8, len(case.examples))


def test_calibration_is_kept_and_leaves_the_winner(case):
    calibrated, plain = case.served.predict_both(case.examples)
    assert (calibrated == case.served.predict_proba(case.examples)).all()
    assert case.served.meta["temperature"] == case.classifier.calibration.temperature
    if case.family == "majority":
        assert (calibrated == plain).all()
    else:
        assert case.served.meta["temperature"] != 1
    if case.kind != "multilabel":
        assert (calibrated.argmax(axis=1) == plain.argmax(axis=1)).all()


def test_target_that_is_not_in_the_text(case):
    examples = [
        Example("Nobody spoke of it.", "Ostrava Union"),
        Example("", "Ostrava Union"),
        Example("Nobody spoke of it.", "…"),
    ]
    proba = case.served.predict_proba(examples)
    assert proba == pytest.approx(case.classifier.predict_proba(examples), abs=1e-4)
    if isinstance(case.served.backend, OnnxBackend) and case.kind == "stance":
        assert np.abs(proba[0] - proba[2]).max() > 1e-4  # its name is read after the sentence


def test_broken_words_are_read_whole(case):
    whole = Example("Corin won the election.", "Corin", Span(0, 5))
    broken = Example("Co\u00adrin won the elec-\ntion.", "Corin", Span(0, 6))
    first, second = case.served.predict_proba([whole, broken])
    assert first == pytest.approx(second, abs=1e-6)


def test_long_text_keeps_its_target(case):
    text = "The harvest was late and the river low. " * 60 + "So said Corin."
    start = text.index("Corin")
    example = Example(text, "Corin", Span(start, start + 5))
    proba = case.served.predict_proba([example])
    assert np.isfinite(proba).all()
    backend = case.served.backend
    if isinstance(backend, OnnxBackend):
        (tokens,) = tokenize(backend.tokenizer, [as_input(example)], backend.spec)
        assert tokens.cut
        assert len(tokens.ids) <= backend.spec["max_tokens"]
        pooled = tokens.ids[slice(*tokens.pool)]
        assert "corin" in backend.tokenizer.decode(pooled).replace(" ##", "").replace(" ", "")
    elif case.family != "majority" and case.kind == "stance":
        sentence, around = columns_of_text([as_input(example)], backend.spec)[0]
        assert sentence.split()[-2:] == ["TARGETNAME", "."]
        assert around == "L_the L_river L_low. L_So L_said R_."


ODD = ("", "   ", "\U0001f600\U0001f4a5", "\u200b", "!", "\ud83d half", "a\x00b", "الجيش")
LONG = ("x" * 100_000, "The harvest was late. " * 5_000)


def test_any_text_has_probabilities(case):
    examples = [Example(text, target) for text in ODD for target in (None, "Corin", "\u200b", "…")]
    examples += [Example(text, "Corin") for text in LONG]
    proba = case.served.predict_proba(examples)
    assert np.isfinite(proba).all()
    assert proba == pytest.approx(case.classifier.predict_proba(examples), abs=1e-4)
    if case.kind != "multilabel":
        assert proba.sum(axis=1) == pytest.approx(1)


def test_a_saved_model_says_how_it_cuts_long_rows(case):
    spec = case.served.meta["backend"]
    if isinstance(case.served.backend, OnnxBackend):
        assert (spec["cut"], spec["max_tokens"]) == (
            CUT,
            SMALL["max_tokens"],
        )
    else:
        assert spec["cut"] == WHOLE


def test_two_targets_of_one_sentence_may_differ(case):
    if case.kind != "stance":
        pytest.skip("a task without targets")
    text = "Dunmar lied to its own voters, while Gathe fed the hungry."
    pair = [
        Example(text, name, Span(text.index(name), text.index(name) + len(name)))
        for name in ("Dunmar", "Gathe")
    ]
    proba = case.served.predict_proba(pair)
    if case.family == "majority":
        assert (proba[0] == proba[1]).all()
    else:
        assert np.abs(proba[0] - proba[1]).max() > 1e-4
    if isinstance(case.served.backend, SklearnBackend):
        assert case.served.label_rows(proba) == [["against"], ["favor"]]


def test_one_label_alone_is_refused_unless_a_row_may_have_several(case, tiny_encoder):
    rows = [row for row in case.data.train if row.labels == case.data.train[-1].labels]
    if case.codebook.multilabel:
        only = fitted(case.family, case.codebook, rows, [], tiny_encoder)
        proba = only.predict_proba(case.examples)
        assert ((proba > 0).sum(axis=1) == 1).all()
        return
    with pytest.raises(ValueError, match="1 label"):
        fitted(case.family, case.codebook, rows, [], tiny_encoder)
    with pytest.raises(ValueError, match="0 label"):
        fitted(case.family, case.codebook, [], [], tiny_encoder)


def test_a_label_that_only_dev_has_does_not_crash(case, tiny_encoder):
    absent = "neutral" if case.kind == "stance" else "never_seen"
    dev = [dataclasses.replace(row, labels=(absent,)) for row in case.data.dev]
    assert isinstance(dev[0], Labelled)
    model = fitted(case.family, case.codebook, case.data.train, dev, tiny_encoder)
    proba = model.predict_proba(case.examples)
    assert np.isfinite(proba).all()
    assert (proba[:, case.codebook.columns[absent]] == 0).all()
