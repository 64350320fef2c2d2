"""Every family learns, on every kind of task, what rows that it has not seen then show.

The rows can be told apart by their words, a stance only with its target: each sentence has two
targets, of opposite stance in two thirds of them, so that a model which does not look at the
target stays at a macro-F1 of two thirds or less. Names are drawn apart: no held-out row has a
name that a training row has.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from family_settings import ENOUGH_TO_LEARN, NAMES, untrained

from data.examples import Example, Labelled, Span
from evaluation.figures.metrics import score
from models.classifier import Fitting, label_matrix

LEARNERS = [name for name in NAMES if name != "majority"]
BOUND = 0.85  # 0.94 and more with each of eight seeds; by chance about a third

NAMES = (
    "Arlow",
    "Besk",
    "Corin",
    "Dunmar",
    "Elvast",
    "Forrow",
    "Gathe",
    "Hollen",
    "Irsk",
    "Jorun",
    "Kelm",
    "Lostra",
    "Mirov",
    "Nessat",
    "Ostar",
    "Pelk",
    "Quorra",
    "Rhun",
    "Selvig",
    "Tarn",
    "Ulmet",
    "Vosk",
    "Wendel",
    "Yarrow",
)
EVENTS = {
    "protest": (
        "Crowds marched through {} against the new bread tax.",
        "Students in {} carried banners and called for elections.",
    ),
    "clash": (
        "Soldiers and rebels exchanged fire near {} until dawn.",
        "Two armed groups fought over the bridge at {}.",
    ),
    "aid": (
        "A convoy brought flour and blankets to {} on Friday.",
        "Doctors opened a free clinic in {} for the displaced.",
    ),
}
STANCES = (
    ("{0} lied to its own voters, while {1} fed the hungry.", "against", "favor"),
    ("{0} robbed the farmers, and {1} gave them shelter.", "against", "favor"),
    ("Students in {0} marched through {1} on Friday.", "neutral", "neutral"),
)


def events(names, multilabel):
    """Six rows a name; if `multilabel`, some also tell of aid to the next one."""
    for number, name in enumerate(names):
        for label, texts in EVENTS.items():
            for place, text in enumerate(texts):
                both = multilabel and label != "aid" and (number + place) % 2
                more = f" {EVENTS['aid'][place].format(names[number - 1])}" if both else ""
                yield Labelled(
                    Example(text.format(name) + more),
                    (label, "aid") if both else (label,),
                    f"{name}{label}{place}",
                    name,
                )


def stances(names):
    """Six rows a name: three sentences with two targets each."""
    for number, name in enumerate(names):
        for place, (text, *labels) in enumerate(STANCES):
            pair = (name, names[number - 1])
            sentence = text.format(*pair)
            for target, label in zip(pair, labels, strict=True):
                start = sentence.index(target)
                yield Labelled(
                    Example(sentence, target, Span(start, start + len(target))),
                    (label,),
                    f"{name}{place}{target}",
                    name,
                )


@pytest.fixture(scope="module", params=["event", "multilabel", "stance"])
def task(request, small):
    """A codebook, and training, dev and held-out rows."""
    kind = request.param
    parts = [
        list(stances(names) if kind == "stance" else events(names, kind == "multilabel"))
        for names in (NAMES[:14], NAMES[14:18], NAMES[18:])
    ]
    return SimpleNamespace(
        kind=kind, codebook=small[kind].codebook, train=parts[0], dev=parts[1], unseen=parts[2]
    )


@pytest.fixture(scope="module")
def learner(task, tiny_encoder):
    """Gives the model that a family learnt, trained once."""
    models = {}

    def learnt(name):
        if name not in models:
            models[name] = fitted(name, task, tiny_encoder)
        return models[name]

    return learnt


def fitted(name, task, encoder, **settings):
    classifier = untrained(name, task.codebook, encoder, **ENOUGH_TO_LEARN | settings)
    classifier.fit(
        task.train,
        task.dev,
        Fitting(seed=5, score_dev=lambda proba: {"macro_f1": macro_f1(task, task.dev, proba)}),
    )
    return classifier


def macro_f1(task, rows, proba, thresholds=None):
    return score(
        task.codebook,
        [row.labels for row in rows],
        proba,
        thresholds=None if thresholds is None else np.array(thresholds),
    ).macro_f1


def examples(rows):
    return [row.example for row in rows]


@pytest.mark.parametrize("name", LEARNERS)
def test_a_family_learns(name, task, learner):
    classifier = learner(name)
    proba = classifier.predict_proba(examples(task.unseen))
    assert macro_f1(task, task.unseen, proba, classifier.thresholds) > BOUND
    gold = label_matrix(task.unseen, task.codebook) == 1
    assert proba[gold].mean() > 0.6
    assert proba[~gold].mean() < 0.25


def test_fine_tuning_improves_on_what_it_starts_from(task, learner, tiny_encoder):
    """With rates of about nothing the same seed leaves the encoder as given, the head by chance."""
    still = {"learning_rate": 1e-12, "head_learning_rate": 1e-12, "epochs": 1}
    before, after = fitted("transformer", task, tiny_encoder, **still), learner("transformer")
    scores = [
        macro_f1(task, task.unseen, model.predict_proba(examples(task.unseen)))
        for model in (before, after)
    ]
    assert scores[1] > scores[0] + 0.3
    weights = [model.fitted.backend.model.state_dict() for model in (before, after)]
    for name in (
        "head.weight",
        "head.bias",
        "encoder.embeddings.word_embeddings.weight",
        "encoder.encoder.layer.0.output.dense.weight",
        "encoder.encoder.layer.1.attention.self.query.weight",
    ):
        assert float((weights[1][name] - weights[0][name]).abs().max()) > 1e-3, name


def test_the_head_of_an_embedding_is_fitted_and_its_encoder_stays(learner, tiny_encoder):
    from models.families.encoders import load_encoder

    model = learner("embedding").fitted.backend.model
    before = load_encoder(str(tiny_encoder)).state_dict()
    assert all(
        (values == before[name]).all() for name, values in model.encoder.state_dict().items()
    )
    assert float(model.head.weight.detach().abs().max()) > 0.5  # by chance 0.02 or so


def test_gradients_that_are_added_up_teach_as_much(task, tiny_encoder):
    classifier = fitted("transformer", task, tiny_encoder, batch_size=4, accumulate=2)
    proba = classifier.predict_proba(examples(task.unseen))
    assert macro_f1(task, task.unseen, proba, classifier.thresholds) > BOUND


def test_the_majority_family_knows_the_majority_and_no_more(task, tiny_encoder):
    label = task.train[0].labels
    more = SimpleNamespace(
        **{
            **vars(task),
            "train": task.train + 20 * [row for row in task.train if row.labels == label][:2],
        }
    )
    classifier = fitted("majority", more, tiny_encoder)
    proba = classifier.predict_proba(examples(task.unseen))
    shares = label_matrix(more.train, task.codebook).mean(axis=0)
    assert proba == pytest.approx(np.tile(shares, (len(task.unseen), 1)))
    if task.kind != "multilabel":
        assert classifier.served().label_rows(proba) == [list(label)] * len(task.unseen)
        assert macro_f1(task, task.unseen, proba) < 0.4
