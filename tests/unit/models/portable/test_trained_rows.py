"""Which rows a model was trained on is known from its folder."""

import pytest

from data.codebook import load_codebook
from data.examples import Example, Labelled
from models.classifier import Fitting
from models.families.majority import Majority, MajorityConfig
from models.portable import serving, trained_rows

TEXT = "Rebels shelled the market of Arlow."


def row(text, target=None):
    return Labelled(Example(text, target), ("attack",), text, "a")


@pytest.fixture
def folder(tmp_path):
    trained_rows.write(
        tmp_path, trained_rows.hashes([row(TEXT), row("Talks began.", "the Front"), row(TEXT)])
    )
    return tmp_path


@pytest.mark.parametrize(
    ("example", "trained"),
    [
        (Example(TEXT), True),
        (Example(f"“{TEXT.upper()}”"), True),
        (Example("Rain."), False),
        (Example("Talks began.", "the Front"), True),
        (Example("Talks began.", "The  Front"), True),
        (Example("Talks began.", "the Column"), False),
        (Example("Talks began."), False),
    ],
)
def test_texts_with_their_targets_are_known_again(folder, example, trained):
    assert trained_rows.trained_on(folder, [example]) == [trained]


def test_a_text_is_kept_once_in_eight_bytes_and_not_in_words(folder):
    kept = (folder / trained_rows.FILE).read_bytes()
    assert len(kept) == 2 * 8
    assert b"Rebels" not in kept


def test_no_rows_and_models_of_old_know_nothing(folder, tmp_path_factory):
    assert trained_rows.trained_on(folder, []) == []
    assert trained_rows.trained_on(tmp_path_factory.mktemp("old"), [Example(TEXT)]) == [False]
    assert len(trained_rows.hashes([])) == 0


def test_a_saved_model_knows_its_rows_and_is_refused_if_they_are_changed(tmp_path):
    model = Majority(MajorityConfig(family="majority"), load_codebook("event"))
    rows = [row(TEXT), Labelled(Example("They met."), ("diplomacy",), "b", "b")]
    model.fit(rows, [], Fitting(seed=1, score_dev=lambda probabilities: {}))
    model.save(tmp_path / "kept", "shares")
    assert trained_rows.trained_on(tmp_path / "kept", [Example(TEXT), Example("Rain.")]) == [
        True,
        False,
    ]
    (tmp_path / "kept" / trained_rows.FILE).write_bytes(b"")
    with pytest.raises(serving.ModelError, match=r"trained_rows\.bin"):
        serving.load(tmp_path / "kept")
