import pytest

from data.examples import Example, Labelled
from models.classifier import Fitting
from models.families import FAMILIES, make
from models.portable.backends import SklearnBackend
from models.portable.inputs import ModelError


@pytest.mark.parametrize("classifier", ["logistic", "svc"])
def test_a_label_of_every_row_can_be_kept(small, tmp_path, classifier):
    book = small["multilabel"].codebook
    rows = [
        Labelled(Example(f"Rain fell on {place}."), labels, place, place)
        for place, labels in (
            ("Arlow", ("aid",)),
            ("Besk", ("aid", "clash")),
            ("Corin", ("aid", "clash")),
        )
    ]
    model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1, classifier=classifier), book)
    with pytest.warns(UserWarning, match="present in all"):
        model.fit(rows, rows, Fitting(seed=1, score_dev=lambda proba: {}))
    served = model.save(tmp_path / "kept", "kept", [row.example for row in rows])
    proba = served.predict_proba([row.example for row in rows])
    assert (proba[:, book.columns["aid"]] > 0.5).all()


class Stranger:
    """A type that skops must not load by itself."""


def test_a_type_that_is_not_trusted_is_refused(tmp_path):
    import skops.io

    skops.io.dump({"classifier": Stranger()}, tmp_path / "model.skops")
    (tmp_path / "terms.json").write_text("[]")
    with pytest.raises(ModelError, match=r"not safe to load: .*Stranger"):
        SklearnBackend.load(tmp_path, {"window": 0})
