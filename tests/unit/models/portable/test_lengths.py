from data.examples import Example
from models.portable.backends import OnnxBackend, PriorBackend
from models.portable.inputs import as_input
from models.portable.lengths import lengths
from models.portable.serving import ServedModel
from models.portable.tokens import tokenize


def test_words_where_nothing_is_cut():
    model = ServedModel({}, PriorBackend([1.0]))
    measured = lengths(model, [Example("One two."), Example("")])
    assert (measured.unit, measured.values, measured.limit, measured.cut) == (
        "words",
        [2, 0],
        None,
        0,
    )


def test_tokens_of_the_whole_row_and_the_rows_that_lose_some(tiny_encoder):
    from models.families.encoders import load_tokenizer

    tokenizer, ids = load_tokenizer(str(tiny_encoder), markers=False)
    ids.pop("vocabulary")
    spec = {"max_tokens": 8, "batch_tokens": 100, **ids}
    model = ServedModel({}, OnnxBackend(None, tokenizer, spec))
    rows = [Example("a b c d e f"), Example("a b c d e f g"), Example("a")]
    measured = lengths(model, rows)
    cut = [row.cut for row in tokenize(tokenizer, [as_input(row) for row in rows], spec)]
    assert measured.values == [8, 9, 3]
    assert [value > measured.limit for value in measured.values] == cut == [False, True, False]
    assert measured.cut == 1
