import json

import numpy as np
import pytest

from data.examples import Example, Labelled
from models import serving
from models.classifier import Fitting
from models.families import FAMILIES, make
from models.serving import Input, ModelError

MARKERS = [90, 91, 92, 93]  # [T] [/T] [A] [/A]
CLS, SEP = 1, 2


class Words:
    """A tokenizer whose tokens are words; the n-th distinct word has the id 100 + n."""

    encode_special_tokens = False

    def __init__(self):
        self.ids = {}

    def encode_batch(self, texts, add_special_tokens):
        assert not add_special_tokens
        return [self._encode(text) for text in texts]

    def _encode(self, text):
        offsets, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            offsets.append((start, at))
        ids = [self.ids.setdefault(text[start:end], 100 + len(self.ids)) for start, end in offsets]
        return type("Encoding", (), {"ids": ids, "offsets": offsets})


def shown(row, max_tokens=40, markers=MARKERS):
    """Tokens as words, with the pooled ones in a list of their own."""
    tokenizer = Words()
    (tokens,) = serving.tokenize(tokenizer, [row], {
        "max_tokens": max_tokens, "cls": CLS, "sep": SEP, "markers": markers})
    names = {number: word for word, number in tokenizer.ids.items()} | {
        CLS: "<", SEP: ">", 90: "[T]", 91: "[/T]", 92: "[A]", 93: "[/A]"}
    words = [names[number] for number in tokens.ids]
    return " ".join(words), " ".join(words[slice(*tokens.pool)]), tokens.cut


def at(text, word):
    return text.index(word), text.index(word) + len(word)


TEXT = "the army shelled the old town at noon"


def test_markers_stand_around_the_target_and_are_pooled_with_it():
    row = Input(TEXT, "old town", at(TEXT, "old town"))
    assert shown(row) == ("< the army shelled the [T] old town [/T] at noon >",
                          "[T] old town [/T]", False)
    assert shown(row, markers=[])[:2] == ("< the army shelled the old town at noon >", "old town")


def test_actor_and_target_have_markers_of_their_own():
    row = Input(TEXT, "old town", at(TEXT, "old town"), at(TEXT, "army"))
    assert shown(row)[0] == "< the [A] army [/A] shelled the [T] old town [/T] at noon >"
    assert shown(row)[1] == "[T] old town [/T]"


def test_without_a_target_everything_is_pooled():
    assert shown(Input(TEXT))[1] == shown(Input(TEXT))[0]


def test_a_target_that_is_not_in_the_text_follows_it():
    text, pool, _ = shown(Input(TEXT, "the Front"))
    assert text == f"< {TEXT} > [T] the Front [/T] >"
    assert pool == "[T] the Front [/T]"
    assert shown(Input(TEXT, "the Front"), markers=[])[:2] == (
        f"< {TEXT} > the Front >", "the Front")


def test_a_long_text_is_cut_around_its_target():
    text = " ".join(f"w{number}" for number in range(50))
    for name in ("w0", "w25", "w49"):
        kept, pool, cut = shown(Input(text, name, at(text, f"{name}")), max_tokens=12)
        assert (len(kept.split()), pool, cut) == (12, f"[T] {name} [/T]", True)
    kept = shown(Input(text, "w25", at(text, "w25")), max_tokens=12)[0]
    assert kept == "< w22 w23 w24 [T] w25 [/T] w26 w27 w28 w29 >"
    assert shown(Input(text), max_tokens=12)[0] == "< " + " ".join(text.split()[:10]) + " >"


def test_a_target_longer_than_the_room_keeps_its_beginning():
    text = " ".join(f"w{number}" for number in range(50))
    kept, pool, _ = shown(Input(text, "many", (at(text, "w20")[0], at(text, "w45")[1])), 12)
    assert kept == "< [T] w20 w21 w22 w23 w24 w25 w26 w27 [/T] >"
    assert pool == kept[2:-2]


@pytest.mark.parametrize("actor", ["w1", "w48"])
def test_an_actor_that_is_cut_away_leaves_no_marker(actor):
    text = " ".join(f"w{number}" for number in range(10, 60)).replace("w10 ", "w1 ", 1)
    kept = shown(Input(text, "w30", at(text, "w30"), at(text, actor)), max_tokens=12)[0]
    assert "A]" not in kept
    assert "[T] w30 [/T]" in kept


def test_brackets_of_a_quote_are_no_markers(tiny_encoder):
    from models.encoders import load_tokenizer

    tokenizer, ids = load_tokenizer(str(tiny_encoder), markers=True)
    text = '"[T]he army [SEP] left"'
    (tokens,) = serving.tokenize(tokenizer, [Input(text, "army", at(text, "army"))], {
        "max_tokens": 60, **ids})
    assert [tokens.ids.count(marker) for marker in ids["markers"]] == [1, 1, 0, 0]
    assert tokens.ids.count(ids["sep"]) == 1


def test_batches_hold_every_row_once_within_the_budget():
    tokens = [serving.Tokens([1] * length, (0, length), False) for length in (9, 3, 3, 40, 2)]
    made = list(serving.batches(tokens, 12))
    assert sorted(row for batch in made for row in batch) == [0, 1, 2, 3, 4]
    assert made == [[4, 1, 2], [0], [3]]
    assert list(serving.batches([], 12)) == []


def test_padded():
    arrays = serving.padded([serving.Tokens([5, 6, 7], (1, 2), False),
                             serving.Tokens([8], (0, 1), False)], pad=4)
    assert arrays["input_ids"].tolist() == [[5, 6, 7], [8, 4, 4]]
    assert arrays["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert arrays["pool_mask"].tolist() == [[0, 1, 0], [1, 0, 0]]


def test_masked_and_window():
    row = Input(TEXT, "old town", at(TEXT, "old town"), at(TEXT, "army"))
    assert serving.masked(row).split() == [
        "the", "ACTORNAME", "shelled", "the", "TARGETNAME", "at", "noon"]
    assert serving.window(row, 2) == "L_shelled L_the R_at R_noon"
    assert serving.window(row, 0) == ""
    assert serving.window(Input(TEXT), 2) == TEXT
    assert serving.columns_of_text([], {"window": 2}).shape == (0, 2)


def test_locate_prefers_the_case_as_given():
    assert serving.locate("the us and the US", "US") == (15, 17)
    assert serving.locate("the front (west)", "Front (West)") == (4, 16)
    assert serving.locate(TEXT, "nobody") is None
    assert serving.locate(TEXT, "") is None


@pytest.fixture
def folder(small, tmp_path):
    data = small["event"]
    model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1), data.codebook)
    model.fit(data.train, data.dev, Fitting(seed=1, score_dev=lambda proba: {}))
    model.save(tmp_path / "kept", "kept", [row.example for row in data.dev])
    return tmp_path / "kept"


def change(folder, **values):
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_changed_or_missing_file_is_refused(folder):
    terms = folder / "terms.json"
    content = terms.read_bytes()
    terms.write_bytes(content.replace(b"bread", b"broad", 1))
    with pytest.raises(ModelError, match=r"terms.json: is missing or was changed"):
        serving.load(folder)
    terms.unlink()
    with pytest.raises(ModelError, match=r"terms.json: is missing or was changed"):
        serving.load(folder)
    terms.write_bytes(content)
    assert serving.load(folder).labels


def test_a_model_that_scores_differently_is_refused(folder):
    saved = json.loads((folder / "model.json").read_text())["self_check"]
    wrong = [row | {"probabilities": row["probabilities"][::-1]} for row in saved]
    change(folder, self_check=wrong)
    with pytest.raises(ModelError, match="score differently here"):
        serving.load(folder)
    change(folder, self_check=[row | {"probabilities": [1.0]} for row in saved])
    with pytest.raises(ModelError, match="scores 4 labels"):
        serving.load(folder)
    change(folder, self_check=[])
    assert serving.load(folder).labels


@pytest.mark.parametrize(("content", "told"), [
    ('{"format": 99}', "has format 99, this version reads 1"), ("[]", "has format None"),
    ("{", "is not JSON"), ('{"format": 1}', "lacks 'files'")])
def test_a_strange_description_is_refused(folder, content, told):
    (folder / "model.json").write_text(content)
    with pytest.raises(ModelError, match=told):
        serving.load(folder)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"holds no model\.json"):
        serving.load(tmp_path)


class Stranger:
    """A type that skops must not load by itself."""


def test_a_type_that_is_not_trusted_is_refused(folder):
    import skops.io

    skops.io.dump({"classifier": Stranger()}, folder / "model.skops")
    meta = json.loads((folder / "model.json").read_text())
    change(folder, files=meta["files"] | {
        "model.skops": serving.file_digest(folder / "model.skops")})
    with pytest.raises(ModelError, match=r"not safe to load: .*Stranger"):
        serving.load(folder)


@pytest.mark.parametrize("classifier", ["logistic", "svc"])
def test_a_label_of_every_row_can_be_kept(small, tmp_path, classifier):
    book = small["multilabel"].codebook
    rows = [Labelled(Example(f"Rain fell on {place}."), labels, place, place)
            for place, labels in (("Arlow", ("aid",)), ("Besk", ("aid", "clash")),
                                  ("Corin", ("aid", "clash")))]
    model = make(FAMILIES["tfidf"][0](family="tfidf", min_count=1, classifier=classifier), book)
    with pytest.warns(UserWarning, match="present in all"):
        model.fit(rows, rows, Fitting(seed=1, score_dev=lambda proba: {}))
    served = model.save(tmp_path / "kept", "kept", [row.example for row in rows])
    proba = served.predict_proba([row.example for row in rows])
    assert (proba[:, book.columns["aid"]] > 0.5).all()


def test_labels_of_rows():
    meta = {"labels": ["a", "b"], "several": True, "task": "event", "thresholds": [0.5, 0.2]}
    model = serving.ServedModel(meta, serving.PriorBackend([0.4, 0.3]))
    assert model.label_rows(np.array([[0.6, 0.1], [0.1, 0.3], [0.1, 0.1], [0.9, 0.9]])) == [
        ["a"], ["b"], [], ["a", "b"]]
    meta = meta | {"several": False}
    model = serving.ServedModel(meta, serving.PriorBackend([0.4, 0.3]))
    assert model.label_rows(np.array([[0.6, 0.1], [0.1, 0.3]])) == [["a"], ["b"]]
